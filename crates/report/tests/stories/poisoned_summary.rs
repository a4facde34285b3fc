//! A summary full of hostile text, beside a finding full of it.

use std::collections::BTreeMap;

use detect::Finding;
use report::Summary;
use report::summary::{FailedObject, RejectedRecord};

use crate::samples::summary;

/// A summary with `text` wherever a file name or a record can put it.
pub(crate) fn poisoned_summary(text: &str, findings: &[Finding]) -> Summary {
    let mut summary = summary(findings);
    let poison = || text.to_owned();
    summary.skipped = BTreeMap::from([(poison(), 7)]);
    summary.failed = vec![FailedObject { object: poison(), reason: poison() }];
    summary.rejected = vec![RejectedRecord { object: poison(), record: 1, reason: poison() }];
    summary.limits_reached = BTreeMap::from([(poison(), 7)]);
    (summary.coverage.accounts, summary.coverage.regions) = (vec![poison()], vec![poison()]);
    for gap in &mut summary.coverage.gaps {
        (gap.account, gap.region) = (poison(), poison());
    }
    for table in &mut summary.tables {
        (table.name, table.date) = (poison(), poison());
    }
    summary
}
