//! Guardrails on calls: what nobody makes but the thief, and what one principal never makes.

use std::collections::BTreeSet;

use detect::timeline::short;
use event::event::{IssueKind, MintKind};
use event::{Detail, Event};
use serde_json::{Value, json};

use super::ground::{Ground, action};
use super::launches::STARTS;
use super::{Attach, Draft, Thought};

/// A kind of call that a policy can do without, where nobody makes it.
struct Kind {
    name: &'static str,
    sid: &'static str,
    what: &'static str,
    is: fn(&Event) -> bool,
    /// Calls that belong to the kind and go with it where nobody makes them either.
    also: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "compute-calls-nobody-makes",
        sid: "ComputeCallsNobodyMakes",
        what: "deny ways to start compute that nobody uses",
        is: |event| matches!(event.detail, Detail::Launch(_) | Detail::Template(_)),
        also: &[],
    },
    Kind {
        name: "watch-stays-on",
        sid: "WatchStaysOn",
        what: "deny switching off trails and detectors, and leaving the organisation",
        is: |event| matches!(event.detail, Detail::Tamper),
        also: &[
            "cloudtrail:DeleteTrail",
            "cloudtrail:StopLogging",
            "guardduty:DeleteDetector",
            "organizations:LeaveOrganization",
        ],
    },
    Kind {
        name: "quotas-stay",
        sid: "QuotasStay",
        what: "deny raising quotas",
        is: |event| matches!(&event.detail, Detail::Quota(ask) if ask.raise),
        also: &[],
    },
    Kind {
        name: "regions-stay-off",
        sid: "RegionsStayOff",
        what: "deny enabling regions",
        is: |event| matches!(event.detail, Detail::EnableRegion { .. }),
        also: &[],
    },
    Kind {
        name: "identities-nobody-makes",
        sid: "IdentitiesNobodyMakes",
        what: "deny ways to make identities and keys that nobody uses",
        is: mints,
        also: &["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateUser"],
    },
    Kind {
        name: "functions-stay-private",
        sid: "FunctionsStayPrivate",
        what: "deny opening functions to the world",
        is: |event| matches!(event.detail, Detail::PublicUrl { .. }),
        also: &[],
    },
];

fn mints(event: &Event) -> bool {
    match &event.detail {
        Detail::Mint(mint) => mint.kind != MintKind::InstanceProfile,
        Detail::Issue(issue) => issue.kind == IssueKind::AccessKey,
        _ => false,
    }
}

/// Calls of each kind that the findings make and nobody else does.
pub(super) fn nobody_makes(ground: &Ground<'_, '_>) -> Vec<Thought> {
    let made: BTreeSet<String> = ground.ordinary.iter().map(|event| action(event)).collect();
    KINDS.iter().map(|kind| of_kind(kind, ground, &made)).collect()
}

fn of_kind(kind: &Kind, ground: &Ground<'_, '_>, made: &BTreeSet<String>) -> Thought {
    let attack = ground.attack.iter().copied().filter(|event| (kind.is)(event));
    let attack: Vec<&Event> = attack.collect();
    let denied: Vec<&Event> = attack.iter().copied().filter(|event| !made.contains(&action(event))).collect();
    let mut actions: BTreeSet<String> = denied.iter().map(|event| action(event)).collect();
    actions.extend(kind.also.iter().filter(|also| !made.contains(**also)).map(|also| (*also).to_owned()));
    let usual: BTreeSet<String> =
        attack.iter().map(|event| action(event)).filter(|name| made.contains(name)).collect();
    let is_usual = |event: &&Event| usual.contains(&action(event));
    let broken: Vec<&Event> = ground.ordinary.iter().copied().filter(is_usual).collect();
    if denied.is_empty() {
        return Draft {
            what: format!("{} ({})", kind.what, joined(&usual)),
            denied: attack,
            broken,
            ..draft(kind, ground, Vec::new())
        }
        .decided()
        // Launches are what ordinary life makes too: that is no news.
        .filter(|_| kind.name != "compute-calls-nobody-makes");
    }
    let statement = json!({ "Sid": kind.sid, "Effect": "Deny", "Action": actions, "Resource": "*" });
    Draft { denied, ..draft(kind, ground, vec![statement]) }.decided()
}

fn draft<'f>(kind: &Kind, ground: &Ground<'_, 'f>, statements: Vec<Value>) -> Draft<'f> {
    Draft {
        name: kind.name,
        what: kind.what.to_owned(),
        because: "nobody else made these calls in the period".to_owned(),
        attach: Attach::Organization,
        denied: Vec::new(),
        broken: Vec::new(),
        held_against: ground.ordinary.len(),
        statements,
    }
}

fn joined(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What each principal of the findings never does by itself.
pub(super) fn principals(ground: &Ground<'_, '_>) -> Vec<Thought> {
    ground.principals.iter().filter(|arn| is_attachable(arn)).map(|arn| of_principal(arn, ground)).collect()
}

/// Whether a policy can be attached to it: a role or user of the organisation, not root and not a console permission set.
fn is_attachable(arn: &str) -> bool {
    arn.starts_with("arn:")
        && (arn.contains(":role/") || arn.contains(":user/"))
        && !arn.contains("/aws-reserved/")
}

fn of_principal(arn: &str, ground: &Ground<'_, '_>) -> Thought {
    let own = |event: &&Event| event.actor.principal == arn;
    let ordinary: Vec<&Event> = ground.ordinary.iter().copied().filter(own).collect();
    let made: BTreeSet<String> = ordinary.iter().map(|event| action(event)).collect();
    let grave = |event: &&Event| {
        mints(event)
            || matches!(
                event.detail,
                Detail::Launch(_)
                    | Detail::Template(_)
                    | Detail::Tamper
                    | Detail::Quota(_)
                    | Detail::Protect(_)
            )
    };
    let denied: Vec<&Event> = ground
        .attack
        .iter()
        .copied()
        .filter(own)
        .filter(grave)
        .filter(|event| !made.contains(&action(event)))
        .collect();
    let mut actions: BTreeSet<String> = denied.iter().map(|event| action(event)).collect();
    actions.extend(STARTS.iter().filter(|start| !made.contains(**start)).map(|start| (*start).to_owned()));
    Draft {
        name: "no-more-than-its-job",
        what: format!("deny {} what it never did before", short(arn)),
        because: format!("{} notable calls of its own in the period, and none of these", ordinary.len()),
        attach: Attach::Principal(arn.to_owned()),
        denied,
        broken: Vec::new(),
        held_against: ordinary.len(),
        statements: vec![
            json!({ "Sid": "NoMoreThanItsJob", "Effect": "Deny", "Action": actions, "Resource": "*" }),
        ],
    }
    .decided()
}
