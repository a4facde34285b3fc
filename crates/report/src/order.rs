//! The one order in which findings are told.

use std::cmp::Reverse;

use detect::Finding;

/// Returns the findings by urgency, the most urgent first, then by id.
pub(crate) fn by_urgency(findings: &[Finding]) -> Vec<&Finding> {
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by(|a, b| (Reverse(a.urgency), &a.id).cmp(&(Reverse(b.urgency), &b.id)));
    ordered
}
