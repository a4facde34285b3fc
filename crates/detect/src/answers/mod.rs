//! Answers to a responder's questions, from records alone.
//!
//! A finding says what happened. The questions after it are about everything else: what did
//! this key do, what was asked from that address, what must be undone, what could the logs not
//! show? Each answer is a pure function of the set of records, like a verdict:
//!
//! - [`filter`]: which records a question is about, in a small language
//! - [`call`]: one record as an answer tells it
//! - [`earliest`]: as many records as fit, whatever their order
//! - [`hand`]: what calls have in common: when, where, how, to what end
//! - [`actor`]: what one hand did to others and to the account, and how to undo it
//! - [`touch`]: what a call means to whoever cleans up
//! - [`gaps`]: what the logs do not show

pub mod actor;
pub mod call;
pub mod earliest;
pub mod filter;
pub mod gaps;
pub mod hand;
mod parse;
mod target;
pub mod touch;

pub use call::{Call, Pool};
pub use earliest::Earliest;
pub use filter::{Filter, FilterError};
