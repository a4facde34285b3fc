//! The small print: ATT&CK techniques, what was not visible, and every id in full.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::score::Decibans;

use super::left_out;
use super::records::{Listed, RECORDS_TOLD_MAX, Records};
use super::shown::Shown;

/// How many techniques are told. A finding that shows more has them in its signals.
const TECHNIQUES_TOLD_MAX: usize = 40;
/// How many caveats are told.
const CAVEATS_TOLD_MAX: usize = 24;
/// How many machines are named. A swarm of 6,000 is a matter for a script.
const INSTANCES_TOLD_MAX: usize = 500;

/// Where a technique of ATT&CK is explained.
const TECHNIQUES: &str = "https://attack.mitre.org/techniques/";

/// Names of the techniques that rules show, from ATT&CK version 18.
const NAMES: [(&str, &str); 22] = [
    ("T1059.009", "Command and Scripting Interpreter: Cloud API"),
    ("T1069.003", "Permission Groups Discovery: Cloud Groups"),
    ("T1078.004", "Valid Accounts: Cloud Accounts"),
    ("T1087.004", "Account Discovery: Cloud Account"),
    ("T1098.001", "Account Manipulation: Additional Cloud Credentials"),
    ("T1098.003", "Account Manipulation: Additional Cloud Roles"),
    ("T1098.004", "Account Manipulation: SSH Authorized Keys"),
    ("T1110.004", "Brute Force: Credential Stuffing"),
    ("T1136.003", "Create Account: Cloud Account"),
    ("T1496.001", "Resource Hijacking: Compute Hijacking"),
    ("T1525", "Implant Internal Image"),
    ("T1526", "Cloud Service Discovery"),
    ("T1535", "Unused/Unsupported Cloud Regions"),
    ("T1550.001", "Use Alternate Authentication Material: Application Access Token"),
    ("T1552.005", "Unsecured Credentials: Cloud Instance Metadata API"),
    ("T1562.001", "Impair Defenses: Disable or Modify Tools"),
    ("T1562.007", "Impair Defenses: Disable or Modify Cloud Firewall"),
    ("T1562.008", "Impair Defenses: Disable or Modify Cloud Logs"),
    ("T1578.002", "Modify Cloud Compute Infrastructure: Create Cloud Instance"),
    ("T1578.005", "Modify Cloud Compute Infrastructure: Modify Cloud Compute Configurations"),
    ("T1580", "Cloud Infrastructure Discovery"),
    ("T1648", "Serverless Execution"),
];

/// The small print.
#[derive(Template)]
#[template(path = "report/references.html")]
pub(super) struct References {
    techniques: Vec<Technique>,
    techniques_left_out: Option<String>,
    side_logs: Vec<(&'static str, Shown)>,
    caveats: Vec<Shown>,
    caveats_left_out: Option<String>,
    id: Shown,
    revision: u64,
    schema: &'static str,
    instances: Vec<Shown>,
    instances_left_out: Option<String>,
    records: Vec<Listed>,
    records_left_out: Option<String>,
    /// Where this finding is on the page.
    anchor: String,
}

// A template escapes what it is given.
impl HtmlSafe for References {}

/// A technique, with the rules that show it.
struct Technique {
    id: Shown,
    name: &'static str,
    /// Where it is explained; only for what has the form of a technique's id.
    link: Option<String>,
    /// In which versions of the catalogue it has this id.
    versions: &'static str,
    rules: String,
}

impl References {
    /// The small print of `finding`.
    pub(super) fn of(finding: &Finding, records: &Records<'_>) -> Self {
        let techniques = techniques(finding);
        let instances = &finding.launches.instances;
        Self {
            techniques_left_out: left_out(techniques.len(), TECHNIQUES_TOLD_MAX),
            techniques: techniques
                .into_iter()
                .take(TECHNIQUES_TOLD_MAX)
                .map(|(id, versions)| technique(finding, id, versions))
                .collect(),
            side_logs: finding
                .corroboration
                .iter()
                .map(|told| (told.source, Shown::sentence(&told.says)))
                .collect(),
            caveats: finding
                .caveats
                .iter()
                .take(CAVEATS_TOLD_MAX)
                .map(|text| Shown::sentence(text))
                .collect(),
            caveats_left_out: left_out(finding.caveats.len(), CAVEATS_TOLD_MAX),
            id: Shown::name(&finding.id),
            revision: finding.revision,
            schema: finding.schema,
            instances: instances.iter().take(INSTANCES_TOLD_MAX).map(|id| Shown::name(id)).collect(),
            instances_left_out: left_out(instances.len(), INSTANCES_TOLD_MAX),
            records: records.listed(),
            records_left_out: left_out(records.len(), RECORDS_TOLD_MAX),
            anchor: records.finding_anchor().to_owned(),
        }
    }
}

/// Returns the ids of both versions, sorted, with the versions that have them.
fn techniques(finding: &Finding) -> Vec<(&str, &'static str)> {
    let attack = &finding.attack;
    let mut ids: Vec<&str> = attack.v18.iter().chain(&attack.v19).map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    let has = |ids: &[String], id: &str| ids.iter().any(|known| known == id);
    ids.into_iter()
        .map(|id| match (has(&attack.v18, id), has(&attack.v19, id)) {
            (true, false) => (id, "v18"),
            (false, true) => (id, "v19"),
            _ => (id, "v18, v19"),
        })
        .collect()
}

fn technique(finding: &Finding, id: &str, versions: &'static str) -> Technique {
    let name = NAMES.iter().find(|(known, _)| *known == id).map_or("", |(_, name)| *name);
    let shown_by = finding
        .signals
        .iter()
        .filter(|signal| signal.decibans > Decibans::ZERO && signal.techniques.contains(&id));
    let rules: Vec<&str> = shown_by.map(|signal| signal.rule).collect();
    Technique { id: Shown::name(id), name, link: link(id), versions, rules: rules.join(", ") }
}

/// Returns a technique's page. Nothing but digits and one dot can reach the address.
fn link(id: &str) -> Option<String> {
    let number = id.strip_prefix('T')?;
    let (technique, part) =
        number.split_once('.').map_or((number, None), |(technique, part)| (technique, Some(part)));
    let is_number =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(technique, 4) || !part.is_none_or(|part| is_number(part, 3)) {
        return None;
    }
    Some(format!("{TECHNIQUES}T{}/", number.replace('.', "/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_technique_is_linked() {
        assert_eq!(link("T1496.001").as_deref(), Some("https://attack.mitre.org/techniques/T1496/001/"));
        assert_eq!(link("T1526").as_deref(), Some("https://attack.mitre.org/techniques/T1526/"));
        for hostile in ["T", "T1496.", "T1496/../x", "javascript:alert(1)", "T14961", "T1496.001.001"] {
            assert_eq!(link(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn names_are_sorted_so_that_a_new_one_finds_its_place() {
        assert!(NAMES.is_sorted());
    }
}
