//! Syslog as RFC 5424 has it, one message a line.
//!
//! Facility 13 (log audit); the severity follows ours. The facts stand in structured data,
//! where `"`, `\` and `]` are escaped; the message is the title, in UTF-8 with its mark.
//! Hidden characters are shown by their number, so a message is always one line.
//!
//! Blind spots: the host name is nil, because nobody is asked for one; framing (a line, or
//! octet counting over TLS) is the sender's. The SD-ID uses 32473, the enterprise number for
//! documentation, until we have our own.

use std::fmt::Write;

use detect::Finding;
use detect::finding::Severity;

use super::shown::{joined, visible_cut};
use super::{Context, PRODUCT, brief};
use crate::order::by_urgency;
use crate::words::word;

/// "Log audit".
const FACILITY: u8 = 13;
/// The name of our structured data.
const SD_ID: &str = "minetrail@32473";
/// The longest value, in UTF-16 units. Every receiver takes 480 octets and should take 2,048;
/// most take 8 KB, which a message keeps below.
const VALUE_UNITS_MAX: usize = 255;
/// The longest title.
const TITLE_UNITS_MAX: usize = 480;

/// Returns one message for each finding.
#[must_use]
pub fn syslog(findings: &[Finding], context: &Context<'_>) -> String {
    let mut text = String::new();
    for finding in by_urgency(findings) {
        let priority = FACILITY * 8 + severity(finding.severity);
        let kind = word(&finding.kind);
        write!(text, "<{priority}>1 {} - {PRODUCT} - {kind} [{SD_ID}", context.now)
            .expect("a string takes all text");
        for (name, value) in data(finding, context) {
            if !value.is_empty() {
                write!(text, " {name}=\"{}\"", escaped(&value)).expect("a string takes all text");
            }
        }
        writeln!(text, "] \u{feff}{}", visible_cut(&finding.title, TITLE_UNITS_MAX))
            .expect("a string takes all text");
    }
    text
}

fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Informational => 6,
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]")
}

fn data(finding: &Finding, context: &Context<'_>) -> Vec<(&'static str, String)> {
    let launches = &finding.launches;
    let arns = brief::hands(finding).into_iter().map(|principal| &principal.arn);
    vec![
        ("version", visible_cut(context.version, VALUE_UNITS_MAX)),
        ("id", visible_cut(&finding.id, VALUE_UNITS_MAX)),
        ("revision", finding.revision.to_string()),
        ("severity", word(&finding.severity)),
        ("urgency", finding.urgency.to_string()),
        ("certainty", finding.certainty.to_string()),
        ("threat", finding.threat.to_string()),
        ("outcome", word(&finding.outcome)),
        ("firstSeen", finding.first_seen.to_string()),
        ("lastSeen", finding.last_seen.to_string()),
        ("accounts", list(&launches.accounts)),
        ("regions", list(&launches.regions)),
        ("principals", list(arns)),
        ("accessKeys", list(brief::access_keys(finding))),
        ("origins", list(finding.origins.iter().map(|origin| &origin.address))),
        ("originNetworks", brief::origin_networks(finding, VALUE_UNITS_MAX)),
        ("started", launches.started.to_string()),
        ("refused", launches.refused.to_string()),
        ("usdPerHour", finding.cost.per_hour.to_string()),
        ("usdSoFar", finding.cost.so_far.to_string()),
        (
            "suppressedBy",
            visible_cut(finding.suppressed.as_ref().map_or("", |suppressed| &suppressed.by), VALUE_UNITS_MAX),
        ),
    ]
}

fn list<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> String {
    joined(entries, ",", VALUE_UNITS_MAX, |entry| visible_cut(entry.as_ref(), VALUE_UNITS_MAX))
}
