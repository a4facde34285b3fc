//! The sets of files that the bench reads, written once and kept outside of the checkout.
//!
//! A set is named by what it is and its seed. Its manifest is written last, so a set without one is
//! unfinished and is written anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::flows;
use super::organisation::{Organisation, region};
use super::record::{Place, record};
use super::rng::Rng;

/// Bytes of text to a byte of gzip, about. What the generator gives, and what is asked of the disk.
const COMPRESSION: u64 = 7;

/// Counts up when the generator changes what it writes.
const VERSION: u32 = 1;

/// How much text the larger set of flow logs has.
const FLOWS_BYTES: usize = 1_020_000_000;

/// Callers who are in one file: a few busy ones and some that show up once.
const CALLERS_A_FILE: usize = 14;

/// A shape of input, and why it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SetName {
    /// 2 GB of text in 400 files, as a busy organisation has them.
    Big,
    /// 200 MB of text in 40 files of the same kind.
    Small,
    /// 200 MB of text in thousands of files, as quiet regions have them.
    Tiny,
    /// 400 MB of text in one file.
    Huge,
    /// 200 MB of text in one file of forty gzip members.
    Members,
    /// 1 GB of flow logs, as twelve accounts have them in three hours.
    Flows,
    /// 100 MB of flow logs of the same accounts.
    FlowsSmall,
}

/// How a set is made.
struct Shape {
    files: usize,
    members: usize,
    member_bytes: usize,
    is_flows: bool,
}

impl SetName {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Big => "big",
            Self::Small => "small",
            Self::Tiny => "tiny",
            Self::Huge => "huge",
            Self::Members => "members",
            Self::Flows => "flows",
            Self::FlowsSmall => "flows-small",
        }
    }

    /// Whether it holds flow logs and no trail.
    pub(super) fn is_flows(self) -> bool {
        matches!(self, Self::Flows | Self::FlowsSmall)
    }

    fn shape(self) -> Shape {
        let (files, members, member_bytes) = match self {
            Self::Big => (400, 1, 5_000_000),
            Self::Small => (40, 1, 5_000_000),
            Self::Tiny => (6_700, 1, 30_000),
            Self::Huge => (1, 1, 400_000_000),
            Self::Members => (1, 40, 5_000_000),
            Self::Flows => (flows::files(FLOWS_BYTES), 1, flows::FILE_BYTES),
            Self::FlowsSmall => (flows::files(FLOWS_BYTES / 10), 1, flows::FILE_BYTES),
        };
        Shape { files, members, member_bytes, is_flows: self.is_flows() }
    }
}

/// What is in a set: the truth that everyone is held against.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) files: u64,
    pub(super) records: u64,
    pub(super) text_bytes: u64,
    pub(super) stored_bytes: u64,
    /// The ids of all launches.
    pub(super) launches: Vec<String>,
    /// How many launches of each name.
    pub(super) kinds: BTreeMap<String, u64>,
    /// How often the text holds `"eventName":"RunInstances"`, in launches and elsewhere.
    pub(super) looks_like_launch: u64,
    /// The interfaces of all miners, of a set of flow logs.
    #[serde(default)]
    pub(super) miners: BTreeSet<String>,
}

impl Manifest {
    fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.records += other.records;
        self.text_bytes += other.text_bytes;
        self.stored_bytes += other.stored_bytes;
        self.launches.extend(other.launches);
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        self.looks_like_launch += other.looks_like_launch;
        self.miners.extend(other.miners);
    }
}

/// A set that is on disk.
pub(super) struct Set {
    pub(super) name: SetName,
    pub(super) logs: PathBuf,
    pub(super) manifest: Manifest,
}

/// Returns the set, which is written first if it is not there.
pub(super) fn prepare(folder: &Path, name: SetName, seed: u64) -> Result<Set> {
    let folder = folder.join(format!("{}-{seed}-v{VERSION}", name.label()));
    let (logs, told) = (folder.join("AWSLogs"), folder.join("manifest.json"));
    if let Ok(text) = fs::read_to_string(&told) {
        let manifest =
            serde_json::from_str(&text).with_context(|| format!("cannot read {}", told.display()))?;
        return Ok(Set { name, logs, manifest });
    }
    if logs.exists() {
        fs::remove_dir_all(&logs).with_context(|| format!("cannot remove {}", logs.display()))?;
    }
    fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
    let shape = name.shape();
    let text_bytes = (shape.files * shape.members * shape.member_bytes) as u64;
    ensure_space(&folder, text_bytes / COMPRESSION * 2)?;
    eprintln!("writing {} MB of logs to {}", text_bytes / 1_000_000, logs.display());
    let mut manifest = write_all(&logs, &shape, seed)?;
    manifest.launches.sort_unstable();
    fs::write(&told, serde_json::to_string(&manifest)?)
        .with_context(|| format!("cannot write {}", told.display()))?;
    Ok(Set { name, logs, manifest })
}

/// Fails when the disk has not room for `bytes`. A `df` that cannot be asked is no reason not to begin.
fn ensure_space(folder: &Path, bytes: u64) -> Result<()> {
    let Ok(told) = Command::new("df").arg("-Pk").arg(folder).output() else { return Ok(()) };
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let free = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    let Some(free) = free else { return Ok(()) };
    ensure!(
        free * 1024 > bytes,
        "the disk of {} has {} MB free, and this set needs {} MB; give another --data",
        folder.display(),
        free / 1000,
        bytes / 1_000_000
    );
    Ok(())
}

/// Writes all files, on as many threads as there are cores.
fn write_all(logs: &Path, shape: &Shape, seed: u64) -> Result<Manifest> {
    let organisation = Organisation::new(seed);
    let next = AtomicUsize::new(0);
    let work = || -> Result<Manifest> {
        let mut manifest = Manifest::default();
        loop {
            let number = next.fetch_add(1, Relaxed);
            if number >= shape.files {
                return Ok(manifest);
            }
            manifest.merge(match shape.is_flows {
                true => flows::write_file(logs, seed, number)?,
                false => write_file(logs, shape, &organisation, seed, number)?,
            });
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Manifest::default();
        for thread in running {
            all.merge(thread.join().expect("writing does not panic")?);
        }
        Ok(all)
    })
}

fn write_file(
    logs: &Path,
    shape: &Shape,
    organisation: &Organisation,
    seed: u64,
    number: usize,
) -> Result<Manifest> {
    let mut rng = Rng::of(seed, number as u64);
    let account = &organisation.accounts[rng.below(organisation.accounts.len())];
    let (region, day, hour) = (region(&mut rng), rng.below(28) + 1, rng.below(24));
    let folder = logs.join(format!("{}/CloudTrail/{region}/2026/03/{day:02}", account.id));
    fs::create_dir_all(&folder)?;
    let name =
        format!("{}_CloudTrail_{region}_202603{day:02}T{hour:02}00Z_{}.json.gz", account.id, rng.base64(16));
    let path = folder.join(name.replace(['+', '/'], "x"));
    let time = format!("2026-03-{day:02}T{hour:02}:");
    let place = Place { account, region, hour: &time };

    let mut file =
        BufWriter::new(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?);
    let mut manifest = Manifest { files: 1, ..Manifest::default() };
    for _ in 0..shape.members {
        let mut gzip = GzEncoder::new(&mut file, Compression::new(6));
        write_object(&mut rng, &place, shape.member_bytes, &mut gzip, &mut manifest)?;
        gzip.finish()?;
    }
    manifest.stored_bytes = file.into_inner()?.metadata()?.len();
    Ok(manifest)
}

fn write_object(
    rng: &mut Rng,
    place: &Place<'_>,
    bytes: usize,
    out: &mut impl Write,
    manifest: &mut Manifest,
) -> Result<()> {
    let callers: Vec<_> = (0..CALLERS_A_FILE).map(|_| rng.below(place.account.callers.len())).collect();
    let mut caller = callers[0];
    let mut written = 0;
    out.write_all(b"{\"Records\":[")?;
    while written < bytes {
        // Most calls come in bursts; now and then there is one of somebody else.
        caller = match rng.below(30) {
            0 => rng.below(place.account.callers.len()),
            1..=17 => callers[rng.skewed(callers.len())],
            _ => caller,
        };
        let record = record(rng, place, &place.account.callers[caller]);
        if written > 0 {
            out.write_all(b",")?;
        }
        out.write_all(record.text.as_bytes())?;
        written += record.text.len() + 1;
        manifest.records += 1;
        manifest.looks_like_launch += record.looks_like_launch;
        if let Some((id, kind)) = record.launch {
            manifest.launches.push(id);
            *manifest.kinds.entry(kind.to_owned()).or_default() += 1;
        }
    }
    out.write_all(b"]}")?;
    manifest.text_bytes += written as u64 + 13;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::launch::KINDS;
    use super::*;

    /// Writes a few small files to a folder that is gone when the story ends.
    fn story(name: &str, seed: u64) -> (Manifest, Vec<(PathBuf, Vec<u8>)>) {
        write_story(name, seed, &Shape { files: 4, members: 2, member_bytes: 2_000_000, is_flows: false })
    }

    fn write_story(name: &str, seed: u64, shape: &Shape) -> (Manifest, Vec<(PathBuf, Vec<u8>)>) {
        let folder = std::env::temp_dir().join(format!("minetrail-bench-{name}-{}", std::process::id()));
        let manifest = write_all(&folder, shape, seed).unwrap();
        let mut files = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(at) = folders.pop() {
            for path in fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        files.push((path.strip_prefix(&folder).unwrap().to_owned(), fs::read(&path).unwrap()))
                    }
                }
            }
        }
        files.sort();
        fs::remove_dir_all(folder).unwrap();
        (manifest, files)
    }

    #[test]
    fn a_seed_writes_the_same_bytes_and_its_manifest_tells_the_truth() {
        let (manifest, files) = story("one", 1);
        assert_eq!(files, story("same", 1).1);
        assert_ne!(files, story("other", 2).1);

        let mut records = 0;
        let mut launches = Vec::new();
        for (_, bytes) in &files {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut text)
                .unwrap();
            for object in serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>() {
                for record in object.unwrap()["Records"].as_array().unwrap() {
                    records += 1;
                    if KINDS.contains(&record["eventName"].as_str().unwrap()) {
                        launches.push(record["eventID"].as_str().unwrap().to_owned());
                    }
                }
            }
        }
        assert_eq!(manifest.records, records);
        launches.sort();
        let mut told = manifest.launches.clone();
        told.sort();
        assert_eq!(told, launches);
        let real = manifest.kinds.get("RunInstances").copied().unwrap_or(0);
        assert!(!launches.is_empty() && manifest.looks_like_launch > real, "{:?}", manifest.kinds);
    }

    #[test]
    fn the_text_shrinks_as_real_logs_do() {
        let (manifest, _) = story("ratio", 3);
        let ratio = manifest.text_bytes as f64 / manifest.stored_bytes as f64;
        let record = manifest.text_bytes / manifest.records;
        assert!((6.5..10.0).contains(&ratio), "{ratio}");
        assert!((1_100..1_800).contains(&record), "{record}");
    }

    #[test]
    fn flow_logs_have_their_miners_among_decoys_in_both_formats() {
        let shape = Shape { files: 12, members: 1, member_bytes: 0, is_flows: true };
        let (manifest, files) = write_story("flows", 1, &shape);
        assert_eq!(files, write_story("same-flows", 1, &shape).1);
        let text = |bytes: &[u8]| {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(bytes), &mut text).unwrap();
            text
        };
        let texts: Vec<String> = files.iter().map(|(_, bytes)| text(bytes)).collect();
        let rows =
            |of: &str| texts.iter().flat_map(|text| text.lines()).filter(|row| row.contains(of)).count();
        assert_eq!(manifest.records as usize + texts.len(), rows(""));
        assert!(rows(" 7777 6 ") > 20 && rows(" REJECT ") > 1_000 && rows("NODATA") > 100);
        assert!(texts.iter().any(|text| text.starts_with("version") && text.contains(" tcp-flags ")));
        assert!(manifest.miners.len() >= 5);
        for miner in &manifest.miners {
            // Each minute something goes out and something comes back.
            assert!(rows(miner) >= 10, "{miner}");
        }
        let ratio = manifest.text_bytes as f64 / manifest.stored_bytes as f64;
        assert!((3.5..9.0).contains(&ratio), "{ratio}");
        let size = manifest.text_bytes as f64 / 12.0 / flows::FILE_BYTES as f64;
        assert!((0.8..1.2).contains(&size), "a file is {size} times as large as is promised");
    }
}
