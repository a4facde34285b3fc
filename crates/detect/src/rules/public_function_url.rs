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
