//! Steps to verify: what the logs answer, and what a person must find out.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::{Question, QuestionState};

use super::left_out;
use super::records::{Records, References};
use super::shown::Shown;

/// How many steps are told. There are fewer questions than this; a finding from elsewhere may have more.
const QUESTIONS_TOLD_MAX: usize = 60;

/// The steps: those that are answered, then those that are open.
#[derive(Template)]
#[template(path = "report/verify.html")]
pub(super) struct Verify {
    answered: Vec<Step>,
    open: Vec<Step>,
    left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Verify {}

struct Step {
    question: Shown,
    answer: Shown,
    records: References,
}

impl Verify {
    /// The steps to verify `finding`.
    pub(super) fn of(finding: &Finding, records: &Records<'_>) -> Self {
        let told = finding.verify.iter().take(QUESTIONS_TOLD_MAX);
        let (answered, open): (Vec<&Question>, Vec<&Question>) =
            told.partition(|question| question.state == QuestionState::Answered);
        let steps = |questions: Vec<&Question>| {
            questions.into_iter().map(|question| step(question, records)).collect()
        };
        Self {
            answered: steps(answered),
            open: steps(open),
            left_out: left_out(finding.verify.len(), QUESTIONS_TOLD_MAX),
        }
    }
}

fn step(question: &Question, records: &Records<'_>) -> Step {
    Step {
        question: Shown::sentence(&question.question),
        answer: Shown::sentence(&question.answer),
        records: records.refer_all(&question.events),
    }
}
