//! One record as an answer tells it.
//!
//! Unlike an [`event::Event`] it exists for every record, the unimportant ones too: who, what,
//! where, from where, and how it ended. What a call was about is parsed from its request, and
//! only for records that somebody asked for.

use std::borrow::{Borrow, Cow};
use std::collections::HashSet;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::Arc;

use event::decode::canonical_principal;
use event::skim::{Field, Skimmed};
use event::{Event, Time};
use foldhash::fast::FixedState;
use serde::{Serialize, Serializer};

use super::earliest::Weighed;
use super::target;
use super::touch::{Touch, touch};
use crate::facts::caller::with_fields;

/// Texts that a pool remembers.
///
/// Fewer, and an arn is stored again with every call; more, and a hostile log of ever new
/// texts fills memory twice.
const POOL_TEXTS_MAX: usize = 100_000;

/// The longest text kept of a field, in bytes. AWS cuts agents at 1 KB; names are far shorter.
const TEXT_BYTES_MAX: usize = 1_024;

/// Bytes that a call takes besides its texts, about.
const CALL_BYTES: usize = 320;

/// A text that many calls share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// A text of its own.
    fn new(text: &str) -> Self {
        Self(Arc::from(cut(text)))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Shares equal texts.
#[derive(Clone, Debug, Default)]
pub struct Pool(HashSet<Text>);

impl Pool {
    /// Returns `text`, shared if it was there before.
    pub fn text(&mut self, text: &str) -> Text {
        let text = cut(text);
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let shared = Text::new(text);
        if self.0.len() < POOL_TEXTS_MAX {
            self.0.insert(shared.clone());
        }
        shared
    }
}

/// The text up to the limit, at the end of a character.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

/// What a call asked to be started, and what it got.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Launched {
    /// Machines asked for, by type.
    pub asked: Vec<(String, u64)>,
    /// Machines obtained.
    pub started: u64,
    /// It was refused.
    pub refused: bool,
    /// It was a dry run.
    pub dry_run: bool,
}

/// One record.
///
/// The order is by time, then id: the order in which an answer is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Call {
    /// When; nothing where the record does not say.
    pub time: Option<Time>,
    /// The event's id; empty where it has none.
    pub event: Text,
    /// The account that was acted on.
    pub account: Text,
    /// The region.
    pub region: Text,
    /// The service, without its domain.
    pub service: Text,
    /// The event's name.
    pub name: Text,
    /// What it was about, or what it did, as far as the request says.
    pub about: Text,
    /// Why it failed; empty where it did not.
    pub error: Text,
    /// Who, in canonical form.
    pub principal: Text,
    /// The session's name.
    pub session: Text,
    /// The access key id.
    pub key: Text,
    /// The instance that the credential was issued to.
    pub instance: Text,
    /// The AWS service that called on somebody's behalf.
    pub invoked_by: Text,
    /// From where.
    pub address: Text,
    /// With which program.
    pub agent: Text,
    /// Whether it changes something, or only reads.
    pub changes: bool,
    /// What it launched.
    pub launched: Option<Box<Launched>>,
    /// What it touched, and how that is undone.
    #[serde(serialize_with = "touched")]
    pub touch: Option<(Touch, &'static str)>,
}

/// A machine is told what was touched; how to undo it is for people.
fn touched<S: Serializer>(touch: &Option<(Touch, &'static str)>, serializer: S) -> Result<S::Ok, S::Error> {
    touch.map(|(touch, _)| touch).serialize(serializer)
}

impl Call {
    /// Reads a record.
    #[must_use]
    pub fn of(record: &Skimmed<'_>, pool: &mut Pool) -> Self {
        let event = notable(record);
        let mut text = |field: Field| pool.text(&record.text(field).unwrap_or_default());
        let (region, name, key) = (text(Field::AwsRegion), text(Field::EventName), text(Field::AccessKeyId));
        let (address, agent) = (text(Field::SourceIpAddress), text(Field::UserAgent));
        let (error, invoked_by) = (text(Field::ErrorCode), text(Field::InvokedBy));
        let (principal, session, instance) = with_fields(record, |fields| {
            (
                pool.text(&canonical_principal(&fields)),
                pool.text(fields.session().unwrap_or_default()),
                pool.text(fields.instance().map_or("", |(id, _)| id)),
            )
        });
        let service = pool.text(service_of(&record.text(Field::EventSource).unwrap_or_default()));
        let touch = touch(&service, &name, event.as_ref());
        Self {
            time: time_of(record),
            event: id_of(record, event.as_ref()),
            account: pool.text(&account_of(record)),
            region,
            service,
            name,
            about: pool.text(&target::about(record, event.as_ref())),
            error,
            principal,
            session,
            key,
            instance,
            invoked_by,
            address,
            agent,
            changes: changes(record),
            launched: event.as_ref().and_then(target::launched).map(Box::new),
            touch,
        }
    }
}

impl Weighed for Call {
    fn weight(&self) -> usize {
        CALL_BYTES + self.event.len() + self.about.len()
    }
}

/// The event, where the record is one that detection parses too.
fn notable(record: &Skimmed<'_>) -> Option<Event> {
    let field = |field: Field| record.bytes(field).unwrap_or_default();
    let lane = event::lane(field(Field::EventSource), field(Field::EventName));
    (lane != event::Lane::Skim).then(|| event::decode(record.raw()).ok()).flatten()
}

/// The record's id: its own, else the one that findings use, else a hash of its text.
fn id_of(record: &Skimmed<'_>, event: Option<&Event>) -> Text {
    match (record.text(Field::EventId), event) {
        (Some(id), _) => Text::new(&id),
        (None, Some(event)) => Text::new(&event.id),
        (None, None) => Text::new(&format!("text:{:016x}", FixedState::default().hash_one(record.raw()))),
    }
}

/// When it happened: the record's own time, else that of the export.
pub(super) fn time_of(record: &Skimmed<'_>) -> Option<Time> {
    let stamp = record.text(Field::EventTime).or_else(|| record.text(Field::Timestamp))?;
    Time::parse(&stamp)
}

/// The account that was acted on, else the caller's.
pub(super) fn account_of<'a>(record: &Skimmed<'a>) -> Cow<'a, str> {
    record.text(Field::RecipientAccountId).or_else(|| record.text(Field::AccountId)).unwrap_or_default()
}

/// `ec2` of `ec2.amazonaws.com`.
pub(super) fn service_of(source: &str) -> &str {
    event::notable::bare_source(source)
}

/// The event's name without a version behind it.
pub(super) fn name_of<'a>(record: &Skimmed<'a>) -> Cow<'a, str> {
    let name = record.text(Field::EventName).unwrap_or_default();
    let length = event::notable::base_name(name.as_bytes()).len();
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(&name[..length]),
        Cow::Owned(mut name) => {
            name.truncate(length);
            Cow::Owned(name)
        }
    }
}

/// Whether a call changes something: by its own word, else by its name.
pub(super) fn changes(record: &Skimmed<'_>) -> bool {
    match record.bytes(Field::ReadOnly) {
        Some(flag) => flag != b"true",
        None => {
            let name = record.text(Field::EventName).unwrap_or_default();
            !["Describe", "Get", "List", "Head", "Lookup"].iter().any(|verb| name.starts_with(verb))
        }
    }
}
