//! Side logs: what stands beside the trail and tells what machines did, what others noticed, and what was billed.
//!
//! A side log is known by its content, as everything is, and becomes a small [`Fact`]: flow logs of networks,
//! queries of the resolver, findings of GuardDuty, notices about cost, lines of bills. JSON of these kinds is
//! recognised by [`recognise`] wherever records may stand; tables (flow logs, bills) by [`sniff`], from their first line.
//!
//! Blind spots: a table without a header is known only if its columns are the default ones or the caller names them.

pub mod alert;
pub mod charge;
pub mod flow;
mod json;
pub mod notice;
pub mod query;
mod recognise;
mod sniff;

use std::fmt;

use serde::Serialize;

pub use alert::Alert;
pub use charge::Charge;
pub use flow::Flow;
pub use notice::{Anomaly, Budget};
pub use query::Query;
pub use recognise::recognise;
pub use sniff::{TableKind, sniff};

/// The longest message of JSON that is read, in bytes. EventBridge carries a quarter of it.
///
/// Less, and a finding that an export padded or escaped is lost; more, and a message of nothing but small objects, each
/// of which takes a hundred times its text when parsed, fills memory.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// The longest name of a thing (an account, an interface, an instance, a machine on a bill), in bytes.
///
/// Shorter, and a name that AWS makes longer one day is lost; longer, and rows written by a stranger fill memory, since
/// the names of thousands of things are kept.
const NAME_BYTES_MAX: usize = 256;

/// A kind of side log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// VPC flow logs.
    VpcFlowLogs,
    /// Route 53 resolver query logs.
    ResolverQueryLogs,
    /// GuardDuty findings.
    #[serde(rename = "guardduty")]
    GuardDuty,
    /// Events of Cost Anomaly Detection.
    CostAnomaly,
    /// Notices of AWS Budgets.
    Budgets,
    /// Cost and usage reports, and FOCUS.
    Bills,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::VpcFlowLogs,
        Self::ResolverQueryLogs,
        Self::GuardDuty,
        Self::CostAnomaly,
        Self::Budgets,
        Self::Bills,
    ];

    /// The name, as it is told and serialised.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VpcFlowLogs => "vpc-flow-logs",
            Self::ResolverQueryLogs => "resolver-query-logs",
            Self::GuardDuty => "guardduty",
            Self::CostAnomaly => "cost-anomaly",
            Self::Budgets => "budgets",
            Self::Bills => "bills",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// What one row or message of a side log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<'a> {
    /// Packets between two addresses, or that there were none.
    Flow(Flow<'a>),
    /// A name was asked for.
    Query(Query<'a>),
    /// GuardDuty noticed something.
    Alert(Alert),
    /// Spending looked unusual.
    Anomaly(Anomaly),
    /// A budget was exceeded.
    Budget(Budget),
    /// Something was billed.
    Charge(Charge<'a>),
}

/// Why a row or message of a side log was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Fault {
    /// The row has fewer columns than the header.
    #[error("fewer columns than its header names")]
    Short,
    /// An address cannot be read.
    #[error("an address cannot be read")]
    Address,
    /// A number cannot be read.
    #[error("a number cannot be read")]
    Number,
    /// The time is missing or cannot be read.
    #[error("no readable time")]
    Time,
    /// The row ends before it begins, or lasts longer than any row does.
    #[error("it ends before it begins, or lasts too long")]
    Span,
    /// The log status is none that is known.
    #[error("an unknown log status")]
    Status,
    /// It is JSON of another shape than its kind has.
    #[error("not in the shape of its kind")]
    Shape,
    /// It is not text.
    #[error("not valid text")]
    Text,
    /// It, or a name in it, is longer than such may be.
    #[error("longer than a row, message or name may be")]
    TooLong,
}

/// Reads a JSON message (or a line of a log batch) that was recognised as of `source`.
///
/// One message may say more than one thing or, like a budget's confirmation of subscription, nothing.
pub fn read<'a>(source: Source, text: &'a [u8]) -> Result<Fact<'a>, Fault> {
    if text.len() > MESSAGE_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    match source {
        Source::VpcFlowLogs => flow::Layout::default().read_line(text).map(Fact::Flow),
        Source::ResolverQueryLogs => query::read(text).map(Fact::Query),
        Source::GuardDuty => alert::read(text).map(Fact::Alert),
        Source::CostAnomaly => notice::read_anomaly(text).map(Fact::Anomaly),
        Source::Budgets => notice::read_budget(text).map(Fact::Budget),
        Source::Bills => Err(Fault::Shape),
    }
}

/// The name of a thing, if it is no longer than such names are.
fn name(text: &str) -> Result<&str, Fault> {
    if text.len() > NAME_BYTES_MAX { Err(Fault::TooLong) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_would_unfold_to_gigabytes_is_not_parsed() {
        let small = r#"{"":0},"#.repeat(MESSAGE_BYTES_MAX / 7);
        let text = format!(r#"{{"type":"a","id":"b","createdAt":"2026-09-14T02:31:02Z","x":[{small}0]}}"#);
        assert_eq!(read(Source::GuardDuty, text.as_bytes()), Err(Fault::TooLong));
    }

    #[test]
    fn names_of_things_are_short() {
        let long = "i-".repeat(NAME_BYTES_MAX);
        let query = format!(
            r#"{{"query_timestamp":"2026-09-14T02:17:02Z","query_name":"a.","srcids":{{"instance":"{long}"}}}}"#
        );
        assert_eq!(read(Source::ResolverQueryLogs, query.as_bytes()), Err(Fault::TooLong));
        let row = format!("2 1 {long} 10.0.8.21 203.0.113.77 1 2 6 1 1 1789352220 1789352280 ACCEPT OK");
        assert_eq!(read(Source::VpcFlowLogs, row.as_bytes()), Err(Fault::TooLong));
        let finding = format!(
            r#"{{"type":"a","id":"b","createdAt":"2026-09-14T02:31:02Z","title":"{}"}}"#,
            "é".repeat(100_000)
        );
        let Ok(Fact::Alert(alert)) = read(Source::GuardDuty, finding.as_bytes()) else { panic!("{finding}") };
        assert!(alert.title.len() < 4_096 && alert.title.starts_with("éé"));
    }
}
