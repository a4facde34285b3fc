//! Counts what side logs hold: `read = kept + passed + rejected`, for each kind.
//!
//! A row that says nothing of interest (traffic inside, a name nobody mines at) is passed, not lost.

use std::collections::BTreeMap;

use event::side::{Fact, Source};
use serde::{Serialize, Serializer};

use crate::named::Named;
use crate::totals::Position;

/// The rows and messages of all side logs, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SideLogs(BTreeMap<Source, SideRows>);

/// The rows and messages of one kind of side log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideRows {
    kept: u64,
    passed: u64,
    rejected: BTreeMap<String, Named<Position>>,
    unknown_columns: u64,
}

/// What became of a row or message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideTaken {
    /// It became part of what is known.
    Kept,
    /// Nothing in it is of interest.
    Passed,
}

impl SideLogs {
    /// The kinds that were seen, and what became of their rows.
    pub fn iter(&self) -> impl Iterator<Item = (Source, &SideRows)> {
        self.0.iter().map(|(source, rows)| (*source, rows))
    }

    /// Returns how many rows and messages there were of all kinds.
    pub fn read(&self) -> u64 {
        self.0.values().map(SideRows::read).sum()
    }

    /// Returns how many of them could not be understood.
    pub fn rejected(&self) -> u64 {
        self.0.values().map(SideRows::rejected).sum()
    }

    pub(crate) fn of(&mut self, source: Source) -> &mut SideRows {
        self.0.entry(source).or_default()
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (source, rows) in other.0 {
            self.of(source).merge_from(rows);
        }
    }

    /// The kind that has most rows, where there is one.
    pub(crate) fn main(&self) -> Option<Source> {
        self.0
            .iter()
            .max_by_key(|(source, rows)| (rows.read(), std::cmp::Reverse(**source)))
            .map(|(source, _)| *source)
    }
}

impl SideRows {
    /// Returns how many there were, good or not.
    pub fn read(&self) -> u64 {
        self.kept + self.passed + self.rejected()
    }

    /// Returns how many became part of what is known.
    pub fn kept(&self) -> u64 {
        self.kept
    }

    /// Returns how many hold nothing of interest.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Returns how many could not be understood.
    pub fn rejected(&self) -> u64 {
        self.rejected.values().map(Named::count).sum()
    }

    /// Returns where those stand that could not be understood, by reason.
    pub fn rejected_by_reason(&self) -> &BTreeMap<String, Named<Position>> {
        &self.rejected
    }

    /// Returns how many columns, over all tables, have names that are not known.
    pub fn unknown_columns(&self) -> u64 {
        self.unknown_columns
    }

    pub(crate) fn take(&mut self, taken: SideTaken) {
        match taken {
            SideTaken::Kept => self.kept += 1,
            SideTaken::Passed => self.passed += 1,
        }
    }

    pub(crate) fn reject(&mut self, reason: impl ToString, position: Position) {
        self.rejected.entry(reason.to_string()).or_default().add(position);
    }

    pub(crate) fn reject_all(&mut self, reason: impl ToString, positions: Named<Position>) {
        self.rejected.entry(reason.to_string()).or_default().merge(positions);
    }

    pub(crate) fn note_unknown_columns(&mut self, count: usize) {
        self.unknown_columns += count as u64;
    }

    pub(crate) fn merge_from(&mut self, other: Self) {
        self.kept += other.kept;
        self.passed += other.passed;
        self.unknown_columns += other.unknown_columns;
        for (reason, positions) in other.rejected {
            self.reject_all(reason, positions);
        }
    }
}

impl Serialize for SideRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            read: u64,
            kept: u64,
            passed: u64,
            rejected: u64,
            rejected_by_reason: &'a BTreeMap<String, Named<Position>>,
            unknown_columns: u64,
        }
        Shown {
            read: self.read(),
            kept: self.kept,
            passed: self.passed,
            rejected: self.rejected(),
            rejected_by_reason: &self.rejected,
            unknown_columns: self.unknown_columns,
        }
        .serialize(serializer)
    }
}

/// Gives a fact to whoever takes it, and counts what became of it.
pub(crate) fn give<S: crate::ScanSink>(sink: &mut S, rows: &mut SideRows, fact: &Fact<'_>) {
    rows.take(sink.side(fact));
}
