//! Labelled public logs, marked row by row.
//!
//! They are other people's data and are not part of this repository; where they are not at hand,
//! this part of the exam is left out and says so.
//!
//! Blind spots: a finding does not list every record it counts, so a row is also taken to be in a
//! finding that blames its key or its instance at its time.

mod expected;
mod rows;
mod sets;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;
use detect::Finding;
use detect::finding::Kind;

use super::exam::RAISED;
use super::told::Told;

use self::rows::{Label, Row};
use self::sets::Set;

/// What became of one set of labelled logs.
#[derive(Debug, Clone)]
pub(super) struct Marked {
    pub(super) set: &'static str,
    /// Files or texts read, and those that could not be.
    pub(super) objects: (u64, u64),
    /// Records read.
    pub(super) records: u64,
    /// Records that could not be placed, by reason.
    pub(super) rejected: BTreeMap<String, u64>,
    /// Each labelled row and each expectation of the whole set: what, whether it holds.
    pub(super) checks: Vec<Check>,
    pub(super) mining: usize,
    pub(super) misuses: usize,
    /// The highest certainty that is not raised.
    pub(super) hottest_cold: u8,
    /// Everything raised, and what else is near.
    pub(super) told: Vec<Told>,
}

/// Something that should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) what: String,
    pub(super) holds: bool,
    /// What came before the launch, in the story: good to have, and no verdict.
    pub(super) is_story: bool,
}

impl Check {
    fn new(what: impl Into<String>, holds: bool) -> Self {
        Self { what: what.into(), holds, is_story: false }
    }
}

/// Returns the folder that holds the labelled logs; `None` where there is none.
pub(super) fn folder(root: &Path) -> Option<PathBuf> {
    let shared = env::var_os("MINETRAIL_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let folder = shared.join("corpora");
    folder.join("truth.tsv").is_file().then_some(folder)
}

/// Marks every set below `folder` whose name contains `wanted`.
pub(super) fn mark(folder: &Path, wanted: &str) -> Result<Vec<Marked>> {
    let rows = rows::read(folder)?;
    let sets = sets::SETS.iter().filter(|set| set.name.contains(wanted));
    sets.map(|set| mark_set(folder, set, &rows)).collect()
}

fn mark_set(folder: &Path, set: &'static Set, rows: &[Row]) -> Result<Marked> {
    let read = set.read(folder)?;
    let findings = detect::judge(&read.facts, &[]);
    let rows: Vec<&Row> = rows.iter().filter(|row| row.set == set.name).collect();
    let mut checks: Vec<Check> = rows.iter().filter_map(|row| check(row, &findings)).collect();
    checks.extend(expected::of_set(set.name, &rows, &findings));
    let raised =
        |kind| findings.iter().filter(move |finding| finding.kind == kind && finding.certainty >= RAISED);
    let cold =
        findings.iter().filter(|finding| finding.certainty < RAISED).max_by_key(|finding| finding.score.sum);
    Ok(Marked {
        set: set.name,
        objects: read.objects,
        records: read.records,
        rejected: read.rejected,
        checks,
        mining: raised(Kind::MiningLaunch).count(),
        misuses: raised(Kind::CredentialMisuse).count(),
        hottest_cold: cold.map_or(0, |finding| finding.certainty),
        told: findings
            .iter()
            .filter(|finding| finding.certainty >= RAISED)
            .chain(cold)
            .map(Told::of)
            .collect(),
    })
}

/// Returns what should be so of one row; `None` where its label is not about this trail.
fn check(row: &Row, findings: &[Finding]) -> Option<Check> {
    let of =
        |kind| findings.iter().filter(move |finding| finding.kind == kind && finding.certainty >= RAISED);
    let (mut mining, mut misuses) = (of(Kind::MiningLaunch), of(Kind::CredentialMisuse));
    let holds = match row.label {
        Label::Launch => mining.any(|finding| row.is_in(finding)),
        Label::Precursor => mining.any(|finding| row.is_shown_by(finding) || row.is_in_a_run_of(finding)),
        Label::Theft => {
            misuses.any(|finding| row.is_in(finding)) && !mining.any(|finding| row.is_shown_by(finding))
        }
        Label::QuietLaunch => return Some(quiet(row, mining.chain(misuses))),
        Label::Watch => !mining.any(|finding| row.is_in(finding)),
        Label::Other => return None,
    };
    Some(Check { is_story: row.label == Label::Precursor, ..Check::new(row.to_string(), holds) })
}

fn quiet<'a>(row: &Row, raised: impl Iterator<Item = &'a Finding>) -> Check {
    let rules: Vec<&str> = raised.flat_map(|finding| row.proves(finding)).collect();
    let by =
        if rules.is_empty() { String::new() } else { format!(", taken as proof by {}", rules.join(", ")) };
    Check::new(format!("{row}{by}"), rules.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The labelled logs, where they are at hand.
    fn at_hand() -> Option<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in a workspace");
        let folder = folder(root);
        if folder.is_none() {
            eprintln!(
                "skipped: the labelled public logs are not at hand (MINETRAIL_SHARED may name their folder)"
            );
        }
        folder
    }

    #[test]
    fn every_set_is_read_whole_and_every_row_has_its_set() {
        let Some(folder) = at_hand() else { return };
        for set in sets::SETS {
            assert_eq!(set.read(&folder).unwrap().objects.1, 0, "{}", set.name);
        }
        for row in rows::read(&folder).unwrap() {
            assert!(sets::SETS.iter().any(|set| set.name == row.set), "{row}");
        }
    }

    #[test]
    fn rows_about_the_trail_become_checks() {
        let Some(folder) = at_hand() else { return };
        let marked = mark(&folder, "otrf").unwrap();
        assert_eq!((marked.len(), marked[0].objects, marked[0].records), (1, (1, 0), 103));
        // Eleven rows of one theft, and that there is no mining.
        assert_eq!(marked[0].checks.len(), 12);
    }
}
