//! Sums of marks: over the runs of one scenario, and over all.

use drill::Kind;

use super::delay::Delay;
use super::exam::{RAISED, Run, SURE};
use super::marks::{Compared, Marks};

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
    pub(super) instances: Coverage,
    pub(super) principals: Coverage,
    pub(super) keys: Coverage,
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

/// What was found of what there is, and what was found beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    pub(super) share: Share,
    pub(super) extra: usize,
}

impl Share {
    /// Counts one more.
    pub(super) fn count(&mut self, holds: bool) {
        self.part += usize::from(holds);
        self.whole += 1;
    }
}

impl Coverage {
    fn add(&mut self, compared: &Compared) {
        self.share.part += compared.found;
        self.share.whole += compared.found + compared.missing.len();
        self.extra += compared.extra.len();
    }
}

impl Tally {
    /// Sums up `runs`.
    pub(super) fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Self {
        let mut tally = Self::default();
        for run in runs {
            tally.add(run);
        }
        tally.delays.sort_by_key(|delay| delay.seconds);
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
        self.cause += usize::from(marks.cause.is_right);
        self.outcome += usize::from(marks.outcome.is_right);
        self.instances.add(&marks.instances);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(marks: Vec<Marks>, cases: Vec<(u8, bool)>) -> Run {
        Run {
            scenario: "a-raid",
            seed: 1,
            kind: Kind::Attack,
            marks,
            false_findings: Vec::new(),
            misuses: Vec::new(),
            hottest_ordinary: None,
            cases,
            faults: Vec::new(),
        }
    }

    #[test]
    fn what_may_be_raised_is_counted_apart() {
        let found = |mining, optional, certainty| Marks { mining, optional, certainty, ..Marks::default() };
        let marks = vec![
            found(true, false, 97),
            found(true, false, 62),
            found(false, false, 30),
            found(true, true, 80),
        ];
        let tally = Tally::of(&[run(marks, Vec::new())]);
        assert_eq!((tally.incidents, tally.raised, tally.sure, tally.lowest), (2, 2, 1, Some(62)));
        assert_eq!(
            (tally.thefts, tally.optional),
            (Share { part: 0, whole: 1 }, Share { part: 1, whole: 1 })
        );
    }

    #[test]
    fn cases_fall_into_bands_by_what_they_claim() {
        let tally = Tally::of(&[run(Vec::new(), vec![(0, false), (9, true), (10, false), (99, true)])]);
        assert_eq!(tally.bands[0], Share { part: 1, whole: 2 });
        assert_eq!(tally.bands[1], Share { part: 0, whole: 1 });
        assert_eq!(tally.bands[9], Share { part: 1, whole: 1 });
    }
}
