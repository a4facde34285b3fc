//! Answers for machines: what [`detect::answers`] found, as documents with a version.
//!
//! Like a finding's, a field of an answer is never renamed or removed within one version.
//! Records are written by attackers too: hidden characters are written by their number.

use detect::answers::Call;
use detect::answers::actor::Deeds;
use detect::answers::gaps::Gaps;
use detect::answers::hand::Hand;
use detect::finding::Link;
use event::Time;
use serde::Serialize;

use crate::json::by_number;
use crate::summary::{FailedObject, Objects};

/// The name and version of one call, as a line.
pub const CALL_SCHEMA: &str = "minetrail.call/1";
/// The name and version of a timeline.
pub const TIMELINE_SCHEMA: &str = "minetrail.timeline/1";

/// The name and version of what an actor did.
pub const ACTOR_SCHEMA: &str = "minetrail.actor/1";
/// The name and version of what logs do not show.
pub const GAPS_SCHEMA: &str = "minetrail.gaps/1";

/// What was read for an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reading {
    /// Interrupted before everything was read.
    pub partial: bool,
    /// Files, entries of archives and streams.
    pub objects: Objects,
    /// Records read.
    pub records: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Objects that failed, and why; the first of each reason.
    pub failed: Vec<FailedObject>,
}

/// All calls of a hand, in the order they happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline<'a> {
    /// [`TIMELINE_SCHEMA`].
    pub schema: &'static str,
    /// Whose calls.
    pub asked: &'a str,
    /// What they have in common: of all calls that were kept, told or not.
    pub profile: &'a Hand,
    /// The calls.
    pub calls: &'a [Call],
    /// Calls that are in the profile and not told.
    pub calls_not_told: u64,
    /// From this moment on, calls were not kept: there were too many for memory.
    pub not_kept_from: Option<Time>,
    /// What was read.
    pub read: &'a Reading,
}

/// Who a hand is, what it became, and what it touched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Actor<'a> {
    /// [`ACTOR_SCHEMA`].
    pub schema: &'static str,
    /// Who was asked for.
    pub asked: &'a str,
    /// From the hand back to its origin.
    pub came_from: &'a [Link],
    /// Credentials it issued and identities it made, in order.
    pub became: &'a [Link],
    /// All access keys that are the hand's.
    pub keys: Vec<&'a str>,
    /// Users that it made: all they do is the hand's.
    pub users: Vec<&'a str>,
    /// What it did.
    #[serde(flatten)]
    pub deeds: &'a Deeds,
    /// The hand issued more than can be followed.
    pub limit_reached: bool,
    /// From this moment on, calls were not kept: there were too many for memory.
    pub not_kept_from: Option<Time>,
    /// What was read.
    pub read: &'a Reading,
}

/// What logs do not show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapsTold<'a> {
    /// [`GAPS_SCHEMA`].
    pub schema: &'static str,
    /// The gaps.
    #[serde(flatten)]
    pub gaps: &'a Gaps,
    /// Objects that were passed over, by reason.
    pub skipped: std::collections::BTreeMap<String, u64>,
    /// Limits that were reached while reading.
    pub limits_reached: std::collections::BTreeMap<String, u64>,
    /// What was read.
    pub read: &'a Reading,
}

/// One call as a line.
#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    #[serde(flatten)]
    call: &'a Call,
}

/// Returns an answer as one document.
pub fn json(answer: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(answer).expect("an answer has only text keys");
    by_number(&text) + "\n"
}

/// Returns an answer as one line.
pub fn json_line(answer: &impl Serialize) -> String {
    let text = serde_json::to_string(answer).expect("an answer has only text keys");
    by_number(&text) + "\n"
}

/// Returns calls, one a line.
#[must_use]
pub fn calls_jsonl(calls: &[Call]) -> String {
    calls.iter().map(|call| json_line(&Line { schema: CALL_SCHEMA, call })).collect()
}

/// Returns a record as it was written, on one line, without the secrets that AWS writes into answers.
#[must_use]
pub fn raw_line(record: &str) -> String {
    // Within a JSON text a line can only break between values: inside a string it is an escape.
    by_number(&crate::secrets::without(&record.replace(['\n', '\r'], " "))) + "\n"
}
