//! CEF:0, one finding a line.
//!
//! The header is our own words: the name is the same for all findings of a kind, so that a
//! console groups by it; what happened stands in `msg`. In the extension `\` and `=` are
//! escaped; hidden characters are shown by their number, so there is no line break to escape.
//! Lengths are those of the ArcSight dictionary.
//!
//! Blind spots: CEF has one source address; `flexString1` lists all.

use std::fmt::Write;

use detect::Finding;
use event::Time;

use super::shown::{joined, visible, visible_cut};
use super::{Context, PRODUCT, brief};
use crate::order::by_urgency;
use crate::words::word;

/// The longest `msg`, name or id, in UTF-16 units.
const TEXT_UNITS_MAX: usize = 1_023;
/// The longest `cs1` to `cs6`. The dictionary takes 4,000; syslog receivers cut whole lines at 8 KB.
const CUSTOM_UNITS_MAX: usize = 1_000;
/// The longest user name, and key.
const NAME_UNITS_MAX: usize = 255;

/// A key of the extension and its raw value.
type Field = (&'static str, String);

/// Returns one line for each finding.
#[must_use]
pub fn cef(findings: &[Finding], context: &Context<'_>) -> String {
    let mut text = String::new();
    for finding in by_urgency(findings) {
        let header = [
            PRODUCT,
            PRODUCT,
            context.version,
            &word(&finding.kind),
            brief::kind_name(finding.kind),
            &brief::out_of_ten(finding.severity).to_string(),
        ];
        text.push_str("CEF:0");
        for part in header {
            write!(text, "|{}", visible(part).replace('\\', "\\\\").replace('|', "\\|"))
                .expect("a string takes all text");
        }
        text.push('|');
        let fields = fields(finding, context).into_iter().filter(|(_, value)| !value.trim().is_empty());
        let written: Vec<String> = fields.map(|(key, value)| format!("{key}={}", escaped(&value))).collect();
        text.push_str(&written.join(" "));
        text.push('\n');
    }
    text
}

/// Escapes a value of the extension. A blank at its end would be taken for the separator.
fn escaped(value: &str) -> String {
    value.trim().replace('\\', "\\\\").replace('=', "\\=")
}

fn fields(finding: &Finding, context: &Context<'_>) -> Vec<Field> {
    let launches = &finding.launches;
    let mut fields = vec![
        ("rt", milliseconds(context.now)),
        ("start", milliseconds(finding.first_seen)),
        ("end", milliseconds(finding.last_seen)),
        ("externalId", visible_cut(&finding.id, 40)),
        ("cat", brief::category(finding.kind).to_owned()),
        ("outcome", word(&finding.outcome)),
        ("cnt", launches.started.to_string()),
        ("msg", visible_cut(&finding.summary, TEXT_UNITS_MAX)),
    ];
    fields.extend(who(finding));
    let types = joined(&launches.types, ",", CUSTOM_UNITS_MAX, |(unit, number)| {
        format!("{}:{number}", visible(unit))
    });
    let customs = [
        ("cs1Label", "accounts", "cs1", list(&launches.accounts)),
        ("cs2Label", "regions", "cs2", list(&launches.regions)),
        ("cs3Label", "principals", "cs3", list(brief::hands(finding).iter().map(|principal| &principal.arn))),
        ("cs4Label", "instances", "cs4", list(&launches.instances)),
        ("cs5Label", "types", "cs5", types),
        ("cs6Label", "attack", "cs6", list(&finding.attack.v19)),
        (
            "flexString1Label",
            "origins",
            "flexString1",
            list(finding.origins.iter().map(|origin| &origin.address)),
        ),
        ("flexString2Label", "accessKeys", "flexString2", list(brief::access_keys(finding))),
        ("cn1Label", "urgency", "cn1", finding.urgency.to_string()),
        ("cn2Label", "certainty", "cn2", finding.certainty.to_string()),
        ("cn3Label", "threat", "cn3", finding.threat.to_string()),
        ("cfp1Label", "usdPerHour", "cfp1", finding.cost.per_hour.to_string()),
        ("cfp2Label", "usdSoFar", "cfp2", finding.cost.so_far.to_string()),
    ];
    for (label, name, key, value) in customs {
        // A label without its value would say nothing.
        if !value.trim().is_empty() {
            fields.extend([(label, name.to_owned()), (key, value)]);
        }
    }
    // The dictionary has no key for whose network an address is in; one of our own carries our name.
    fields.push(("minetrailOriginNetworks", brief::origin_networks(finding, CUSTOM_UNITS_MAX)));
    fields
}

/// Returns the hand, its key and its address; and why the finding is suppressed.
fn who(finding: &Finding) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(principal) = brief::hands(finding).first() {
        fields.push(("suser", visible_cut(brief::short_name(&principal.arn), NAME_UNITS_MAX)));
        fields.extend(principal.access_keys.first().map(|key| ("suid", visible_cut(key, NAME_UNITS_MAX))));
    }
    if let Some(address) = brief::addresses(finding).first() {
        if address.is_ipv4() {
            fields.push(("src", address.to_string()));
        } else {
            fields.extend([("c6a2Label", "Source IPv6 Address".to_owned()), ("c6a2", address.to_string())]);
        }
    }
    if let Some(suppressed) = &finding.suppressed {
        let why = format!("suppressed by {}: {}", suppressed.by, suppressed.reason);
        fields.push(("reason", visible_cut(&why, TEXT_UNITS_MAX)));
    }
    fields
}

fn list<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> String {
    joined(entries, ",", CUSTOM_UNITS_MAX, |entry| visible_cut(entry.as_ref(), NAME_UNITS_MAX))
}

fn milliseconds(time: Time) -> String {
    time.seconds().saturating_mul(1_000).to_string()
}
