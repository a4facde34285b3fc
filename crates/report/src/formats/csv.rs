//! CSV as RFC 4180 has it: a header, CRLF, quotes where they are needed; one finding a row.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and a
//! formula can run a program: such text is given a `'` in front. Hidden characters are shown by their number, so a row
//! is always one line. Lists are separated by spaces, and a space within an entry is shown as
//! `\u{20}`. Columns are only ever added, at the end.
//!
//! Blind spots: a spreadsheet that is told to split at something other than commas makes other
//! cells of it. Numbers are ours and never begin with such a character.

use std::fmt::Write;

use detect::Finding;

use super::shown::{joined, visible, visible_cut};
use super::{Context, brief};
use crate::order::by_urgency;
use crate::words::word;

/// The longest cell, in UTF-16 units. Spreadsheets take 32,767 characters and cut the rest in silence.
const CELL_UNITS_MAX: usize = 32_000;
/// The longest name in a list. Longer, and one made-up name is the whole list.
const ENTRY_UNITS_MAX: usize = 2_048;

/// A column's name and what it holds.
type Column = (&'static str, fn(&Finding) -> Cell);

/// What a cell holds.
enum Cell {
    /// Our own number or word, written as it is.
    Plain(String),
    /// Text that a record may have written.
    Text(String),
}

/// Returns a header and one row for each finding.
#[must_use]
pub fn csv(findings: &[Finding], _context: &Context<'_>) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut text = names.join(",");
    text.push_str("\r\n");
    for finding in by_urgency(findings) {
        for (place, (_, cell)) in COLUMNS.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            text.push_str(&written(cell(finding)));
        }
        text.push_str("\r\n");
    }
    text
}

/// The columns, in the order in which they are written.
const COLUMNS: &[Column] = &[
    ("id", |finding| raw(&finding.id)),
    ("revision", |finding| plain(finding.revision)),
    ("kind", |finding| plain(word(&finding.kind))),
    ("severity", |finding| plain(word(&finding.severity))),
    ("urgency", |finding| plain(finding.urgency)),
    ("certainty", |finding| plain(finding.certainty)),
    ("threat", |finding| plain(finding.threat)),
    ("outcome", |finding| plain(word(&finding.outcome))),
    ("suppressed_by", |finding| raw(finding.suppressed.as_ref().map_or("", |suppressed| &suppressed.by))),
    ("suppressed_reason", |finding| {
        raw(finding.suppressed.as_ref().map_or("", |suppressed| &suppressed.reason))
    }),
    ("title", |finding| raw(&finding.title)),
    ("summary", |finding| raw(&finding.summary)),
    ("root_cause", |finding| {
        plain(finding.root_cause.first().map(|share| word(&share.cause)).unwrap_or_default())
    }),
    ("first_seen", |finding| plain(finding.first_seen)),
    ("last_seen", |finding| plain(finding.last_seen)),
    ("fired_at", |finding| plain(finding.fired_at)),
    ("accounts", |finding| list(&finding.launches.accounts)),
    ("regions", |finding| list(&finding.launches.regions)),
    ("principals", |finding| list(brief::hands(finding).iter().map(|principal| &principal.arn))),
    ("access_keys", |finding| list(brief::access_keys(finding))),
    ("credential_instances", |finding| {
        list(finding.principals.iter().filter_map(|principal| principal.instance_id.as_ref()))
    }),
    ("origins", |finding| list(finding.origins.iter().map(|origin| &origin.address))),
    ("calls", |finding| plain(finding.launches.calls)),
    ("requested", |finding| plain(finding.launches.requested)),
    ("started", |finding| plain(finding.launches.started)),
    ("refused", |finding| plain(finding.launches.refused)),
    ("dry_run", |finding| plain(finding.launches.dry_run)),
    ("ended", |finding| plain(finding.launches.ended)),
    ("vcpus_started", |finding| plain(finding.launches.vcpus_started)),
    ("accelerators_started", |finding| plain(finding.launches.accelerators_started)),
    ("types", |finding| {
        counted(finding.launches.types.iter().map(|(unit, number)| (unit.as_str(), *number)))
    }),
    ("instances", |finding| list(&finding.launches.instances)),
    ("respawners", |finding| list(finding.launches.respawners.iter().map(|respawner| &respawner.name))),
    ("usd_per_hour", |finding| plain(finding.cost.per_hour)),
    ("usd_so_far", |finding| plain(finding.cost.so_far)),
    ("usd_next_24h", |finding| plain(finding.cost.next_24h)),
    ("rules", |finding| list(finding.signals.iter().map(|signal| signal.rule))),
    ("attack_v19", |finding| list(&finding.attack.v19)),
    ("caveats", |finding| {
        Cell::Text(joined(&finding.caveats, " ", CELL_UNITS_MAX, |caveat| visible(caveat)))
    }),
    // Columns are only ever added at the end.
    ("origin_networks", |finding| Cell::Text(brief::origin_networks(finding, CELL_UNITS_MAX))),
];

fn plain(value: impl ToString) -> Cell {
    Cell::Plain(value.to_string())
}

fn raw(text: &str) -> Cell {
    Cell::Text(visible_cut(text, CELL_UNITS_MAX))
}

fn list<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> Cell {
    Cell::Text(joined(entries, " ", CELL_UNITS_MAX, |entry| entry_of(entry.as_ref())))
}

fn counted<'a>(entries: impl Iterator<Item = (&'a str, u64)>) -> Cell {
    Cell::Text(joined(entries, " ", CELL_UNITS_MAX, |(name, number)| format!("{}={number}", entry_of(name))))
}

fn entry_of(raw: &str) -> String {
    visible_cut(raw, ENTRY_UNITS_MAX).replace(' ', "\\u{20}")
}

/// Returns a cell as it stands in the row.
fn written(cell: Cell) -> String {
    let text = match cell {
        Cell::Plain(text) => return text,
        Cell::Text(text) if is_formula(&text) => format!("'{text}"),
        Cell::Text(text) => text,
    };
    if !text.contains(['"', ',', '\r', '\n']) {
        return text;
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    write!(quoted, "\"{}\"", text.replace('"', "\"\"")).expect("a string takes all text");
    quoted
}

/// Whether a spreadsheet might compute `text`: also after spaces, and in full width.
fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}
