//! What stops a scan before it starts.
//!
//! Everything that goes wrong with one object (unreadable, corrupt, too large) is data and
//! stands in the totals; the errors here are about the request itself.

use std::io;
use std::path::PathBuf;

/// The reason why a scan could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// A path that was given by name does not exist. The program exits with "no input found".
    #[error("no such file or folder: {}", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// A path that was given by name cannot even be looked at.
    #[error("cannot look at {}", path.display())]
    Unreachable {
        /// The path as it was given.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The operating system refused a thread.
    #[error("cannot start a reading thread")]
    Thread {
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}
