//! Which records are worth more than a skim.
//!
//! The answer is read off the tables of [`crate::launch`] and [`mod@crate::decode`]: a row there
//! is what makes a name notable, so no second list can fall behind. This runs for every
//! record; it hashes the name once and allocates nothing.

use std::sync::OnceLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::decode;
use crate::launch::{self, Row};

/// How much of a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Decode it always.
    Whole,
    /// A look-up that may come by the million: decode only the first per principal, name, day and address.
    Look,
    /// Read the fields that feed the profile, and no more.
    Skim,
}

/// Says how much of a record to read, from its `eventSource` and `eventName` as written.
#[must_use]
pub fn lane(source: &[u8], name: &[u8]) -> Lane {
    find(source, name).map_or(Lane::Skim, Row::lane)
}

/// Returns the row for an `eventSource` and `eventName` as written.
pub(crate) fn find(source: &[u8], name: &[u8]) -> Option<&'static Row> {
    let name = base_name(name);
    let table = table();
    let Some(rows) = table.get(name) else { return decode::look_by_source(bare_bytes(source), name) };
    let source = bare_bytes(source);
    let own = rows.iter().find(|row| row.source.as_bytes() == source);
    own.copied().or_else(|| decode::look_by_source(source, name))
}

/// Every row there is, of compute and of the rest.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    launch::TABLES.iter().chain(decode::TABLES).copied().flatten()
}

type Table = HashMap<&'static [u8], Vec<&'static Row>, FixedState>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::with_hasher(FixedState::default());
        for row in rows() {
            table.entry(row.name.as_bytes()).or_default().push(row);
        }
        table
    })
}

/// The service's name without its domain: `ec2` of `ec2.amazonaws.com`.
#[must_use]
pub fn bare_source(source: &str) -> &str {
    source.get(..bare_bytes(source.as_bytes()).len()).unwrap_or(source)
}

fn bare_bytes(source: &[u8]) -> &[u8] {
    let global = source.strip_suffix(b".cn").unwrap_or(source);
    global.strip_suffix(b".amazonaws.com").unwrap_or(source)
}

/// The event's name without the API version that Lambda and CloudFront write behind it:
/// `AddPermission` of `AddPermission20150331v2`.
#[must_use]
pub fn base_name(name: &[u8]) -> &[u8] {
    if !name.last().is_some_and(u8::is_ascii_digit) {
        return name;
    }
    let dated = match name {
        [rest @ .., b'v', digit] if digit.is_ascii_digit() => rest,
        _ => name,
    };
    let undated = dated.trim_ascii_end();
    let date = undated.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    // A date is 8 digits, with or without underscores; fewer belong to the name (`Route53`).
    if date >= 8 { &undated[..undated.len() - date] } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_domains_do_not_hide_a_name() {
        for (written, bare) in [
            ("AddPermission20150331v2", "AddPermission"),
            ("CreateFunction20150331", "CreateFunction"),
            ("CreateDistribution2020_05_31", "CreateDistribution"),
            ("RunInstances", "RunInstances"),
            ("GetSomething53", "GetSomething53"),
            ("", ""),
        ] {
            assert_eq!(base_name(written.as_bytes()), bare.as_bytes());
        }
        for source in ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "ec2"] {
            assert_eq!(lane(source.as_bytes(), b"RunInstances"), Lane::Whole, "{source}");
        }
    }

    #[test]
    fn look_ups_are_decoded_once_a_day_and_ordinary_life_is_skimmed() {
        assert_eq!(lane(b"ec2.amazonaws.com", b"DescribeInstanceTypes"), Lane::Look);
        assert_eq!(lane(b"ce.amazonaws.com", b"GetDimensionValues"), Lane::Look);
        assert_eq!(lane(b"s3.amazonaws.com", b"GetObject"), Lane::Skim);
        assert_eq!(lane(b"s3.amazonaws.com", b"RunInstances"), Lane::Skim);
        assert_eq!(lane(b"", b""), Lane::Skim);
    }

    #[test]
    fn no_two_rows_claim_the_same_call() {
        for rows in table().values() {
            let mut sources: Vec<_> = rows.iter().map(|row| row.source).collect();
            sources.sort_unstable();
            sources.dedup();
            assert_eq!(sources.len(), rows.len(), "{}", rows[0].name);
        }
    }
}
