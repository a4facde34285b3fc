//! What the command line says about logs beside the trail.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use catalog::{POOL_LIST_ENTRIES_MAX, PoolList};
use event::side::flow::Layout;

use crate::exit::{Failure, USAGE};

/// Reads the user's own lists of pools.
pub(super) fn pools(paths: &[PathBuf]) -> Result<PoolList, Failure> {
    let mut pools = PoolList::default();
    for path in paths {
        let text = std::fs::read(path)
            .with_context(|| format!("cannot read the list of pools {}", path.display()))
            .map_err(|error| Failure::new(USAGE, error))?;
        if pools.add(&String::from_utf8_lossy(&text)) == 0 {
            let what = anyhow!("no name or address of a pool is in {}", path.display());
            let help = "write one name or address a line; a hosts file and CSV will do";
            return Err(Failure::new(USAGE, what).help(help));
        }
    }
    if pools.left_out() > 0 {
        let what = anyhow!("the lists of pools have more than {POOL_LIST_ENTRIES_MAX} entries");
        return Err(Failure::new(USAGE, what).help("leave out what is no pool"));
    }
    Ok(pools)
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
