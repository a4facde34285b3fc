//! `PutEvents` requests for EventBridge, one a line.
//!
//! A request takes ten entries and less than 256 KB in all. `Detail` is the finding's own
//! contract as a JSON text, cut until an entry fits and then some, so that a receiver (a queue
//! of 256 KB, a function) has room for its own envelope.
//!
//! Blind spots: no `EventBusName`: the default bus, unless the sender names another. Results
//! come by index: a sender reads `FailedEntryCount` and sends those entries again.

use detect::Finding;
use serde_json::{Value, json};

use super::batch::batches;
use super::shown::cut;
use super::{Context, PRODUCT, brief, compact, line};
use crate::order::by_urgency;

/// The most entries of a request.
const ENTRIES_MAX: usize = 10;
/// The most bytes of a request, below the service's 256 KB of 1,024.
const BATCH_BYTES_MAX: usize = 250_000;
/// The most bytes of one finding. As a text within JSON its quotes count twice, and hostile characters more.
const DETAIL_BYTES_MAX: usize = 64_000;
/// How many principals are named as resources, for rules that match on them.
const RESOURCES_MAX: usize = 10;
/// The longest arn, in UTF-16 units.
const ARN_UNITS_MAX: usize = 2_048;

/// Returns `PutEvents` requests, one a line; nothing for no finding.
#[must_use]
pub fn eventbridge(findings: &[Finding], context: &Context<'_>) -> String {
    let entries = by_urgency(findings).into_iter().map(|finding| entry(finding, context));
    batches(entries, ENTRIES_MAX, BATCH_BYTES_MAX)
        .into_iter()
        .map(|entries| line(&json!({ "Entries": entries })))
        .collect()
}

fn entry(finding: &Finding, context: &Context<'_>) -> Value {
    let arns = brief::hands(finding).into_iter().map(|principal| cut(&principal.arn, ARN_UNITS_MAX));
    let detail = line(&compact::compact(finding, DETAIL_BYTES_MAX));
    json!({
        "Time": context.now,
        "Source": PRODUCT,
        "DetailType": "Minetrail Finding",
        "Resources": arns.filter(|arn| !arn.is_empty()).take(RESOURCES_MAX).collect::<Vec<_>>(),
        "Detail": detail.trim_end(),
    })
}
