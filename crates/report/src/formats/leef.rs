//! LEEF:2.0 with tabs, one finding a line.
//!
//! LEEF has no escape: a value must not hold the delimiter. Hidden characters, the tab and
//! line breaks among them, are shown by their number, so none does.
//!
//! Blind spots: no syslog header; the sender adds its own, or takes the syslog format.

use std::fmt::Write;

use detect::Finding;

use super::shown::{joined, visible, visible_cut};
use super::{Context, PRODUCT, brief};
use crate::order::by_urgency;
use crate::words::word;

/// The longest text, in UTF-16 units. Receivers cut a line at 8 KB as they come installed.
const TEXT_UNITS_MAX: usize = 1_000;
/// The longest list.
const LIST_UNITS_MAX: usize = 800;
/// The longest name.
const NAME_UNITS_MAX: usize = 255;

/// Returns one line for each finding.
#[must_use]
pub fn leef(findings: &[Finding], context: &Context<'_>) -> String {
    let mut text = String::new();
    for finding in by_urgency(findings) {
        let version = visible(context.version).replace('|', "\\u{7c}");
        let kind = word(&finding.kind);
        write!(text, "LEEF:2.0|{PRODUCT}|{PRODUCT}|{version}|{kind}|x09|").expect("a string takes all text");
        let fields = fields(finding, context).into_iter().filter(|(_, value)| !value.trim().is_empty());
        let written: Vec<String> = fields.map(|(key, value)| format!("{key}={value}")).collect();
        text.push_str(&written.join("\t"));
        text.push('\n');
    }
    text
}

/// Returns keys and visible values: LEEF's own keys first, then ours.
fn fields(finding: &Finding, context: &Context<'_>) -> Vec<(&'static str, String)> {
    let launches = &finding.launches;
    let hands = brief::hands(finding);
    let types =
        joined(&launches.types, ",", LIST_UNITS_MAX, |(unit, number)| format!("{}:{number}", visible(unit)));
    let user = hands.first().map_or("", |principal| brief::short_name(&principal.arn));
    let source = brief::addresses(finding).first().map(ToString::to_string).unwrap_or_default();
    let suppressed = finding.suppressed.as_ref();
    vec![
        ("cat", brief::category(finding.kind).to_owned()),
        ("sev", brief::out_of_ten(finding.severity).to_string()),
        ("devTime", context.now.to_string()),
        ("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ssX".to_owned()),
        ("src", source),
        ("usrName", visible_cut(user, NAME_UNITS_MAX)),
        ("externalId", visible_cut(&finding.id, NAME_UNITS_MAX)),
        ("firstSeen", finding.first_seen.to_string()),
        ("lastSeen", finding.last_seen.to_string()),
        ("outcome", word(&finding.outcome)),
        ("urgency", finding.urgency.to_string()),
        ("certainty", finding.certainty.to_string()),
        ("threat", finding.threat.to_string()),
        ("usdPerHour", finding.cost.per_hour.to_string()),
        ("usdSoFar", finding.cost.so_far.to_string()),
        ("started", launches.started.to_string()),
        ("refused", launches.refused.to_string()),
        ("accounts", list(&launches.accounts)),
        ("regions", list(&launches.regions)),
        ("types", types),
        ("principals", list(hands.iter().map(|principal| &principal.arn))),
        ("accessKeys", list(brief::access_keys(finding))),
        ("origins", list(finding.origins.iter().map(|origin| &origin.address))),
        ("originNetworks", brief::origin_networks(finding, LIST_UNITS_MAX)),
        ("instances", list(&launches.instances)),
        ("attack", list(&finding.attack.v19)),
        ("suppressedBy", visible_cut(suppressed.map_or("", |suppressed| &suppressed.by), NAME_UNITS_MAX)),
        (
            "suppressedReason",
            visible_cut(suppressed.map_or("", |suppressed| &suppressed.reason), TEXT_UNITS_MAX),
        ),
        ("msg", visible_cut(&finding.summary, TEXT_UNITS_MAX)),
    ]
}

fn list<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> String {
    joined(entries, ",", LIST_UNITS_MAX, |entry| visible_cut(entry.as_ref(), NAME_UNITS_MAX))
}
