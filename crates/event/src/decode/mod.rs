//! From the text of one notable record to an [`Event`].
//!
//! Decoding is the slow lane: it runs for the few records whose name is notable (see
//! [`crate::notable`]), parses them whole and keeps what they prove. What a call means is
//! said by one row of a table, in [`crate::launch`] for compute and here for the rest:
//!
//! - [`actor`]: who called
//! - `brief`: what comes by the thousand, decoded from the skim
//! - `issue`: credentials and sign-ins
//! - `mint`: identities made or strengthened
//! - `ground`: quotas, regions and other preparation
//! - `guard`: trails and detectors weakened
//! - `hands`: functions and commands handed to another identity
//! - `reach`: whose an address is
//! - `look`: look-ups
//!
//! Secrets (`sessionToken`, `secretAccessKey`, passwords) are never read, so an event cannot hold one.
//!
//! Blind spots: a record cut by its transport is no JSON and is rejected; what CloudTrail
//! masks or omits stays unknown.

pub mod actor;
mod brief;
mod ground;
mod guard;
mod hands;
mod issue;
mod look;
mod mint;
mod reach;
mod record_id;

use std::borrow::Cow;

use serde_json::Value;
use thiserror::Error;

pub use crate::launch::call::event_text;
pub use actor::{ActorFields, canonical_principal};
pub use brief::{Sketch, brief};
pub(crate) use look::by_source as look_by_source;

use crate::actor::{Actor, Address};
use crate::event::{Detail, Event};
use crate::failure::Failure;
use crate::launch::call::{Call, Node, kept};
use crate::launch::{self, Row};
use crate::notable::{bare_source, base_name};
use crate::time::Time;

/// The rows that are not about compute.
pub(crate) const TABLES: &[&[Row]] =
    &[issue::ROWS, mint::ROWS, ground::ROWS, guard::ROWS, hands::ROWS, reach::ROWS, look::ROWS];

/// Longest record that is decoded whole, in bytes of text.
///
/// CloudTrail stops near 256 KB. Less, and a record that an export padded or escaped is lost; more, and a record of
/// nothing but small objects, each of which takes a hundred times its text when parsed, fills memory.
pub const DECODE_BYTES_MAX: usize = 1 << 20;

/// Why a record did not become an event.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DecodeError {
    /// The text is not JSON.
    #[error("cannot parse the record: {reason}")]
    NotJson {
        /// What the parser says, with line and column.
        reason: String,
    },
    /// The text is longer than [`DECODE_BYTES_MAX`].
    #[error("longer than a record may be that is decoded whole")]
    TooLong,
    /// The text is JSON, but no object.
    #[error("the record is not a JSON object")]
    NotAnObject,
    /// Neither `eventTime` nor `@timestamp` can be read.
    #[error("record {id} has no readable time")]
    NoTime {
        /// The record's id.
        id: String,
    },
    /// There is no `eventName`.
    #[error("record {id} has no event name")]
    NoName {
        /// The record's id.
        id: String,
    },
    /// The record is sound, but says nothing that is kept: skimming it was enough.
    #[error("{source_name}:{name} says nothing that is kept")]
    NotNotable {
        /// The service.
        source_name: String,
        /// The event's name.
        name: String,
    },
}

impl DecodeError {
    /// Whether something is wrong with the record. If not, it was merely not worth keeping.
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        !matches!(self, Self::NotNotable { .. })
    }
}

/// Decodes one record's JSON text.
///
/// # Errors
///
/// A [`DecodeError`]; [`DecodeError::is_rejection`] tells a broken record from one that is only not notable.
pub fn decode(raw: &[u8]) -> Result<Event, DecodeError> {
    if raw.len() > DECODE_BYTES_MAX {
        return Err(DecodeError::TooLong);
    }
    let mut record: Value =
        serde_json::from_slice(raw).map_err(|error| DecodeError::NotJson { reason: error.to_string() })?;
    unfold(&mut record);
    decode_value(&record)
}

/// Parses the members that lakes and tables store as a text of JSON.
fn unfold(record: &mut Value) {
    for name in ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"] {
        let Some(member) = record.get_mut(name) else { continue };
        let parsed = member.as_str().filter(|text| text.starts_with('{')).map(serde_json::from_str);
        // A text that only looks like JSON stays what it is.
        if let Some(Ok(parsed)) = parsed {
            *member = parsed;
        }
    }
}

/// Decodes one parsed record.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_value(record: &Value) -> Result<Event, DecodeError> {
    if !record.is_object() {
        return Err(DecodeError::NotAnObject);
    }
    let node = Node::new(Some(record));
    let id = record_id::record_id(record);
    let name = node.get("eventName").text().ok_or_else(|| DecodeError::NoName { id: id.clone() })?;
    let time = time_of(node).ok_or_else(|| DecodeError::NoTime { id: id.clone() })?;
    let source = bare_source(node.get("eventSource").text().unwrap_or_default());
    let not_notable = || DecodeError::NotNotable { source_name: kept(source), name: kept(name) };

    let row = launch::row(source.as_bytes(), name.as_bytes()).ok_or_else(not_notable)?;
    let actor = actor::actor(record);
    let account = account_of(node, &actor);
    let mut failure = Failure::classify(node.get("errorCode").text(), node.get("errorMessage").text());
    if failure.is_none() {
        failure = launch::hidden_failure(&Call::new(record, base_name_text(name), None));
    }
    let call = Call {
        account: &account,
        caller: &actor.principal,
        service_made: actor.is_service_made(),
        ..Call::new(record, base_name_text(name), failure.as_ref())
    };
    let detail = row.read(&call).ok_or_else(not_notable)?;
    Ok(event(node, Header { id, time, account, source, name }, actor, failure, detail))
}

/// What every record has.
struct Header<'a> {
    id: String,
    time: Time,
    account: String,
    source: &'a str,
    name: &'a str,
}

fn event(
    record: Node<'_>,
    header: Header<'_>,
    actor: Actor,
    failure: Option<Failure>,
    detail: Detail,
) -> Event {
    Event {
        time: header.time,
        id: header.id,
        shared_id: record.get("sharedEventID").owned(),
        replaces: replaced(record),
        account: header.account,
        region: record.get("awsRegion").owned().unwrap_or_default(),
        source: kept(header.source),
        name: kept(header.name),
        actor,
        address: record
            .get("sourceIPAddress")
            .text()
            .map_or(Address::Absent, |text| Address::parse(&kept(text))),
        agent: record.get("userAgent").owned().unwrap_or_default(),
        endpoint: record.get("vpcEndpointId").owned(),
        failure,
        detail,
    }
}

/// The arn of an identity of the call's account; the bare name where the account is unknown or the name is an arn.
///
/// A path is not told by the name, so the arn is as good as can be told.
fn iam_arn<'a>(call: &Call<'_>, noun: &str, name: &'a str) -> Cow<'a, str> {
    if call.account.is_empty() || name.starts_with("arn:") {
        return Cow::Borrowed(name);
    }
    // The caller's arn knows the partition: `aws-cn` in China.
    let partition = call.caller.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).unwrap_or("aws");
    Cow::Owned(kept(&format!("arn:{partition}:iam::{}:{noun}/{name}", call.account)))
}

/// The resource that a refusal names: `… is not authorized to perform: X on resource: ARN because …`.
fn resource_in(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("on resource: ")?;
    rest.split_whitespace().next().filter(|resource| resource.starts_with("arn:"))
}

/// The identity that a refusal of IAM names, by arn or by name: `… on resource: user eve because …`.
fn identity_in(call: &Call<'_>, noun: &str) -> Option<String> {
    let message = call.message();
    if let Some(arn) = resource_in(message) {
        return Some(kept(arn));
    }
    let (_, rest) = message.split_once("on resource: ")?;
    let rest = rest.split(" because ").next().unwrap_or(rest);
    // `instance profile NAME` has two words before the name; the others have one.
    let (_, name) = rest.trim_end_matches('.').rsplit_once(' ')?;
    Some(iam_arn(call, noun, name).into_owned())
}

fn base_name_text(name: &str) -> &str {
    name.get(..base_name(name.as_bytes()).len()).unwrap_or(name)
}

fn time_of(record: Node<'_>) -> Option<Time> {
    ["eventTime", "@timestamp"].iter().find_map(|name| record.get(name).text().and_then(Time::parse))
}

/// The account that received the event, else the caller's.
fn account_of(record: Node<'_>, actor: &Actor) -> String {
    record.get("recipientAccountId").owned().unwrap_or_else(|| actor.account.clone())
}

/// The event that this one corrects. A late event (`DELIVERY_DELAY`) corrects nothing.
fn replaced(record: Node<'_>) -> Option<String> {
    let addendum = record.get("addendum");
    let corrects = addendum.get("reason").text().is_none_or(|reason| reason == "UPDATED_DATA");
    addendum.get("originalEventID").owned().filter(|_| corrects)
}
