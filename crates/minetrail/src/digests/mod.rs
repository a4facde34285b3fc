//! `minetrail verify-logs`: whether a copy of logs is what CloudTrail delivered.
//!
//! Every hour, per region, CloudTrail writes a digest: the hashes of the log files it delivered,
//! the hash of the digest before, and a signature. So a changed, missing or added file shows, as
//! long as one signature can be trusted. AWS's own tool does this in the bucket; here it is done
//! on a copy, offline, with the same words for the same verdicts.
//!
//! - [`copy`]: which local file is which object of the bucket
//! - [`digest`]: one digest
//! - [`keys`]: public keys and signatures
//! - [`chain`]: from the newest digest back to the first
//! - [`logs`]: the hashes of log files
//! - [`tell`]: the verdict
//!
//! Blind spots: `aws s3 sync` leaves out the metadata that holds a digest's signature. It also
//! stands in the digest after it, so only the newest of each chain lacks one; `--signatures`
//! brings it.

mod chain;
mod copy;
mod digest;
mod keys;
mod logs;
mod tell;

pub(crate) use self::digest::hex;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use event::Time;

use self::copy::Copy;
use self::keys::{PublicKeys, Signatures};
use crate::Done;
use crate::ask::args::{Form, Telling};
use crate::exit::{FAILED, Failure, NO_INPUT, TABLE, USAGE};
use crate::output::{Target, write};
use crate::reading;

/// Check a copy of logs against CloudTrail's digests, offline.
///
/// Says for each trail, account and region how many digests and log files are valid, in the
/// words of `aws cloudtrail validate-logs`: a changed, missing or renamed file is INVALID, and
/// the exit code is then 1. Log files that no digest lists are named too. The copy may be rooted
/// anywhere: files are found by the end of their path.
///
/// Without --public-keys the hashes are checked and no signature: that shows a damaged copy, not
/// a clever forger. Get the keys of each region once:
///   aws cloudtrail list-public-keys --region REGION --start-time 2026-11-01 --output json
///
/// A copy lacks the signature of the newest digest of each chain, and of backfill digests. To
/// bring it, write one line for each, with the Metadata of `aws s3api head-object`:
///   {"Key": "AWSLogs/…/…json.gz", "Metadata": {"signature": "…", "signature-algorithm": "…"}}
///
/// Examples:
///   minetrail verify-logs AWSLogs/ --public-keys keys.json
///   minetrail verify-logs AWSLogs/ --public-keys keys.json --signatures newest.jsonl --verbose
///   minetrail verify-logs AWSLogs/ --format json | jq '.chains[] | select(.logs_invalid > 0)'
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE)]
pub(crate) struct VerifyArgs {
    /// Files or folders: digests and the logs they are of.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// What `aws cloudtrail list-public-keys` printed. May be given several times.
    #[arg(long, value_name = "FILE")]
    public_keys: Vec<PathBuf>,

    /// Signatures that the copy lacks: a line of JSON for each, with Key and Metadata.
    #[arg(long, value_name = "FILE")]
    signatures: Vec<PathBuf>,

    /// Check from this time on (RFC 3339).
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Check up to this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    until: Option<String>,

    /// Name valid files too.
    #[arg(long)]
    verbose: bool,

    #[command(flatten)]
    telling: Telling,
}

/// What is checked, and with what.
pub(crate) struct Task {
    keys: Option<PublicKeys>,
    signatures: Signatures,
    since: Option<Time>,
    until: Option<Time>,
    verbose: bool,
}

/// Runs `minetrail verify-logs`.
pub(crate) fn run(args: &VerifyArgs) -> Done {
    let usage = |error: anyhow::Error| Failure::new(USAGE, error);
    let task = Task {
        keys: PublicKeys::read(&args.public_keys).map_err(usage)?,
        signatures: Signatures::read(&args.signatures).map_err(usage)?,
        since: reading::time("--since", args.since.as_deref())?,
        until: reading::time("--until", args.until.as_deref())?,
        verbose: args.verbose,
    };
    let copy = Copy::of(&reading::find(&args.paths)?);
    let chains = copy.chains();
    if chains.is_empty() {
        let error = anyhow!("no digests among {} files", copy.len());
        let help = "digests lie beside the logs, in CloudTrail-Digest/; they exist where log file validation is enabled";
        return Err(Failure::new(NO_INPUT, error).help(help));
    }
    let checked: Vec<chain::Chain> =
        chains.into_iter().map(|found| chain::check(found, &copy, &task)).collect();
    let verdict = tell::Verdict::of(checked, &copy, &task);
    let target = args.telling.output.clone().map_or(Target::Stdout, Target::File);
    let text = match args.telling.format {
        Form::Text => verdict.text(),
        Form::Json | Form::Jsonl => report::answers::json(&verdict),
    };
    write(&target, &text).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::from(if verdict.is_invalid() { FAILED } else { 0 }))
}
