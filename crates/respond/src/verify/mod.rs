//! The steps to verify a finding: questions, answered where the logs can answer.
//!
//! An analyst asks the same questions of every finding before acting on it. Most of them the logs
//! answer at once, with records; what is left needs a person, and says where to look. An answer
//! states what was seen and what was not, never more: absence is told with how much was read.
//!
//! Blind spots: profiles keep the first values of each feature; a saturated one answers nothing
//! and leaves its question open.

mod ground;
mod habits;
mod people;
mod spread;

use detect::case::Case;
use detect::finding::{Finding, Question, QuestionState, Role};
use detect::history::USUAL_DAYS;
use detect::ledger::Row;
use detect::numbers::own_rows;
use detect::world::World;
use event::time::DAY;
use event::{Event, Time};

/// Records named by one answer.
///
/// Fewer, and an answer cannot be checked; more, and the answer is lost among them.
const EVENTS_MAX: usize = 12;

/// Names told in one answer.
///
/// Fewer, and a spare credential is missed; more, and nobody reads the line.
const NAMES_MAX: usize = 8;

/// A finding, and everything that can answer for it.
pub(crate) struct Asked<'a, 'w, 'f> {
    finding: &'a Finding,
    world: &'a World<'f>,
    /// The case's own launches, in order; none of a misuse.
    rows: Vec<&'w Row<'f>>,
    /// What its hands did besides, in order.
    acts: Vec<&'f Event>,
    /// When its first window opens: what is older is the past.
    opens: Time,
}

type Ask = fn(&Asked<'_, '_, '_>) -> Option<Question>;

/// Every step, in the order in which an analyst takes them.
const STEPS: &[Ask] = &[
    habits::address_seen_before,
    habits::whose_network,
    habits::others_at_address,
    habits::started_such_before,
    habits::program_seen_before,
    habits::second_factor,
    ground::image_known,
    ground::still_running,
    ground::starts_again,
    spread::minted,
    spread::handed_on,
    spread::quota_raised,
    spread::watch_weakened,
    spread::new_services,
    spread::logs_silent,
    people::owner,
    people::ticket,
    people::machine,
    people::leak,
    people::bill,
];

/// Returns the steps to verify `finding`, in order.
#[must_use]
pub fn steps(finding: &Finding, case: Option<&Case<'_, '_>>, world: &World<'_>) -> Vec<Question> {
    let asked = Asked::new(finding, case, world);
    STEPS.iter().filter_map(|ask| ask(&asked)).collect()
}

impl<'a, 'w, 'f> Asked<'a, 'w, 'f> {
    fn new<'c: 'w>(finding: &'a Finding, case: Option<&'c Case<'w, 'f>>, world: &'a World<'f>) -> Self {
        let opens = case.and_then(|case| case.parts.iter().map(|part| part.opens).min());
        let acts = case.into_iter().flat_map(|case| &case.parts).flat_map(|part| {
            let until = part.last_hot.plus(DAY);
            let within = move |act: &&Event| act.time > part.opens && act.time <= until;
            part.lineage.acts.iter().copied().filter(within)
        });
        let mut acts: Vec<&Event> = acts.collect();
        acts.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        Self {
            finding,
            world,
            rows: case.map(|case| own_rows(case, world)).unwrap_or_default(),
            acts,
            opens: opens.unwrap_or_else(|| finding.first_seen.plus(-DAY)),
        }
    }

    /// The launches that somebody's hand is on.
    fn by_hand(&self) -> impl Iterator<Item = &'w Row<'f>> + '_ {
        self.rows.iter().copied().filter(|row| !row.by_service)
    }

    /// Everything its hands did, launches first.
    fn hands(&self) -> impl Iterator<Item = &'f Event> + '_ {
        let acts = self.acts.iter().copied().filter(|act| act.actor.invoked_by.is_none());
        self.by_hand().map(|row| row.event).chain(acts)
    }

    /// The hand that counts: of the first launch, else the principal the finding goes back to.
    fn principal(&self) -> &'a str
    where
        'f: 'a,
    {
        let launched = self.by_hand().next().map(|row| row.event.actor.principal.as_str());
        let told = self.finding.principals.iter().find(|principal| principal.role != Role::Service);
        launched.or(told.map(|principal| principal.arn.as_str())).unwrap_or_default()
    }

    /// Days before the case on which the account has records, as a part of a sentence.
    fn before(&self) -> String {
        match self.finding.history_days {
            0 => "before, of which no records were read".to_owned(),
            1 => "in the one day of records before".to_owned(),
            days => format!("in {days} days of records before"),
        }
    }
}

fn answered(question: impl Into<String>, answer: String, events: &[&Event]) -> Option<Question> {
    Some(Question { question: question.into(), answer, state: QuestionState::Answered, events: ids(events) })
}

fn open(question: impl Into<String>, answer: impl Into<String>) -> Option<Question> {
    let (question, answer) = (question.into(), answer.into());
    Some(Question { question, answer, state: QuestionState::Open, events: Vec::new() })
}

fn ids(events: &[&Event]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for event in events {
        if ids.len() < EVENTS_MAX && !ids.contains(&event.id) {
            ids.push(event.id.clone());
        }
    }
    ids
}

/// Names joined, with how many are left out.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut told: Vec<&str> = Vec::new();
    let mut more = 0;
    for name in names {
        if told.contains(&name) {
            continue;
        }
        if told.len() < NAMES_MAX { told.push(name) } else { more += 1 }
    }
    if more == 0 { told.join(", ") } else { format!("{} and {more} more", told.join(", ")) }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// How a number of days is judged in an answer.
fn on_days(days: u32) -> String {
    let told = counted(days as usize, "day", "days");
    if days < USUAL_DAYS {
        format!("on {told} before, too few to be a habit")
    } else {
        format!("on {told} before")
    }
}
