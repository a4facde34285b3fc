//! Sources of audit records: files, folders and streams; opening them; reading them in parallel; totals.
//!
//! ```no_run
//! # struct Sink;
//! # impl ingest::ScanSink for Sink {
//! #     fn begin_object(&mut self, _: &ingest::ObjectName) {}
//! #     fn record(&mut self, _: &event::skim::Skimmed<'_>) {}
//! # }
//! let input = ingest::Input::from_paths(["AWSLogs"])?;
//! let progress = ingest::Progress::default();
//! let scan = ingest::scan(&input, &ingest::Options::default(), &progress, || Sink)?;
//! assert!(scan.totals.add_up());
//! # Ok::<(), ingest::IngestError>(())
//! ```
//!
//! [`Input`] finds the objects, [`scan`] opens and reads them on all threads, [`Totals`] says what became of each.
//! Content decides what an object is, never its name. Nothing that enters can vanish: an object is read,
//! skipped or failed, always with a reason, and a record before a break counts.
//!
//! Blind spots: entries of archives are not compared with files that hold the same bytes, so their records are
//! read twice (facts are a set, so this costs time and nothing else); an archive is read by one thread and a
//! huge file by two at most; zstd and zip without checksums cannot tell that a byte was changed.

mod ahead;
mod archive;
mod budget;
mod buffers;
mod conclude;
mod deflate;
mod duplicates;
mod error;
mod fill;
mod gzip;
mod inflate;
mod input;
mod lane;
#[cfg(test)]
mod laws;
pub mod limits;
mod name;
mod named;
mod open;
mod parquet;
mod progress;
mod reasons;
pub mod reference;
mod salvage;
mod scan;
mod side;
mod sniff;
mod steady;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod totals;
mod utf16;

pub use error::IngestError;
pub use input::Input;
pub use lane::ScanSink;
pub use limits::{Limit, Limits};
pub use name::ObjectName;
pub use named::{NAMED_MAX, Named};
pub use parquet::is_guarded;
pub use progress::Progress;
pub use reasons::{REASONS_MAX, Reasons};
pub use scan::{Options, Scan, scan, unfold};
pub use side::{SideLogs, SideRows, SideTaken};
pub use totals::{Bytes, Failed, Mention, Noted, Objects, Position, Records, Skipped, Totals};
