//! The shape of a GuardDuty finding, one a line, so that playbooks written for GuardDuty run.
//!
//! Nobody must take it for one of AWS's own: the type's name says `Minetrail`, and so does the
//! service's. What the shape has no field for is a JSON text in `service.additionalInfo.value`.
//!
//! Blind spots: the shape has one key and one machine; the others are in that text.

use detect::Finding;
use detect::finding::{Kind, Severity};
use serde_json::{Value, json};

use super::shown::cut;
use super::{Context, PRODUCT, brief, compact, line};
use crate::order::by_urgency;
use crate::words::word;

/// The longest id, in UTF-16 units.
const ID_UNITS_MAX: usize = 300;
/// The longest title and description.
const TEXT_UNITS_MAX: usize = 2_000;
/// How many bytes of the finding's own contract are carried along.
const OWN_BYTES_MAX: usize = 64_000;

/// Returns findings in GuardDuty's shape, one a line.
#[must_use]
pub fn guardduty(findings: &[Finding], context: &Context<'_>) -> String {
    by_urgency(findings).into_iter().map(|finding| line(&told(finding, context))).collect()
}

fn told(finding: &Finding, context: &Context<'_>) -> Value {
    let account = brief::account(finding).unwrap_or(brief::NO_ACCOUNT);
    let region = brief::region(finding).unwrap_or(brief::NO_REGION);
    let partition = brief::partition(region);
    let id = cut(&finding.id, ID_UNITS_MAX);
    json!({
        "schemaVersion": "2.0",
        "accountId": account,
        "region": region,
        "partition": partition,
        "id": id,
        "arn": format!("arn:{partition}:{PRODUCT}:{region}:{account}:finding/{id}"),
        "type": match finding.kind {
            Kind::MiningLaunch => "Impact:EC2/MinetrailMiningLaunch",
            Kind::MiningTraffic => "CryptoCurrency:EC2/MinetrailMiningTraffic",
            Kind::CredentialMisuse => "UnauthorizedAccess:IAMUser/MinetrailInstanceCredentialMisuse",
        },
        "confidence": finding.certainty,
        "createdAt": finding.fired_at,
        "updatedAt": context.now.max(finding.fired_at),
        "severity": severity(finding.severity),
        "title": cut(&finding.title, TEXT_UNITS_MAX),
        "description": cut(&finding.summary, TEXT_UNITS_MAX),
        "resource": resource(finding),
        "service": service(finding),
    })
}

/// Returns the middle of GuardDuty's band of the same name; it has none for informational.
fn severity(severity: Severity) -> f64 {
    match severity {
        Severity::Informational => 1.0,
        Severity::Low => 2.0,
        Severity::Medium => 5.0,
        Severity::High => 8.0,
        Severity::Critical => 9.5,
    }
}

fn resource(finding: &Finding) -> Value {
    let mut resource = json!({ "resourceType": "AccessKey" });
    let hands = brief::hands(finding);
    if let Some(principal) = hands.first() {
        let mut key = json!({ "userName": cut(brief::short_name(&principal.arn), ID_UNITS_MAX) });
        if let Some(id) = principal.access_keys.first() {
            key["accessKeyId"] = cut(id, ID_UNITS_MAX).into();
        }
        resource["accessKeyDetails"] = key;
    }
    if let Some(id) = finding.launches.instances.first() {
        let mut machine = json!({ "instanceId": cut(id, ID_UNITS_MAX) });
        if let Some(unit) = brief::only_type(finding) {
            machine["instanceType"] = cut(unit, ID_UNITS_MAX).into();
        }
        resource["instanceDetails"] = machine;
    }
    resource
}

fn service(finding: &Finding) -> Value {
    let own = json!({ PRODUCT: compact::compact(finding, OWN_BYTES_MAX) });
    let mut action = json!({});
    if let Some(address) = brief::addresses(finding).first() {
        let field = if address.is_ipv4() { "ipAddressV4" } else { "ipAddressV6" };
        action = json!({ "callerType": "Remote IP", "remoteIpDetails": { field: address.to_string() } });
        let origin = finding.origins.iter().find(|origin| origin.address.parse() == Ok(*address));
        if let Some(system) = origin.and_then(|origin| origin.autonomous_system.as_ref()) {
            let name = cut(&system.name, TEXT_UNITS_MAX);
            action["remoteIpDetails"]["organization"] =
                json!({ "asn": system.number.to_string(), "asnOrg": name, "org": name });
        }
    }
    json!({
        "serviceName": PRODUCT,
        "detectorId": PRODUCT,
        "featureName": word(&finding.kind),
        "resourceRole": "ACTOR",
        "archived": finding.suppressed.is_some(),
        "count": finding.launches.calls.clamp(1, i32::MAX as u64),
        "eventFirstSeen": finding.first_seen,
        "eventLastSeen": finding.last_seen,
        "action": { "actionType": "AWS_API_CALL", "awsApiCallAction": action },
        "additionalInfo": { "type": "default", "value": line(&own).trim_end() },
    })
}
