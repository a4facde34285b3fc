//! Findings told to people and machines.
//!
//! One [`detect::Finding`] feeds every format; each format is a module that is handed
//! findings and a [`Summary`] and returns text. Nothing here prints, and nothing is asked
//! of the clock, the environment or the terminal: width, colour and elapsed time are told.
//!
//! Records are written by attackers too. A format makes what it prints safe for its own
//! reader, at its own boundary; which characters no format shows as they are is decided
//! once, in `hidden`.

pub mod answers;
pub mod formats;
mod hidden;
pub mod html;
pub mod json;
mod lineage;
mod numbers;
mod order;
mod secrets;
pub mod summary;
pub mod text;
mod words;

pub use numbers::count;
pub use summary::Summary;
