//! One drill, read and judged by the product's own functions, and marked against its truth.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use detect::finding::Kind as FindingKind;
use detect::{Facts, Finding, Taken};
use drill::{Drill, Kind, Truth};
use event::limits::Limits;
use event::side::Fact;
use event::side::flow::Layout;
use event::skim::{Message, Reader, RecordSink, Rejected, Skimmed};
use serde_json::Value;

use super::claims::{Claim, claims};
use super::marks::Marks;
use super::told::Told;

/// From here on a finding is raised.
pub(super) const RAISED: u8 = 50;

/// From here on it is sure.
pub(super) const SURE: u8 = 80;

/// What became of one drill.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) scenario: &'static str,
    pub(super) seed: u64,
    pub(super) kind: Kind,
    /// One for each incident of the truth.
    pub(super) marks: Vec<Marks>,
    /// Raised mining findings that belong to no incident.
    pub(super) false_findings: Vec<Told>,
    /// Raised findings of misused credentials that belong to no incident.
    pub(super) misuses: Vec<Told>,
    /// The hottest mining case that belongs to no incident, raised or not.
    pub(super) hottest_ordinary: Option<Told>,
    /// Every mining case, hot or cold: its certainty, and whether it belongs to an incident.
    pub(super) cases: Vec<(u8, bool)>,
    /// What kept the drill from being judged as a whole.
    pub(super) faults: Vec<String>,
}

/// Judges every scenario with every seed, on all cores. Sorted by scenario and seed.
pub(super) fn sit(scenarios: &[&'static drill::Scenario], seeds: u64) -> Vec<Run> {
    let jobs: Vec<_> =
        scenarios.iter().flat_map(|scenario| (1..=seeds).map(move |seed| (*scenario, seed))).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((scenario, seed)) = jobs.get(next.fetch_add(1, Relaxed)) {
                    let run = one(scenario, *seed);
                    done.lock().expect("no job panics").push(run);
                }
            });
        }
    });
    let mut runs = done.into_inner().expect("no job panics");
    runs.sort_by_key(|run| (run.scenario, run.seed));
    runs
}

/// A panic in one drill is a fault of that drill; the others are still marked.
fn one(scenario: &'static drill::Scenario, seed: u64) -> Run {
    catch_unwind(AssertUnwindSafe(|| {
        let drill = drill::write(scenario.name, seed).expect("the scenario is from the list");
        let mut read = read_text(&text(&drill.records));
        for file in &drill.beside {
            read_beside(&mut read, &String::from_utf8_lossy(&file.body));
        }
        let findings = detect::judge(&read.facts, &[]);
        mark(scenario.name, seed, &drill, &findings, read.faults)
    }))
    .unwrap_or_else(|panic| Run {
        scenario: scenario.name,
        seed,
        kind: scenario.kind,
        marks: Vec::new(),
        false_findings: Vec::new(),
        misuses: Vec::new(),
        hottest_ordinary: None,
        cases: Vec::new(),
        faults: vec![format!("panic: {}", words(panic.as_ref()))],
    })
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words").to_owned()
}

/// Returns `records` as JSON lines.
pub(super) fn text(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// What was read of a text.
#[derive(Default)]
pub(super) struct Read {
    pub(super) facts: Facts,
    pub(super) records: u64,
    /// What could not be read or placed.
    pub(super) faults: Vec<String>,
}

/// Reads JSON lines.
pub(super) fn read_text(text: &str) -> Read {
    let mut read = Read::default();
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    reader.finish(text.as_bytes(), &mut read);
    read
}

/// Reads a log beside the trail: a flow log with its header, or JSON lines.
fn read_beside(read: &mut Read, text: &str) {
    let mut lines = text.lines();
    let Some(layout) = lines.next().and_then(|header| Layout::of(header.split(' '))) else {
        let mut reader = Reader::new(Limits::default());
        reader.begin();
        reader.finish(text.as_bytes(), read);
        return;
    };
    for line in lines {
        match layout.read_line(line.as_bytes()) {
            Ok(flow) => {
                read.facts.take_side(&Fact::Flow(flow));
            }
            Err(fault) => read.faults.push(fault.to_string()),
        }
    }
}

impl RecordSink for Read {
    fn record(&mut self, record: &Skimmed<'_>) {
        self.records += 1;
        if let Taken::Rejected(reason) = self.facts.take(record) {
            self.faults.push(reason);
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.faults.push(rejected.reason.to_string());
    }

    fn side(&mut self, message: Message<'_>) {
        match event::side::read(message.source, message.text) {
            Ok(fact) => {
                self.facts.take_side(&fact);
            }
            Err(fault) => self.faults.push(fault.to_string()),
        }
    }
}

fn mark(scenario: &'static str, seed: u64, drill: &Drill, findings: &[Finding], faults: Vec<String>) -> Run {
    let Truth { kind, incidents, .. } = &drill.truth;
    let claims = claims(incidents, findings);
    let marks = (0..incidents.len()).map(|at| Marks::of(at, &claims, drill)).collect();
    let strangers = || claims.iter().filter(|claim| claim.incidents.is_empty()).map(|claim| claim.finding);
    let raised = |of: &[FindingKind]| {
        strangers()
            .filter(|finding| of.contains(&finding.kind) && finding.certainty >= RAISED)
            .map(Told::of)
            .collect()
    };
    let mining = |finding: &&Finding| finding.kind == FindingKind::MiningLaunch;
    let is_mining = |claim: &&Claim<'_>| mining(&claim.finding);
    Run {
        scenario,
        seed,
        kind: *kind,
        marks,
        false_findings: raised(&[FindingKind::MiningLaunch, FindingKind::MiningTraffic]),
        misuses: raised(&[FindingKind::CredentialMisuse]),
        hottest_ordinary: strangers().filter(mining).max_by_key(|finding| finding.score.sum).map(Told::of),
        cases: claims
            .iter()
            .filter(is_mining)
            .map(|claim| (claim.finding.certainty, !claim.incidents.is_empty()))
            .collect(),
        faults,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sat(name: &str) -> Run {
        let scenario = drill::scenarios().iter().find(|scenario| scenario.name == name);
        sit(&[scenario.expect("a scenario from the list")], 1).remove(0)
    }

    #[test]
    fn quiet_weeks_have_cases_and_none_of_them_is_an_attack() {
        let run = sat("quiet-weeks");
        assert_eq!((run.kind, run.marks.len(), run.faults.len()), (Kind::Ordinary, 0, 0));
        assert!(!run.cases.is_empty() && run.cases.iter().all(|(_, is_attack)| !is_attack));
    }

    #[test]
    fn every_incident_of_an_attack_is_marked_and_its_cases_are_known() {
        let run = sat("everything-refused");
        assert_eq!((run.kind, run.marks.len(), run.faults.len()), (Kind::Attack, 1, 0));
        assert!(run.cases.iter().any(|(_, is_attack)| *is_attack));
    }

    #[test]
    fn what_cannot_be_read_is_a_fault() {
        let read = read_text(
            "{\"eventVersion\":\"1.11\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\"}\n",
        );
        assert_eq!((read.records, read.faults.len()), (1, 1));
    }
}
