//! What most formats ask for and the contract does not name: the one account, the one region,
//! the hand to name first, an arn for a machine.
//!
//! Formats have fields with a form (twelve digits, an address). Text from records goes into
//! such a field only where it has that form.

use std::collections::BTreeSet;
use std::net::IpAddr;

use detect::Finding;
use detect::finding::{Action, Kind, Origin, Principal, Role, Severity};

use super::shown::{joined, visible_cut};
use crate::words::network_kind;

/// Where an AWS service's own findings carry no region.
pub(super) const NO_REGION: &str = "aws-global";

/// What stands for an account that no record names, where a format insists on twelve digits.
pub(super) const NO_ACCOUNT: &str = "000000000000";

/// Returns the account of the launches, else of the hands. `None` where no record names one.
pub(super) fn account(finding: &Finding) -> Option<&str> {
    let of_hands = hands(finding).into_iter().map(|principal| principal.account.as_str());
    finding.launches.accounts.iter().map(String::as_str).chain(of_hands).find(|name| is_account(name))
}

fn is_account(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the first region in which compute was asked for, if it has the form of one.
pub(super) fn region(finding: &Finding) -> Option<&str> {
    finding.launches.regions.iter().map(String::as_str).find(|name| is_region(name))
}

fn is_region(name: &str) -> bool {
    (3..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Returns the partition of a region.
pub(super) fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Returns the principals, those that acted first, then the origin, then services.
pub(super) fn hands(finding: &Finding) -> Vec<&Principal> {
    let mut hands: Vec<&Principal> = finding.principals.iter().collect();
    hands.sort_by_key(|principal| match principal.role {
        Role::Actor => 0,
        Role::Origin => 1,
        Role::Service => 2,
    });
    hands
}

/// Returns the last part of an arn: `web-frontend` of `arn:aws:iam::441212345678:role/web-frontend`.
///
/// What is no arn has no parts, and is returned as it is.
pub(super) fn short_name(arn: &str) -> &str {
    match arn.rsplit(['/', ':']).next() {
        Some(name) if arn.starts_with("arn:") && !name.is_empty() => name,
        _ => arn,
    }
}

/// Returns the access keys of all principals, sorted, each once.
pub(super) fn access_keys(finding: &Finding) -> BTreeSet<&str> {
    finding.principals.iter().flat_map(|principal| &principal.access_keys).map(String::as_str).collect()
}

/// Returns an address with what is known of its network: `185.0.2.7 (hosting, EXAMPLE-AS, AS64500)`.
pub(super) fn origin_told(origin: &Origin) -> String {
    let network = (!origin.network.is_empty()).then(|| origin.network.clone());
    let system = origin.autonomous_system.as_ref().map(|system| format!("AS{}", system.number));
    let known: Vec<String> = network_kind(origin).into_iter().chain(network).chain(system).collect();
    if known.is_empty() {
        origin.address.clone()
    } else {
        format!("{} ({})", origin.address, known.join(", "))
    }
}

/// Returns the addresses of which more is known than the address, with what that is, in one text.
pub(super) fn origin_networks(finding: &Finding, units: usize) -> String {
    let told = finding.origins.iter().map(|origin| (origin, origin_told(origin)));
    let known = told.filter(|(origin, told)| *told != origin.address).map(|(_, told)| told);
    joined(known, "; ", units, |told| visible_cut(&told, units))
}

/// Returns the addresses that are addresses, in the finding's order; host names are not.
pub(super) fn addresses(finding: &Finding) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in finding.origins.iter().filter_map(|origin| origin.address.parse().ok()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

/// Returns the arn of a machine that started, where one account and one region is all there is.
///
/// The finding lists machines and places apart: with two places, which machine is where is
/// not told, and an arn would be a guess.
pub(super) fn instance_arn(finding: &Finding, instance: &str) -> Option<String> {
    let (account, region) = only_place(finding)?;
    let is_id = instance.strip_prefix("i-").is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_id.then(|| format!("arn:{}:ec2:{region}:{account}:instance/{instance}", partition(region)))
}

/// Returns account and region of all machines that started, where there is only one of each.
pub(super) fn only_place(finding: &Finding) -> Option<(&str, &str)> {
    let started = finding.launches.places.iter().filter(|place| place.started > 0);
    let places: BTreeSet<(&str, &str)> =
        started.map(|place| (place.account.as_str(), place.region.as_str())).collect();
    match places.first() {
        Some(&(account, region)) if places.len() == 1 && is_account(account) && is_region(region) => {
            Some((account, region))
        }
        _ => None,
    }
}

/// Returns the type of all machines that started, where there is only one.
pub(super) fn only_type(finding: &Finding) -> Option<&str> {
    let mut types = finding.launches.types.keys();
    types.next().filter(|_| types.next().is_none() && finding.launches.started > 0).map(String::as_str)
}

/// Returns the technique ids of ATT&CK 19 that have the form of one, sorted.
pub(super) fn techniques(finding: &Finding) -> BTreeSet<&str> {
    finding.attack.v19.iter().map(String::as_str).filter(|id| is_technique(id)).collect()
}

fn is_technique(id: &str) -> bool {
    let Some(digits) = id.strip_prefix('T') else { return false };
    (4..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Returns the technique that `T1496.001` belongs to: `T1496`.
pub(super) fn parent_technique(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

/// Returns where a technique is explained.
pub(super) fn technique_url(id: &str) -> String {
    format!("https://attack.mitre.org/techniques/{}/", id.replace('.', "/"))
}

/// Returns the records that prove the signals, strongest signal first, each once.
pub(super) fn proofs(finding: &Finding) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let events = finding.signals.iter().flat_map(|signal| &signal.events).map(String::as_str);
    events.filter(|event| seen.insert(*event)).collect()
}

/// Returns what kind of finding it is, in words that stay the same for all of its kind.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::MiningLaunch => "Suspected cryptomining launch",
        Kind::CredentialMisuse => "Instance credential used off its instance",
        Kind::MiningTraffic => "Machine that mines without a launch",
    }
}

/// Returns the category that consoles group by.
pub(super) fn category(kind: Kind) -> &'static str {
    match kind {
        Kind::MiningLaunch => "Cryptomining",
        Kind::CredentialMisuse => "Credential misuse",
        Kind::MiningTraffic => "Cryptomining",
    }
}

/// Returns the steps to take, numbered, on one line.
pub(super) fn steps(actions: &[Action], write: impl Fn(&str) -> String) -> String {
    let steps =
        actions.iter().enumerate().map(|(place, action)| format!("{}. {}", place + 1, write(&action.what)));
    steps.collect::<Vec<_>>().join(" ")
}

/// Returns the severity from 0 to 10, as CEF and LEEF count.
pub(super) fn out_of_ten(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 1,
        Severity::Low => 3,
        Severity::Medium => 5,
        Severity::High => 8,
        Severity::Critical => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_form_of_it_is_taken_for_it() {
        assert!(is_account("441212345678") && !is_account("44121234567x") && !is_account("4412"));
        assert!(is_region("us-gov-west-1") && !is_region("us east") && !is_region(""));
        assert!(is_technique("T1496.001") && !is_technique("T1496/../x") && !is_technique("x"));
        assert_eq!(short_name("arn:aws:iam::441212345678:role/team/web"), "web");
        assert_eq!(short_name("arn:aws:iam::441212345678:root"), "root");
        assert_eq!(short_name("service:autoscaling"), "service:autoscaling");
        assert_eq!(short_name("arn:"), "arn:");
        assert_eq!(technique_url("T1496.001"), "https://attack.mitre.org/techniques/T1496/001/");
        assert_eq!(
            ["aws", "aws-cn", "aws-us-gov"],
            ["us-east-1", "cn-north-1", "us-gov-east-1"].map(partition)
        );
    }
}
