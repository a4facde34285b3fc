//! What to do with a finding, as data: steps to verify, an explanation, guardrails.
//!
//! `detect` says what is likely; this crate asks what would make it sure, what would change the
//! verdict, and what would have stopped it. Everything here is computed from the same facts, is
//! pure, and touches no account.

pub mod explain;
pub mod prevent;
pub mod verify;

use detect::approval::ApprovedWorkload;
use detect::world::World;
use detect::{Facts, Finding};

/// Judges the facts like [`detect::judge`], and answers the steps to verify of every finding.
#[must_use]
pub fn judge(facts: &Facts, approved: &[ApprovedWorkload]) -> Vec<Finding> {
    let told = facts.told();
    let world = World::new(facts, &told, approved);
    detect::judge_with(&world, &mut |finding, case| finding.verify = verify::steps(finding, case, &world))
}
