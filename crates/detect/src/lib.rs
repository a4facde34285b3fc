//! Facts, dossiers, lineage, cases, rules and score.
//!
//! What is known is a set of facts; a verdict is a pure function of that set.

pub mod actions;
pub mod answers;
pub mod approval;
pub mod attack;
pub mod case;
pub mod cause;
pub mod corroboration;
pub mod cost;
pub mod coverage;
pub mod curve;
pub mod facts;
pub mod finding;
pub mod history;
pub mod judge;
pub mod ledger;
pub mod lineage;
pub mod misuse;
pub mod numbers;
mod origin;
pub mod past;
pub mod profile;
pub mod rules;
pub mod score;
pub mod side;
pub mod tell;
pub mod timeline;
pub mod traffic;
pub mod window;
pub mod witness;
pub mod world;

pub use facts::{Facts, Taken};
pub use finding::Finding;
pub use judge::{judge, judge_told, judge_with};
