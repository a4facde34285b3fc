//! The body of a Slack webhook: one message for all findings.
//!
//! All text is `plain_text`, which Slack neither formats nor links, with `& < >` escaped, so
//! nothing that a record wrote pings a channel or becomes a link. The fallback `text`, which
//! is shown in notifications and does get linked, holds our own words and numbers only.
//!
//! A message takes 50 blocks and, all in all, some 13,000 characters: the most urgent findings
//! are told, the others are counted.
//!
//! Blind spots: nothing is linked to a page, since a scan has none.

use detect::Finding;
use serde_json::{Value, json};

use super::shown::{joined, visible_cut};
use super::{Context, PRODUCT, brief};
use crate::numbers::{count, counted, dollars};
use crate::order::by_urgency;
use crate::words::word;

/// How many findings are told. Each takes four blocks of the 50, and more are not read in a chat.
const FINDINGS_MAX: usize = 8;
/// The most bytes of a body. Slack refuses messages from about 13,200 characters on.
const BODY_BYTES_MAX: usize = 12_000;
/// The longest header, in UTF-16 units; Slack takes 150, and `&` becomes five.
const HEADER_UNITS_MAX: usize = 120;
/// The longest summary.
const SUMMARY_UNITS_MAX: usize = 400;
/// The longest value in a field; Slack takes 2,000.
const FIELD_UNITS_MAX: usize = 90;

/// Returns the body.
#[must_use]
pub fn slack(findings: &[Finding], context: &Context<'_>) -> String {
    let raised: Vec<&Finding> = by_urgency(findings);
    let mut told = FINDINGS_MAX.min(raised.len());
    loop {
        let body = super::line(&message(&raised, told, context));
        if body.len() <= BODY_BYTES_MAX || told == 0 {
            return body;
        }
        told -= 1;
    }
}

fn message(findings: &[&Finding], told: usize, context: &Context<'_>) -> Value {
    let mut blocks: Vec<Value> = findings.iter().take(told).flat_map(|finding| blocks_of(finding)).collect();
    let left_out = findings.len() - told;
    if findings.is_empty() {
        blocks.push(section("No finding."));
    } else if left_out > 0 {
        let more = format!("… and {} not told here.", counted(left_out as u64, "more finding"));
        blocks.push(section(&more));
    }
    blocks.push(json!({
        "type": "context",
        "elements": [plain(&format!("{PRODUCT} {}, {}", context.version, context.now))],
    }));
    json!({ "text": fallback(findings), "unfurl_links": false, "unfurl_media": false, "blocks": blocks })
}

/// Returns what a notification shows: our own words and numbers.
fn fallback(findings: &[&Finding]) -> String {
    let Some(first) = findings.first() else { return format!("{PRODUCT}: no finding") };
    format!(
        "{PRODUCT}: {}, the most urgent {} {}: {}, {} an hour",
        counted(findings.len() as u64, "finding"),
        word(&first.severity).to_uppercase(),
        first.urgency,
        brief::kind_name(first.kind),
        dollars(first.cost.per_hour),
    )
}

fn blocks_of(finding: &Finding) -> [Value; 4] {
    let standing = if finding.suppressed.is_some() { " (suppressed)" } else { "" };
    let head = format!(
        "{} {}{standing}: {}",
        word(&finding.severity).to_uppercase(),
        finding.urgency,
        brief::kind_name(finding.kind)
    );
    [
        json!({ "type": "header", "text": plain(&visible_cut(&head, HEADER_UNITS_MAX)) }),
        section(&format!(
            "{}\n{}",
            visible_cut(&finding.title, SUMMARY_UNITS_MAX),
            visible_cut(&finding.summary, SUMMARY_UNITS_MAX)
        )),
        json!({ "type": "section", "fields": fields(finding) }),
        json!({
            "type": "context",
            "elements": [plain(&format!("finding {}, revision {}", visible_cut(&finding.id, FIELD_UNITS_MAX), finding.revision))],
        }),
    ]
}

/// Returns at most ten fields, which is what a section takes.
fn fields(finding: &Finding) -> Vec<Value> {
    let launches = &finding.launches;
    let list = |names: Vec<&str>| {
        joined(names, ", ", FIELD_UNITS_MAX, |name| visible_cut(name, FIELD_UNITS_MAX - 24))
    };
    let hands =
        brief::hands(finding).into_iter().map(|principal| brief::short_name(&principal.arn)).collect();
    let origins: Vec<String> = finding.origins.iter().map(brief::origin_told).collect();
    let machines = format!("{} started, {} refused", count(launches.started), count(launches.refused));
    let cost = format!("{} an hour, {} so far", dollars(finding.cost.per_hour), dollars(finding.cost.so_far));
    let suppressed =
        finding.suppressed.as_ref().map(|suppressed| visible_cut(&suppressed.by, FIELD_UNITS_MAX));
    let told = [
        ("Certainty", finding.certainty.to_string()),
        ("Machines", machines),
        ("Cost", cost),
        ("Accounts", list(launches.accounts.iter().map(String::as_str).collect())),
        ("Regions", list(launches.regions.iter().map(String::as_str).collect())),
        ("Who", list(hands)),
        ("From", list(origins.iter().map(String::as_str).collect())),
        ("Since", finding.first_seen.to_string()),
        ("Suppressed by", suppressed.unwrap_or_default()),
    ];
    let said = told.into_iter().filter(|(_, value)| !value.trim().is_empty());
    said.map(|(label, value)| plain(&format!("{label}\n{value}"))).collect()
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": plain(text) })
}

fn plain(text: &str) -> Value {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({ "type": "plain_text", "emoji": false, "text": escaped })
}
