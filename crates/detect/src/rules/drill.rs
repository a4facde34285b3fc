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
    let (event, tool) =
        window.by_hand().find_map(|row| named(&row.event.agent).map(|tool| (row.event, tool)))?;
    // Attackers choose their user agent: it may start a question, never end one.
    Signal::proved_by(
        Decibans::new(-1),
        format!("the user agent names {tool}; ask whether an exercise is on"),
        &[event],
    )
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::drill;

    #[test]
    fn asks_about_an_exercise_that_announces_itself() {
        check(
            drill,
            "
            10:00 red launches p4d.24xlarge with stratus-red-team_c8ff220a-7e52-429b-868f-d979123ed2d3
            => - since 10:00: ask whether an exercise is on
        ",
        );
    }

    #[test]
    fn is_silent_about_everybody_else() {
        check(
            drill,
            "
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }

    /// Who writes it into the agent is not thereby acquitted.
    #[test]
    fn says_less_than_three_decibans_whoever_says_so() {
        let story = "10:00 mallory launches p4d.24xlarge with grimoire/1.0";
        assert!(weight(drill, story) >= crate::score::Decibans::new(-3));
    }
}
