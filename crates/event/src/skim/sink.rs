//! What reading a text gives: records, rejections, and a summary that accounts for every value.

use super::skimmed::Skimmed;
use crate::side::Source;

/// Takes what a [`super::Reader`] finds, in the order of the text.
pub trait RecordSink {
    /// Takes one record. It is valid during the call only.
    fn record(&mut self, record: &Skimmed<'_>);
    /// Takes what could not be read.
    fn rejected(&mut self, rejected: Rejected);
    /// Takes a message of a side log, which [`crate::side::read`] reads. It is valid during the call only.
    fn side(&mut self, _message: Message<'_>) {}
}

/// A message of a side log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// Of which.
    pub source: Source,
    /// Its text.
    pub text: &'a [u8],
    /// Where it begins, in bytes from the beginning of the object's text.
    pub offset: u64,
    /// How many values came before it in this text.
    pub index: u64,
}

/// Something in the text that could not be read as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected {
    /// Where it begins, in bytes from the beginning of the text.
    pub offset: u64,
    /// How many values (records, rejections and others) came before it in this text.
    pub index: u64,
    /// What is wrong with it.
    pub reason: RejectReason,
}

/// Why something could not be read as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum RejectReason {
    /// The text ends inside of it.
    #[error("cut off by the end of the text")]
    Truncated,
    /// It is not JSON. Reading went on at the next record that could be found.
    #[error("not JSON")]
    NotJson,
    /// It is not JSON, and no later record could be found: the rest of the text was not read.
    #[error("not JSON, and nothing behind it could be read")]
    GaveUp,
    /// It is longer than the limit.
    #[error("longer than a record may be")]
    TooLarge,
    /// It is nested deeper than the limit.
    #[error("nested deeper than a record may be")]
    TooDeep,
    /// It stands among records and is JSON, but not a record of CloudTrail.
    #[error("not a CloudTrail record")]
    NotARecord,
    /// It is wrapped in more envelopes than the limit.
    #[error("wrapped in too many envelopes")]
    TooManyEnvelopes,
    /// Its payload is not valid Base64 or gzip.
    #[error("its payload cannot be decoded")]
    BadPayload,
    /// Its payload is larger than the limit when decoded.
    #[error("its payload is too large when decoded")]
    PayloadTooLarge,
}

/// What a text was, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// Records of CloudTrail, or an envelope that should hold some and none could be read.
    CloudTrail,
    /// Messages of side logs, and no records.
    Side,
    /// Insight events, which lie in the same bucket.
    Insight,
    /// A digest of log files, which lies in the same bucket.
    Digest,
    /// Notices that an object was written; not records.
    Notification,
    /// A control message of a log subscription: to be answered, not read.
    ControlMessage,
    /// The message that S3 sends when notifications are set up.
    TestEvent,
    /// An empty text, `{}`, or an envelope without records.
    Empty,
    /// JSON of another kind.
    OtherJson,
    /// Not JSON.
    NotJson,
}

/// What a text was and what came of it.
///
/// Every value of the text is in exactly one of the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectSummary {
    /// What the text was.
    pub kind: ObjectKind,
    /// Records given to the sink.
    pub records: u64,
    /// Rejections given to the sink.
    pub rejected: u64,
    /// Messages of side logs.
    pub sides: u64,
    /// Insight events.
    pub insights: u64,
    /// Digests.
    pub digests: u64,
    /// Notices that an object was written, and test events.
    pub notifications: u64,
    /// Control messages of a log subscription.
    pub control_messages: u64,
    /// JSON values of another kind.
    pub others: u64,
    /// The text ended inside of a value or envelope.
    pub truncated: bool,
    /// Part of the text was not read, because no record could be found behind a fault.
    pub gave_up: bool,
}

/// Counts what a text gives while it is read.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    pub(crate) rejected: u64,
    pub(crate) sides: u64,
    pub(crate) insights: u64,
    pub(crate) digests: u64,
    pub(crate) notices: u64,
    pub(crate) tests: u64,
    pub(crate) control_messages: u64,
    pub(crate) empties: u64,
    pub(crate) others: u64,
    pub(crate) envelopes: u64,
    pub(crate) truncated: bool,
    pub(crate) gave_up: bool,
}

impl Tally {
    /// Counts a rejection and gives it to the sink.
    pub(crate) fn reject<S: RecordSink>(&mut self, sink: &mut S, offset: u64, reason: RejectReason) {
        let index = self.values();
        self.rejected += 1;
        sink.rejected(Rejected { offset, index, reason });
    }

    /// How many values were seen so far.
    pub(crate) fn values(&self) -> u64 {
        let known = self.records + self.rejected + self.insights + self.digests + self.notices;
        known + self.tests + self.control_messages + self.others + self.sides
    }

    /// Counts a message of a side log and gives it to the sink.
    pub(crate) fn side<S: RecordSink>(&mut self, sink: &mut S, source: Source, text: &[u8], offset: u64) {
        let index = self.values();
        self.sides += 1;
        sink.side(Message { source, text, offset, index });
    }

    /// Says what the text was, all in all. The rarer and more telling kind wins over the common one.
    fn kind(&self) -> ObjectKind {
        match self {
            Tally { records: 1.., .. } => ObjectKind::CloudTrail,
            Tally { sides: 1.., .. } => ObjectKind::Side,
            Tally { insights: 1.., .. } => ObjectKind::Insight,
            Tally { digests: 1.., .. } => ObjectKind::Digest,
            Tally { notices: 1.., .. } => ObjectKind::Notification,
            Tally { tests: 1.., .. } => ObjectKind::TestEvent,
            Tally { control_messages: 1.., .. } => ObjectKind::ControlMessage,
            Tally { envelopes: 1.., rejected: 1.., .. } => ObjectKind::CloudTrail,
            Tally { others: 1.., .. } => ObjectKind::OtherJson,
            Tally { rejected: 1.., .. } => ObjectKind::NotJson,
            _ => ObjectKind::Empty,
        }
    }

    /// Sums up.
    pub(crate) fn summary(&self) -> ObjectSummary {
        ObjectSummary {
            kind: self.kind(),
            records: self.records,
            rejected: self.rejected,
            sides: self.sides,
            insights: self.insights,
            digests: self.digests,
            notifications: self.notices + self.tests,
            control_messages: self.control_messages,
            others: self.others,
            truncated: self.truncated,
            gave_up: self.gave_up,
        }
    }
}
