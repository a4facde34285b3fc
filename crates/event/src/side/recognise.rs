//! Tells a side log's message from other JSON, by its members.

use super::Source;
use crate::skim::scan;

/// What was seen among the members of an object.
#[derive(Default)]
struct Seen {
    query: u8,
    guardduty: u8,
    anomaly: u8,
}

/// Returns what kind of side log the object that is `text` is a message of; `None` if of none.
///
/// An envelope of EventBridge counts as the message: its `detail` is what is read.
#[must_use]
pub fn recognise(text: &[u8]) -> Option<Source> {
    let mut seen = Seen::default();
    for (key, value) in scan::Members::new(text) {
        match key {
            b"detail-type" if value == b"\"GuardDuty Finding\"" => return Some(Source::GuardDuty),
            b"detail-type" if value == b"\"Anomaly Detected\"" => return Some(Source::CostAnomaly),
            b"Subject" if value.starts_with(b"\"AWS Budgets") => return Some(Source::Budgets),
            b"query_name" | b"query_timestamp" | b"query_type" => seen.query += 1,
            b"schemaVersion" | b"SchemaVersion" | b"type" | b"Type" if value.starts_with(b"\"") => {
                seen.guardduty += 1;
            }
            b"service" | b"Service" | b"resource" | b"Resource" if value.starts_with(b"{") => {
                seen.guardduty += 1;
            }
            b"anomalyId" | b"AnomalyId" => seen.anomaly += 1,
            b"impact" | b"Impact" | b"rootCauses" | b"RootCauses"
                if value.starts_with(b"{") || value.starts_with(b"[") =>
            {
                seen.anomaly += 1;
            }
            _ => {}
        }
    }
    match seen {
        Seen { query: 2.., .. } => Some(Source::ResolverQueryLogs),
        Seen { guardduty: 4.., .. } => Some(Source::GuardDuty),
        Seen { anomaly: 2.., .. } => Some(Source::CostAnomaly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_members() {
        for (text, source) in [
            (r#"{"query_timestamp":"x","query_name":"y."}"#, Some(Source::ResolverQueryLogs)),
            (r#"{"detail-type":"GuardDuty Finding","detail":{}}"#, Some(Source::GuardDuty)),
            (r#"{"schemaVersion":"2.0","type":"A","service":{},"resource":{}}"#, Some(Source::GuardDuty)),
            (r#"{"SchemaVersion":"2.0","Type":"A","Service":{},"Resource":{}}"#, Some(Source::GuardDuty)),
            (r#"{"detail-type":"Anomaly Detected","detail":{}}"#, Some(Source::CostAnomaly)),
            (r#"{"AnomalyId":"1","Impact":{}}"#, Some(Source::CostAnomaly)),
            (
                r#"{"Type":"Notification","Subject":"AWS Budgets: b has exceeded","Message":"x"}"#,
                Some(Source::Budgets),
            ),
            (r#"{"SchemaVersion":"2018-10-08","Types":["x"],"Resources":[]}"#, None),
            (r#"{"detail-type":"AWS API Call via CloudTrail","detail":{}}"#, None),
            ("{}", None),
        ] {
            assert_eq!(recognise(text.as_bytes()), source, "{text}");
        }
    }
}
