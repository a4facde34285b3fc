//! Which local file is which object of the bucket.
//!
//! A digest names keys such as `prefix/AWSLogs/111122223333/CloudTrail/…/x.json.gz`. A copy may
//! begin anywhere in such a key, so files are found by name, and among several of one name the
//! one is taken whose path agrees with the key the longest, from its end.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use event::Time;
use ingest::Input;

/// What every digest's name holds.
const DIGEST: &str = "_CloudTrail-Digest_";
/// What every log file's name holds.
const LOG: &str = "_CloudTrail_";
/// The end of a backfill digest's name.
const BACKFILL: &str = "_backfill";

/// A trail's digests of one account and region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(super) struct ChainName {
    /// The account.
    pub(super) account: String,
    /// The region whose logs the digests are of.
    pub(super) region: String,
    /// The trail.
    pub(super) trail: String,
    /// The trail's home region.
    pub(super) home: String,
}

/// The digests of a chain, by the names of their files.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) name: ChainName,
    pub(super) is_backfill: bool,
    /// In the order of time.
    pub(super) files: Vec<String>,
}

/// The local files.
pub(super) struct Copy {
    /// By name without `.gz`, for a copy may have been unpacked.
    files: HashMap<String, Vec<PathBuf>>,
}

impl Copy {
    /// Lists the files of `input`.
    pub(super) fn of(input: &Input) -> Self {
        let mut files: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for path in input.files() {
            if let Some(name) = path.file_name().and_then(OsStr::to_str) {
                files.entry(bare(name).to_owned()).or_default().push(path);
            }
        }
        Self { files }
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// The file that is the object `key`.
    pub(super) fn file(&self, key: &str) -> Option<&Path> {
        let name = key.rsplit('/').next()?;
        let candidates = self.files.get(bare(name))?;
        candidates.iter().max_by_key(|path| agreement(path, key)).map(PathBuf::as_path)
    }

    /// The chains of digests, each in order; backfill digests are chains of their own.
    pub(super) fn chains(&self) -> Vec<Found> {
        let mut chains: BTreeMap<(ChainName, bool), Vec<String>> = BTreeMap::new();
        for name in self.files.keys().filter(|name| name.contains(DIGEST)) {
            if let Some((chain, is_backfill)) = chain_of(name) {
                chains.entry((chain, is_backfill)).or_default().push(name.clone());
            }
        }
        let found = chains.into_iter().map(|((name, is_backfill), mut files)| {
            files.sort_by(|a, b| stamp(a).cmp(&stamp(b)).then_with(|| a.cmp(b)));
            Found { name, is_backfill, files }
        });
        found.collect()
    }

    /// Log files by account and region, with the time at which each was delivered.
    pub(super) fn logs(&self) -> impl Iterator<Item = (&str, &str, &str, Time)> {
        self.files.keys().filter_map(|name| {
            let (account, rest) = name.split_once(LOG)?;
            let mut parts = rest.split('_');
            let region = parts.next()?;
            Some((name.as_str(), account, region, Time::parse(&seconds(parts.next()?))?))
        })
    }
}

/// Log files are stamped to the minute: `20260914T0215Z`.
fn seconds(stamp: &str) -> String {
    match stamp.strip_suffix('Z') {
        Some(minutes) if minutes.len() == 13 => format!("{minutes}00Z"),
        _ => stamp.to_owned(),
    }
}

/// A file's name as if it had been unpacked.
pub(super) fn bare(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}

/// How many parts of a path and a key agree, from their ends.
fn agreement(path: &Path, key: &str) -> usize {
    let parts = path.components().rev().skip(1).map(|part| part.as_os_str());
    parts.zip(key.rsplit('/').skip(1)).take_while(|(part, wanted)| *part == OsStr::new(wanted)).count()
}

/// Whether a file lies where the key says, as far as its path goes back to `AWSLogs`.
pub(super) fn is_in_place(path: &Path, key: &str) -> bool {
    let parts: Vec<&OsStr> = path.components().map(|part| part.as_os_str()).collect();
    let Some(root) = parts.iter().rposition(|part| *part == OsStr::new("AWSLogs")) else {
        return path.file_name().and_then(OsStr::to_str).map(bare) == key.rsplit('/').next().map(bare);
    };
    let wanted: Vec<&str> = key.split('/').collect();
    let Some(wanted_root) = wanted.iter().rposition(|part| *part == "AWSLogs") else { return false };
    let same = |(part, wanted): (&&OsStr, &&str)| part.to_str().map(bare) == Some(bare(wanted));
    parts.len() - root == wanted.len() - wanted_root
        && parts[root..].iter().zip(&wanted[wanted_root..]).all(same)
}

/// The chain that a digest's name belongs to: `ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOME_TIME.json`.
fn chain_of(name: &str) -> Option<(ChainName, bool)> {
    let stem = name.strip_suffix(".json")?;
    let (stem, is_backfill) = stem.strip_suffix(BACKFILL).map_or((stem, false), |stem| (stem, true));
    let (account, rest) = stem.split_once(DIGEST)?;
    let (region, rest) = rest.split_once('_')?;
    let (rest, _) = rest.rsplit_once('_')?;
    // A trail's name may have underscores; a region has none.
    let (trail, home) = rest.rsplit_once('_')?;
    let [account, region, trail, home] = [account, region, trail, home].map(str::to_owned);
    Some((ChainName { account, region, trail, home }, is_backfill))
}

/// The end of the hour that a digest is of, from its name.
pub(super) fn stamp(name: &str) -> Option<Time> {
    let stem = bare(name).strip_suffix(".json")?;
    let stem = stem.strip_suffix(BACKFILL).unwrap_or(stem);
    Time::parse(stem.rsplit('_').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "p/AWSLogs/1/CloudTrail/us-east-1/2026/09/14/1_CloudTrail_us-east-1_20260914T0215Z_x.json.gz";

    #[test]
    fn a_digests_name_says_its_chain_even_with_underscores() {
        let name = "1_CloudTrail-Digest_us-west-2_my_own_trail_us-east-1_20260914T020000Z_backfill.json";
        let (chain, is_backfill) = chain_of(name).unwrap();
        assert_eq!((chain.trail.as_str(), chain.home.as_str()), ("my_own_trail", "us-east-1"));
        assert!(is_backfill);
        assert_eq!(stamp(name), Time::parse("2026-09-14T02:00:00Z"));
    }

    #[test]
    fn a_copy_may_be_rooted_anywhere_and_moved_files_are_seen() {
        let name = KEY.rsplit('/').next().unwrap();
        assert!(is_in_place(Path::new(&format!("/tmp/x/{}", &KEY[2..])), KEY));
        assert!(is_in_place(Path::new(&format!("14/{name}")), KEY));
        assert!(is_in_place(Path::new(bare(name)), KEY));
        assert!(!is_in_place(Path::new(&format!("AWSLogs/2/{name}")), KEY));
        assert!(!is_in_place(Path::new("other.json.gz"), KEY));
    }

    #[test]
    fn among_files_of_one_name_the_nearest_path_is_taken() {
        let name = KEY.rsplit('/').next().unwrap();
        assert_eq!(agreement(Path::new(&format!("b/2026/09/14/{name}")), KEY), 3);
        assert_eq!(agreement(Path::new(&format!("b/other/{name}")), KEY), 0);
    }
}
