//! A finding in one line, for whoever tunes the rules.

use std::fmt;

use detect::Finding;
use serde::Serialize;

/// What of a finding is worth a line.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) certainty: u8,
    line: String,
}

impl Told {
    pub(super) fn of(finding: &Finding) -> Self {
        let cause = finding.root_cause.first().map(|share| word(&share.cause)).unwrap_or_default();
        let outcome = word(&finding.outcome);
        let line = format!(
            "{:>2} % {} {} {cause} {outcome} asked {} got {} | {} = {}{}",
            finding.certainty,
            finding.fired_at,
            who(finding),
            finding.launches.requested,
            finding.launches.started,
            finding.score.prior.whole(),
            finding.score.sum,
            signals(finding),
        );
        Self { certainty: finding.certainty, line }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// Returns a value of the contract as it is written there.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn who(finding: &Finding) -> String {
    let Some(first) = finding.principals.first() else { return "nobody".to_owned() };
    let name = first.arn.rsplit_once(':').map_or(first.arn.as_str(), |(_, name)| name);
    let more = finding.principals.len() - 1;
    let instance = first.instance_id.as_deref().map(|id| format!("@{id}")).unwrap_or_default();
    if more > 0 { format!("{name}{instance}+{more}") } else { format!("{name}{instance}") }
}

/// Signals with what they count; in brackets what the ceiling of their group took.
fn signals(finding: &Finding) -> String {
    let one = |signal: &detect::finding::SignalTold| {
        let cut = (signal.full_decibans != signal.decibans).then(|| format!("({})", signal.full_decibans));
        format!("  {} {}{}", signal.rule, signal.decibans, cut.unwrap_or_default())
    };
    finding.signals.iter().map(one).collect()
}
