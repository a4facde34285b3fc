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
        .max_by_key(|(event, _)| {
            (event.actor.kind == IdentityKind::Root, std::cmp::Reverse((event.time, &event.id)))
        })?;
    let root = event.actor.kind == IdentityKind::Root;
    let who = if root { "root" } else { event.actor.principal.as_str() };
    let sentence = format!("{who} signed in to the console from {} without a second factor", event.address);
    Signal::proved_by(Decibans::new(if root { 5 } else { 3 }), sentence, &[event])
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::login_without_mfa;

    #[test]
    fn speaks_of_a_sign_in_with_nothing_but_a_password() {
        check(
            login_without_mfa,
            "
            09:50 eve ConsoleLogin at 203.0.113.9
            10:00 eve launches m5.large console
            => + since 09:50: user/eve signed in to the console from 203.0.113.9 without a second factor
        ",
        );
    }

    #[test]
    fn is_silent_about_a_second_factor() {
        check(
            login_without_mfa,
            "
            09:50 eve ConsoleLogin mfa
            10:00 eve launches m5.large console
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_sign_in_that_failed() {
        check(
            login_without_mfa,
            r#"
            09:50 eve signin:ConsoleLogin {} {"ConsoleLogin":"Failure"}
            10:00 eve launches m5.large console
            => silent
        "#,
        );
    }

    #[test]
    fn is_silent_about_a_companys_own_sign_in() {
        check(
            login_without_mfa,
            "
            09:50 AWSReservedSSO_Developer_0123456789abcdef/jane@example.com ConsoleLogin
            10:00 AWSReservedSSO_Developer_0123456789abcdef/jane@example.com launches m5.large console
            => silent
        ",
        );
    }

    #[test]
    fn root_without_a_second_factor_weighs_more() {
        let more = "
            09:50 root ConsoleLogin
            10:00 root launches m5.large console
        ";
        let less = "
            09:50 eve ConsoleLogin
            10:00 eve launches m5.large console
        ";
        assert!(weight(login_without_mfa, more) > weight(login_without_mfa, less));
    }
}
