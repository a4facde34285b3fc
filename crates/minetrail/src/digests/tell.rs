//! The verdict on a copy, in the words of AWS's own tool, and what that tool does not look for.

use std::collections::HashSet;
use std::fmt::Write;

use report::text::visible;
use serde::Serialize;

use super::Task;
use super::chain::{Chain, name_hash};
use super::copy::Copy;

/// Log files named that no digest lists.
///
/// Fewer, and a planted file hides among others; more, and a copy of another trail fills the screen.
const UNLISTED_MAX: usize = 200;

/// The name and version of the verdict.
const SCHEMA: &str = "minetrail.log-validation/1";

/// What the copy is worth.
#[derive(Serialize)]
pub(super) struct Verdict {
    schema: &'static str,
    /// Signatures were checked.
    signatures_checked: bool,
    chains: Vec<Chain>,
    /// Log files of a time that digests cover, which none of them lists.
    unlisted: Vec<String>,
    unlisted_count: u64,
    /// Log files of times that no digest covers.
    not_covered: u64,
}

impl Verdict {
    /// Sums up.
    pub(super) fn of(chains: Vec<Chain>, copy: &Copy, task: &Task) -> Self {
        let listed: HashSet<u64> = chains.iter().flat_map(|chain| &chain.listed).copied().collect();
        let (mut unlisted, mut not_covered) = (Vec::new(), 0);
        for (name, account, region, time) in copy.logs() {
            if listed.contains(&name_hash(name)) {
                continue;
            }
            let covers = |chain: &&Chain| {
                let of_here = chain.name.account == account && chain.name.region == region;
                let within = chain.found_from.is_some_and(|from| from <= time)
                    && chain.found_until.is_some_and(|until| time <= until);
                let paused = chain.pauses.iter().any(|pause| {
                    pause.from.is_none_or(|from| from <= time)
                        && pause.until.is_none_or(|until| time <= until)
                });
                of_here && within && !paused
            };
            if chains.iter().any(|chain| covers(&chain)) {
                unlisted.push(name.to_owned());
            } else {
                not_covered += 1;
            }
        }
        unlisted.sort();
        let unlisted_count = unlisted.len() as u64;
        unlisted.truncate(UNLISTED_MAX);
        let signatures_checked = task.keys.is_some();
        Self { schema: SCHEMA, signatures_checked, chains, unlisted, unlisted_count, not_covered }
    }

    /// Whether something is not as CloudTrail delivered it.
    pub(super) fn is_invalid(&self) -> bool {
        self.chains.iter().any(|chain| chain.digests_invalid + chain.logs_invalid > 0)
    }

    /// Tells it to a person.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut put = |line: &str| {
            text.push_str(&visible(line));
            text.push('\n');
        };
        for chain in &self.chains {
            chain_told(chain, &mut put);
        }
        for name in &self.unlisted {
            put(&format!(
                "Log file  {name}  in no digest of its time: not delivered by CloudTrail, or its digest is missing"
            ));
        }
        if self.unlisted_count > self.unlisted.len() as u64 {
            put(&format!("… and {} more in no digest", self.unlisted_count - self.unlisted.len() as u64));
        }
        if self.not_covered > 0 {
            put(&format!(
                "{} log files are of times that no digest here covers: they were not checked",
                self.not_covered
            ));
        }
        if !self.signatures_checked {
            put("Hashes were checked and signatures were not: --public-keys FILE, see --help");
        }
        text
    }
}

fn chain_told(chain: &Chain, put: &mut impl FnMut(&str)) {
    let kind = if chain.backfill { " (backfill)" } else { "" };
    let name = &chain.name;
    put(&format!(
        "Trail {} of {}, account {}, region {}{kind}",
        name.trail, name.home, name.account, name.region
    ));
    for line in &chain.lines {
        let what = if line.file == "digest" { "Digest file" } else { "Log file" };
        put(&format!("  {what}  {}  {}", line.object, line.verdict));
    }
    if chain.lines_left_out > 0 {
        put(&format!("  … and {} more files", chain.lines_left_out));
    }
    for pause in &chain.pauses {
        let time = |time: Option<event::Time>| time.map_or_else(|| "?".to_owned(), |time| time.to_string());
        put(&format!(
            "  No log files were delivered by CloudTrail between {} and {}",
            time(pause.from),
            time(pause.until)
        ));
    }
    match (chain.found_from, chain.found_until) {
        (Some(from), Some(until)) => put(&format!("  Results found for {from} to {until}:")),
        _ => put("  No valid digests found in range"),
    }
    let digests = if chain.backfill { "backfill digest" } else { "digest" };
    ratio(digests, chain.digests_valid, chain.digests_invalid, chain.digests_unsigned, put);
    ratio("log", chain.logs_valid, chain.logs_invalid, 0, put);
    put("");
}

/// `24/24 digest files valid`, `1/24 digest files INVALID`.
fn ratio(what: &str, valid: u64, invalid: u64, unsigned: u64, put: &mut impl FnMut(&str)) {
    let all = valid + invalid + unsigned;
    if all == 0 {
        return;
    }
    let mut text = format!("  {valid}/{all} {what} files valid");
    for (number, verdict) in [(invalid, "INVALID"), (unsigned, "with no signature to check")] {
        if number > 0 {
            write!(text, ", {number}/{all} {what} files {verdict}").expect("a string takes all text");
        }
    }
    put(&text);
}
