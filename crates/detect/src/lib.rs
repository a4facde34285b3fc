//! Facts, dossiers, lineage, cases, rules and score.
//!
//! What is known is a set of facts; a verdict is a pure function of that set.

pub mod coverage;
pub mod finding;
pub mod score;

pub use finding::Finding;
