//! `minted-credentials`: new users, keys, passwords or administrators, by the hand that launches.
//!
//! A stolen key is revoked sooner or later, so a thief makes spare ones first, and often
//! launches with them. Owners make identities through a process, on another day, by another
//! role than the one that launches.
//!
//! Blind spots: identities made before the window (their lineage is still followed for days).

use event::event::{IssueKind, MintKind};
use event::{Detail, Event, IdentityKind};

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::lineage::{minted_principal, opened_to_others};
use crate::score::Decibans;
use crate::window::Window;

/// The most that minting of all kinds adds.
const CEILING: i32 = 14;

/// Returns a signal when the lineage minted identities in the window, above all the one that launched.
pub(crate) fn minted_credentials(window: &Window<'_, '_>) -> Option<Signal> {
    let minted: Vec<&Event> =
        window.acts.iter().copied().filter(|event| event.actor.invoked_by.is_none()).collect();
    let people: Vec<&Event> = minted.iter().copied().filter(|event| is_person_minted(event)).collect();
    let admin: Vec<&Event> = minted.iter().copied().filter(|event| is_admin_granted(event)).collect();
    let trust: Vec<&Event> = minted.iter().copied().filter(|event| is_role_minted(event)).collect();
    let launchers: Vec<&str> = window.hands.iter().map(|hand| hand.actor.principal.as_str()).collect();
    let launched_with = people.iter().copied().find(|event| {
        event.succeeded()
            && minted_principal(event).is_some_and(|principal| launchers.contains(&principal.as_str()))
    });
    let by_people = match (launched_with, people.iter().any(|event| event.succeeded()), people.is_empty()) {
        (Some(_), ..) => 10,
        (None, true, _) => 6,
        // Refused, but tried.
        (None, false, false) => 4,
        (None, false, true) => 0,
    };
    let by_admin = if admin.is_empty() { 0 } else { 3 };
    let by_roles = i32::from(!trust.is_empty());
    let opened = opened(window);
    let by_opened = if opened.is_some() { 6 } else { 0 };
    let weight = (by_people + by_admin + by_roles + by_opened).min(CEILING);
    if weight == 0 {
        return None;
    }
    let weight = if mints_usually(window) { weight / 3 } else { weight };
    let events = people.iter().chain(&admin).chain(&trust).copied();
    let events: Vec<&Event> = events.chain(opened.iter().flat_map(|(act, taken)| [*act, *taken])).collect();
    let sentence = match opened {
        Some((act, taken)) => format!(
            "launched with {}, a role that {} had just opened to account {}",
            last_part(&minted_principal(act).unwrap_or_default()),
            last_part(&act.actor.principal),
            taken.actor.account,
        ),
        None => sentence(launched_with, &people, &admin),
    };
    let signal = Signal::proved_by(Decibans::new(weight), sentence, &events)?;
    // Minting is one thing; launching with what was minted is another, and is true when it happens.
    let made = launched_with.or(opened.map(|(act, _)| act)).and_then(minted_principal);
    let used = window.hands.iter().find(|hand| Some(&hand.actor.principal) == made.as_ref());
    let since = used.map_or(signal.since, |hand| hand.event.time.max(signal.since));
    Some(signal.since(since))
}

/// A role that was lately opened to another account, and that account's taking it up to launch.
///
/// A supplier's tool comes the same way; so this weighs less than a minted user and is no verdict.
fn opened<'f>(window: &Window<'_, 'f>) -> Option<(&'f Event, &'f Event)> {
    window.hands.iter().find_map(|hand| {
        let taken = window.world.issuer(hand.actor.key.as_deref()?)?;
        Some((opened_to_others(taken, hand.actor, window.world)?, taken))
    })
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn sentence(launched_with: Option<&Event>, people: &[&Event], admin: &[&Event]) -> String {
    let made: std::collections::BTreeSet<String> =
        people.iter().filter_map(|event| minted_principal(event)).collect();
    let made: Vec<&str> = made.iter().map(|arn| last_part(arn)).take(4).collect();
    let mut told = match (launched_with, made.is_empty()) {
        (Some(event), _) => {
            let who = minted_principal(event).unwrap_or_default();
            format!(
                "launched with {}, an identity it had just given a key, a password or life",
                last_part(&who)
            )
        }
        (None, false) => format!("made or tried to make users, keys or passwords ({})", made.join(", ")),
        (None, true) => "made roles or granted permissions".to_owned(),
    };
    if !admin.is_empty() {
        told.push_str(", and granted administrator rights");
    }
    told
}

fn is_person_minted(event: &Event) -> bool {
    match &event.detail {
        Detail::Mint(mint) => matches!(mint.kind, MintKind::User | MintKind::LoginProfile),
        // A user's own key rotation is no minting; root's key is.
        Detail::Issue(issue) => {
            issue.kind == IssueKind::AccessKey
                && (event.actor.kind == IdentityKind::Root
                    || minted_principal(event).is_some_and(|made| made != event.actor.principal))
        }
        _ => false,
    }
}

fn is_admin_granted(event: &Event) -> bool {
    matches!(&event.detail, Detail::Mint(mint) if mint.kind == MintKind::Permission && mint.admin)
}

fn is_role_minted(event: &Event) -> bool {
    matches!(&event.detail, Detail::Mint(mint) if matches!(mint.kind, MintKind::Role | MintKind::Trust | MintKind::Permission))
}

/// Identity management is what some automation does every week.
fn mints_usually(window: &Window<'_, '_>) -> bool {
    window.history.past.mint_days(window.history.hot_days) >= USUAL_DAYS as usize
}

/// Whether an event gave life, a key, a password or administrator rights to people.
pub(crate) fn is_minting(event: &Event) -> bool {
    is_person_minted(event) || is_admin_granted(event)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::minted_credentials;

    #[test]
    fn speaks_of_a_spare_key_that_launches() {
        check(
            minted_credentials,
            "
            09:50 mallory CreateUser spare
            09:51 mallory CreateAccessKey spare
            10:00 spare launches p4d.24xlarge
            => + since 10:00: launched with spare, an identity it had just given a key, a password or life
        ",
        );
    }

    #[test]
    fn an_administrators_policy_adds_to_it() {
        check(
            minted_credentials,
            "
            09:50 mallory CreateUser spare
            09:51 mallory AttachUserPolicy spare AdministratorAccess
            09:52 mallory CreateAccessKey spare
            10:00 spare launches p4d.24xlarge
            => +: granted administrator rights
        ",
        );
    }

    #[test]
    fn speaks_of_a_role_that_was_opened_to_another_account() {
        check(
            minted_credentials,
            r#"
            08:00 sync iam:UpdateAssumeRolePolicy {"roleName": "admin-x"} {} at 203.0.113.9
            09:50 another-account@444455556666 AssumeRole admin-x/boto at 203.0.113.10
            10:00 admin-x/boto launches p4d.24xlarge at 203.0.113.10
            => + since 10:00: launched with admin-x, a role that sync had just opened to account 444455556666
        "#,
        );
    }

    #[test]
    fn a_suppliers_role_that_has_been_open_for_weeks_is_none() {
        check(
            minted_credentials,
            r#"
            -9d 08:00 sync iam:UpdateAssumeRolePolicy {"roleName": "scaler"} {}
            09:50 another-account@444455556666 AssumeRole scaler/tool at 203.0.113.10
            10:00 scaler/tool launches p4d.24xlarge at 203.0.113.10
            => silent
        "#,
        );
    }

    #[test]
    fn a_refused_attempt_counts() {
        check(
            minted_credentials,
            "
            09:50 mallory CreateUser spare !AccessDenied
            10:00 mallory launches p4d.24xlarge
            => +: made or tried to make users
        ",
        );
    }

    #[test]
    fn is_silent_about_a_users_own_new_key() {
        check(
            minted_credentials,
            "
            09:50 deploy CreateAccessKey deploy
            10:00 deploy launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_an_identity_made_two_days_before() {
        check(
            minted_credentials,
            "
            -2d 09:50 admin CreateUser newcomer
            -2d 09:51 admin CreateAccessKey newcomer
            10:00 newcomer launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_what_a_service_makes_for_itself() {
        check(
            minted_credentials,
            "
            09:50 ops CreateRole workers via eks.amazonaws.com
            10:00 ops launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn who_makes_users_every_week_says_less_by_making_one() {
        let more = "
            09:50 people CreateUser spare
            10:00 people launches m5.large
        ";
        let less = "
            history 5 days: people CreateUser somebody
            09:50 people CreateUser spare
            10:00 people launches m5.large
        ";
        assert!(weight(minted_credentials, more) > weight(minted_credentials, less));
    }
}
