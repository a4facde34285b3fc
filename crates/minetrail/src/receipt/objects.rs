//! The contents of all objects, in one hash.
//!
//! The leaves of the tree are the lines `SHA-256 BYTES`, sorted; a leaf's hash is
//! SHA-256(0x00, line) and an inner one's SHA-256(0x01, left, right); a node without a right
//! neighbour goes up as it is. The list beside a receipt has the same lines with names.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use ingest::Input;
use sha2::{Digest, Sha256};

use crate::digests::hex;

/// How much is hashed at a time.
const WINDOW: usize = 1 << 20;

/// What stands for the hash of a file that cannot be read.
const UNREADABLE: &str = "unreadable";

/// One file, hashed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    pub(super) hash: String,
    pub(super) bytes: u64,
    pub(super) path: PathBuf,
    modified: Option<SystemTime>,
}

impl Object {
    /// What of it counts.
    pub(super) fn content(&self) -> String {
        format!("{} {}", self.hash, self.bytes)
    }
}

/// All files, sorted by content.
pub(super) struct Objects(pub(super) Vec<Object>);

impl Objects {
    /// Hashes every file of `input`, on all cores.
    pub(super) fn hash(input: &Input) -> Self {
        let paths: Vec<PathBuf> = input.files().collect();
        let (next, objects) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(paths.len())));
        let work = || {
            while let Some(path) = paths.get(next.fetch_add(1, Relaxed)) {
                let object = object(path);
                objects.lock().unwrap_or_else(PoisonError::into_inner).push(object);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|scope| {
            // This thread works too, so one less is started.
            (1..threads).for_each(|_| {
                scope.spawn(work);
            });
            work();
        });
        let mut objects = objects.into_inner().unwrap_or_else(PoisonError::into_inner);
        objects.sort();
        Self(objects)
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.iter().map(|object| object.bytes).sum()
    }

    /// The first file that is not as it was when it was hashed.
    pub(super) fn changed(&self) -> Option<&Path> {
        let changed = |object: &&Object| match fs::metadata(&object.path) {
            Ok(now) => {
                object.hash != UNREADABLE
                    && (now.len() != object.bytes || now.modified().ok() != object.modified)
            }
            Err(_) => object.hash != UNREADABLE,
        };
        self.0.iter().find(changed).map(|object| object.path.as_path())
    }

    /// The root of the tree.
    pub(super) fn root(&self) -> String {
        let leaves = self.0.iter().map(|object| hashed(0, &[object.content().as_bytes()]));
        root_of(leaves.collect())
    }

    /// One line for each: hash, bytes, and its path as a JSON string.
    pub(super) fn list(&self) -> String {
        let line = |object: &Object| {
            let name = serde_json::Value::from(object.path.to_string_lossy());
            format!("{} {name}\n", object.content())
        };
        self.0.iter().map(line).collect()
    }
}

fn object(path: &Path) -> Object {
    let hashed = hash_file(path);
    let (hash, bytes, modified) = hashed.unwrap_or_else(|_| (UNREADABLE.to_owned(), 0, None));
    Object { hash, bytes, path: path.to_owned(), modified }
}

fn hash_file(path: &Path) -> io::Result<(String, u64, Option<SystemTime>)> {
    let mut file = File::open(path)?;
    let modified = file.metadata()?.modified().ok();
    let (mut hasher, mut window, mut bytes) = (Sha256::new(), vec![0; WINDOW], 0);
    loop {
        let count = match file.read(&mut window) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if count == 0 {
            return Ok((hex(&hasher.finalize()), bytes, modified));
        }
        bytes += count as u64;
        hasher.update(&window[..count]);
    }
}

type Hash = [u8; 32];

fn hashed(kind: u8, parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([kind]);
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

fn root_of(mut level: Vec<Hash>) -> String {
    while level.len() > 1 {
        let up = level.chunks(2).map(|pair| match pair {
            [left, right] => hashed(1, &[left, right]),
            single => single[0],
        });
        level = up.collect();
    }
    level.first().map_or_else(|| hex(&hashed(0, &[])), |root| hex(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_changes_with_every_leaf_and_with_their_number() {
        let leaves =
            |texts: &[&str]| texts.iter().map(|text| hashed(0, &[text.as_bytes()])).collect::<Vec<_>>();
        let of = |texts: &[&str]| root_of(leaves(texts));
        let all = ["a 1", "b 2", "c 3"];
        assert_eq!(of(&all), of(&all));
        for other in [&["a 1", "b 2"][..], &["a 1", "b 2", "c 4"], &["a 1", "b 2", "c 3", "c 3"], &[]] {
            assert_ne!(of(&all), of(other), "{other:?}");
        }
    }
}
