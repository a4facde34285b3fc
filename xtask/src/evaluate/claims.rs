//! Which finding tells of which incident.
//!
//! By the records and machines it names: a finding that shows a malicious launch, or holds a
//! machine of the thief, is about that incident. One that shows neither belongs to it if it
//! blames a key of the thief within days of the attack. A theft without a launch is known by
//! whose credential it was.

use std::collections::BTreeSet;

use detect::Finding;
use drill::Incident;
use event::Time;
use event::time::DAY;

use super::exam::RAISED;

/// How long after the first launch a key of the thief is still the thief's.
///
/// Shorter, and a slow miner's last days are a stranger's; longer, and what the owner does with
/// a key that was given back counts as the attack.
const AFTER: i64 = 7 * DAY;

/// A finding and the incidents it tells of, by their place in the truth.
#[derive(Debug, Clone)]
pub(super) struct Claim<'a> {
    pub(super) finding: &'a Finding,
    pub(super) incidents: Vec<usize>,
}

/// Returns every finding with its incidents.
pub(super) fn claims<'a>(incidents: &[Incident], findings: &'a [Finding]) -> Vec<Claim<'a>> {
    let claim = |finding: &'a Finding| {
        let shown = shown(finding);
        let of = |at: &usize| is_about(finding, &shown, &incidents[*at]);
        Claim { finding, incidents: (0..incidents.len()).filter(of).collect() }
    };
    findings.iter().map(claim).collect()
}

/// The ids of all records that a finding names.
pub(super) fn shown(finding: &Finding) -> BTreeSet<&str> {
    let proofs = finding.signals.iter().flat_map(|signal| &signal.events);
    let story = finding.timeline.iter().map(|moment| &moment.event);
    proofs.chain(story).map(String::as_str).collect()
}

fn is_about(finding: &Finding, shown: &BTreeSet<&str>, incident: &Incident) -> bool {
    let mut launches = incident.launch_event_ids.iter().chain(&incident.service_launch_event_ids);
    launches.any(|id| shown.contains(id.as_str()))
        || finding.launches.instances.iter().any(|id| incident.instances.contains(id))
        || (blames_a_key(finding, incident) && is_near(finding, incident))
        || (incident.kind == "credential-misuse" && blames_a_principal(finding, incident))
}

fn blames_a_key(finding: &Finding, incident: &Incident) -> bool {
    let mut keys = finding.principals.iter().flat_map(|principal| &principal.access_keys);
    keys.any(|key| incident.access_keys.contains(key))
}

fn blames_a_principal(finding: &Finding, incident: &Incident) -> bool {
    finding.certainty >= RAISED
        && finding.principals.iter().any(|principal| incident.principals.contains(&principal.arn))
}

/// A theft without a launch has no time of its own; then the key decides alone.
fn is_near(finding: &Finding, incident: &Incident) -> bool {
    let first = incident.first_launch.as_deref().and_then(Time::parse);
    first.is_none_or(|first| finding.fired_at >= first.plus(-DAY) && finding.fired_at <= first.plus(AFTER))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{INSTANCE, KEY, LAUNCH, one_launch};
    use super::*;

    /// Whether the findings are about `incident`.
    fn claimed(incident: Incident) -> bool {
        let findings = one_launch();
        claims(&[incident], &findings)[0].incidents == [0]
    }

    fn incident() -> Incident {
        Incident { kind: "mining-launch".to_owned(), ..Incident::default() }
    }

    #[test]
    fn a_finding_that_shows_a_malicious_launch_is_about_it() {
        assert!(claimed(Incident { launch_event_ids: vec![LAUNCH.to_owned()], ..incident() }));
    }

    #[test]
    fn a_finding_that_holds_a_machine_of_the_thief_is_about_it() {
        assert!(claimed(Incident { instances: vec![INSTANCE.to_owned()], ..incident() }));
    }

    #[test]
    fn a_key_of_the_thief_counts_only_around_the_attack() {
        let with_first = |first: &str| Incident {
            access_keys: vec![KEY.to_owned()],
            first_launch: Some(first.to_owned()),
            ..incident()
        };
        assert!(claimed(with_first("2026-02-01T09:00:00Z")));
        assert!(!claimed(with_first("2026-02-03T09:00:00Z")));
    }

    #[test]
    fn a_stranger_is_about_nothing() {
        assert!(!claimed(incident()));
    }
}
