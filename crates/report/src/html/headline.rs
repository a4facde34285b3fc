//! What happened: one sentence, four numbers, who, and from where.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::{Origin, Outcome, Principal, Severity};
use event::{Attribution, Time};

use super::left_out;
use super::shown::Shown;
use crate::numbers::{count, counted, dollars, measure, stretch};
use crate::words::{network_kind, word};

/// How many principals are told. A lineage longer than this is told by its ends.
const PRINCIPALS_TOLD_MAX: usize = 10;
/// How many access keys of one principal. A role's sessions may be hundreds.
const KEYS_TOLD_MAX: usize = 5;
/// How many addresses. Attackers who change theirs with every call have no end of them.
const ORIGINS_TOLD_MAX: usize = 12;

/// The top of a finding.
#[derive(Template)]
#[template(path = "report/headline.html")]
pub(super) struct Headline {
    pub(super) badge: Badge,
    pub(super) title: Shown,
    summary: Shown,
    numbers: [Number; 4],
    power: Option<String>,
    who: Vec<PrincipalTold>,
    who_left_out: Option<String>,
    from: Vec<OriginTold>,
    from_left_out: Option<String>,
    history: String,
}

// A template escapes what it is given.
impl HtmlSafe for Headline {}

/// Severity and urgency, wherever a finding is named.
#[derive(Template)]
#[template(path = "report/badge.html")]
pub(super) struct Badge {
    severity: &'static str,
    urgency: u8,
}

// A template escapes what it is given.
impl HtmlSafe for Badge {}

impl Badge {
    /// The badge of `finding`.
    pub(super) fn of(finding: &Finding) -> Self {
        let severity = match finding.severity {
            Severity::Informational => "informational",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        };
        Self { severity, urgency: finding.urgency }
    }
}

/// A big number, what it is, and what to think of it.
struct Number {
    label: &'static str,
    value: String,
    unit: &'static str,
    note: String,
    /// It is bad as long as it lasts.
    is_alarming: bool,
}

struct PrincipalTold {
    arn: Shown,
    role: String,
    details: Vec<Shown>,
}

struct OriginTold {
    address: Shown,
    known: Vec<Shown>,
}

impl Headline {
    /// The top of `finding`.
    pub(super) fn of(finding: &Finding) -> Self {
        Self {
            badge: Badge::of(finding),
            title: Shown::name(&finding.title),
            summary: Shown::sentence(&finding.summary),
            numbers: [certainty(finding), an_hour(finding), running(finding), since(finding)],
            power: power(finding),
            who: finding.principals.iter().take(PRINCIPALS_TOLD_MAX).map(who).collect(),
            who_left_out: left_out(finding.principals.len(), PRINCIPALS_TOLD_MAX),
            from: finding.origins.iter().take(ORIGINS_TOLD_MAX).map(from).collect(),
            from_left_out: left_out(finding.origins.len(), ORIGINS_TOLD_MAX),
            history: history(finding.history_days),
        }
    }
}

fn certainty(finding: &Finding) -> Number {
    Number {
        label: "certainty",
        value: finding.certainty.to_string(),
        unit: "of 100",
        note: format!("threat {}, urgency {}", finding.threat, finding.urgency),
        is_alarming: false,
    }
}

fn an_hour(finding: &Finding) -> Number {
    let cost = &finding.cost;
    let note = match (cost.so_far > 0.0, cost.asked_per_hour > 0.0) {
        (true, _) => format!("{} so far", dollars(cost.so_far)),
        (false, true) => format!("{} an hour was asked for", dollars(cost.asked_per_hour)),
        (false, false) => "nothing so far".to_owned(),
    };
    let is_alarming = cost.per_hour > 0.0;
    Number { label: "an hour, now", value: dollars(cost.per_hour), unit: "", note, is_alarming }
}

/// Returns how many machines run, and what became of the others.
fn running(finding: &Finding) -> Number {
    let launches = &finding.launches;
    let running = launches.started.saturating_sub(launches.ended);
    let mut parts = Vec::new();
    if launches.requested > 0 {
        parts.push(format!("{} asked for", count(launches.requested)));
    }
    for (number, what) in
        [(launches.refused, "refused"), (launches.ended, "ended"), (launches.dry_run, "in dry runs")]
    {
        if number > 0 {
            parts.push(format!("{} {what}", count(number)));
        }
    }
    let note = if parts.is_empty() { "no compute was asked for".to_owned() } else { parts.join(", ") };
    Number { label: "machines running", value: count(running), unit: "", note, is_alarming: running > 0 }
}

fn since(finding: &Finding) -> Number {
    let (date, clock) = date_and_clock(finding.first_seen);
    let lasted = finding.last_seen.since(finding.first_seen);
    let lasting = if lasted > 0 { format!(", seen for {}", stretch(lasted)) } else { String::new() };
    let note = format!("UTC, {date}{lasting}");
    Number { label: "since", value: clock, unit: "", note, is_alarming: false }
}

/// Returns the day and the time of day of a moment.
pub(super) fn date_and_clock(time: Time) -> (String, String) {
    let text = time.to_string();
    match text.split_once('T') {
        Some((date, clock)) => (date.to_owned(), clock.trim_end_matches('Z').to_owned()),
        None => (text, String::new()),
    }
}

/// Returns a moment as people read it: `2026-03-14 03:01:50 UTC`.
pub(super) fn readable(time: Time) -> String {
    let (date, clock) = date_and_clock(time);
    format!("{date} {clock} UTC")
}

/// Returns how strong the machines are: obtained where anything was obtained, else asked for.
fn power(finding: &Finding) -> Option<String> {
    let launches = &finding.launches;
    let (accelerators, vcpus, done) = if launches.started > 0 {
        (launches.accelerators_started, launches.vcpus_started, "started")
    } else {
        (launches.accelerators_requested, launches.vcpus_requested, "asked for, none started")
    };
    let accelerators = (accelerators > 0).then(|| counted(accelerators, "accelerator"));
    let vcpus = (vcpus > 0.0).then(|| format!("{} vCPUs", measure(vcpus)));
    let parts: Vec<String> = accelerators.into_iter().chain(vcpus).collect();
    let outcome = match finding.outcome {
        Outcome::DryRun => ", in dry runs only",
        Outcome::Running | Outcome::Ended | Outcome::Refused | Outcome::Mixed => "",
    };
    (!parts.is_empty()).then(|| format!("{} {done}{outcome}", parts.join(" and ")))
}

fn who(principal: &Principal) -> PrincipalTold {
    let mut details = Vec::new();
    if !principal.account.is_empty() && !principal.arn.contains(&principal.account) {
        details.push(Shown::name(&format!("account {}", principal.account)));
    }
    if let Some(instance) = &principal.instance_id {
        let known = match principal.attribution {
            Some(Attribution::SessionName) => {
                ", by its session name alone, which a caller may choose".to_owned()
            }
            Some(attribution) => format!(", known by {attribution}"),
            None => String::new(),
        };
        details.push(Shown::sentence(&format!("credential of instance {instance}{known}")));
    }
    let keys = &principal.access_keys;
    details.extend(keys.iter().take(KEYS_TOLD_MAX).map(|key| Shown::name(&format!("key {key}"))));
    if let Some(more) = left_out(keys.len(), KEYS_TOLD_MAX) {
        details.push(Shown::name(&format!("and {more} more keys")));
    }
    PrincipalTold { arn: Shown::name(&principal.arn), role: word(&principal.role), details }
}

fn from(origin: &Origin) -> OriginTold {
    let kind = network_kind(origin).map(|kind| Shown::name(&kind));
    let network = (!origin.network.is_empty()).then(|| Shown::name(&origin.network));
    let asn = origin.autonomous_system.as_ref().map(|system| Shown::name(&format!("AS{}", system.number)));
    let known = kind.into_iter().chain(network).chain(asn).collect();
    OriginTold { address: Shown::name(&origin.address), known }
}

fn history(days: u32) -> String {
    if days == 0 {
        return "None before this: the logs begin with it, so “never before” says little.".to_owned();
    }
    format!("{} of records before this.", counted(u64::from(days), "day"))
}
