//! `login-without-mfa`: somebody signed in to the console with nothing but a password.
//!
//! A leaked or freshly made password is all a thief has. Sign-ins through a company's identity
//! provider carry its second factor elsewhere and are left out.
//!
//! Blind spots: accounts in which nobody has a second factor (then it is a weakness, and weak evidence).

use event::IdentityKind;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage signed in without a second factor in the window.
pub(crate) fn login_without_mfa(window: &Window<'_, '_>) -> Option<Signal> {
    let (event, _) = window
        .logins()
        .filter(|(_, login)| login.success && login.mfa == Some(false))
        .filter(|(event, _)| matches!(event.actor.kind, IdentityKind::IamUser | IdentityKind::Root))
        .max_by_key(|(event, _)| (event.actor.kind == IdentityKind::Root, std::cmp::Reverse((event.time, &event.id))))?;
    let root = event.actor.kind == IdentityKind::Root;
    let who = if root { "root" } else { event.actor.principal.as_str() };
    let sentence = format!("{who} signed in to the console from {} without a second factor", event.address);
    Signal::proved_by(Decibans::new(if root { 5 } else { 3 }), sentence, &[event])
}
