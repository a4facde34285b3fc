//! Findings for machines: one document, or one finding a line.
//!
//! The finding's own contract ([`detect::finding::SCHEMA`]) is kept field by field: what is
//! added here is an envelope, and an order. Hostile characters are legal inside JSON strings
//! and harmless to a parser, but people pipe JSON to a terminal as well: they are written by
//! their number, which a parser reads as the same string.

use detect::Finding;
use serde::Serialize;

use crate::hidden::is_hidden;
use crate::order::by_urgency;
use crate::summary::Summary;

/// The document's name and version.
pub const REPORT_SCHEMA: &str = "minetrail.report/1";

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    findings: Vec<&'a Finding>,
    summary: &'a Summary,
}

/// Returns one document with the findings, by urgency and id, and the summary.
///
/// Everything that is handed in is told; thresholds are the caller's.
#[must_use]
pub fn json(findings: &[Finding], summary: &Summary) -> String {
    let report = Report { schema: REPORT_SCHEMA, findings: by_urgency(findings), summary };
    let text = serde_json::to_string_pretty(&report).expect("a report has only text keys");
    let mut text = by_number(&text);
    text.push('\n');
    text
}

/// Returns one line for each finding, by urgency and id; nothing for none.
#[must_use]
pub fn jsonl(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in by_urgency(findings) {
        let line = serde_json::to_string(finding).expect("a finding has only text keys");
        text.push_str(&by_number(&line));
        text.push('\n');
    }
    text
}

/// Returns the JSON `text` with every hidden character written as `\u….`
///
/// The serialiser has escaped the C0 controls, and what stands outside of strings is ASCII:
/// any other hidden character is inside a string, where the escape means the same.
pub(crate) fn by_number(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || !is_hidden(character) {
            shown.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            shown.push_str(&format!("\\u{unit:04x}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_parser_reads_the_same_string(raw in any::<String>()) {
            let text = by_number(&serde_json::to_string(&raw).unwrap());
            prop_assert!(!text.chars().any(is_hidden), "{text:?}");
            prop_assert_eq!(serde_json::from_str::<String>(&text).unwrap(), raw);
        }
    }
}
