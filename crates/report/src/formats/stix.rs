//! STIX 2.1: one bundle with, for each finding, a report and what it refers to.
//!
//! Ids are UUIDv5 of what they stand for, so a bundle that is imported again changes nothing
//! but what has changed; addresses and accounts get the ids that the standard itself derives. An address becomes an indicator only
//! where it is foreign: an AWS service's address indicates nothing.
//!
//! Blind spots: techniques are named by their ids, since the finding holds no names; who
//! wants MITRE's own objects resolves them by `external_references`.

use std::net::IpAddr;

use detect::Finding;
use detect::finding::{NetworkKind, Principal};
use event::Time;
use serde_json::{Value, json};
use uuid::Uuid;

use super::shown::{cut, joined};
use super::{Context, PRODUCT, brief, line};
use crate::numbers::dollars;
use crate::order::by_urgency;

/// The standard's namespace for ids of observables (STIX 2.1, section 2.9).
const OBSERVABLE_NAMESPACE: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);
/// Our namespace for all other ids. Changing it makes every object a new one.
const OWN_NAMESPACE: Uuid = Uuid::from_u128(0x7c1e_5b52_2f0d_5f4e_8a86_3d1f_90c2_b7e4);
/// Since when our own objects that never change (identities, techniques) exist.
const SINCE: &str = "2026-01-01T00:00:00.000Z";
/// The longest text, in UTF-16 units.
const UNITS_MAX: usize = 4_000;
/// How many addresses, and principals, of one finding.
///
/// Fewer, and an attacker's exits are missed; more, and an import of one finding floods a platform.
const NAMED_MAX: usize = 100;

/// Objects of the bundle, each id once.
#[derive(Default)]
struct Bundle {
    objects: Vec<Value>,
    ids: std::collections::BTreeSet<String>,
}

impl Bundle {
    /// Adds `object` where its id is new, and returns the id.
    fn add(&mut self, object: Value) -> String {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        if self.ids.insert(id.clone()) {
            self.objects.push(object);
        }
        id
    }
}

/// Returns one bundle. Without findings it holds who we are, and nothing else.
#[must_use]
pub fn stix(findings: &[Finding], context: &Context<'_>) -> String {
    let mut bundle = Bundle::default();
    let ours = bundle.add(json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": own_id("identity", PRODUCT),
        "created": SINCE,
        "modified": SINCE,
        "name": PRODUCT,
        "identity_class": "system",
    }));
    for finding in by_urgency(findings) {
        let since = [("created", finding.fired_at), ("modified", context.now.max(finding.fired_at))];
        report(&mut bundle, finding, &Common { ours: &ours, since });
    }
    let ids: Vec<String> = bundle.ids.iter().cloned().collect();
    let id = own_id("bundle", &format!("{} {}", context.now, ids.join(" ")));
    line(&json!({ "type": "bundle", "id": id, "objects": bundle.objects }))
}

fn own_id(kind: &str, name: &str) -> String {
    format!("{kind}--{}", Uuid::new_v5(&OWN_NAMESPACE, format!("{kind}:{name}").as_bytes()))
}

/// What all objects of one finding share.
struct Common<'a> {
    ours: &'a str,
    since: [(&'static str, Time); 2],
}

impl Common<'_> {
    /// Returns `fields` with the properties that every object of ours has; its id is of `name`.
    fn object(&self, kind: &str, name: &str, mut fields: Value) -> Value {
        fields["type"] = kind.into();
        fields["spec_version"] = "2.1".into();
        fields["id"] = own_id(kind, name).into();
        fields["created_by_ref"] = self.ours.into();
        for (field, time) in self.since {
            fields[field] = to_the_millisecond(time).into();
        }
        fields
    }
}

/// Returns a time as `created` and `modified` have it: to the millisecond, which the standard insists on.
fn to_the_millisecond(time: Time) -> String {
    time.to_string().replace('Z', ".000Z")
}

fn report(bundle: &mut Bundle, finding: &Finding, common: &Common<'_>) {
    let techniques: Vec<String> =
        brief::techniques(finding).into_iter().map(|id| technique(bundle, common, id)).collect();
    let observed = observed(bundle, finding, common);
    let mut refs: Vec<String> = techniques.clone();
    refs.extend(observed.clone());
    for address in foreign(finding) {
        let indicator = indicator(bundle, finding, common, address);
        for technique in &techniques {
            refs.push(indicates(bundle, common, &indicator, technique));
        }
        refs.extend(sighting(bundle, finding, common, &indicator, observed.as_deref()));
        refs.push(indicator);
    }
    if let Some(account) = brief::account(finding) {
        refs.push(account_identity(bundle, common, account));
    }
    if refs.is_empty() {
        refs.push(common.ours.to_owned());
    }
    let note = note(finding, common, &refs);
    refs.push(bundle.add(note));
    let mut labels = vec!["cryptomining".to_owned()];
    labels.extend(finding.suppressed.is_some().then(|| "suppressed".to_owned()));
    bundle.add(common.object(
        "report",
        &finding.id,
        json!({
            "name": cut(non_empty(&finding.title), UNITS_MAX),
            "description": cut(&finding.summary, UNITS_MAX),
            "report_types": ["threat-report"],
            "published": finding.fired_at,
            "object_refs": refs,
            "confidence": finding.certainty,
            "labels": labels,
            "external_references": [{ "source_name": PRODUCT, "external_id": cut(non_empty(&finding.id), UNITS_MAX) }],
        }),
    ));
}

fn non_empty(text: &str) -> &str {
    if text.is_empty() { "unknown" } else { text }
}

fn technique(bundle: &mut Bundle, common: &Common<'_>, id: &str) -> String {
    bundle.add(json!({
        "type": "attack-pattern",
        "spec_version": "2.1",
        "id": own_id("attack-pattern", id),
        "created_by_ref": common.ours,
        "created": SINCE,
        "modified": SINCE,
        "name": id,
        "external_references": [{ "source_name": "mitre-attack", "external_id": id, "url": brief::technique_url(id) }],
    }))
}

fn account_identity(bundle: &mut Bundle, common: &Common<'_>, account: &str) -> String {
    bundle.add(json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": own_id("identity", &format!("aws:{account}")),
        "created_by_ref": common.ours,
        "created": SINCE,
        "modified": SINCE,
        "name": format!("AWS account {account}"),
        "identity_class": "system",
    }))
}

/// Adds who called from where, and returns the id of the observation; `None` where nothing has the form of it.
fn observed(bundle: &mut Bundle, finding: &Finding, common: &Common<'_>) -> Option<String> {
    let mut seen: Vec<String> = Vec::new();
    for address in brief::addresses(finding).into_iter().take(NAMED_MAX) {
        seen.push(bundle.add(observable(address_kind(address), json!({ "value": address.to_string() }))));
    }
    for principal in
        brief::hands(finding).into_iter().filter(|principal| !principal.arn.is_empty()).take(NAMED_MAX)
    {
        seen.push(bundle.add(user(principal)));
    }
    seen.sort();
    seen.dedup();
    if seen.is_empty() {
        return None;
    }
    Some(bundle.add(common.object(
        "observed-data",
        &finding.id,
        json!({
            "first_observed": finding.first_seen,
            "last_observed": finding.last_seen.max(finding.first_seen),
            // The standard's own range.
            "number_observed": finding.launches.calls.clamp(1, 999_999_999),
            "object_refs": seen,
        }),
    )))
}

fn address_kind(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" }
}

fn user(principal: &Principal) -> Value {
    let key = principal.access_keys.first().filter(|key| !key.is_empty());
    let mut fields = json!({
        "user_id": cut(&principal.arn, UNITS_MAX),
        "account_login": cut(brief::short_name(&principal.arn), UNITS_MAX),
        "account_type": "aws",
    });
    if let Some(key) = key {
        // The standard calls it so: what is used to log in, named, never the secret.
        fields["display_name"] =
            format!("{}, key {}", cut(brief::short_name(&principal.arn), UNITS_MAX), cut(key, UNITS_MAX))
                .into();
    }
    observable("user-account", fields)
}

/// Returns an observable with the id that the standard derives from what identifies it.
fn observable(kind: &str, mut fields: Value) -> Value {
    let identifying: serde_json::Map<String, Value> = fields
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.as_str() != "display_name")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    // Names are sorted and texts escaped as canonical JSON (RFC 8785) has them.
    let canonical = Value::Object(identifying).to_string();
    let id = Uuid::new_v5(&OBSERVABLE_NAMESPACE, canonical.as_bytes());
    fields["type"] = kind.into();
    fields["spec_version"] = "2.1".into();
    fields["id"] = format!("{kind}--{id}").into();
    fields
}

/// Returns the addresses that are neither AWS's nor the account's own, by its endpoints or by its owner's word.
fn foreign(finding: &Finding) -> Vec<IpAddr> {
    let is_foreign = |kind| {
        use NetworkKind::{Aws, Endpoint, Own, Service};
        !matches!(kind, Aws | Service | Endpoint | Own)
    };
    let mut addresses: Vec<IpAddr> = finding
        .origins
        .iter()
        .filter(|origin| is_foreign(origin.kind))
        .filter_map(|origin| origin.address.parse().ok())
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses.truncate(NAMED_MAX);
    addresses
}

fn indicator(bundle: &mut Bundle, finding: &Finding, common: &Common<'_>, address: IpAddr) -> String {
    let kind = address_kind(address);
    bundle.add(common.object(
        "indicator",
        &format!("{} {address}", finding.id),
        json!({
            "name": format!("Caller address {address}"),
            "indicator_types": ["anomalous-activity"],
            // An address has no quote or backslash in it.
            "pattern": format!("[{kind}:value = '{address}']"),
            "pattern_type": "stix",
            "pattern_version": "2.1",
            "valid_from": finding.first_seen,
            "confidence": finding.certainty,
        }),
    ))
}

fn indicates(bundle: &mut Bundle, common: &Common<'_>, indicator: &str, technique: &str) -> String {
    let fields =
        json!({ "relationship_type": "indicates", "source_ref": indicator, "target_ref": technique });
    bundle.add(common.object("relationship", &format!("{indicator} {technique}"), fields))
}

/// Adds that the indicator was seen in the account; `None` where no account is known.
fn sighting(
    bundle: &mut Bundle,
    finding: &Finding,
    common: &Common<'_>,
    indicator: &str,
    observed: Option<&str>,
) -> Option<String> {
    let account = account_identity(bundle, common, brief::account(finding)?);
    let fields = json!({
        "first_seen": finding.first_seen,
        "last_seen": finding.last_seen.max(finding.first_seen),
        "sighting_of_ref": indicator,
        "observed_data_refs": [observed?],
        "where_sighted_refs": [account],
    });
    Some(bundle.add(common.object("sighting", indicator, fields)))
}

fn note(finding: &Finding, common: &Common<'_>, refs: &[String]) -> Value {
    let signals = finding
        .signals
        .iter()
        .map(|signal| format!("{} dB {}: {}", signal.decibans, signal.rule, signal.sentence));
    let cost = &finding.cost;
    let content = format!(
        "{} an hour, {} so far. {} started, {} refused. {}",
        dollars(cost.per_hour),
        dollars(cost.so_far),
        finding.launches.started,
        finding.launches.refused,
        joined(signals, "; ", UNITS_MAX - 200, |signal| cut(&signal, 480)),
    );
    let fields = json!({ "abstract": "Cost and evidence", "content": content, "object_refs": refs });
    common.object("note", &finding.id, fields)
}
