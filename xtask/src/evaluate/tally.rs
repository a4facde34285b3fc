//! Sums of marks: over the runs of one scenario, and over all.

use drill::Kind;

use super::exam::{RAISED, Run, SURE};
use super::marks::{Compared, Delay, Marks};

/// Bands of claimed certainty: ten of ten percent.
pub(super) const BANDS: usize = 10;

/// The sums of some runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) runs: usize,
    pub(super) faults: usize,
    /// Mining incidents that must be found.
    pub(super) incidents: usize,
    pub(super) raised: usize,
    pub(super) sure: usize,
    pub(super) one_case: usize,
    pub(super) cause: usize,
    pub(super) outcome: usize,
    pub(super) instances: Share,
    pub(super) instances_extra: usize,
    pub(super) principals: Share,
    pub(super) keys: Share,
    /// The lowest certainty of an incident that must be found.
    pub(super) lowest: Option<u8>,
    pub(super) delays: Vec<Delay>,
    /// Thefts of an instance's credential without a launch, and those that were raised.
    pub(super) thefts: Share,
    /// Incidents that may be found, and those that were.
    pub(super) optional: Share,
    pub(super) false_findings: usize,
    pub(super) misuses: usize,
    /// The highest certainty of a case that is no incident.
    pub(super) highest_ordinary: u8,
    /// For each band of certainty: cases, and those that are an attack.
    pub(super) bands: [Share; BANDS],
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) part: usize,
    pub(super) whole: usize,
}

impl Share {
    fn add(&mut self, compared: &Compared) {
        self.part += compared.found;
        self.whole += compared.found + compared.missing.len();
    }

    fn count(&mut self, holds: bool) {
        self.part += usize::from(holds);
        self.whole += 1;
    }
}

impl Tally {
    /// Sums up `runs`.
    pub(super) fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Self {
        let mut tally = Self::default();
        for run in runs {
            tally.add(run);
        }
        tally.delays.sort_by(|a, b| a.seconds.cmp(&b.seconds));
        tally
    }

    fn add(&mut self, run: &Run) {
        self.runs += 1;
        self.faults += usize::from(!run.faults.is_empty());
        self.false_findings += run.false_findings.len();
        self.misuses += run.misuses.len();
        let hottest = run.hottest_ordinary.as_ref().map_or(0, |told| told.certainty);
        self.highest_ordinary = self.highest_ordinary.max(hottest);
        for (certainty, is_attack) in &run.cases {
            self.bands[(usize::from(*certainty) / 10).min(BANDS - 1)].count(*is_attack);
        }
        for marks in &run.marks {
            if marks.optional {
                self.optional.count(marks.certainty >= RAISED);
            } else if !marks.mining {
                self.thefts.count(marks.certainty >= RAISED);
            } else {
                self.add_marks(marks);
            }
        }
    }

    fn add_marks(&mut self, marks: &Marks) {
        self.incidents += 1;
        self.raised += usize::from(marks.certainty >= RAISED);
        self.sure += usize::from(marks.certainty >= SURE);
        self.one_case += usize::from(marks.is_one_case());
        self.cause += usize::from(marks.cause.1);
        self.outcome += usize::from(marks.outcome.1);
        self.instances.add(&marks.instances);
        self.instances_extra += marks.instances.extra.len();
        self.principals.add(&marks.principals);
        self.keys.add(&marks.keys);
        self.lowest = Some(self.lowest.map_or(marks.certainty, |lowest| lowest.min(marks.certainty)));
        self.delays.extend(marks.delay);
    }

    /// The delay in the middle, and the longest.
    pub(super) fn middle_and_longest(&self) -> Option<(Delay, Delay)> {
        Some((*self.delays.get(self.delays.len() / 2)?, *self.delays.last()?))
    }
}

/// Runs by scenario, in order; only those of `kind`.
pub(super) fn by_scenario(runs: &[Run], kind: Kind) -> Vec<(&'static str, Tally)> {
    let of_kind = runs.chunk_by(|a, b| a.scenario == b.scenario).filter(|runs| runs[0].kind == kind);
    of_kind.map(|runs| (runs[0].scenario, Tally::of(runs))).collect()
}
