//! Synthetic organisations, attacks and ordinary life, with their truth.
//!
//! A drill is an exam for the detector: some weeks of the audit trail of a made-up organisation,
//! written from a scenario and a seed, and beside it the truth. The same scenario and seed give the
//! same bytes for ever. The crate knows nothing of the detector; it models what AWS records.
//!
//! Blind spots: AWS's own services are drawn only as far as their calls reach the trail, data events
//! are left out, and the traffic is thinned (an agent that reports every five minutes does so a few
//! times a day here) so that an evaluation over all scenarios stays fast.

mod actor;
mod addresses;
mod agents;
mod attacks;
mod beside;
mod calls;
mod files;
mod founding;
mod life;
mod log;
mod machine;
mod ordinary;
mod organisation;
mod rng;
mod stage;
mod time;
mod truth;

use std::sync::LazyLock;

pub use files::DrillFile;
pub use truth::{Incident, Kind, TRUTH_SCHEMA, Truth};

use stage::Stage;

/// Something that happens to an organisation.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Unique, in kebab-case.
    pub name: &'static str,
    /// Attack or ordinary life.
    pub kind: Kind,
    /// One line for a list.
    pub summary: &'static str,
    /// Where the pattern was described, such as `Unit 42 2023-10-30`.
    pub source: &'static str,
    /// Adds the scenario's own events to the stage, after ordinary life was written.
    play: fn(&mut Stage),
}

/// One organisation's trail and its truth.
#[derive(Debug, Clone)]
pub struct Drill {
    /// CloudTrail records in event time.
    pub records: Vec<serde_json::Value>,
    /// What other logs of the same weeks say. Few scenarios have any.
    pub beside: Vec<DrillFile>,
    /// What a detector should find in them.
    pub truth: Truth,
}

static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    let mut all = ordinary::scenarios();
    all.extend(attacks::scenarios());
    all.sort_by_key(|scenario| scenario.name);
    all
});

/// Returns all scenarios, sorted by name.
pub fn scenarios() -> &'static [Scenario] {
    &SCENARIOS
}

/// Writes the drill of scenario `name` for `seed`; `None` where there is no such scenario.
pub fn write(name: &str, seed: u64) -> Option<Drill> {
    let scenario = scenarios().iter().find(|scenario| scenario.name == name)?;
    let mut stage = Stage::new(Truth::new(name, seed, scenario.kind));
    life::live(&mut stage);
    (scenario.play)(&mut stage);
    let (start, end) = (stage.span.start, stage.span.end());
    let beside = stage.beside.iter().flat_map(beside::Beside::files).collect();
    let records = stage.log.into_records().into_iter();
    let records = records.filter(|(time, _)| (start..end).contains(time)).map(|(_, record)| record).collect();
    Some(Drill { records, beside, truth: stage.truth })
}
