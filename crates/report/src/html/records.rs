//! The records of a finding, numbered, so that evidence can point at them.
//!
//! An id is text that a record brought along. Links are made from the number that the page
//! gives it, never from the id.

use std::collections::BTreeMap;

use detect::Finding;
use event::Time;

use super::left_out;
use super::shown::Shown;

/// How many records of one finding are listed with their full id.
///
/// Fewer, and a campaign of 576 calls is cut; more, and one finding outweighs the page.
pub(super) const RECORDS_TOLD_MAX: usize = 1_000;

/// How many records of one signal are named at once.
const REFERENCES_TOLD_MAX: usize = 3;

/// How many more are named when they are asked for.
const REFERENCES_FOLDED_MAX: usize = 60;

/// A record, where another place points at it.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// Where it is listed: empty where it is not.
    pub(super) anchor: String,
    /// The beginning of its id.
    pub(super) id: Shown,
}

/// Records that prove something: the first, those that are folded away, and how many are left out.
#[derive(Clone, Debug)]
pub(super) struct References {
    pub(super) told: Vec<Reference>,
    pub(super) folded: Vec<Reference>,
    pub(super) folded_count: Option<String>,
    pub(super) left_out: Option<String>,
}

/// A record in the list of all.
pub(super) struct Listed {
    /// Where it is.
    pub(super) anchor: String,
    /// Its full id.
    pub(super) id: Shown,
    /// When, where the story tells it.
    pub(super) time: Option<Time>,
}

/// The records of one finding, in the order in which the story and then the signals name them.
pub(super) struct Records<'a> {
    finding_anchor: &'a str,
    numbers: BTreeMap<&'a str, usize>,
    order: Vec<(&'a str, Option<Time>)>,
}

impl<'a> Records<'a> {
    /// Numbers the records of `finding`, which is told at `anchor`.
    pub(super) fn of(finding: &'a Finding, anchor: &'a str) -> Self {
        let mut records = Self { finding_anchor: anchor, numbers: BTreeMap::new(), order: Vec::new() };
        for moment in &finding.timeline {
            records.note(&moment.event, Some(moment.time));
        }
        for link in &finding.lineage {
            records.note(&link.event, Some(link.time));
        }
        let proofs = finding.signals.iter().map(|signal| &signal.events);
        for id in proofs.chain(finding.verify.iter().map(|question| &question.events)).flatten() {
            records.note(id, None);
        }
        records
    }

    fn note(&mut self, id: &'a str, time: Option<Time>) {
        let next = self.order.len();
        if !id.is_empty() && *self.numbers.entry(id).or_insert(next) == next {
            self.order.push((id, time));
        }
    }

    /// Where the finding is on the page.
    pub(super) fn finding_anchor(&self) -> &str {
        self.finding_anchor
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Those that are listed.
    pub(super) fn listed(&self) -> Vec<Listed> {
        let told = self.order.iter().take(RECORDS_TOLD_MAX).enumerate();
        told.map(|(number, (id, time))| Listed {
            anchor: self.anchor(number),
            id: Shown::name(id),
            time: *time,
        })
        .collect()
    }

    /// Points at the record `id`; without an anchor where it is not listed.
    pub(super) fn refer(&self, id: &str) -> Reference {
        let number = self.numbers.get(id).filter(|number| **number < RECORDS_TOLD_MAX);
        let anchor = number.map_or(String::new(), |number| self.anchor(*number));
        Reference { anchor, id: Shown::short_id(id) }
    }

    /// Points at several records.
    pub(super) fn refer_all(&self, ids: &[String]) -> References {
        let refer = |id: &String| self.refer(id);
        let folded = ids.len().saturating_sub(REFERENCES_TOLD_MAX);
        References {
            told: ids.iter().take(REFERENCES_TOLD_MAX).map(refer).collect(),
            folded: ids.iter().skip(REFERENCES_TOLD_MAX).take(REFERENCES_FOLDED_MAX).map(refer).collect(),
            folded_count: (folded > 0).then(|| crate::numbers::count(folded as u64)),
            left_out: left_out(folded, REFERENCES_FOLDED_MAX),
        }
    }

    fn anchor(&self, number: usize) -> String {
        format!("{}-r{}", self.finding_anchor, number + 1)
    }
}
