//! Stories of whole scans: what lies in a folder, and what the scan says of it.

#![expect(clippy::unwrap_used, reason = "a story that cannot be set up has failed")]

mod bombs;
mod containers;
mod faults;
mod sums;
mod trees;
mod world;
