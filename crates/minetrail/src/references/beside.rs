//! What the command line says about logs beside the trail.

use std::path::Path;

use anyhow::anyhow;
use catalog::{POOL_LIST_ENTRIES_MAX, PoolList};
use event::side::flow::Layout;

use crate::exit::{Failure, USAGE};

/// Adds a list of the user's to the pools; returns how many entries it has.
pub(super) fn add_pools(path: &Path, bytes: &[u8], pools: &mut PoolList) -> Result<usize, Failure> {
    if bytes.contains(&0) {
        let what = anyhow!("{} is no text: there are zero bytes in it", path.display());
        return Err(Failure::new(USAGE, what).help("save the list as UTF-8 text, one name or address a line"));
    }
    let added = pools.add(&String::from_utf8_lossy(bytes));
    // What another list had already is no new entry, and no fault of this one.
    let entries = if added > 0 { added } else { PoolList::default().add(&String::from_utf8_lossy(bytes)) };
    if entries == 0 {
        let what = anyhow!("no name or address of a pool is in {}", path.display());
        let help = "write one name or address a line; a hosts file and CSV will do";
        return Err(Failure::new(USAGE, what).help(help));
    }
    if pools.left_out() > 0 {
        let what = anyhow!("the lists of pools have more than {POOL_LIST_ENTRIES_MAX} entries");
        return Err(Failure::new(USAGE, what).help("leave out what is no pool"));
    }
    Ok(entries)
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
