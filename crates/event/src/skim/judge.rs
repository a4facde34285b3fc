//! The slow judge of the skim: every field and part of every record must be what `serde_json` says, for all sets of
//! instructions, wherever the windows end, in whatever order and manner the record is written.
//!
//! It is built for tests, which write sound records as oddly as they can, and for fuzzing, where the text may be
//! anything; there [`hold`] says what must be true of it nevertheless.

#[cfg(test)]
mod tests;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::simd::Isa;
use super::*;
use crate::limits::Limits;

/// What was seen of one record.
#[derive(Debug, PartialEq)]
struct Seen {
    offset: u64,
    raw: Vec<u8>,
    texts: Vec<Option<String>>,
    parts: Vec<Option<Vec<u8>>>,
}

/// Keeps everything.
#[derive(Default)]
struct Keep {
    seen: Vec<Seen>,
    rejected: Vec<Rejected>,
}

impl RecordSink for Keep {
    fn record(&mut self, record: &Skimmed<'_>) {
        self.seen.push(Seen {
            offset: record.offset(),
            raw: record.raw().to_vec(),
            texts: Field::ALL.iter().map(|field| record.text(*field).map(|text| text.into_owned())).collect(),
            parts: Part::ALL.iter().map(|part| record.span(*part).map(<[u8]>::to_vec)).collect(),
        });
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

/// Where the judge finds each field: the first of these paths that is not null.
fn paths(field: Field) -> Vec<&'static str> {
    let one = match field {
        Field::EventVersion => "/eventVersion",
        Field::EventId => "/eventID",
        Field::EventTime => "/eventTime",
        Field::Timestamp => "/@timestamp",
        Field::EventSource => "/eventSource",
        Field::EventName => "/eventName",
        Field::AwsRegion => "/awsRegion",
        Field::SourceIpAddress => "/sourceIPAddress",
        Field::UserAgent => "/userAgent",
        Field::ErrorCode => "/errorCode",
        Field::ErrorMessage => "/errorMessage",
        Field::RecipientAccountId => "/recipientAccountId",
        Field::SharedEventId => "/sharedEventID",
        Field::RequestId => "/requestID",
        Field::ReadOnly => "/readOnly",
        Field::EventType => "/eventType",
        Field::EventCategory => "/eventCategory",
        Field::VpcEndpointId => "/vpcEndpointId",
        Field::SessionCredentialFromConsole => "/sessionCredentialFromConsole",
        Field::IdentityType => "/userIdentity/type",
        Field::PrincipalId => "/userIdentity/principalId",
        Field::Arn => "/userIdentity/arn",
        Field::AccountId => "/userIdentity/accountId",
        Field::AccessKeyId => "/userIdentity/accessKeyId",
        Field::UserName => "/userIdentity/userName",
        Field::InvokedBy => "/userIdentity/invokedBy",
        Field::IssuerType => "/userIdentity/sessionContext/sessionIssuer/type",
        Field::IssuerPrincipalId => "/userIdentity/sessionContext/sessionIssuer/principalId",
        Field::IssuerArn => "/userIdentity/sessionContext/sessionIssuer/arn",
        Field::IssuerAccountId => "/userIdentity/sessionContext/sessionIssuer/accountId",
        Field::IssuerUserName => "/userIdentity/sessionContext/sessionIssuer/userName",
        Field::MfaAuthenticated => "/userIdentity/sessionContext/attributes/mfaAuthenticated",
        Field::CreationDate => "/userIdentity/sessionContext/attributes/creationDate",
        Field::SourceIdentity => "/userIdentity/sessionContext/sourceIdentity",
        Field::Ec2RoleDelivery => {
            return vec![
                "/userIdentity/sessionContext/ec2RoleDelivery",
                "/userIdentity/sessionContext/attributes/ec2RoleDelivery",
                "/userIdentity/ec2RoleDelivery",
            ];
        }
        Field::InScopeIssuerType => {
            return vec![
                "/userIdentity/inScopeOf/issuerType",
                "/userIdentity/sessionContext/inScopeOf/issuerType",
            ];
        }
        Field::InScopeCredentialsIssuedTo => {
            return vec![
                "/userIdentity/inScopeOf/credentialsIssuedTo",
                "/userIdentity/sessionContext/inScopeOf/credentialsIssuedTo",
            ];
        }
        Field::InScopeSourceArn => {
            return vec![
                "/userIdentity/inScopeOf/sourceArn",
                "/userIdentity/sessionContext/inScopeOf/sourceArn",
            ];
        }
        Field::InScopeSourceAccount => {
            return vec![
                "/userIdentity/inScopeOf/sourceAccount",
                "/userIdentity/sessionContext/inScopeOf/sourceAccount",
            ];
        }
    };
    vec![one]
}

/// Where the judge finds each part.
fn part_path(part: Part) -> &'static str {
    match part {
        Part::UserIdentity => "/userIdentity",
        Part::SessionContext => "/userIdentity/sessionContext",
        Part::WebIdFederationData => "/userIdentity/sessionContext/webIdFederationData",
        Part::RequestParameters => "/requestParameters",
        Part::ResponseElements => "/responseElements",
        Part::AdditionalEventData => "/additionalEventData",
        Part::Resources => "/resources",
        Part::ServiceEventDetails => "/serviceEventDetails",
        Part::Addendum => "/addendum",
        Part::TlsDetails => "/tlsDetails",
        Part::InsightDetails => "/insightDetails",
    }
}

/// What the judge says of a field.
fn judged_text(record: &Value, field: Field) -> Option<String> {
    let value =
        paths(field).into_iter().filter_map(|path| record.pointer(path)).find(|value| !value.is_null())?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Compares what is seen of a record with the record as the judge reads it.
fn compare_record(seen: &Seen, record: &Value) {
    let parsed = |text: &[u8]| serde_json::from_slice::<Value>(text).expect("a part of JSON is JSON");
    for (field, text) in Field::ALL.iter().zip(&seen.texts) {
        let judged = judged_text(record, *field);
        // A number keeps the form it was written in.
        let same = *text == judged || is_same_number(text, &judged);
        assert!(same, "{field:?}: {text:?}, judged {judged:?}: {record}");
    }
    for (part, text) in Part::ALL.iter().zip(&seen.parts) {
        let judged = record.pointer(part_path(*part)).filter(|value| !value.is_null());
        assert_eq!(text.as_deref().map(parsed).as_ref(), judged, "{part:?}");
    }
}

/// Tells whether two texts are one number.
fn is_same_number(one: &Option<String>, other: &Option<String>) -> bool {
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    number(one).is_some() && number(one) == number(other)
}

/// Reads a text as a caller does that gets it `size` bytes at a time.
fn read(reader: &mut Reader, text: &[u8], size: usize) -> (Keep, ObjectSummary) {
    let mut keep = Keep::default();
    reader.begin();
    let (mut start, mut end) = (0, size);
    while end < text.len() {
        start += reader.feed(&text[start..end], &mut keep);
        end += size;
    }
    let summary = reader.finish(&text[start..], &mut keep);
    (keep, summary)
}

/// Readers of all sets of instructions, for texts that may be anything.
#[derive(Debug)]
pub struct Judge {
    readers: Vec<(Isa, Reader)>,
}

impl Default for Judge {
    fn default() -> Self {
        let readers = Isa::all().into_iter().map(|isa| (isa, Reader::with_isa(Limits::default(), isa)));
        Self { readers: readers.collect() }
    }
}

impl Judge {
    /// Panics unless all sets of instructions see the same in a text, if it is JSON also `size` bytes at a time, and every
    /// record of it that is JSON is what `serde_json` says.
    pub fn hold(&mut self, text: &[u8], size: usize) {
        let seen: Vec<_> =
            self.readers.iter_mut().map(|(_, reader)| read(reader, text, usize::MAX / 2)).collect();
        let (first, summary) = &seen[0];
        for ((keep, other), (isa, _)) in seen.iter().zip(&self.readers) {
            assert_eq!(other, summary, "{isa:?}");
            assert_eq!(keep.rejected, first.rejected, "{isa:?}");
            assert_eq!(keep.seen, first.seen, "{isa:?}");
        }
        // Of a text at fault more or less is read, as its windows fall; of a sound one all is.
        let is_sound =
            serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>().all(|value| value.is_ok());
        for (isa, reader) in &mut self.readers {
            let (keep, other) = read(reader, text, size);
            if is_sound {
                assert_eq!(keep.seen, first.seen, "{isa:?} in windows of {size}");
                assert_eq!(keep.rejected, first.rejected, "{isa:?} in windows of {size}");
                assert_eq!(other, *summary, "{isa:?} in windows of {size}");
            }
        }
        for record in &first.seen {
            // What is not JSON was stepped over, and means what it means.
            if let Ok(judged) = serde_json::from_slice(&record.raw) {
                compare_record(record, &judged);
            }
        }
        if serde_json::from_slice(text).is_ok_and(|text| is_plain_record(&text)) {
            let too_deep = first.rejected.iter().any(|rejected| rejected.reason == RejectReason::TooDeep);
            assert!(too_deep || (summary.records, summary.rejected) == (1, 0), "{summary:?}");
        }
    }
}

/// Tells whether a text can be nothing but one record.
fn is_plain_record(text: &Value) -> bool {
    let source = judged_text(text, Field::EventSource);
    text.is_object()
        && judged_text(text, Field::EventName).is_some()
        && source.is_some_and(|source| !source.starts_with("aws:"))
        && ["Records", "Events", "hits"].iter().all(|name| text.get(name).is_none())
}
