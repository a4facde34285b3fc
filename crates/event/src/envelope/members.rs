//! The members of an envelope, by name.

use crate::skim::scan;
use crate::skim::unescape;

/// The names that tell an envelope or hold what it wraps.
const NAMES: [&str; 41] = [
    "detail",
    "detail-type",
    "CloudTrailEvent",
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
    "messageType",
    "awslogs",
    "kinesis",
    "Sns",
    "data",
    "recordId",
    "result",
    "_raw",
    "_source",
    "event",
    "aws",
    "@timestamp",
    "message",
    "@message",
    "log",
    "record",
    "cloudtrail",
    "Message",
    "Body",
    "body",
    "Event",
    "digestSignatureAlgorithm",
    "digestS3Object",
    "logFiles",
    "s3Bucket",
    "s3ObjectKey",
    "original",
    "event.original",
];

/// Those members of one object that matter, as they are written. If a key comes twice, the last one counts.
pub(super) struct Members<'a> {
    values: [Option<&'a [u8]>; NAMES.len()],
    is_empty: bool,
}

impl<'a> Members<'a> {
    /// Reads the members of the object that is `text`.
    pub(super) fn of(text: &'a [u8]) -> Members<'a> {
        let mut members = Members { values: [None; NAMES.len()], is_empty: true };
        for (key, value) in scan::Members::new(text) {
            members.is_empty = false;
            let key = unescape(key);
            if let Some(place) = NAMES.iter().position(|name| *name == key) {
                members.values[place] = Some(value).filter(|value| *value != b"null");
            }
        }
        members
    }

    /// Returns the value of `name`, which must be one of the names above; `None` if it is absent or null.
    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        let place = NAMES.iter().position(|known| *known == name);
        debug_assert!(place.is_some(), "{name} is not listed");
        self.values[place?]
    }

    /// Returns the value of `name` if it begins with `first`, which tells its type.
    pub(super) fn typed(&self, name: &str, first: u8) -> Option<&'a [u8]> {
        self.get(name).filter(|value| value.first() == Some(&first))
    }

    /// Returns the contents of the string `name`, still escaped.
    pub(super) fn string(&self, name: &str) -> Option<&'a [u8]> {
        contents(self.get(name)?)
    }

    /// Tells whether the object had no members at all.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }
}

/// Returns the value of one member of the object that is `text`; the last one if it comes twice, `None` if null.
pub(super) fn member<'a>(text: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let named = scan::Members::new(text).filter(|(key, _)| unescape(key) == name);
    named.last().map(|(_, value)| value).filter(|value| *value != b"null")
}

/// Returns what stands between the quotes, if `value` is a string.
pub(super) fn contents(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}
