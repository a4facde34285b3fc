//! What the command line says about logs beside the trail.

use std::path::Path;

use anyhow::anyhow;
use catalog::{POOL_LIST_ENTRIES_MAX, PoolList};
use event::side::flow::{Layout, default_row};

use crate::exit::{Failure, USAGE};

/// Adds a list of the user's to the pools; returns how many entries it has.
pub(super) fn add_pools(path: &Path, bytes: &[u8], pools: &mut PoolList) -> Result<usize, Failure> {
    if bytes.contains(&0) {
        let what = anyhow!("{} is no text: there are zero bytes in it", path.display());
        return Err(Failure::new(USAGE, what).help("save the list as UTF-8 text, one name or address a line"));
    }
    let text = String::from_utf8_lossy(bytes);
    let help = "write one name or address a line; a hosts file and CSV will do";
    if let Some(kind) = another_kind(&text) {
        let what = anyhow!("{} is {kind}, no list of pools", path.display());
        return Err(Failure::new(USAGE, what).help(help));
    }
    let added = pools.add(&text);
    // What another list had already is no new entry, and no fault of this one.
    let entries = if added > 0 { added } else { PoolList::default().add(&text) };
    if entries == 0 {
        let what = anyhow!("no name or address of a pool is in {}", path.display());
        return Err(Failure::new(USAGE, what).help(help));
    }
    if pools.left_out() > 0 {
        let what = anyhow!("the lists of pools have more than {POOL_LIST_ENTRIES_MAX} entries");
        return Err(Failure::new(USAGE, what).help("leave out what is no pool"));
    }
    Ok(entries)
}

/// What a text is that is plainly no list: a name or address may stand in any, and would count as a pool's.
fn another_kind(text: &str) -> Option<&'static str> {
    let first = text.trim_start_matches('\u{feff}').trim_start();
    let line = first.lines().next().unwrap_or_default();
    let is_row = default_row(line.as_bytes()).is_some() || Layout::of(line.split_whitespace()).is_some();
    match first.chars().next() {
        Some('{' | '[') => Some("JSON"),
        Some('<') => Some("HTML or XML"),
        _ if is_row => Some("a flow log"),
        _ if is_prose(text) => Some("a text with names in it"),
        _ => None,
    }
}

/// Whether most lines have no entry.
fn is_prose(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.split('#').next().unwrap_or_default().trim().is_empty());
    let entries = lines.map(|line| PoolList::default().add(line) > 0);
    let (with, without) = entries.fold((0_usize, 0_usize), |(with, without), has| {
        (with + usize::from(has), without + usize::from(!has))
    });
    // Where there is none at all, that is what is said.
    with > 0 && without > with
}

/// Reads the columns of flow logs without a header.
pub(super) fn flow_columns(format: Option<&str>) -> Result<Option<Layout>, Failure> {
    let Some(format) = format else { return Ok(None) };
    let layout = Layout::of(format.split_whitespace()).ok_or_else(|| {
        let what = anyhow!("--flow-format {format:?} names neither ends nor beginning of a flow");
        Failure::new(USAGE, what)
            .help("write it as for aws ec2 create-flow-logs --log-format: '${srcaddr} ${dstaddr} ${start} …'")
    })?;
    Ok(Some(layout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_be_names_a_hosts_file_or_csv_with_a_header() {
        for text in [
            "pool.example\nmine.example",
            "# pools\n\n0.0.0.0 pool.example\n127.0.0.1 localhost\n",
            "date,indicator,confidence\n2026-11-01,pool.example,high\n2026-11-02,203.0.113.7,low\n",
            "stratum+tcp://pool.example:3333",
        ] {
            assert_eq!(another_kind(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_plainly_something_else_is_named() {
        for (text, kind) in [
            ("{\"syncToken\":\"1\",\"prefixes\":[{\"ip\":\"pool.example\"}]}", "JSON"),
            ("\u{feff}<!doctype html>\n<a href=\"http://pool.example/\">", "HTML or XML"),
            (
                "version account-id interface-id srcaddr dstaddr start end\n2 1 eni-1 10.0.0.1 203.0.113.7 1 2",
                "a flow log",
            ),
            (
                "2 111122223333 eni-0a 10.0.8.21 203.0.113.77 43122 3333 6 41 18342 1789352220 1789352280 ACCEPT OK",
                "a flow log",
            ),
            (
                "Dear all,\nplease block pool.example at once.\nThanks\nthe night shift",
                "a text with names in it",
            ),
        ] {
            assert_eq!(another_kind(text), Some(kind), "{text}");
        }
    }
}
