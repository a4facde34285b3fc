//! OCSF Detection Finding (class 2004), one event a line: 1.8.0, and 1.3.0 for Security Lake.
//!
//! Security Lake takes custom sources in OCSF 1.3 and older, as Parquet; this writes the
//! events, and the loader of the lake turns them into columns. The two versions differ in
//! what 1.3 does not know: `is_alert`, roles of resources, credentials as a list.
//!
//! What OCSF has no word for (signals, cost, what was launched) stands in `unmapped`, in the
//! contract's own words.
//!
//! Blind spots: no status but new and suppressed, because a scan does not know what became of
//! a finding; an earlier scan's finding is told as an update only by its revision.

use detect::Finding;
use detect::finding::{Kind, Origin, Principal, Role, Severity};
use event::Time;
use serde_json::{Map, Value, json};

use super::shown::cut;
use super::{Context, PRODUCT, brief, compact, line};
use crate::order::by_urgency;
use crate::words::word;

/// How many principals, and addresses, become evidence; and how many resources are named.
///
/// Fewer, and a fleet's machines are missed by a look-up in the lake; more, and one event is
/// larger than the page of 1 MB that a lake's files are made of.
const NAMED_MAX: usize = 100;
/// How many records are named as proof.
const EVENTS_MAX: usize = 200;
/// The longest text, in UTF-16 units.
const UNITS_MAX: usize = 2_000;
/// How many bytes of the finding's own contract are carried along.
const UNMAPPED_BYTES_MAX: usize = 64_000;

/// Which version of the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    /// The newest that Security Lake takes.
    Lake,
    /// The newest.
    Newest,
}

/// Returns Detection Findings of OCSF 1.8.0, one a line.
#[must_use]
pub fn ocsf(findings: &[Finding], context: &Context<'_>) -> String {
    by_urgency(findings)
        .into_iter()
        .map(|finding| line(&detection(finding, context, Version::Newest)))
        .collect()
}

/// Returns Detection Findings of OCSF 1.3.0, for Security Lake, one a line.
#[must_use]
pub fn ocsf_1_3(findings: &[Finding], context: &Context<'_>) -> String {
    by_urgency(findings)
        .into_iter()
        .map(|finding| line(&detection(finding, context, Version::Lake)))
        .collect()
}

fn detection(finding: &Finding, context: &Context<'_>, version: Version) -> Value {
    let is_new = finding.revision <= 1;
    let (activity_id, activity) = if is_new { (1, "Create") } else { (2, "Update") };
    let (status_id, status) = if finding.suppressed.is_some() { (3, "Suppressed") } else { (1, "New") };
    let (severity_id, severity) = severity(finding.severity);
    let mut event = json!({
        "activity_id": activity_id,
        "activity_name": activity,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200_400 + activity_id,
        "type_name": format!("Detection Finding: {activity}"),
        "time": milliseconds(context.now),
        "start_time": milliseconds(finding.first_seen),
        "end_time": milliseconds(finding.last_seen),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "message": cut(&finding.summary, UNITS_MAX),
        "metadata": metadata(finding, context, version),
        "cloud": cloud(finding),
        "finding_info": info(finding, context),
        "evidences": evidences(finding, version),
        "resources": resources(finding, version),
        "observables": observables(finding),
        "unmapped": compact::compact(finding, UNMAPPED_BYTES_MAX),
    });
    let fields = event.as_object_mut().expect("an object was built");
    levels(fields, finding);
    if let Some(suppressed) = &finding.suppressed {
        let why = format!("{}: {}", suppressed.by, suppressed.reason);
        fields.insert("status_detail".to_owned(), cut(&why, UNITS_MAX).into());
    } else if version == Version::Newest && is_new {
        // The class asks for an alert only where something new is told.
        fields.insert("is_alert".to_owned(), true.into());
    }
    if !finding.actions.is_empty() {
        let steps = cut(&brief::steps(&finding.actions, str::to_owned), UNITS_MAX);
        fields.insert("remediation".to_owned(), json!({ "desc": steps }));
    }
    event
}

/// Adds certainty, threat and urgency as confidence, impact and risk.
fn levels(fields: &mut Map<String, Value>, finding: &Finding) {
    let (confidence_id, confidence) = match finding.certainty {
        0..34 => (1, "Low"),
        34..67 => (2, "Medium"),
        _ => (3, "High"),
    };
    let (impact_id, impact) = match finding.threat {
        0..25 => (1, "Low"),
        25..50 => (2, "Medium"),
        50..75 => (3, "High"),
        _ => (4, "Critical"),
    };
    let (risk_level_id, risk_level) = match severity(finding.severity) {
        (1, _) => (0, "Info"),
        (id, name) => (id - 1, name),
    };
    let told = json!({
        "confidence_id": confidence_id,
        "confidence": confidence,
        "confidence_score": finding.certainty,
        "impact_id": impact_id,
        "impact": impact,
        "impact_score": finding.threat,
        "risk_level_id": risk_level_id,
        "risk_level": risk_level,
        "risk_score": finding.urgency,
    });
    fields.extend(told.as_object().cloned().unwrap_or_default());
}

fn severity(severity: Severity) -> (i64, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn milliseconds(time: Time) -> i64 {
    time.seconds().saturating_mul(1_000)
}

fn metadata(finding: &Finding, context: &Context<'_>, version: Version) -> Value {
    json!({
        "version": match version {
            Version::Lake => "1.3.0",
            Version::Newest => "1.8.0",
        },
        "uid": format!("{}/{}", cut(&finding.id, 200), finding.revision),
        "profiles": ["cloud"],
        "product": { "name": PRODUCT, "vendor_name": PRODUCT, "version": context.version },
        "log_name": finding.schema,
        "log_provider": PRODUCT,
        "event_code": word(&finding.kind),
        "original_time": finding.fired_at,
    })
}

fn cloud(finding: &Finding) -> Value {
    let mut cloud = json!({ "provider": "AWS" });
    if let Some(region) = brief::region(finding) {
        cloud["region"] = region.into();
    }
    if let Some(account) = brief::account(finding) {
        cloud["account"] = account_of(account);
    }
    cloud
}

fn account_of(account: &str) -> Value {
    json!({ "uid": cut(account, UNITS_MAX), "type_id": 10, "type": "AWS Account" })
}

fn info(finding: &Finding, context: &Context<'_>) -> Value {
    let proofs = brief::proofs(finding);
    // An API Activity of OCSF is what these records become in a lake.
    let related: Vec<Value> = proofs
        .iter()
        .take(EVENTS_MAX)
        .map(|event| json!({ "uid": cut(event, UNITS_MAX), "type_uid": 600_399 }))
        .collect();
    let attacks: Vec<Value> = brief::techniques(finding).into_iter().map(attack).collect();
    let kind = match finding.kind {
        Kind::MiningLaunch | Kind::MiningTraffic => "Effects/Resource Consumption/Cryptomining",
        Kind::CredentialMisuse => "TTPs/Credential Access",
    };
    json!({
        "uid": cut(&finding.id, UNITS_MAX),
        "title": cut(&finding.title, UNITS_MAX),
        "desc": cut(&finding.summary, UNITS_MAX),
        "types": [kind],
        "created_time": milliseconds(finding.fired_at),
        "modified_time": milliseconds(context.now),
        "first_seen_time": milliseconds(finding.first_seen),
        "last_seen_time": milliseconds(finding.last_seen),
        "data_sources": ["AWS CloudTrail"],
        "analytic": {
            "uid": word(&finding.kind),
            "name": brief::kind_name(finding.kind),
            "type_id": 2,
            "type": "Behavioral",
            "version": context.version,
        },
        "attacks": attacks,
        "related_events": related,
    })
}

fn attack(id: &str) -> Value {
    let mut attack = json!({ "version": "19", "technique": { "uid": brief::parent_technique(id) } });
    if id.contains('.') {
        attack["sub_technique"] = json!({ "uid": id, "src_url": brief::technique_url(id) });
    } else {
        attack["technique"]["src_url"] = brief::technique_url(id).into();
    }
    attack
}

fn evidences(finding: &Finding, version: Version) -> Vec<Value> {
    let hands = brief::hands(finding).into_iter().take(NAMED_MAX).map(|principal| hand(principal, version));
    hands.chain(finding.origins.iter().take(NAMED_MAX).map(origin)).collect()
}

fn hand(principal: &Principal, version: Version) -> Value {
    // Services have a type of their own since 1.4.
    let (type_id, kind) = match (principal.role, version) {
        (Role::Service, Version::Newest) => (4, "Service"),
        (Role::Service, Version::Lake) => (99, "AWS service"),
        (Role::Actor | Role::Origin, _) => (99, "AWS principal"),
    };
    let mut user = json!({
        "uid": cut(&principal.arn, UNITS_MAX),
        "name": cut(brief::short_name(&principal.arn), UNITS_MAX),
        "type_id": type_id,
        "type": kind,
    });
    if !principal.account.is_empty() {
        user["account"] = account_of(&principal.account);
    }
    let keys = principal.access_keys.iter().take(NAMED_MAX).map(|key| cut(key, UNITS_MAX));
    match version {
        Version::Newest => {
            user["programmatic_credentials"] =
                keys.map(|uid| json!({ "uid": uid, "type": "AWS access key" })).collect();
        }
        Version::Lake => {
            if let Some(key) = keys.into_iter().next() {
                user["credential_uid"] = key.into();
            }
        }
    }
    json!({
        "actor": { "user": user },
        "data": {
            "role": word(&principal.role),
            "access_keys": principal.access_keys.len(),
            "instance_id": principal.instance_id.as_ref().map(|id| cut(id, UNITS_MAX)),
            "attribution": principal.attribution,
        },
    })
}

fn origin(origin: &Origin) -> Value {
    // What is no address (a service's host name, or anything else) has a name.
    let field = if origin.address.parse::<std::net::IpAddr>().is_ok() { "ip" } else { "name" };
    let mut told = json!({
        "src_endpoint": { field: cut(&origin.address, UNITS_MAX) },
        "data": { "network": cut(&origin.network, UNITS_MAX), "kind": word(&origin.kind) },
    });
    if let Some(system) = &origin.autonomous_system {
        told["src_endpoint"]["autonomous_system"] = json!({ "number": system.number });
        if !system.name.is_empty() {
            told["src_endpoint"]["autonomous_system"]["name"] = cut(&system.name, UNITS_MAX).into();
        }
    }
    if let Some(region) = &origin.aws_region {
        told["data"]["aws_region"] = cut(region, UNITS_MAX).into();
    }
    told
}

fn resources(finding: &Finding, version: Version) -> Vec<Value> {
    let place = brief::only_place(finding);
    let machines = finding.launches.instances.iter().take(NAMED_MAX).map(|id| {
        let mut machine = json!({
            "uid": cut(&brief::instance_arn(finding, id).unwrap_or_else(|| id.clone()), UNITS_MAX),
            "name": cut(id, UNITS_MAX),
            "type": "AWS::EC2::Instance",
        });
        if let Some((_, region)) = place {
            machine["region"] = region.into();
        }
        machine
    });
    let respawners = finding.launches.respawners.iter().take(NAMED_MAX).map(|respawner| {
        json!({
            "uid": cut(&respawner.name, UNITS_MAX),
            "name": cut(&respawner.name, UNITS_MAX),
            "type": word(&respawner.kind),
            "region": cut(&respawner.region, UNITS_MAX),
            "data": { "account": cut(&respawner.account, UNITS_MAX), "max": respawner.max, "ended": respawner.ended },
        })
    });
    let mut resources: Vec<Value> = machines.chain(respawners).collect();
    if version == Version::Newest {
        for resource in &mut resources {
            resource["role_id"] = 3.into();
            resource["role"] = "Affected".into();
        }
    }
    resources
}

fn observables(finding: &Finding) -> Vec<Value> {
    let addresses = brief::addresses(finding).into_iter().take(NAMED_MAX).map(|address| {
        json!({ "name": "evidences.src_endpoint.ip", "type_id": 2, "type": "IP Address", "value": address.to_string() })
    });
    let machines = finding.launches.instances.iter().take(NAMED_MAX).map(|id| {
        json!({ "name": "resources.name", "type_id": 10, "type": "Resource UID", "value": cut(id, UNITS_MAX) })
    });
    addresses.chain(machines).collect()
}
