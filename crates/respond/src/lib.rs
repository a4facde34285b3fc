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

/// Judges the facts like [`detect::judge`], and answers the steps to verify of findings at or above `min_certainty`.
///
/// An organisation has thousands of lineages that nobody is told of; asking for them would cost more than judging.
#[must_use]
pub fn judge(facts: &Facts, approved: &[ApprovedWorkload], min_certainty: u8) -> Vec<Finding> {
    let told = facts.told();
    let world = World::new(facts, &told, approved);
    detect::judge_with(&world, &mut |finding, case| {
        if finding.certainty >= min_certainty {
            finding.verify = verify::steps(finding, case, &world);
        }
    })
}
