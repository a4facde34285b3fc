//! Files of reference that the user brings: who announces which addresses, AWS's ranges, own networks, lists.
//!
//! They are read whole before any log, so that a fault in them is told at once, and become tables of the core, which
//! asks them and never a file. Unlike logs they are the user's own choice; still, none may crash or bloat the program.
//!
//! Blind spots: a list that was changed by somebody else is believed; receipts note what each file held.

mod asn;
mod aws;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use catalog::{AddressList, LineError, OwnNetworks, WhyNotALine};
use event::Time;

pub use self::asn::{ASN_NETWORKS_MAX, asn_table};
pub use self::aws::{AWS_PREFIXES_MAX, aws_ranges};

/// The largest file of reference, in bytes.
///
/// Smaller, and a database of all addresses with more than their owners does not fit (the largest known has a third of
/// this); larger, and a wrong path fills memory.
pub const DATABASE_BYTES_MAX: u64 = 512 << 20;

/// The largest list of text, in bytes: AWS's has three million, and a list of all hosting networks ten.
pub const LIST_BYTES_MAX: u64 = 64 << 20;

/// A file of reference, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<T> {
    /// What it says.
    pub table: T,
    /// How many entries it has.
    pub entries: usize,
    /// When it was made, where it says so.
    pub made: Option<Time>,
    /// What kind of file it says it is, where it does.
    pub kind: Option<String>,
}

/// A file of reference that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is larger than any such file.
    #[error("{} has more than {most} bytes, which no such file has", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// How many it may have.
        most: u64,
    },
    /// A line of it cannot be used.
    #[error("{}:{line}: {why}", path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// Why.
        why: WhyNotALine,
    },
    /// A list has nothing in it.
    #[error("nothing is in {}", path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// It is no database of autonomous systems.
    #[error("{} is no database of autonomous systems: {why}", path.display())]
    NoAsnTable {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// It is no list of AWS's ranges.
    #[error("{} is no list of AWS's address ranges: {why}", path.display())]
    NoAwsRanges {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl ReferenceError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Read { .. } => "name a file that this program may read",
            Self::TooLarge { .. } => "is this the right file? docs/networks.md says where to get each",
            Self::Line { .. } | Self::Empty { .. } => {
                "write one network a line: 203.0.113.0/24; docs/networks.md has an example"
            }
            Self::NoAsnTable { .. } => {
                "an MMDB file with autonomous_system_number is needed (GeoLite2-ASN, IPinfo Lite, ip-location-db); \
                 if it was one, fetch it again"
            }
            Self::NoAwsRanges { .. } => {
                "fetch it again: curl -O https://ip-ranges.amazonaws.com/ip-ranges.json"
            }
        }
    }
}

/// Reads a file of at most `most` bytes.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, ReferenceError> {
    let fault = |source| ReferenceError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    // A pipe does not tell its size, so the reading is what is bounded.
    file.take(most + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > most {
        return Err(ReferenceError::TooLarge { path: path.to_owned(), most });
    }
    Ok(bytes)
}

/// Reads the user's own networks.
pub fn own_networks(path: &Path, bytes: &[u8]) -> Result<Reference<OwnNetworks>, ReferenceError> {
    let table = OwnNetworks::parse(&String::from_utf8_lossy(bytes)).map_err(|error| of_line(path, error))?;
    let entries = table.count;
    listed(path, entries, table)
}

/// Reads a list of addresses that others keep.
pub fn address_list(path: &Path, bytes: &[u8]) -> Result<Reference<AddressList>, ReferenceError> {
    let table = AddressList::parse(&String::from_utf8_lossy(bytes)).map_err(|error| of_line(path, error))?;
    let entries = table.count;
    listed(path, entries, table)
}

fn listed<T>(path: &Path, entries: usize, table: T) -> Result<Reference<T>, ReferenceError> {
    // An empty list is a download that failed: the run would be told to know what it does not.
    if entries == 0 {
        return Err(ReferenceError::Empty { path: path.to_owned() });
    }
    Ok(Reference { table, entries, made: None, kind: None })
}

fn of_line(path: &Path, error: LineError) -> ReferenceError {
    ReferenceError::Line { path: path.to_owned(), line: error.line, why: error.why }
}
