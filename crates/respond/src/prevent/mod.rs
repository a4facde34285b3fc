//! Guardrails: what would have stopped this, and would have broken nothing in the period read.
//!
//! Each guardrail is a rule of thumb made exact by the logs: machines nobody uses, regions nobody
//! uses, calls nobody makes, places from which a credential never called. It is offered only if,
//! of the calls that were read, it denies at least one of a finding's and none of anybody else's.
//! One that would have broken ordinary work is named with the calls that it would have denied.
//!
//! Blind spots: what is rare in a year is absent from a month; a call that was only skimmed is
//! known by its place and service, not by its parameters. A service control policy binds neither
//! the management account nor service-linked roles.

mod calls;
mod credentials;
mod document;
mod ground;
mod launches;

use detect::world::World;
use detect::{Facts, approval::ApprovedWorkload};
use event::{Event, Time};
use serde::Serialize;

pub use document::Document;
use ground::Ground;

/// The contract's name and version.
pub const SCHEMA: &str = "minetrail.prevention/1";

/// Records named by one guardrail.
///
/// Fewer, and it cannot be checked; more, and the policy is lost among them.
const EVENTS_MAX: usize = 12;

/// What would have prevented the findings, and what would not do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prevention {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The first record read.
    pub since: Option<Time>,
    /// The last.
    pub until: Option<Time>,
    /// The findings that it is about, by id.
    pub findings: Vec<String>,
    /// Notable calls that belong to them.
    pub attack_calls: usize,
    /// Notable calls of everybody else.
    pub ordinary_calls: usize,
    /// Safe guardrails, the strongest first.
    pub guardrails: Vec<Guardrail>,
    /// Guardrails that would have broken ordinary work.
    pub unsafe_guardrails: Vec<Unsafe>,
    /// The policies that say so, within the limits of AWS.
    pub documents: Vec<Document>,
}

/// To what a guardrail is attached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "target")]
pub enum Attach {
    /// A service control policy, on the accounts that were read.
    Organization,
    /// An identity policy, on one role or user.
    Principal(String),
}

/// A guardrail that denies calls of a finding, and no other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guardrail {
    /// Its name.
    pub name: &'static str,
    /// What it denies, in one sentence.
    pub what: String,
    /// On what it rests: what the period shows.
    pub because: String,
    /// To what it is attached.
    pub attach: Attach,
    /// How many calls of the findings it denies.
    pub denies: usize,
    /// Some of them.
    pub denied_events: Vec<String>,
    /// How many ordinary calls it was held against; it denies none of them.
    pub held_against: usize,
    /// Its statements.
    pub statements: Vec<serde_json::Value>,
}

/// A guardrail that would have denied ordinary calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsafe {
    /// Its name.
    pub name: &'static str,
    /// Why it is not safe.
    pub why: String,
    /// Ordinary calls that it would have denied, or that nothing can be said of.
    pub events: Vec<String>,
}

/// A guardrail that was thought of: safe, unsafe, or nothing to the point.
pub(crate) type Thought = Option<Result<Guardrail, Unsafe>>;

/// Says what would have prevented the findings at or above `min_certainty`.
#[must_use]
pub fn prevent(facts: &Facts, approved: &[ApprovedWorkload], min_certainty: u8) -> Prevention {
    let told = facts.told();
    let world = World::new(facts, &told, approved);
    let ground = Ground::new(&world, min_certainty);
    let mut thoughts: Vec<Thought> = vec![
        launches::unused_regions(&ground),
        launches::unused_machines(&ground),
        launches::metadata_tokens(&ground),
        credentials::delivery(&ground),
    ];
    thoughts.extend(calls::nobody_makes(&ground));
    thoughts.extend(calls::principals(&ground));
    thoughts.extend(credentials::at_home(&ground));
    let (safe, unsafe_guardrails): (Vec<_>, Vec<_>) = thoughts.into_iter().flatten().partition(Result::is_ok);
    let mut guardrails: Vec<Guardrail> = safe.into_iter().flatten().collect();
    guardrails.sort_by(|a, b| (b.denies, a.name, &a.attach).cmp(&(a.denies, b.name, &b.attach)));
    Prevention {
        schema: SCHEMA,
        since: facts.coverage().told().first,
        until: facts.coverage().last(),
        attack_calls: ground.attack.len(),
        ordinary_calls: ground.ordinary.len(),
        documents: document::pack(&guardrails),
        guardrails,
        unsafe_guardrails: unsafe_guardrails.into_iter().filter_map(Result::err).collect(),
        findings: ground.findings,
    }
}

/// The guardrail, if it denies something of a finding; else nothing, or why it is unsafe.
struct Draft<'f> {
    name: &'static str,
    what: String,
    because: String,
    attach: Attach,
    denied: Vec<&'f Event>,
    /// Ordinary calls that it denies, or of which nobody can say.
    broken: Vec<&'f Event>,
    held_against: usize,
    statements: Vec<serde_json::Value>,
}

impl Draft<'_> {
    fn decided(self) -> Thought {
        if self.denied.is_empty() {
            return None;
        }
        if !self.broken.is_empty() {
            return Some(Err(Unsafe {
                name: self.name,
                why: format!(
                    "{}: it would have denied, or nothing tells that it would not have, {} ordinary calls",
                    self.what,
                    self.broken.len()
                ),
                events: ids(&self.broken),
            }));
        }
        Some(Ok(Guardrail {
            name: self.name,
            what: self.what,
            because: self.because,
            attach: self.attach,
            denies: self.denied.len(),
            denied_events: ids(&self.denied),
            held_against: self.held_against,
            statements: self.statements,
        }))
    }
}

fn ids(events: &[&Event]) -> Vec<String> {
    events.iter().take(EVENTS_MAX).map(|event| event.id.clone()).collect()
}
