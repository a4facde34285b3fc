//! Elastic Common Schema: one alert a line, for a bulk import or a file-reading agent.
//!
//! ECS says which fields are lists; a list where a word is due breaks the mapping of an index,
//! and so does an address field with a host name. What ECS has no field for stands under
//! `minetrail.finding`, in the contract's own words.
//!
//! Blind spots: `event.original` is left out, since a finding is made of many records.

use detect::Finding;
use detect::finding::Outcome;
use serde_json::{Value, json};

use super::shown::cut;
use super::{Context, PRODUCT, brief, compact, line};
use crate::order::by_urgency;
use crate::words::word;

/// The version of the schema.
const ECS_VERSION: &str = "9.4.0";

/// The longest keyword, in UTF-16 units. Elasticsearch does not index what is longer than 1,024 characters.
const KEYWORD_UNITS_MAX: usize = 1_024;
/// The longest text.
const TEXT_UNITS_MAX: usize = 4_000;
/// How many entries of a list. Fewer, and a search for a machine misses the finding; more, and
/// one alert is larger than an agent's line.
const ENTRIES_MAX: usize = 1_000;
/// How many bytes of the finding's own contract are carried along.
const OWN_BYTES_MAX: usize = 128_000;

/// Returns alerts, one a line.
#[must_use]
pub fn ecs(findings: &[Finding], context: &Context<'_>) -> String {
    by_urgency(findings).into_iter().map(|finding| line(&alert(finding, context))).collect()
}

fn alert(finding: &Finding, context: &Context<'_>) -> Value {
    let mut alert = json!({
        "@timestamp": context.now,
        "ecs": { "version": ECS_VERSION },
        "message": cut(&finding.summary, TEXT_UNITS_MAX),
        "tags": if finding.suppressed.is_some() { vec![PRODUCT, "suppressed"] } else { vec![PRODUCT] },
        "event": event(finding),
        "rule": {
            "id": word(&finding.kind),
            "name": brief::kind_name(finding.kind),
            "version": context.version,
            "author": [PRODUCT],
        },
        "cloud": cloud(finding),
        "related": related(finding),
        "observer": { "vendor": PRODUCT, "product": PRODUCT, "type": "detector", "version": context.version },
        "minetrail": { "finding": compact::compact(finding, OWN_BYTES_MAX) },
    });
    let ids: Vec<&str> = brief::techniques(finding).into_iter().collect();
    if !ids.is_empty() {
        alert["threat"] = threat(&ids);
    }
    if let Some(principal) = brief::hands(finding).first() {
        alert["user"] = json!({
            "id": cut(&principal.arn, KEYWORD_UNITS_MAX),
            "name": cut(brief::short_name(&principal.arn), KEYWORD_UNITS_MAX),
        });
    }
    if let Some(origin) = finding.origins.first() {
        alert["source"] = json!({ "address": cut(&origin.address, KEYWORD_UNITS_MAX) });
        if origin.address.parse::<std::net::IpAddr>().is_ok() {
            alert["source"]["ip"] = origin.address.clone().into();
        }
        if let Some(system) = &origin.autonomous_system {
            alert["source"]["as"] = json!({ "number": system.number });
            if !system.name.is_empty() {
                alert["source"]["as"]["organization"] =
                    json!({ "name": cut(&system.name, KEYWORD_UNITS_MAX) });
            }
        }
    }
    alert
}

fn event(finding: &Finding) -> Value {
    let outcome = match finding.outcome {
        Outcome::Running | Outcome::Ended => "success",
        Outcome::Refused => "failure",
        Outcome::DryRun | Outcome::Mixed => "unknown",
    };
    let reasons = finding.signals.iter().take(3).map(|signal| signal.sentence.as_str());
    json!({
        "kind": "alert",
        "category": ["intrusion_detection"],
        "type": ["info"],
        "action": word(&finding.kind),
        "outcome": outcome,
        "module": PRODUCT,
        "dataset": "minetrail.finding",
        "provider": PRODUCT,
        "code": word(&finding.kind),
        "id": cut(&finding.id, KEYWORD_UNITS_MAX),
        "severity": finding.urgency,
        "risk_score": f64::from(finding.urgency),
        "risk_score_norm": f64::from(finding.urgency),
        "created": finding.fired_at,
        "start": finding.first_seen,
        "end": finding.last_seen,
        "reason": cut(&reasons.collect::<Vec<_>>().join("; "), KEYWORD_UNITS_MAX),
    })
}

fn cloud(finding: &Finding) -> Value {
    let mut cloud = json!({ "provider": "aws" });
    if let Some(account) = brief::account(finding) {
        cloud["account"] = json!({ "id": account });
    }
    if let Some(region) = brief::region(finding) {
        cloud["region"] = region.into();
    }
    if let [only] = &finding.launches.instances[..] {
        cloud["instance"] = json!({ "id": cut(only, KEYWORD_UNITS_MAX) });
    }
    if let Some(unit) = brief::only_type(finding) {
        cloud["machine"] = json!({ "type": cut(unit, KEYWORD_UNITS_MAX) });
    }
    cloud
}

fn threat(ids: &[&str]) -> Value {
    let mut parents: Vec<&str> = ids.iter().map(|id| brief::parent_technique(id)).collect();
    parents.dedup();
    let children: Vec<&str> = ids.iter().copied().filter(|id| id.contains('.')).collect();
    let urls = |ids: &[&str]| ids.iter().map(|id| brief::technique_url(id)).collect::<Vec<_>>();
    let mut technique = json!({ "id": parents, "reference": urls(&parents) });
    if !children.is_empty() {
        technique["subtechnique"] = json!({ "id": children, "reference": urls(&children) });
    }
    json!({ "framework": "MITRE ATT&CK", "technique": technique })
}

/// Returns what a search starts from. `hosts` names the first machines; all are counted under `minetrail`.
fn related(finding: &Finding) -> Value {
    let names = brief::hands(finding).into_iter().map(|principal| brief::short_name(&principal.arn));
    let mut users: Vec<String> =
        names.chain(brief::access_keys(finding)).map(|name| cut(name, KEYWORD_UNITS_MAX)).collect();
    users.sort();
    users.dedup();
    users.truncate(ENTRIES_MAX);
    let hosts = finding.launches.instances.iter().take(ENTRIES_MAX).map(|id| cut(id, KEYWORD_UNITS_MAX));
    let addresses =
        brief::addresses(finding).into_iter().take(ENTRIES_MAX).map(|address| address.to_string());
    json!({
        "ip": addresses.collect::<Vec<_>>(),
        "user": users,
        "hosts": hosts.collect::<Vec<_>>(),
    })
}
