//! What a run looked at, what became of it, and what was not seen.
//!
//! A verdict is worth what was read for it. The summary is told beside every set of
//! findings, also beside an empty one: an empty result over an empty folder is no comfort.
//! The program fills it; its parts add up, or [`Summary::contradictions`] says which do not.

use std::collections::BTreeMap;

use detect::Finding;
use detect::coverage::CoverageTold;
use event::Time;
use serde::Serialize;

use crate::numbers::count;

/// How many failed objects, and how many rejected records, are named.
///
/// Fewer, and the one file that matters goes unnamed; more, and a folder of a million
/// broken files fills memory and hides the findings. The totals count all of them.
pub const NAMED_MAX: usize = 1_000;

/// A run, summed up.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The run was interrupted: everything below is what was known by then.
    pub partial: bool,
    /// What was found.
    pub findings: FindingCounts,
    /// Files, archive members and the like.
    pub objects: Objects,
    /// Records in them.
    pub records: Records,
    /// Rows and messages of side logs, by kind. Empty where none was read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub side_logs: BTreeMap<String, SideRows>,
    /// How much was read.
    pub bytes: Bytes,
    /// Skipped objects, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Objects that failed, with the reason; at most [`NAMED_MAX`].
    pub failed: Vec<FailedObject>,
    /// Records that were rejected, with position and reason; at most [`NAMED_MAX`].
    pub rejected: Vec<RejectedRecord>,
    /// Limits that were reached, by name, and how often.
    pub limits_reached: BTreeMap<String, u64>,
    /// Which accounts and regions spoke, when, and where they fell silent.
    pub coverage: CoverageTold,
    /// The tables the judgement rests on, and their age.
    pub tables: Vec<TableAge>,
    /// Files of reference that the user brought. Empty where there was none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<ReferenceTold>,
    /// What could not be told for want of a file of reference, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Seconds the run took; `None` where it is not told, so that output can be compared.
    pub elapsed_seconds: Option<f64>,
}

/// Findings, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FindingCounts {
    /// At or above the threshold.
    pub raised: u64,
    /// At or above the threshold, but approved or suppressed by the configuration.
    pub suppressed: u64,
    /// Below the threshold.
    pub below_threshold: u64,
    /// The threshold: the least certainty, 0 to 99, that is raised.
    pub min_certainty: u8,
}

/// Objects, by what became of them: `found` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Objects {
    /// All.
    pub found: u64,
    /// Read to the end.
    pub read: u64,
    /// Left alone for a reason.
    pub skipped: u64,
    /// Could not be read, or not to the end.
    pub failed: u64,
}

/// Records, by what became of them: `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    /// All.
    pub read: u64,
    /// Decoded whole.
    pub events: u64,
    /// Skimmed into profiles, not notable.
    pub skimmed_only: u64,
    /// Seen before.
    pub duplicate: u64,
    /// Not usable.
    pub rejected: u64,
}

/// Rows of a side log, by what became of them: `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SideRows {
    /// All.
    pub read: u64,
    /// Became part of what is known.
    pub kept: u64,
    /// Hold nothing of interest.
    pub passed: u64,
    /// Not usable.
    pub rejected: u64,
}

/// How much was read, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// As stored.
    pub stored: u64,
    /// After decompression.
    pub expanded: u64,
}

/// An object that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedObject {
    /// Its path or key, as found.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// A record that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedRecord {
    /// The object it is in.
    pub object: String,
    /// Which record of it, counted from 1.
    pub record: u64,
    /// Why.
    pub reason: String,
}

/// A file of reference that the user brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReferenceTold {
    /// The option that named it: `--asn-db`.
    pub option: String,
    /// Its path, as given.
    pub file: String,
    /// How many entries it has.
    pub entries: u64,
    /// When it was made, where it says so.
    pub made: Option<Time>,
    /// What is to be said of it beside that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// A table and how old its figures are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableAge {
    /// Its name.
    pub name: String,
    /// The day of its source, `YYYY-MM-DD`.
    pub date: String,
    /// Days since then, where the program knows the day.
    pub days_old: Option<u32>,
}

impl ReferenceTold {
    /// Writes how many entries it has.
    pub(crate) fn counted(&self) -> String {
        match self.entries {
            1 => "1 entry".to_owned(),
            entries => format!("{} entries", count(entries)),
        }
    }
}

impl FindingCounts {
    /// Counts `findings` as they fall under the threshold `min_certainty`.
    #[must_use]
    pub fn of(findings: &[Finding], min_certainty: u8) -> Self {
        let mut counts = Self { min_certainty, ..Self::default() };
        for finding in findings {
            if finding.certainty < min_certainty {
                counts.below_threshold += 1;
            } else if finding.suppressed.is_some() {
                counts.suppressed += 1;
            } else {
                counts.raised += 1;
            }
        }
        counts
    }
}

impl Summary {
    /// Returns one sentence for each total that its parts do not add up to. Empty when all is well.
    ///
    /// Something vanished, or was counted twice, and no number here can be trusted until it is found.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let Self { objects, records, .. } = self;
        let of_objects = objects.read + objects.skipped + objects.failed;
        let of_records = records.events + records.skimmed_only + records.duplicate + records.rejected;
        let mut sentences = Vec::new();
        if of_objects != objects.found {
            sentences.push(format!("{} objects were found, but {of_objects} accounted for", objects.found));
        }
        if of_records != records.read {
            sentences.push(format!("{} records were read, but {of_records} accounted for", records.read));
        }
        for (source, rows) in &self.side_logs {
            let of_rows = rows.kept + rows.passed + rows.rejected;
            if of_rows != rows.read {
                sentences
                    .push(format!("{} rows of {source} were read, but {of_rows} accounted for", rows.read));
            }
        }
        sentences
    }
}
