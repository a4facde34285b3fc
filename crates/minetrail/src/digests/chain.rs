//! From the newest digest back to the first, as AWS's own tool walks.
//!
//! Each digest names the one before it, with its hash and signature. A digest that is missing or
//! not valid ends the chain; the walk then goes on at the next older one that lies in the copy.
//! Backfill digests, which CloudTrail delivers late, are a chain of their own.

use event::Time;
use event::time::HOUR;
use serde::Serialize;

use super::Task;
use super::copy::{ChainName, Copy, Found, bare, is_in_place, stamp};
use super::digest::Digest;
use super::logs::{self, Fault};

/// Faults that are named, a chain.
///
/// Fewer, and what was tampered with must be looked for again; more, and a copy without its logs fills memory.
const FAULTS_MAX: usize = 20_000;

/// Digests walked, a chain: a trail of twelve years has so many hours.
const STEPS_MAX: usize = 110_000;

/// A file that is not as CloudTrail delivered it, or, with `--verbose`, one that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// `digest` or `log`.
    pub(super) file: &'static str,
    /// `s3://BUCKET/KEY`
    pub(super) object: String,
    /// `valid`, `INVALID: …` or `not checked: …`
    pub(super) verdict: String,
}

/// A stretch without digests: validation, logging or the trail was off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Pause {
    pub(super) from: Option<Time>,
    pub(super) until: Option<Time>,
}

/// What became of a chain.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Chain {
    #[serde(flatten)]
    pub(super) name: ChainName,
    pub(super) backfill: bool,
    /// The first hour of a valid digest.
    pub(super) found_from: Option<Time>,
    /// The last hour of a valid digest.
    pub(super) found_until: Option<Time>,
    pub(super) digests_valid: u64,
    pub(super) digests_invalid: u64,
    /// Digests whose hash is right, or not to be checked, and of which no signature was there to check.
    pub(super) digests_unsigned: u64,
    pub(super) logs_valid: u64,
    pub(super) logs_invalid: u64,
    pub(super) pauses: Vec<Pause>,
    pub(super) lines: Vec<Line>,
    pub(super) lines_left_out: u64,
    /// The log files that were listed, as hashes of their names.
    #[serde(skip)]
    pub(super) listed: std::collections::HashSet<u64>,
}

/// What is known of a digest from the one after it.
#[derive(Default)]
struct Promise {
    hash: Option<String>,
    signature: Option<String>,
}

/// Walks a chain and checks everything in it.
pub(super) fn check(found: Found, copy: &Copy, task: &Task) -> Chain {
    let mut chain = Chain {
        name: found.name,
        backfill: found.is_backfill,
        found_from: None,
        found_until: None,
        digests_valid: 0,
        digests_invalid: 0,
        digests_unsigned: 0,
        logs_valid: 0,
        logs_invalid: 0,
        pauses: Vec::new(),
        lines: Vec::new(),
        lines_left_out: 0,
        listed: std::collections::HashSet::new(),
    };
    let mut older: Vec<String> = found.files.into_iter().filter(|name| is_asked(name, task)).collect();
    let mut next = older.pop();
    let (mut promise, mut reached) = (Promise::default(), None);
    let mut steps = 0;
    while let Some(key) = next.take() {
        steps += 1;
        let is_before = task.since.is_some_and(|since| reached.is_some_and(|reached: Time| reached < since));
        if is_before || steps > STEPS_MAX {
            break;
        }
        let promised = std::mem::take(&mut promise);
        next = match load(&key, copy) {
            Ok(digest) if chain.take_digest(&key, &digest, &promised, copy, task) => {
                reached = digest.start();
                promise = Promise {
                    hash: digest.previous_hash.clone(),
                    signature: digest.previous_signature.clone(),
                };
                digest.previous_key.clone().or_else(|| chain.pause(&key, &mut older, reached))
            }
            Ok(_) => take_older(&key, &mut older),
            Err(why) => {
                chain.digests_invalid += 1;
                chain.line("digest", key.clone(), format!("INVALID: {why}"));
                take_older(&key, &mut older)
            }
        };
    }
    chain
}

/// Whether a digest is of the time that is asked for. One hour more at the end, for logs that spilled over.
fn is_asked(name: &str, task: &Task) -> bool {
    let Some(end) = stamp(name) else { return false };
    task.since.is_none_or(|since| since <= end) && task.until.is_none_or(|until| end <= until.plus(HOUR))
}

fn load(key: &str, copy: &Copy) -> Result<Digest, String> {
    let path = copy.file(key).ok_or("not found")?;
    let digest = Digest::read(path)?;
    let is_asked_for = !key.contains('/') || digest.key == key;
    if is_asked_for && is_in_place(path, &digest.key) {
        Ok(digest)
    } else {
        Err("has been moved from its original location".to_owned())
    }
}

/// The next older digest of the copy.
fn take_older(key: &str, older: &mut Vec<String>) -> Option<String> {
    let before = stamp(key.rsplit('/').next()?)?;
    std::iter::from_fn(|| older.pop()).find(|name| stamp(name).is_some_and(|stamp| stamp < before))
}

impl Chain {
    /// Takes a digest and its logs; returns whether the chain goes on from it.
    fn take_digest(
        &mut self,
        key: &str,
        digest: &Digest,
        promised: &Promise,
        copy: &Copy,
        task: &Task,
    ) -> bool {
        let object = format!("{}/{}", digest.bucket, digest.key);
        match verdict(&self.name, key, digest, promised, task) {
            Err(why) => {
                self.digests_invalid += 1;
                self.line("digest", object, format!("INVALID: {why}"));
                return false;
            }
            Ok(None) => {
                self.digests_valid += 1;
                if task.verbose {
                    self.line("digest", object, "valid".to_owned());
                }
            }
            Ok(Some(why)) => {
                self.digests_unsigned += 1;
                // Without keys this is so of all of them, and is said once.
                if task.keys.is_some() || task.verbose {
                    self.line("digest", object, format!("not checked: {why}"));
                }
            }
        }
        self.stretch(digest, task);
        self.take_logs(digest, copy, task);
        true
    }

    fn stretch(&mut self, digest: &Digest, task: &Task) {
        let start = digest.start().map(|start| task.since.map_or(start, |since| start.max(since)));
        let end = digest.end().map(|end| task.until.map_or(end, |until| end.min(until)));
        self.found_from = [self.found_from, start].into_iter().flatten().min();
        self.found_until = [self.found_until, end].into_iter().flatten().max();
    }

    fn take_logs(&mut self, digest: &Digest, copy: &Copy, task: &Task) {
        let verdicts = logs::check(&digest.log_files, copy);
        for (log, verdict) in digest.log_files.iter().zip(verdicts) {
            self.listed.insert(name_hash(bare(log.key.rsplit('/').next().unwrap_or_default())));
            let object = format!("{}/{}", log.bucket, log.key);
            match verdict {
                None => {
                    self.logs_valid += 1;
                    if task.verbose {
                        self.line("log", object, "valid".to_owned());
                    }
                }
                Some(fault) => {
                    self.logs_invalid += 1;
                    self.line("log", object, format!("INVALID: {}", Fault::words(fault)));
                }
            }
        }
    }

    /// A digest with none before it begins a chain; where an older one lies in the copy, there was a pause.
    fn pause(&mut self, key: &str, older: &mut Vec<String>, reached: Option<Time>) -> Option<String> {
        let next = take_older(key, older)?;
        self.pauses.push(Pause { from: stamp(&next), until: reached });
        Some(next)
    }

    fn line(&mut self, file: &'static str, object: String, verdict: String) {
        if self.lines.len() < FAULTS_MAX {
            self.lines.push(Line { file, object: format!("s3://{object}"), verdict });
        } else {
            self.lines_left_out += 1;
        }
    }
}

/// What is wrong with a digest; `Ok(Some)` is why it could not be checked to the end.
fn verdict(
    name: &ChainName,
    key: &str,
    digest: &Digest,
    promised: &Promise,
    task: &Task,
) -> Result<Option<String>, String> {
    if promised.hash.as_ref().is_some_and(|hash| !hash.eq_ignore_ascii_case(&digest.hash)) {
        return Err("hash value doesn't match the one in the digest after it".to_owned());
    }
    let Some(keys) = &task.keys else { return Ok(Some("no public keys were given".to_owned())) };
    let own = task.signatures.of(bare(key.rsplit('/').next().unwrap_or_default()));
    let Some(signature) = own.or(promised.signature.as_deref()) else {
        return Ok(Some("its signature is not in the copy; see --signatures".to_owned()));
    };
    keys.check(&name.home, &digest.fingerprint, &digest.signed_text(), signature).map(|()| None)
}

/// A hash of a name, the same in every run.
pub(super) fn name_hash(name: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
