//! `drill`: the user agent names a tool for security exercises.
//!
//! Red teams announce themselves in the user agent. Thieves can write the same, so this hardly
//! weighs; it is told so that whoever reads the finding asks the red team first.
//!
//! Blind spots: exercises with ordinary tools.

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Tools that name themselves.
const TOOLS: [&str; 4] = ["stratus-red-team", "grimoire", "cloudgoat", "leonidas"];

/// Returns a signal when a launch was made by a tool for exercises, in its own words.
pub(crate) fn drill(window: &Window<'_, '_>) -> Option<Signal> {
    let named = |agent: &str| TOOLS.into_iter().find(|tool| agent.to_ascii_lowercase().contains(tool));
    let (event, tool) = window.by_hand().find_map(|row| named(&row.event.agent).map(|tool| (row.event, tool)))?;
    // Attackers choose their user agent: it may start a question, never end one.
    Signal::proved_by(Decibans::new(-1), format!("the user agent names {tool}; ask whether an exercise is on"), &[event])
}
