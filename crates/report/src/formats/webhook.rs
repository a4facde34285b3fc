//! The body of a webhook: one document with all findings, in the contract's own words.
//!
//! Receivers refuse bodies beyond a megabyte or so. The most urgent findings are told first
//! and whole where they fit; the others are cut, or counted in `not_told`.

use detect::Finding;
use serde_json::{Value, json};

use super::{Context, PRODUCT, compact, line};
use crate::order::by_urgency;

/// The document's name and version.
const WEBHOOK_SCHEMA: &str = "minetrail.webhook/1";

/// The most bytes of a body. Less, and a case's machines are cut; more, and usual receivers refuse.
const BODY_BYTES_MAX: usize = 900_000;
/// The most bytes of one finding.
const FINDING_BYTES_MAX: usize = 200_000;
/// How many findings at most.
const FINDINGS_MAX: usize = 500;

/// Returns the body.
#[must_use]
pub fn webhook(findings: &[Finding], context: &Context<'_>) -> String {
    let mut bytes = 0;
    let mut told: Vec<Value> = Vec::new();
    for finding in by_urgency(findings).into_iter().take(FINDINGS_MAX) {
        let finding = compact::compact(finding, FINDING_BYTES_MAX);
        bytes += line(&finding).len() + 1;
        if bytes > BODY_BYTES_MAX {
            break;
        }
        told.push(finding);
    }
    let not_told = findings.len() - told.len();
    line(&json!({
        "schema": WEBHOOK_SCHEMA,
        "product": { "name": PRODUCT, "version": context.version },
        "time": context.now,
        "findings": told,
        "not_told": not_told,
    }))
}
