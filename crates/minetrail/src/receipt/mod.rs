//! The coverage receipt: what was read, what was found in it, and how somebody else checks that.
//!
//! "No mining between A and B" is worth something only with the logs it was said of. A receipt
//! holds one hash of all of them, what they cover, what was reached of limits, and a hash of the
//! findings. `minetrail verify-receipt` hashes a copy, judges it again, and says whether both
//! agree. Names do not matter, only contents: a copy may be rooted anywhere.
//!
//! Files are hashed before they are read, and looked at once more afterwards; a scan that is not
//! asked for a receipt does neither.
//!
//! Blind spots: a file that was changed and put back, with its time, while it was read.

mod objects;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use detect::Finding;
use event::Time;
use ingest::Input;
use report::Summary;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::objects::Objects;
use crate::Done;
use crate::args::ScanArgs;
use crate::digests::hex;
use crate::exit::{FAILED, Failure, TABLE, USAGE};
use crate::output::{Target, write};
use crate::references::{FileNoted, ReferenceArgs};
use crate::scan::How;

/// The name and version of a receipt.
const SCHEMA: &str = "minetrail.receipt/1";

/// A receipt, as it is written and read.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Receipt {
    schema: String,
    /// Name and version of the program that made it.
    program: String,
    made_at: String,
    /// Interrupted before everything was read: the verdict is of a part.
    partial: bool,
    asked: Asked,
    objects: ObjectsTold,
    /// Totals of reading, as the scan tells them.
    read: serde_json::Value,
    /// Accounts, regions, times and gaps.
    coverage: serde_json::Value,
    /// Hours with records, by account and region.
    hours: Vec<Hours>,
    limits_reached: serde_json::Value,
    verdict: Verdict,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    since: Option<String>,
    until: Option<String>,
    min_certainty: u8,
    /// SHA-256 of the configuration, where there was one: it can approve workloads.
    config_sha256: Option<String>,
    /// The files of reference that were named, sorted: they change what is said of an address or name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<FileNoted>,
    /// The columns of flow logs without a header, where they were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flow_format: Option<String>,
}

/// All objects, in one hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ObjectsTold {
    count: u64,
    bytes: u64,
    /// The root of a Merkle tree over the sorted contents; see docs/answers.md.
    merkle_root: String,
    /// The file beside this one that lists them.
    list: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Hours {
    account: String,
    region: String,
    hours: u64,
    first: String,
    last: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Verdict {
    sentence: String,
    findings: u64,
    suppressed: u64,
    /// SHA-256 of what `--format jsonl` prints.
    findings_sha256: String,
}

impl Verdict {
    fn of(told: &[Finding], min_certainty: u8) -> Self {
        let suppressed = told.iter().filter(|finding| finding.suppressed.is_some()).count() as u64;
        let findings = told.len() as u64 - suppressed;
        let sentence = match findings {
            0 => format!("no finding of certainty {min_certainty} or more in these logs"),
            1 => format!("1 finding of certainty {min_certainty} or more"),
            more => format!("{more} findings of certainty {min_certainty} or more"),
        };
        let findings_sha256 = hex(&Sha256::digest(report::json::jsonl(told)));
        Self { sentence, findings, suppressed, findings_sha256 }
    }
}

/// A receipt that was begun: the objects are hashed, and not yet read.
pub(crate) struct Begun {
    path: PathBuf,
    objects: Objects,
}

/// Hashes everything, before it is read.
pub(crate) fn begin(path: &Path, input: &Input, paths: &[PathBuf]) -> Result<Begun, Failure> {
    if paths.iter().any(|path| path == Path::new("-")) {
        let error = anyhow!("a receipt is of files, and standard input is none");
        return Err(Failure::new(USAGE, error).help("write it to a file and name that"));
    }
    Ok(Begun { path: path.to_owned(), objects: Objects::hash(input) })
}

impl Begun {
    /// Writes the receipt and its list. Fails where a file has changed since it was hashed.
    pub(crate) fn finish(
        self,
        args: &ScanArgs,
        how: &How,
        told: &[Finding],
        summary: &Summary,
        hours: &detect::coverage::Coverage,
    ) -> anyhow::Result<()> {
        if let Some(changed) = self.objects.changed() {
            bail!("{} changed while it was read: no receipt was written", changed.display());
        }
        let mut list = self.path.clone().into_os_string();
        list.push(".objects");
        let list = PathBuf::from(list);
        let receipt = Receipt {
            schema: SCHEMA.to_owned(),
            program: concat!("minetrail ", env!("CARGO_PKG_VERSION")).to_owned(),
            made_at: crate::scan::now().to_string(),
            partial: summary.partial,
            asked: Asked {
                since: how.span.since.map(|time| time.to_string()),
                until: how.span.until.map(|time| time.to_string()),
                min_certainty: args.min_certainty,
                config_sha256: config_hash(args.config.as_deref())?,
                references: how.references.noted(),
                flow_format: args.references.flow_format.clone(),
            },
            objects: ObjectsTold {
                count: self.objects.count(),
                bytes: self.objects.bytes(),
                merkle_root: self.objects.root(),
                list: list.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            },
            read: serde_json::json!({"objects": summary.objects, "records": summary.records, "failed": summary.failed}),
            coverage: serde_json::to_value(&summary.coverage)?,
            hours: hours.places().map(hours_told).collect(),
            limits_reached: serde_json::to_value(&summary.limits_reached)?,
            verdict: Verdict::of(told, args.min_certainty),
        };
        write(&Target::File(list), &self.objects.list())?;
        write(&Target::File(self.path), &report::answers::json(&receipt))
    }
}

fn hours_told((account, region, hours): (&str, &str, Vec<i64>)) -> Hours {
    let time = |hour: Option<&i64>| {
        Time::from_seconds(hour.copied().unwrap_or_default() * event::time::HOUR).to_string()
    };
    Hours {
        account: account.to_owned(),
        region: region.to_owned(),
        hours: hours.len() as u64,
        first: time(hours.first()),
        last: time(hours.last()),
    }
}

fn config_hash(path: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(path) = path else { return Ok(None) };
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Some(hex(&Sha256::digest(text))))
}

/// Check a receipt of a scan against a copy of the logs.
///
/// Hashes every file of the copy, judges it again as the receipt says, and compares: the same
/// contents, the same findings? Names do not matter. Exits with 1 where something differs.
///
/// Examples:
///   minetrail scan AWSLogs/ --receipt receipt.json
///   minetrail verify-receipt receipt.json /mnt/copy/AWSLogs
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE)]
pub(crate) struct VerifyArgs {
    /// The receipt.
    #[arg(value_name = "FILE")]
    receipt: PathBuf,

    /// Files or folders: the copy.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The configuration that the scan had.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    references: ReferenceArgs,
}

/// Runs `minetrail verify-receipt`.
pub(crate) fn run(args: &VerifyArgs) -> Done {
    let text = std::fs::read_to_string(&args.receipt)
        .with_context(|| format!("cannot read {}", args.receipt.display()))
        .map_err(|error| Failure::new(USAGE, error))?;
    let receipt: Receipt = serde_json::from_str(&text)
        .with_context(|| format!("{} is not a receipt", args.receipt.display()))
        .map_err(|error| Failure::new(USAGE, error))?;
    if receipt.schema != SCHEMA {
        let error = anyhow!("the receipt is a {:?}, and this program reads {SCHEMA}", receipt.schema);
        return Err(Failure::new(USAGE, error));
    }
    let (text, agrees) = verify::verify(args, &receipt)?;
    write(&Target::Stdout, &text).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::from(if agrees { 0 } else { FAILED }))
}
