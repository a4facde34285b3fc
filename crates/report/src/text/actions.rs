//! What to do first, in order, with the commands that do it.

use detect::Finding;
use detect::finding::Action;

use super::ink::Ink;
use super::layout::{Page, Span, faint, plain, strong};
use super::{command, safe, tell_left_out};

/// How many steps are told. Whoever has done ten has stopped the loss.
const ACTIONS_TOLD_MAX: usize = 10;

/// How many commands of one step. One for each of seventeen regions fits.
const COMMANDS_TOLD_MAX: usize = 20;

/// How far a step is set in, after its number.
const INDENT: usize = 6;

/// Writes the steps; nothing where there is none.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    if finding.actions.is_empty() {
        return;
    }
    page.section("do first", "read a command before you run it");
    for (place, action) in finding.actions.iter().take(ACTIONS_TOLD_MAX).enumerate() {
        if place > 0 {
            page.blank();
        }
        step(page, place + 1, action);
    }
    tell_left_out(page, INDENT, finding.actions.len(), ACTIONS_TOLD_MAX, "step");
}

fn step(page: &mut Page<'_>, number: usize, action: &Action) {
    let lead = Span::new(format!("  {number:>2}  "), Ink::Notice);
    page.hanging(vec![lead], INDENT, vec![strong(safe::sentence(&action.what))]);
    if !action.why.is_empty() {
        page.wrapped(INDENT, vec![plain(safe::sentence(&action.why))]);
    }
    for line in action.commands.iter().take(COMMANDS_TOLD_MAX) {
        command::tell(page, INDENT + 2, line);
    }
    if let Some(more) = super::left_out(action.commands.len(), COMMANDS_TOLD_MAX) {
        let what = format!("… and {more} more for this step: --format json");
        page.wrapped(INDENT, vec![faint(what)]);
    }
}
