//! `public-function-url`: a function was opened to the world, without authentication.
//!
//! A public function with a role behind it is a door that survives the revocation of every key.
//!
//! Blind spots: webhooks are made this way by developers; they seldom launch fleets that day.

use event::Detail;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage opened a function to the world in the window.
pub(crate) fn public_function_url(window: &Window<'_, '_>) -> Option<Signal> {
    let opened: Vec<_> = window
        .acts
        .iter()
        .filter(|event| event.succeeded())
        .filter_map(|event| match &event.detail {
            Detail::PublicUrl { function } => Some((*event, function.as_str())),
            _ => None,
        })
        .collect();
    let (_, function) = opened.first()?;
    let events: Vec<_> = opened.iter().map(|(event, _)| *event).collect();
    Signal::proved_by(Decibans::new(4), format!("opened the function {function} to anybody"), &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::public_function_url;

    #[test]
    fn speaks_of_a_function_that_anybody_may_call() {
        check(
            public_function_url,
            "
            09:50 mallory CreateFunctionUrlConfig door
            10:00 mallory launches p4d.24xlarge
            => + since 09:50: opened the function door to anybody
        ",
        );
    }

    #[test]
    fn is_silent_about_a_function_that_asks_who_is_there() {
        check(
            public_function_url,
            r#"
            09:50 dev lambda:CreateFunctionUrlConfig {"functionName":"door","authType":"AWS_IAM"}
            10:00 dev launches p4d.24xlarge
            => silent
        "#,
        );
    }

    #[test]
    fn is_silent_about_a_refused_attempt() {
        check(
            public_function_url,
            "
            09:50 mallory CreateFunctionUrlConfig door !AccessDenied
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }
}
