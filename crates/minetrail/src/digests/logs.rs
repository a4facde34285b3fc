//! The hashes of log files, on all cores.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::copy::Copy;
use super::digest::{Listed, hex};

/// The most bytes that a log file may unfold to.
///
/// Less, and a log that somebody padded fails; more, and a bomb keeps a core busy for an hour.
const LOG_BYTES_MAX: u64 = 16 << 30;

/// How much is hashed at a time.
const WINDOW: usize = 256 << 10;

/// Why a log file is not valid, in the words of AWS's tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Missing,
    Modified,
    Format,
    Trailing,
}

impl Fault {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Missing => "not found",
            Self::Modified => "hash value doesn't match",
            Self::Format => "invalid format",
            Self::Trailing => "unexpected data after end of compressed stream",
        }
    }
}

/// Checks log files; the verdicts are in the order of `listed`.
pub(super) fn check(listed: &[Listed], copy: &Copy) -> Vec<Option<Fault>> {
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(vec![None; listed.len()]);
    let work = || {
        while let Some((at, log)) = {
            let at = next.fetch_add(1, Relaxed);
            listed.get(at).map(|log| (at, log))
        } {
            let verdict = check_one(log, copy);
            verdicts.lock().unwrap_or_else(PoisonError::into_inner)[at] = verdict;
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(listed.len());
    std::thread::scope(|scope| {
        // This thread works too, so one less is started.
        (1..threads).for_each(|_| {
            scope.spawn(work);
        });
        work();
    });
    verdicts.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn check_one(log: &Listed, copy: &Copy) -> Option<Fault> {
    let Some(path) = copy.file(&log.key) else { return Some(Fault::Missing) };
    match hash(path) {
        Ok(Hashed::Whole(hash)) if hash.eq_ignore_ascii_case(&log.hash_value) => None,
        Ok(Hashed::Whole(_)) => Some(Fault::Modified),
        Ok(Hashed::Trailing) => Some(Fault::Trailing),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Fault::Missing),
        Err(_) => Some(Fault::Format),
    }
}

enum Hashed {
    Whole(String),
    Trailing,
}

/// Hashes the unpacked bytes of a file: digests hold the hash of the text, not of the gzip.
fn hash(path: &Path) -> io::Result<Hashed> {
    let mut packed = BufReader::with_capacity(WINDOW, File::open(path)?);
    if !packed.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return sum(packed).map(Hashed::Whole);
    }
    let mut decoder = GzDecoder::new(packed);
    let hash = sum(&mut decoder)?;
    let mut packed = decoder.into_inner();
    Ok(if packed.fill_buf()?.is_empty() { Hashed::Whole(hash) } else { Hashed::Trailing })
}

fn sum(mut text: impl Read) -> io::Result<String> {
    let (mut hasher, mut window, mut all) = (Sha256::new(), vec![0; WINDOW], 0);
    loop {
        let count = match text.read(&mut window) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if count == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        all += count as u64;
        if all > LOG_BYTES_MAX {
            return Err(io::Error::other("larger than a log may be"));
        }
        hasher.update(&window[..count]);
    }
}
