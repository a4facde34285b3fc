//! Steps to verify: what the logs answer, and what a person must find out, briefly.

use detect::Finding;
use detect::finding::{Question, QuestionState};

use super::ink::Ink;
use super::layout::{Page, Span, faint, plain, strong};
use super::{safe, tell_left_out};

/// How many steps are told. There are fewer questions than this.
const QUESTIONS_TOLD_MAX: usize = 30;

/// How far a step is set in, after its mark.
const INDENT: usize = 5;

/// Writes the steps; nothing where nobody asked.
///
/// Where to look for what is open is on the page and in the JSON: here it would push the
/// commands off the screen.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    if finding.verify.is_empty() {
        return;
    }
    page.section("verify", "answered by the logs, ? asks a person");
    let (answered, open): (Vec<&Question>, Vec<&Question>) = finding
        .verify
        .iter()
        .take(QUESTIONS_TOLD_MAX)
        .partition(|question| question.state == QuestionState::Answered);
    for question in answered {
        let body = vec![
            plain(safe::sentence(&question.question)),
            plain(" "),
            strong(safe::sentence(&question.answer)),
        ];
        page.hanging(vec![faint("   ✓ ")], INDENT, body);
    }
    for question in open {
        page.hanging(
            vec![Span::new("   ? ", Ink::Notice)],
            INDENT,
            vec![plain(safe::sentence(&question.question))],
        );
    }
    tell_left_out(page, INDENT, finding.verify.len(), QUESTIONS_TOLD_MAX, "step");
}
