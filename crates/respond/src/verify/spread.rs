//! What else this hand did: other credentials, quotas, watchmen, services, silence.

use std::collections::BTreeSet;

use detect::finding::Question;
use detect::timeline::short;
use event::event::IssueKind;
use event::time::DAY;
use event::{Detail, Event};

use super::habits::is_hand;
use super::{Asked, answered, counted, listed, open};

/// Were other credentials or identities made?
pub(super) fn minted(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let made: Vec<(&Event, &str)> = asked
        .acts
        .iter()
        .copied()
        .filter(|act| act.actor.invoked_by.is_none())
        .filter_map(|act| made_for(act).map(|name| (act, name)))
        .collect();
    let done: Vec<(&Event, &str)> = made.iter().copied().filter(|(act, _)| act.succeeded()).collect();
    let calls = |made: &[(&Event, &str)]| {
        let told: Vec<String> =
            made.iter().map(|(act, name)| format!("{} {}", act.name, short(name))).collect();
        listed(told.iter().map(String::as_str))
    };
    let answer = match (done.len(), made.len()) {
        (0, 0) => "none that the logs show".to_owned(),
        (0, _) => format!("tried and refused: {}", calls(&made)),
        _ => format!("yes, cut them too: {}", calls(&done)),
    };
    let events: Vec<&Event> =
        if done.is_empty() { &made } else { &done }.iter().map(|(act, _)| *act).collect();
    answered("Were other credentials made, or identities made stronger?", answer, &events)
}

/// For whom an act made or strengthened a lasting credential.
fn made_for(act: &Event) -> Option<&str> {
    match &act.detail {
        Detail::Mint(mint) => Some(&mint.target),
        Detail::Issue(issue) if issue.kind == IssueKind::AccessKey => {
            Some(issue.principal.as_deref().unwrap_or_default())
        }
        _ => None,
    }
}

/// Did it take on other roles?
pub(super) fn handed_on(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let lineage = &asked.finding.lineage;
    let issued: Vec<&str> = lineage
        .iter()
        .filter(|link| {
            link.by.starts_with("AssumeRole")
                || link.by.starts_with("GetSessionToken")
                || link.by.starts_with("GetFederationToken")
        })
        .map(|link| short(&link.to))
        .collect();
    if asked.rows.is_empty() {
        return None;
    }
    let answer = match issued.len() {
        0 => "no role on the way to these launches".to_owned(),
        _ => format!("yes, on the way to these launches: {}", listed(issued)),
    };
    let mut question = answered("Did it go on with other roles or sessions?", answer, &[])?;
    question.events = lineage.iter().map(|link| link.event.clone()).take(super::EVENTS_MAX).collect();
    question.events.sort();
    question.events.dedup();
    Some(question)
}

/// Was a quota raised?
pub(super) fn quota_raised(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    if asked.rows.is_empty() && asked.acts.is_empty() {
        return None;
    }
    let raises: Vec<&Event> = asked
        .acts
        .iter()
        .copied()
        .filter(|act| matches!(&act.detail, Detail::Quota(ask) if ask.raise))
        .collect();
    let granted = raises.iter().filter(|act| act.succeeded()).count();
    let answer = match (raises.len(), granted) {
        (0, _) => "not asked for".to_owned(),
        (all, 0) => format!("asked for in {}, all refused", counted(all, "call", "calls")),
        (_, asked_for) => {
            format!(
                "asked for in {}: take the requests back (aws service-quotas list-requested-service-quota-change-history)",
                counted(asked_for, "call", "calls")
            )
        }
    };
    answered("Was a quota raised?", answer, &raises)
}

/// Was a trail or a detector weakened?
pub(super) fn watch_weakened(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let acts: Vec<&Event> =
        asked.acts.iter().copied().filter(|act| matches!(act.detail, Detail::Tamper)).collect();
    let done: Vec<&Event> = acts.iter().copied().filter(|act| act.succeeded()).collect();
    let names = |acts: &[&Event]| listed(acts.iter().map(|act| act.name.as_str()).collect::<Vec<_>>());
    let answer = match (acts.len(), done.len()) {
        (0, _) => "no".to_owned(),
        (_, 0) => format!("tried and refused: {}", names(&acts)),
        _ => format!("yes: {}; from then on these logs may be silent", names(&done)),
    };
    answered("Was a trail or a detector weakened?", answer, if done.is_empty() { &acts } else { &done })
}

/// What did it call for the first time?
pub(super) fn new_services(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let question = "Which services did it call for the first time?";
    let hands = asked.finding.principals.iter().filter(|principal| is_hand(principal.role));
    let profiles: Vec<_> = hands.filter_map(|hand| asked.world.facts.profile(&hand.arn)).collect();
    if profiles.is_empty() {
        return None;
    }
    if profiles.iter().any(|profile| profile.services.is_saturated()) {
        return open(question, "more services were called than are remembered: list the calls of its keys");
    }
    let until = asked.finding.last_seen.plus(DAY);
    let new: BTreeSet<&str> = profiles
        .iter()
        .flat_map(|profile| profile.services.iter())
        .filter(|(_, seen)| seen.first > asked.opens && seen.first <= until)
        .map(|(service, _)| service)
        .collect();
    let data: Vec<&str> = new.iter().copied().filter(|service| holds_data(service)).collect();
    let mut answer = match new.len() {
        0 => "none".to_owned(),
        _ => format!("{}; not one of them {}", listed(new.iter().copied()), asked.before()),
    };
    if !data.is_empty() {
        answer.push_str(&format!(". Data may be touched: look at {}", listed(data)));
    }
    answered(question, answer, &[])
}

fn holds_data(service: &str) -> bool {
    ["s3", "dynamodb", "rds", "secretsmanager", "ssm", "kms", "redshift", "athena", "glue", "ses", "email"]
        .contains(&service)
}

/// Do the logs fall silent meanwhile?
pub(super) fn logs_silent(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let told = asked.world.facts.coverage().told();
    let accounts = &asked.finding.launches.accounts;
    let near = told.gaps.iter().filter(|gap| {
        (accounts.is_empty() || accounts.contains(&gap.account))
            && gap.until > asked.opens
            && gap.from <= asked.finding.last_seen.plus(DAY)
    });
    let gaps: Vec<String> = near
        .map(|gap| format!("{} {} from {} to {}", gap.account, gap.region, gap.from, gap.until))
        .collect();
    let answer = match gaps.len() {
        0 => "no region that usually speaks does, from the day before to the day after".to_owned(),
        _ => format!("yes: {}", listed(gaps.iter().map(String::as_str))),
    };
    answered("Do the logs fall silent meanwhile?", answer, &[])
}
