//! Findings told to a person at a terminal.
//!
//! The reader is tired and it is three in the morning. So each finding begins with the
//! verdict, goes on to numbers and reasons, and ends with what to do first, which is then
//! the nearest to the prompt. Everything that can be long is cut, says how much was left
//! out, and where all of it is.
//!
//! Blind spots: a terminal whose font draws ambiguous characters two columns wide shows the
//! bars too long; `ascii` is for it.

mod actions;
pub mod answers;
mod command;
mod coverage;
mod facts;
mod headline;
mod ink;
mod launches;
mod layout;
mod lineage;
mod references;
mod safe;
pub mod sheet;
mod standing;
mod summary;
mod timeline;
mod verify;
mod waterfall;

use detect::Finding;

use self::layout::{Page, faint};
pub use self::safe::visible;
pub use self::sheet::{Block, sheet};
use crate::numbers::counted;
use crate::order::by_urgency;
use crate::summary::Summary;

/// How many findings are told in full, the most urgent first.
///
/// Fewer, and an organisation under attack sees part of it; more, and nobody scrolls that
/// far: forty screens are a matter for `--format json`.
const FINDINGS_TOLD_MAX: usize = 40;

/// How much of an event id is told where space is tight.
const EVENT_ID_CHARS: usize = 8;

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The terminal's width. Pages are 72 to 160 columns wide, whatever is said here.
    pub columns: usize,
    /// Write colours.
    pub color: bool,
    /// Write links where a text has a page of its own, such as a technique of ATT&CK.
    pub hyperlinks: bool,
    /// Write nothing but ASCII; what has no like there becomes `?`.
    pub ascii: bool,
}

impl Style {
    /// `columns` wide, without colour or links.
    #[must_use]
    pub const fn plain(columns: usize) -> Self {
        Self { columns, color: false, hyperlinks: false, ascii: false }
    }
}

/// Returns the findings, the most urgent first, and the summary.
///
/// Findings below the summary's threshold are counted and not told; suppressed ones are told
/// in a line each. The text holds no control character except newlines and, where the style
/// asks for them, our own colours and links. No line is wider than the page, except that a
/// single word of a command is never broken.
#[must_use]
pub fn findings(findings: &[Finding], summary: &Summary, style: &Style) -> String {
    let mut page = Page::new(style);
    let threshold = summary.findings.min_certainty;
    let (raised, suppressed): (Vec<&Finding>, Vec<&Finding>) = by_urgency(findings)
        .into_iter()
        .filter(|finding| finding.certainty >= threshold)
        .partition(|finding| finding.suppressed.is_none());

    for finding in raised.iter().take(FINDINGS_TOLD_MAX) {
        tell(&mut page, finding);
    }
    tell_left_out(&mut page, 1, raised.len(), FINDINGS_TOLD_MAX, "finding");
    summary::tell(&mut page, &raised, &suppressed, summary);
    page.into_text()
}

fn tell(page: &mut Page<'_>, finding: &Finding) {
    page.rule();
    headline::tell(page, finding);
    facts::tell(page, finding);
    waterfall::tell(page, finding);
    standing::tell(page, finding);
    references::tell(page, finding);
    launches::tell(page, finding);
    lineage::tell(page, finding);
    timeline::tell(page, finding);
    verify::tell(page, finding);
    actions::tell(page, finding);
    page.blank();
}

/// Writes how many of `all` things are not told, and where all of them are; nothing where all are told.
fn tell_left_out(page: &mut Page<'_>, indent: usize, all: usize, told: usize, what: &str) {
    if let Some(number) = left_out(all, told) {
        page.wrapped(
            indent,
            vec![faint(format!("… and {}: --format json", counted(number, &format!("more {what}"))))],
        );
    }
}

/// Returns an event id: in full where `wide`, else its first eight characters, which is enough to find it.
fn event_id(id: &str, wide: bool) -> String {
    if wide {
        return safe::name(id);
    }
    // A reference into a side log says which, and is told whole.
    let is_word = |source: &str| source.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if id.split_once(':').is_some_and(|(source, _)| source != "content" && is_word(source)) {
        return safe::name(id);
    }
    // A record without an id is known by a hash; its prefix alone would tell nothing.
    let (prefix, rest) = id.strip_prefix("content:").map_or(("", id), |hash| ("content:", hash));
    prefix.chars().chain(rest.chars().take(EVENT_ID_CHARS)).collect()
}

/// Returns how many of `all` are left out when at most `told` are told; `None` for none.
fn left_out(all: usize, told: usize) -> Option<u64> {
    all.checked_sub(told).filter(|left_out| *left_out > 0).map(|left_out| left_out as u64)
}
