//! ASFF for Security Hub: one `BatchImportFindings` request a line.
//!
//! A request takes 1 to 100 findings of up to 240 KB; here the whole request stays below
//! that. What analysts write (`Note`, `Workflow`, `VerificationState`, `UserDefinedFields`) is never
//! touched, and severity, types and confidence go into `FindingProviderFields`, so that an
//! update does not overwrite theirs. A suppressed finding is `ARCHIVED`.
//!
//! Consoles show these texts to people and the service refuses some controls: hidden
//! characters are shown by their number.
//!
//! Blind spots: `ProductArn` names the finding's own account, and the region where the
//! machines are; whoever imports from another account or region replaces it. An update
//! needs a later `UpdatedAt` than the last, which is when the findings were told.

use detect::Finding;
use detect::finding::{Kind, Principal};
use serde_json::{Map, Value, json};

use super::batch::batches;
use super::shown::{cut, joined, visible, visible_cut};
use super::{Context, PRODUCT, brief, line};
use crate::order::by_urgency;
use crate::words::word;

/// The most findings that a request takes.
const FINDINGS_MAX: usize = 100;
/// The most bytes of a request. The service's own bound is 240 KB for each finding.
const BATCH_BYTES_MAX: usize = 240_000;
/// The most resources of a finding.
const RESOURCES_MAX: usize = 32;
/// How many of them are principals' keys at most: the machines are what has to be found and ended.
const KEYS_MAX: usize = 8;
/// The longest title, in UTF-16 units.
const TITLE_UNITS_MAX: usize = 256;
/// The longest description, and the longest id of a resource.
const TEXT_UNITS_MAX: usize = 1_024;
/// The longest recommendation, and the longest id.
const ID_UNITS_MAX: usize = 512;
/// The longest value of `ProductFields`: 2,048, of which a query shows the first thousand.
const FIELD_UNITS_MAX: usize = 1_024;
/// The most indicators of threat intelligence.
const INDICATORS_MAX: usize = 5;
/// Where Security Hub is asked where no record names a region.
const REGION: &str = "us-east-1";

/// Returns `BatchImportFindings` requests, one a line; nothing for no finding.
#[must_use]
pub fn asff(findings: &[Finding], context: &Context<'_>) -> String {
    let told = by_urgency(findings).into_iter().map(|finding| told(finding, context));
    batches(told, FINDINGS_MAX, BATCH_BYTES_MAX)
        .into_iter()
        .map(|findings| line(&json!({ "Findings": findings })))
        .collect()
}

fn told(finding: &Finding, context: &Context<'_>) -> Value {
    let account = brief::account(finding).unwrap_or(brief::NO_ACCOUNT);
    let region = brief::region(finding).unwrap_or(REGION);
    let partition = brief::partition(region);
    // An update must not be older than what it updates.
    let updated = context.now.max(finding.fired_at);
    let mut told = json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("{PRODUCT}/{}", visible_cut(&finding.id, ID_UNITS_MAX - 16)),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductName": PRODUCT,
        "CompanyName": PRODUCT,
        "GeneratorId": format!("{PRODUCT}/{}", word(&finding.kind)),
        "AwsAccountId": account,
        "CreatedAt": finding.fired_at,
        "UpdatedAt": updated,
        "FirstObservedAt": finding.first_seen,
        "LastObservedAt": finding.last_seen,
        "Title": text(&finding.title, TITLE_UNITS_MAX, brief::kind_name(finding.kind)),
        "Description": text(&finding.summary, TEXT_UNITS_MAX, brief::kind_name(finding.kind)),
        "FindingProviderFields": {
            "Severity": { "Label": word(&finding.severity).to_uppercase(), "Original": format!("urgency:{}", finding.urgency) },
            "Types": [kind(finding.kind)],
            "Confidence": finding.certainty,
            "Criticality": finding.threat,
        },
        "ProductFields": fields(finding, context),
        "RecordState": if finding.suppressed.is_some() { "ARCHIVED" } else { "ACTIVE" },
        "Resources": resources(finding, account, region),
    });
    let indicators = indicators(finding);
    if !indicators.is_empty() {
        told["ThreatIntelIndicators"] = indicators.into();
    }
    if !finding.actions.is_empty() {
        let steps = brief::steps(&finding.actions, visible);
        told["Remediation"] = json!({ "Recommendation": { "Text": cut(&steps, ID_UNITS_MAX) } });
    }
    told
}

/// Returns visible text; `otherwise` where there is none, because the service takes no blank.
fn text(raw: &str, units_max: usize, otherwise: &str) -> String {
    let shown = visible_cut(raw, units_max);
    if shown.trim().is_empty() { otherwise.to_owned() } else { shown }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::MiningLaunch | Kind::MiningTraffic => "Effects/Resource Consumption/Cryptomining",
        Kind::CredentialMisuse => "TTPs/Credential Access/InstanceCredentialUsedOffInstance",
    }
}

/// Returns our own fields. No more than fifty; a key holds nothing that a record wrote.
fn fields(finding: &Finding, context: &Context<'_>) -> Value {
    let launches = &finding.launches;
    let list = |names: &[String]| joined(names, " ", FIELD_UNITS_MAX, |name| visible(name));
    let types =
        joined(&launches.types, " ", FIELD_UNITS_MAX, |(unit, number)| format!("{}={number}", visible(unit)));
    let origins = joined(&finding.origins, " ", FIELD_UNITS_MAX, |origin| visible(&origin.address));
    let mut told = vec![
        ("schema", finding.schema.to_owned()),
        ("version", context.version.to_owned()),
        ("revision", finding.revision.to_string()),
        ("outcome", word(&finding.outcome)),
        ("urgency", finding.urgency.to_string()),
        ("certainty", finding.certainty.to_string()),
        ("threat", finding.threat.to_string()),
        ("cost/usd_per_hour", finding.cost.per_hour.to_string()),
        ("cost/usd_so_far", finding.cost.so_far.to_string()),
        ("cost/usd_next_24h", finding.cost.next_24h.to_string()),
        ("launches/started", launches.started.to_string()),
        ("launches/refused", launches.refused.to_string()),
        ("launches/regions", list(&launches.regions)),
        ("launches/types", types),
        ("launches/machines", launches.instances.len().to_string()),
        ("origins", origins),
        ("origin_networks", brief::origin_networks(finding, FIELD_UNITS_MAX)),
        ("attack/v19", list(&finding.attack.v19)),
    ];
    if let Some(suppressed) = &finding.suppressed {
        told.push(("suppressed/by", visible_cut(&suppressed.by, FIELD_UNITS_MAX)));
        told.push(("suppressed/reason", visible_cut(&suppressed.reason, FIELD_UNITS_MAX)));
    }
    if let Some(cause) = finding.root_cause.first() {
        told.push(("root_cause", word(&cause.cause)));
    }
    for (place, signal) in finding.signals.iter().take(10).enumerate() {
        let told_signal = format!("{} dB {}: {}", signal.decibans, signal.rule, visible(&signal.sentence));
        told.push((SIGNAL_KEYS[place], cut(&told_signal, FIELD_UNITS_MAX)));
    }
    let named = told.into_iter().filter(|(_, value)| !value.trim().is_empty());
    Value::Object(named.map(|(key, value)| (format!("{PRODUCT}/{key}"), value.into())).collect::<Map<_, _>>())
}

/// Under which keys the strongest signals stand.
const SIGNAL_KEYS: [&str; 10] = [
    "signal/01",
    "signal/02",
    "signal/03",
    "signal/04",
    "signal/05",
    "signal/06",
    "signal/07",
    "signal/08",
    "signal/09",
    "signal/10",
];

/// Returns keys, machines and respawners; the account where there is none. How many are left
/// out is told by `launches/machines` in the fields.
fn resources(finding: &Finding, account: &str, region: &str) -> Vec<Value> {
    let partition = brief::partition(region);
    let keys = brief::hands(finding)
        .into_iter()
        .flat_map(|principal| principal.access_keys.iter().map(move |key| (principal, key)))
        .take(KEYS_MAX)
        .map(|(principal, id)| key(principal, id));
    let machines = finding.launches.instances.iter().map(|id| machine(finding, id));
    let respawners = finding.launches.respawners.iter().map(|respawner| {
        json!({
            "Type": "Other",
            "Id": resource_id(&respawner.name),
            "Details": { "Other": {
                "kind": word(&respawner.kind),
                "account": visible_cut(&respawner.account, FIELD_UNITS_MAX),
                "region": visible_cut(&respawner.region, FIELD_UNITS_MAX),
            } },
        })
    });
    let mut resources: Vec<Value> = Vec::new();
    for resource in keys.chain(machines).chain(respawners) {
        if resources.len() == RESOURCES_MAX {
            break;
        }
        // An id that is used by two resources is refused.
        if !resources.iter().any(|known| known["Id"] == resource["Id"]) {
            resources.push(resource);
        }
    }
    if resources.is_empty() {
        resources.push(json!({ "Type": "AwsAccount", "Id": format!("AWS::::Account:{account}") }));
    }
    for resource in &mut resources {
        resource["Partition"] = partition.into();
    }
    resources
}

fn resource_id(raw: &str) -> String {
    text(raw, ID_UNITS_MAX, "unknown")
}

fn key(principal: &Principal, key: &str) -> Value {
    json!({
        "Type": "AwsIamAccessKey",
        "Id": resource_id(&format!("AWS::IAM::AccessKey:{key}")),
        "ResourceRole": "Actor",
        "Details": { "AwsIamAccessKey": {
            "AccessKeyId": text(key, ID_UNITS_MAX, "unknown"),
            "PrincipalName": text(brief::short_name(&principal.arn), ID_UNITS_MAX, "unknown"),
        } },
    })
}

fn machine(finding: &Finding, id: &str) -> Value {
    let arn = brief::instance_arn(finding, id);
    let mut machine = json!({
        "Type": "AwsEc2Instance",
        "Id": resource_id(arn.as_deref().unwrap_or(id)),
        "ResourceRole": "Target",
    });
    if let Some((_, region)) = brief::only_place(finding) {
        machine["Region"] = region.into();
    }
    if let Some(unit) = brief::only_type(finding) {
        machine["Details"] = json!({ "AwsEc2Instance": { "Type": text(unit, ID_UNITS_MAX, "unknown") } });
    }
    machine
}

fn indicators(finding: &Finding) -> Vec<Value> {
    let addresses = brief::addresses(finding).into_iter().take(INDICATORS_MAX);
    addresses
        .map(|address| {
            json!({
                "Type": if address.is_ipv4() { "IPV4_ADDRESS" } else { "IPV6_ADDRESS" },
                "Value": address.to_string(),
                "LastObservedAt": finding.last_seen,
                "Source": "AWS CloudTrail",
            })
        })
        .collect()
}
