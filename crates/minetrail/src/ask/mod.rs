//! The verbs that answer a responder's questions from the logs.

mod actor;
pub(crate) mod args;
mod finding;
mod gaps;
mod gather;
mod search;
mod timeline;

use std::path::{Path, PathBuf};

use anyhow::anyhow;

pub(crate) use self::actor::run as actor;
pub(crate) use self::gaps::run as gaps;
pub(crate) use self::search::run as search;
pub(crate) use self::timeline::run as timeline;
use crate::exit::{Failure, USAGE};

/// Splits `PATH... WHAT` into the paths and the last word.
fn paths_and(words: &[PathBuf], what: &str) -> Result<(Vec<PathBuf>, String), Failure> {
    let missing = |what: String| Failure::new(USAGE, anyhow!(what)).help("--help has examples");
    match words {
        [paths @ .., last] if !paths.is_empty() => {
            let last = last.to_str().ok_or_else(|| missing(format!("{} is no text", last.display())))?;
            Ok((paths.to_vec(), last.to_owned()))
        }
        _ => Err(missing(format!("paths and {what} are needed, and only one of them is given"))),
    }
}

/// Refuses standard input where the logs are read twice.
fn twice(paths: &[PathBuf], what: &str) -> Result<(), Failure> {
    if paths.iter().all(|path| path != Path::new("-")) {
        return Ok(());
    }
    let error = anyhow!("{what} reads the logs twice, and standard input can be read once");
    Err(Failure::new(USAGE, error).help("write it to a file and name that"))
}
