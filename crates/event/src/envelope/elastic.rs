//! A record rebuilt from the fields of an Elastic document, for exports that did not keep `event.original`.
//!
//! Blind spots: what the integration did not index is lost, and request and response are read back from a text that is
//! not JSON, see [`super::flat`].

use serde_json::{Map, Value};

use super::flat::read_flat;

/// Where a document holds a value, and where a record does. Of two sources for one place the first that is there counts.
const PLACES: &[(&str, &str)] = &[
    ("/event/action", "/eventName"),
    ("/event/provider", "/eventSource"),
    ("/event/id", "/eventID"),
    ("/@timestamp", "/eventTime"),
    ("/cloud/region", "/awsRegion"),
    ("/source/address", "/sourceIPAddress"),
    ("/source/ip", "/sourceIPAddress"),
    ("/user_agent/original", "/userAgent"),
    ("/aws/cloudtrail/event_version", "/eventVersion"),
    ("/aws/cloudtrail/event_type", "/eventType"),
    ("/aws/cloudtrail/event_category", "/eventCategory"),
    ("/aws/cloudtrail/error_code", "/errorCode"),
    ("/aws/cloudtrail/error_message", "/errorMessage"),
    ("/aws/cloudtrail/request_id", "/requestID"),
    ("/aws/cloudtrail/read_only", "/readOnly"),
    ("/aws/cloudtrail/management_event", "/managementEvent"),
    ("/aws/cloudtrail/shared_event_id", "/sharedEventID"),
    ("/aws/cloudtrail/vpc_endpoint_id", "/vpcEndpointId"),
    ("/aws/cloudtrail/recipient_account_id", "/recipientAccountId"),
    ("/cloud/account/id", "/recipientAccountId"),
    ("/aws/cloudtrail/user_identity/type", "/userIdentity/type"),
    ("/aws/cloudtrail/user_identity/principal_id", "/userIdentity/principalId"),
    ("/user/id", "/userIdentity/principalId"),
    ("/aws/cloudtrail/user_identity/arn", "/userIdentity/arn"),
    ("/aws/cloudtrail/user_identity/account_id", "/userIdentity/accountId"),
    ("/cloud/account/id", "/userIdentity/accountId"),
    ("/aws/cloudtrail/user_identity/access_key_id", "/userIdentity/accessKeyId"),
    ("/aws/cloudtrail/user_identity/invoked_by", "/userIdentity/invokedBy"),
    ("/user/name", "/userIdentity/userName"),
    (
        "/aws/cloudtrail/user_identity/session_context/mfa_authenticated",
        "/userIdentity/sessionContext/attributes/mfaAuthenticated",
    ),
    (
        "/aws/cloudtrail/user_identity/session_context/creation_date",
        "/userIdentity/sessionContext/attributes/creationDate",
    ),
    (
        "/aws/cloudtrail/user_identity/session_context/session_issuer/type",
        "/userIdentity/sessionContext/sessionIssuer/type",
    ),
    (
        "/aws/cloudtrail/user_identity/session_context/session_issuer/principal_id",
        "/userIdentity/sessionContext/sessionIssuer/principalId",
    ),
    (
        "/aws/cloudtrail/user_identity/session_context/session_issuer/arn",
        "/userIdentity/sessionContext/sessionIssuer/arn",
    ),
    (
        "/aws/cloudtrail/user_identity/session_context/session_issuer/account_id",
        "/userIdentity/sessionContext/sessionIssuer/accountId",
    ),
    ("/aws/cloudtrail/flattened/request_parameters", "/requestParameters"),
    ("/aws/cloudtrail/request_parameters", "/requestParameters"),
    ("/aws/cloudtrail/flattened/response_elements", "/responseElements"),
    ("/aws/cloudtrail/response_elements", "/responseElements"),
    ("/aws/cloudtrail/flattened/additional_eventdata", "/additionalEventData"),
    ("/aws/cloudtrail/additional_eventdata", "/additionalEventData"),
    ("/aws/cloudtrail/flattened/service_event_details", "/serviceEventDetails"),
    ("/aws/cloudtrail/service_event_details", "/serviceEventDetails"),
];

/// Places that hold structures, which a document may hold as a text.
const STRUCTURES: [&str; 4] =
    ["/requestParameters", "/responseElements", "/additionalEventData", "/serviceEventDetails"];

/// Returns the record that a document was made of, as far as it can be told; `None` if it is not valid JSON.
pub(super) fn rebuild(document: &[u8]) -> Option<Vec<u8>> {
    let document: Value = serde_json::from_str(&String::from_utf8_lossy(document)).ok()?;
    let mut record = Value::Object(Map::new());
    for (source, place) in PLACES {
        let Some(value) = document.pointer(source).filter(|value| !value.is_null()) else { continue };
        let value = match value {
            Value::String(text) if STRUCTURES.contains(place) => structure(text),
            value => value.clone(),
        };
        if record.pointer(place).is_none() {
            put(&mut record, place, value);
        }
    }
    Some(record.to_string().into_bytes())
}

/// Reads a structure from its text: JSON, or flattened.
fn structure(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| read_flat(text))
}

/// Puts a value at a place, making the objects on the way.
fn put(record: &mut Value, place: &str, value: Value) {
    let mut at = record;
    for name in place.split('/').skip(1) {
        at = &mut at[name];
    }
    *at = value;
}
