//! What stands around records, decided by content: notifications, log batches, exports of other tools.
//!
//! The long arrays that may be larger than memory are read by [`crate::skim::Reader`] itself. Everything here was
//! found not to be a record and is small enough to be looked at as a whole. Each envelope leads to the text of the
//! record as AWS wrote it; only an Elastic document without its original has to be rebuilt.
//!
//! Blind spots: an envelope is known by the names of its members, so a tool that calls the record otherwise than
//! `message`, `log`, `event` and the like hides it. Such values are counted as JSON of another kind.

pub(crate) mod csv;
mod elastic;
mod flat;
mod members;
mod payload;

use std::ops::ControlFlow;

use crate::limits::Limits;
use crate::side::{self, Source};
use crate::skim::scan::{Elements, skip_space, value_end};
use crate::skim::{
    Field, Part, Place, RecordSink, RejectReason, Skimmed, Slots, Stop, Tally, unescape, walk,
};
use members::{Members, contents, member};

/// Members that are arrays of records or of further envelopes.
const ARRAYS: [&str; 10] = [
    "Records",
    "records",
    "Events",
    "events",
    "logEvents",
    "Messages",
    "results",
    "hits",
    "Findings",
    "Anomalies",
];

/// Members that are a record or lead to one: an object, or a string that holds one. In the order in which they are
/// tried, those that can mean nothing else first.
const WRAPPERS: [&str; 21] = [
    "detail",
    "CloudTrailEvent",
    "_source",
    "result",
    "_raw",
    "event.original",
    "original",
    "Sns",
    "Message",
    "Body",
    "body",
    "cloudtrail",
    "record",
    "log",
    "event",
    "@message",
    "message",
    "hits",
    "awslogs",
    "kinesis",
    "data",
];

/// What becomes of JSON that is neither a record nor an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stray {
    /// It stands among records: rejected.
    Reject,
    /// It may well be a log of another kind: counted.
    Count,
}

/// Tells whether an object is a record of CloudTrail: it has a name and says by whom or where.
///
/// Notices of S3 and of queues look the same, but their source is `aws:s3` and the like.
#[inline]
pub(crate) fn is_record(object: &Skimmed<'_>) -> bool {
    let source = object.bytes(Field::EventSource);
    object.bytes(Field::EventName).is_some()
        && (source.is_some() || object.span(Part::UserIdentity).is_some())
        && !source.is_some_and(is_notice_source)
}

/// What an object that is not a record seems to be by the values that were walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walked {
    /// An event of CloudTrail Insights.
    Insight,
    /// A notice, unless it wraps something.
    Notice,
    /// It must be looked at.
    Other,
}

impl Walked {
    /// Tells what an object seems to be.
    pub(crate) fn of(object: &Skimmed<'_>) -> Walked {
        if object.span(Part::InsightDetails).is_some() {
            Walked::Insight
        } else if object.bytes(Field::EventSource).is_some_and(is_notice_source) {
            Walked::Notice
        } else {
            Walked::Other
        }
    }
}

/// Tells whether a source is that of a notice.
fn is_notice_source(source: &[u8]) -> bool {
    source.starts_with(b"aws:")
}

/// Tells whether a member of an envelope may be its long array, or the object that holds it.
pub(crate) fn opens_stream(key: &[u8]) -> bool {
    matches!(key, b"Records" | b"Events" | b"hits")
}

/// Opens what is not a record, and gives the records inside of it to the sink.
pub(crate) struct Opener<'r, S> {
    pub(crate) limits: &'r Limits,
    pub(crate) slots: &'r mut Slots,
    pub(crate) tally: &'r mut Tally,
    pub(crate) payload_bytes_left: &'r mut u64,
    pub(crate) sink: &'r mut S,
    pub(crate) offset: u64,
    pub(crate) stray: Stray,
}

impl<S: RecordSink> Opener<'_, S> {
    /// Opens a JSON value; `nesting` is how many steps led to it.
    pub(crate) fn value(&mut self, text: &[u8], nesting: u32) {
        if nesting > self.limits.envelopes_max {
            return self.reject(RejectReason::TooManyEnvelopes);
        }
        match text {
            [b'{', ..] => self.object(text, nesting),
            [b'[', ..] => Elements::new(text).for_each(|element| self.value(element, nesting + 1)),
            _ => match contents(text) {
                Some(contents) => self.text(unescape(contents).as_bytes(), nesting + 1),
                None => self.stray(),
            },
        }
    }

    /// Opens the values of a text that was inside of a string or payload.
    fn text(&mut self, text: &[u8], nesting: u32) {
        let mut at = skip_space(text, 0);
        if !matches!(text.get(at), Some(b'{' | b'[')) {
            return match side::flow::default_row(text) {
                Some(begin) => self.tally.side(
                    self.sink,
                    Source::VpcFlowLogs,
                    text[begin..].trim_ascii_end(),
                    self.offset,
                ),
                None => self.stray(),
            };
        }
        while at < text.len() {
            match value_end(text, at) {
                Ok(end) => {
                    self.value(&text[at..end], nesting);
                    at = skip_space(text, end);
                }
                Err(stop) => return self.stopped(stop),
            }
        }
    }

    /// Gives a record to the sink, or opens an envelope.
    fn object(&mut self, text: &[u8], nesting: u32) {
        match walk(text, Place::Inside, self.limits.depth_max, self.slots) {
            Ok(end) => {
                let record = Skimmed::new(text, 0, end, self.offset, self.slots);
                if is_record(&record) {
                    self.tally.records += 1;
                    self.sink.record(&record);
                } else {
                    let object = Walked::of(&record);
                    self.walked_object(&text[..end], object, nesting);
                }
            }
            Err(stop) => self.stopped(stop),
        }
    }

    /// Opens an object that was walked and is not a record.
    pub(crate) fn walked_object(&mut self, text: &[u8], object: Walked, nesting: u32) {
        if object == Walked::Insight {
            self.tally.insights += 1;
            return;
        }
        if let Some(source) = side::recognise(text) {
            return self.tally.side(self.sink, source, text, self.offset);
        }
        let members = Members::of(text);
        let opened = self.known_kind(&members).is_break()
            || self.arrays(&members, nesting).is_break()
            || self.payloads(&members, nesting).is_break()
            || self.elastic(text, &members, nesting).is_break()
            || self.wrappers(&members, nesting).is_break();
        match object {
            _ if opened => {}
            Walked::Notice => self.tally.notices += 1,
            Walked::Insight | Walked::Other => self.stray(),
        }
    }

    /// Counts an object of a kind that holds no records.
    fn known_kind(&mut self, members: &Members<'_>) -> ControlFlow<()> {
        let has = |name| members.get(name).is_some();
        let count = if members.is_empty() {
            &mut self.tally.empties
        } else if has("digestSignatureAlgorithm") || (has("digestS3Object") && has("logFiles")) {
            &mut self.tally.digests
        } else if members.string("Event") == Some(b"s3:TestEvent") {
            &mut self.tally.tests
        } else if members.string("messageType") == Some(b"CONTROL_MESSAGE") {
            &mut self.tally.control_messages
        } else if members.string("detail-type") == Some(b"Object Created")
            || (has("s3Bucket") && has("s3ObjectKey"))
        {
            &mut self.tally.notices
        } else {
            return ControlFlow::Continue(());
        };
        *count += 1;
        ControlFlow::Break(())
    }

    /// Opens the elements of the envelope's array.
    fn arrays(&mut self, members: &Members<'_>, nesting: u32) -> ControlFlow<()> {
        let Some(array) = ARRAYS.iter().find_map(|name| members.typed(name, b'[')) else {
            return ControlFlow::Continue(());
        };
        self.tally.envelopes += 1;
        self.value(array, nesting + 1);
        ControlFlow::Break(())
    }

    /// Opens what is encoded: `awslogs.data`, `kinesis.data`, and `data` of a Firehose record.
    fn payloads(&mut self, members: &Members<'_>, nesting: u32) -> ControlFlow<()> {
        let batch = members.typed("awslogs", b'{').or_else(|| members.typed("kinesis", b'{'));
        let data = match batch {
            Some(batch) => member(batch, "data").and_then(contents),
            None => members.string("data"),
        };
        let Some(data) = data else { return ControlFlow::Continue(()) };
        match payload::decode(unescape(data).as_bytes(), self.payload_bytes_left) {
            Ok(text) => self.text(&text, nesting + 1),
            // Many things have a member `data`. Only where it must be a payload is it a fault that it is none.
            Err(RejectReason::BadPayload) if batch.is_none() && members.get("recordId").is_none() => {
                return ControlFlow::Continue(());
            }
            Err(reason) => self.reject(reason),
        }
        ControlFlow::Break(())
    }

    /// Opens the original of an Elastic or OpenSearch document, or rebuilds it.
    fn elastic(&mut self, text: &[u8], members: &Members<'_>, nesting: u32) -> ControlFlow<()> {
        let fields = members.typed("aws", b'{').and_then(|aws| member(aws, "cloudtrail"));
        let Some(fields) = fields.filter(|fields| fields.starts_with(b"{")) else {
            return ControlFlow::Continue(());
        };
        let event = members.typed("event", b'{');
        let original =
            members.get("event.original").or_else(|| event.and_then(|event| member(event, "original")));
        if let Some(original) = original.filter(|original| holds_json(original)) {
            self.value(original, nesting + 1);
            return ControlFlow::Break(());
        }
        // OpenSearch keeps the record as it is in this place.
        if member(fields, "eventName").is_some() {
            self.value(fields, nesting + 1);
            return ControlFlow::Break(());
        }
        match elastic::rebuild(text) {
            Some(record) => self.value(&record, nesting + 1),
            None => self.reject(RejectReason::NotJson),
        }
        ControlFlow::Break(())
    }

    /// Opens the first member that is an object, or a string that holds JSON.
    fn wrappers(&mut self, members: &Members<'_>, nesting: u32) -> ControlFlow<()> {
        let Some(wrapped) = WRAPPERS
            .iter()
            .find_map(|name| members.get(name).filter(|value| holds_json(value) || holds_flow(value)))
        else {
            return ControlFlow::Continue(());
        };
        self.value(wrapped, nesting + 1);
        ControlFlow::Break(())
    }

    /// Rejects what could not be walked.
    fn stopped(&mut self, stop: Stop) {
        self.reject(match stop {
            Stop::Deep => RejectReason::TooDeep,
            Stop::Cut => RejectReason::Truncated,
            Stop::Bad { .. } | Stop::Stream { .. } => RejectReason::NotJson,
        });
    }

    /// Counts a value that is neither a record nor an envelope.
    fn stray(&mut self) {
        match self.stray {
            Stray::Reject => self.reject(RejectReason::NotARecord),
            Stray::Count => self.tally.others += 1,
        }
    }

    /// Rejects a value.
    fn reject(&mut self, reason: RejectReason) {
        self.tally.reject(self.sink, self.offset, reason);
    }
}

/// Tells whether a value is a string that is a row of a flow log.
fn holds_flow(value: &[u8]) -> bool {
    contents(value).is_some_and(|contents| side::flow::default_row(contents).is_some())
}

/// Tells whether a value is an object, or a string that begins like one or like an array.
fn holds_json(value: &[u8]) -> bool {
    match contents(value) {
        Some(contents) => matches!(contents.trim_ascii_start().first(), Some(b'{' | b'[')),
        None => value.starts_with(b"{"),
    }
}
