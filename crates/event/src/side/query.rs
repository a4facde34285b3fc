//! Resolver query logs: which machine asked for which name.

use std::borrow::Cow;
use std::net::IpAddr;

use serde::Deserialize;

use super::{Fault, name};
use crate::time::Time;

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<'a> {
    /// The account.
    pub account: Cow<'a, str>,
    /// The VPC.
    pub vpc: Cow<'a, str>,
    /// When it was asked.
    pub time: Time,
    /// The name as it was asked for.
    pub name: Cow<'a, str>,
    /// The address that asked.
    pub asker: Option<IpAddr>,
    /// The instance that asked; it may be one that exists nowhere else, such as a function's.
    pub instance: Cow<'a, str>,
    /// The name does not exist.
    pub is_missing: bool,
    /// A firewall answered in the name's place.
    pub is_blocked: bool,
    /// The addresses that were answered.
    pub answers: Vec<IpAddr>,
    /// The names that the name stands for.
    pub aliases: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow, default)]
    account_id: Cow<'a, str>,
    #[serde(borrow, default)]
    vpc_id: Cow<'a, str>,
    #[serde(borrow)]
    query_timestamp: Cow<'a, str>,
    #[serde(borrow)]
    query_name: Cow<'a, str>,
    #[serde(borrow, default)]
    rcode: Cow<'a, str>,
    #[serde(borrow, default)]
    srcaddr: Cow<'a, str>,
    #[serde(borrow, default)]
    firewall_rule_action: Cow<'a, str>,
    #[serde(borrow, default)]
    srcids: Option<Askers<'a>>,
    #[serde(borrow, default)]
    answers: Option<Vec<Answer<'a>>>,
}

#[derive(Default, Deserialize)]
struct Askers<'a> {
    #[serde(borrow, default)]
    instance: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default, rename = "Rdata")]
    data: Cow<'a, str>,
    #[serde(borrow, default, rename = "Type")]
    kind: Cow<'a, str>,
}

/// Names in a chain of aliases.
///
/// Fewer, and a pool hides behind one more; more, and one hostile line costs thousands of look-ups. Resolvers follow about a dozen.
const ALIASES_MAX: usize = 16;

/// Reads a line of a query log.
pub(super) fn read(text: &[u8]) -> Result<Query<'_>, Fault> {
    let written: Written<'_> = serde_json::from_slice(text).map_err(|_| Fault::Shape)?;
    let instance = written.srcids.unwrap_or_default().instance;
    for thing in [&written.account_id, &written.vpc_id, &instance] {
        name(thing)?;
    }
    let answers = written.answers.unwrap_or_default();
    Ok(Query {
        time: Time::parse(&written.query_timestamp).ok_or(Fault::Time)?,
        account: written.account_id,
        vpc: written.vpc_id,
        name: written.query_name,
        asker: written.srcaddr.parse().ok(),
        instance,
        is_missing: matches!(&*written.rcode, "NXDOMAIN" | "SERVFAIL" | "REFUSED"),
        is_blocked: &*written.firewall_rule_action == "BLOCK",
        answers: answers.iter().filter_map(|answer| answer.data.parse().ok()).collect(),
        aliases: answers
            .into_iter()
            .filter(|answer| answer.kind == "CNAME")
            .map(|answer| answer.data)
            .take(ALIASES_MAX)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_who_asked_for_what_and_was_told_what() {
        let text = br#"{"version":"1.100000","account_id":"111122223333","vpc_id":"vpc-1","query_timestamp":"2026-09-14T02:17:02Z",
            "query_name":"Pool.Example.","rcode":"NOERROR","answers":[{"Rdata":"203.0.113.77","Type":"A"},{"Rdata":"alias.example.","Type":"CNAME"}],
            "srcaddr":"10.0.8.21","srcids":{"instance":"i-0f1"},"firewall_rule_action":"ALERT"}"#;
        let query = read(text).unwrap();
        assert_eq!(
            (&*query.name, &*query.instance, query.is_missing, query.is_blocked),
            ("Pool.Example.", "i-0f1", false, false)
        );
        assert_eq!(query.answers, ["203.0.113.77".parse::<IpAddr>().unwrap()]);
        assert_eq!(query.asker, "10.0.8.21".parse().ok());
        assert_eq!(query.aliases, ["alias.example."]);
    }

    #[test]
    fn what_a_query_needs_is_a_name_and_a_time() {
        assert!(read(br#"{"query_timestamp":"2026-09-14T02:17:02Z","query_name":"a."}"#).is_ok());
        assert_eq!(read(br#"{"query_timestamp":"soon","query_name":"a."}"#), Err(Fault::Time));
        assert_eq!(read(br#"{"query_name":"a."}"#), Err(Fault::Shape));
        assert_eq!(read(br#"{"query_timestamp":1,"query_name":"a."}"#), Err(Fault::Shape));
    }
}
