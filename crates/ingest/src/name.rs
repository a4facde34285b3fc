//! The name of an object: a path, and inside an archive the entries that lead to it.
//!
//! Names come from evidence, so they may hold anything: bytes that are not UTF-8, terminal
//! escapes, line breaks. They are kept as they are; bytes that are no text are written as
//! `\xNN` so that two names never look the same. Making them safe to show is the printer's task.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The path by which standard input is asked for and named.
pub(crate) const STANDARD_INPUT: &str = "-";

/// The name of one object. Cheap to clone; sorts by path, then by the entries inside it.
///
/// Written as `path`, `archive.zip!entry` or `archive.zip!inner.zip!entry`; standard input is `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName(Arc<Parts>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Parts {
    path: PathBuf,
    entries: Vec<String>,
}

impl ObjectName {
    pub(crate) fn of_path(path: PathBuf) -> Self {
        Self(Arc::new(Parts { path, entries: Vec::new() }))
    }

    /// Returns the name of the entry `entry` of the archive that has this name.
    pub(crate) fn entry(&self, entry: &[u8]) -> Self {
        let mut parts = Parts::clone(&self.0);
        parts.entries.push(readable(entry));
        Self(Arc::new(parts))
    }

    /// Returns the path of the file; for an entry, that of the archive on disk.
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&readable_path(self.0.path.as_os_str()))?;
        for entry in &self.0.entries {
            write!(formatter, "!{entry}")?;
        }
        Ok(())
    }
}

impl Serialize for ObjectName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn readable_path(path: &OsStr) -> String {
    readable(path.as_encoded_bytes())
}

/// Returns `bytes` as text, with every byte that is no UTF-8 written as `\xNN`.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_written_behind_its_archives() {
        let archive = ObjectName::of_path(PathBuf::from("evidence/logs.zip"));
        let entry = archive.entry(b"inner.zip").entry(b"a/b.json.gz");
        assert_eq!(entry.to_string(), "evidence/logs.zip!inner.zip!a/b.json.gz");
        assert_eq!(entry.path(), Path::new("evidence/logs.zip"));
    }

    #[test]
    fn names_that_are_not_text_stay_apart() {
        let archive = ObjectName::of_path(PathBuf::from("a.zip"));
        assert_eq!(archive.entry(b"caf\xe9").to_string(), "a.zip!caf\\xe9");
        assert_ne!(archive.entry(b"caf\xe9").to_string(), archive.entry(b"caf\xe8").to_string());
    }

    #[test]
    fn an_archive_sorts_before_its_entries() {
        let archive = ObjectName::of_path(PathBuf::from("a.zip"));
        assert!(archive < archive.entry(b"x"));
        assert!(archive.entry(b"x") < ObjectName::of_path(PathBuf::from("b")));
    }
}
