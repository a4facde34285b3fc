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
use crate::lineage::minted_principal;
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
    let weight = (by_people + by_admin + by_roles).min(CEILING);
    if weight == 0 {
        return None;
    }
    let weight = if mints_usually(window) { weight / 3 } else { weight };
    let events: Vec<&Event> = people.iter().chain(&admin).chain(&trust).copied().collect();
    Signal::proved_by(Decibans::new(weight), sentence(launched_with, &people, &admin), &events)
}

fn sentence(launched_with: Option<&Event>, people: &[&Event], admin: &[&Event]) -> String {
    let made: std::collections::BTreeSet<String> =
        people.iter().filter_map(|event| minted_principal(event)).collect();
    let made: Vec<&str> = made.iter().map(|arn| arn.rsplit('/').next().unwrap_or(arn)).take(4).collect();
    let mut told = match (launched_with, made.is_empty()) {
        (Some(event), _) => {
            let who = minted_principal(event).unwrap_or_default();
            format!(
                "launched with {}, an identity it had just given a key, a password or life",
                who.rsplit('/').next().unwrap_or(&who)
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
            => + since 09:51: launched with spare, an identity it had just given a key, a password or life
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
