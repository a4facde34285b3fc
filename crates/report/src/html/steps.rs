//! What to do, in order, with commands.
//!
//! A command that cannot be shown as it is, is not shown at all: whoever copies it would run
//! something else.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::Action;

use super::left_out;
use super::shown::Shown;

/// How many steps are told. More than this is a runbook, not a beginning.
const STEPS_TOLD_MAX: usize = 24;
/// How many commands of one step stand open.
const COMMANDS_OPEN_MAX: usize = 4;
/// How many of one step are told. Seventeen regions with two calls each fit.
const COMMANDS_TOLD_MAX: usize = 40;
/// The longest command that is shown, in characters.
///
/// Shorter, and ending two hundred machines in one call is not shown; longer, and the step
/// after it is off the screen.
const COMMAND_CHARS_MAX: usize = 5_000;

/// The longest word that is not broken, in bytes: what a telephone shows on a line.
const WORD_BYTES_UNBROKEN_MAX: usize = 28;

/// The steps.
#[derive(Template)]
#[template(path = "report/steps.html")]
pub(super) struct Steps {
    steps: Vec<Step>,
    left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Steps {}

struct Step {
    what: Shown,
    why: Shown,
    open: Vec<Command>,
    folded: Vec<Command>,
    folded_count: Option<String>,
    left_out: Option<String>,
}

struct Command {
    /// The command, or `None` where it is withheld.
    text: Option<Shown>,
}

/// A part of a command between spaces. A browser breaks lines at hyphens, and half an option is none.
struct Word<'a> {
    text: &'a str,
    /// It fits on a line, and is not broken.
    is_short: bool,
}

impl Shown {
    /// The words of a command, which are joined by one space each.
    fn words(&self) -> Vec<Word<'_>> {
        let words = self.as_str().split(' ');
        words.map(|text| Word { text, is_short: text.len() <= WORD_BYTES_UNBROKEN_MAX }).collect()
    }
}

impl Steps {
    /// The steps of `finding`.
    pub(super) fn of(finding: &Finding) -> Self {
        Self {
            steps: finding.actions.iter().take(STEPS_TOLD_MAX).map(step).collect(),
            left_out: left_out(finding.actions.len(), STEPS_TOLD_MAX),
        }
    }
}

fn step(action: &Action) -> Step {
    let told = action.commands.iter().take(COMMANDS_TOLD_MAX);
    let mut open: Vec<Command> =
        told.map(|command| Command { text: Shown::command(command, COMMAND_CHARS_MAX) }).collect();
    // Folding one away costs a line to say so.
    let folded =
        if open.len() > COMMANDS_OPEN_MAX + 1 { open.split_off(COMMANDS_OPEN_MAX) } else { Vec::new() };
    Step {
        what: Shown::sentence(&action.what),
        why: Shown::sentence(&action.why),
        folded_count: left_out(folded.len(), 0),
        open,
        folded,
        left_out: left_out(action.commands.len(), COMMANDS_TOLD_MAX),
    }
}
