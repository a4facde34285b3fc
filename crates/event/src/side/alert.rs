//! GuardDuty findings: what the detector of AWS noticed, about which machine or which key.
//!
//! A finding repeats with the same id and a higher count. A sample finding says so in `additionalInfo`, once as a member
//! and once inside a string of JSON; it is kept to be told, and proves nothing.

use std::net::IpAddr;

use serde_json::Value;

use super::Fault;
use super::json::{at, parse, text, thousandths, time};
use crate::time::Time;

/// How many addresses of an instance are kept, the least.
///
/// Fewer, and one of a machine with many interfaces is lost (the largest have a few dozen); more, and findings written by
/// a stranger fill memory.
const ADDRESSES_MAX: usize = 256;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// A machine mines, or reaches what miners reach.
    Mining,
    /// A credential of an instance was used where the instance is not.
    Exfiltration,
    /// A credential is used by a stranger, as far as its address or its doings tell.
    Credential,
    /// Something else.
    Other,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// When it was last changed: of two versions the later one counts.
    pub updated: Time,
    /// How often the same was noticed.
    pub count: u64,
    /// Its id.
    pub id: String,
    /// `CryptoCurrency:EC2/BitcoinTool.B!DNS` and the like.
    pub name: String,
    /// What it is about.
    pub kind: AlertKind,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Its severity, 1 to 10, in tenths.
    pub severity_tenths: u16,
    /// It is a sample, made to try out alarms.
    pub sample: bool,
    /// When it was first told.
    pub created: Time,
    /// When it first happened.
    pub first: Time,
    /// When it last happened.
    pub last: Time,
    /// The instance.
    pub instance: Option<String>,
    /// The addresses of its interfaces.
    pub addresses: Vec<IpAddr>,
    /// The access key.
    pub key: Option<String>,
    /// The name of the user or role.
    pub user: Option<String>,
    /// The other end's port, or the name that was asked for.
    pub remote_port: Option<u16>,
    /// The name that was asked for.
    pub domain: Option<String>,
    /// Its title.
    pub title: String,
}

/// Reads a finding, in its envelope or not.
pub(super) fn read(text: &[u8]) -> Result<Alert, Fault> {
    let message = parse(text)?;
    let finding = if message.get("detail-type").is_some() { at(&message, &["detail"]) } else { &message };
    finding_of(finding)
}

fn finding_of(finding: &Value) -> Result<Alert, Fault> {
    let get = |path: &[&str]| text(finding, path);
    let when = |path: &[&str]| time(finding, path);
    let name = get(&["type"]).ok_or(Fault::Shape)?;
    let created = when(&["createdAt"]).or_else(|| when(&["updatedAt"])).ok_or(Fault::Time)?;
    let first = when(&["service", "eventFirstSeen"]).unwrap_or(created);
    let action = at(finding, &["service", "action"]);
    let port = ["networkConnectionAction", "portProbeAction"]
        .iter()
        .find_map(|kind| at(action, &[kind, "remotePortDetails", "port"]).as_u64());
    Ok(Alert {
        updated: when(&["updatedAt"]).unwrap_or(created),
        count: at(finding, &["service", "count"]).as_u64().unwrap_or(1),
        id: get(&["id"]).ok_or(Fault::Shape)?,
        kind: kind(&name),
        name,
        account: get(&["accountId"]).unwrap_or_default(),
        region: get(&["region"]).unwrap_or_default(),
        severity_tenths: thousandths(finding, &["severity"])
            .and_then(|number| u16::try_from(number / 100).ok())
            .unwrap_or(0),
        sample: is_sample(finding),
        created,
        first,
        last: when(&["service", "eventLastSeen"]).unwrap_or(first).max(first),
        instance: get(&["resource", "instanceDetails", "instanceId"]),
        addresses: addresses(finding),
        key: get(&["resource", "accessKeyDetails", "accessKeyId"]),
        user: get(&["resource", "accessKeyDetails", "userName"]),
        remote_port: port.and_then(|port| u16::try_from(port).ok()),
        domain: text(action, &["dnsRequestAction", "domain"]),
        title: get(&["title"]).unwrap_or_default(),
    })
}

fn addresses(finding: &Value) -> Vec<IpAddr> {
    let interfaces = at(finding, &["resource", "instanceDetails", "networkInterfaces"]).as_array();
    let mut addresses: Vec<IpAddr> = interfaces
        .into_iter()
        .flatten()
        .filter_map(|interface| at(interface, &["privateIpAddress"]).as_str()?.parse().ok())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.truncate(ADDRESSES_MAX);
    addresses
}

fn is_sample(finding: &Value) -> bool {
    let info = at(finding, &["service", "additionalInfo"]);
    let is_true = |value: &Value| value.as_bool() == Some(true) || value.as_str() == Some("true");
    let inner = at(info, &["value"]).as_str().and_then(|inner| serde_json::from_str::<Value>(inner).ok());
    is_true(at(info, &["sample"]))
        || inner.is_some_and(|inner| is_true(at(&inner, &["sample"])))
        || at(finding, &["title"]).as_str().is_some_and(|title| title.starts_with("[SAMPLE]"))
}

/// Sorts a type's name: `ThreatPurpose:Resource/Family.Mechanism!Artifact`.
fn kind(name: &str) -> AlertKind {
    let (purpose, what) = name.split_once(':').unwrap_or((name, ""));
    let mines = purpose == "CryptoCurrency"
        || ["BitcoinDomainRequest", "CryptoMinerExecuted", "BitcoinTool"]
            .iter()
            .any(|family| what.contains(family));
    let of_a_credential = what.starts_with("IAMUser/") || what.starts_with("IAM/");
    let strange = [
        "UnauthorizedAccess",
        "AttackSequence",
        "CredentialAccess",
        "Impact",
        "Persistence",
        "PenTest",
        "Recon",
        "Discovery",
        "InitialAccess",
        "PrivilegeEscalation",
        "DefenseEvasion",
        "Stealth",
    ];
    if mines {
        AlertKind::Mining
    } else if what.contains("InstanceCredentialExfiltration")
        || what.contains("ResourceCredentialExfiltration")
    {
        AlertKind::Exfiltration
    } else if of_a_credential && strange.contains(&purpose) {
        AlertKind::Credential
    } else {
        AlertKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(more: &str) -> Alert {
        let text = format!(
            r#"{{"schemaVersion":"2.0","accountId":"111122223333","region":"us-west-2","id":"60c9","type":"CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "severity":8,"createdAt":"2026-09-14T02:31:02.117Z","updatedAt":"2026-09-14T02:41:02.117Z","title":"t",
            "resource":{{"resourceType":"Instance","instanceDetails":{{"instanceId":"i-0f1","networkInterfaces":[{{"privateIpAddress":"10.0.8.21"}}]}}}},
            "service":{{"count":6,"eventFirstSeen":"2026-09-14T02:17:02.000Z","eventLastSeen":"2026-09-14T02:24:40.000Z",
            "action":{{"actionType":"DNS_REQUEST","dnsRequestAction":{{"domain":"pool.example"}}}}{more}}}}}"#
        );
        read(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_finding_says_what_was_noticed_where_and_when() {
        let alert = finding("");
        assert_eq!(
            (alert.kind, alert.severity_tenths, alert.count, alert.sample),
            (AlertKind::Mining, 80, 6, false)
        );
        assert_eq!(
            (alert.instance.as_deref(), alert.domain.as_deref()),
            (Some("i-0f1"), Some("pool.example"))
        );
        assert_eq!(alert.first.to_string(), "2026-09-14T02:17:02Z");
        assert_eq!(alert.addresses, ["10.0.8.21".parse::<IpAddr>().unwrap()]);
    }

    #[test]
    fn of_thousands_of_addresses_the_least_are_kept() {
        let interface =
            |number: u16| format!(r#"{{"privateIpAddress":"10.0.{}.{}"}}"#, number >> 8, number & 255);
        let interfaces: Vec<String> = (0..4_000).rev().map(interface).collect();
        let text = format!(
            r#"{{"type":"a","id":"b","createdAt":"2026-09-14T02:31:02Z","resource":{{"instanceDetails":{{"networkInterfaces":[{}]}}}}}}"#,
            interfaces.join(",")
        );
        let addresses = read(text.as_bytes()).unwrap().addresses;
        assert_eq!((addresses.len(), addresses[255]), (ADDRESSES_MAX, IpAddr::from([10, 0, 0, 255])));
    }

    #[test]
    fn a_sample_is_known_in_both_spellings() {
        assert!(finding(r#","additionalInfo":{"sample":true}"#).sample);
        assert!(finding(r#","additionalInfo":{"type":"default","value":"{\"sample\":true}"}"#).sample);
        assert!(
            !finding(r#","additionalInfo":{"type":"default","value":"{\"threatListName\":\"Amazon\"}"}"#)
                .sample
        );
    }

    #[test]
    fn an_answer_of_the_api_begins_its_members_with_capitals() {
        let text = br#"{"SchemaVersion":"2.0","AccountId":"1","Id":"a","Type":"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
            "CreatedAt":"2026-09-14T02:31:02.117Z","Resource":{"AccessKeyDetails":{"AccessKeyId":"ASIAX","UserName":"web"}},"Service":{"Count":2}}"#;
        let alert = read(text).unwrap();
        assert_eq!(
            (alert.kind, alert.key.as_deref(), alert.count),
            (AlertKind::Exfiltration, Some("ASIAX"), 2)
        );
    }

    #[test]
    fn types_are_sorted_by_what_they_are_about() {
        for (name, expected) in [
            ("CryptoCurrency:EC2/BitcoinTool.B", AlertKind::Mining),
            ("CryptoCurrency:Runtime/BitcoinTool.B!DNS", AlertKind::Mining),
            ("Impact:EC2/BitcoinDomainRequest.Reputation", AlertKind::Mining),
            ("Impact:Runtime/CryptoMinerExecuted", AlertKind::Mining),
            ("UnauthorizedAccess:IAMUser/MaliciousIPCaller", AlertKind::Credential),
            ("AttackSequence:IAM/CompromisedCredentials", AlertKind::Credential),
            ("Policy:IAMUser/RootCredentialUsage", AlertKind::Other),
            ("Recon:EC2/PortProbeUnprotectedPort", AlertKind::Other),
            ("", AlertKind::Other),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }
}
