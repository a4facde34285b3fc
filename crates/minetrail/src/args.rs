//! The command line.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand, ValueEnum};

use crate::ask::args::{ActorArgs, GapsArgs, SearchArgs, TimelineArgs};
use crate::doctor::DoctorArgs;
use crate::exit::TABLE;
use crate::references::ReferenceArgs;
use crate::shell::{CompletionsArgs, ManArgs};
use crate::show::Show;
use crate::{digests, receipt};

const STYLES: Styles =
    Styles::styled().header(AnsiColor::Green.on_default().bold()).literal(AnsiColor::Cyan.on_default());

/// Finds cryptomining in the audit trail of AWS accounts.
///
/// minetrail reads CloudTrail logs, finds credentials that are used to start mining-grade
/// compute, and tells who, with which credential, from where, how sure and why, what it costs
/// an hour, and what to do first.
#[derive(Debug, Parser)]
#[command(version, styles = STYLES, max_term_width = 100, after_help = TABLE)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

// A verb's own comment is its help; one here would hide it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Scan(Box<ScanArgs>),
    Explain(Box<ExplainArgs>),
    Prevent(Box<PreventArgs>),
    Timeline(Box<TimelineArgs>),
    Actor(Box<ActorArgs>),
    Gaps(Box<GapsArgs>),
    VerifyLogs(Box<digests::VerifyArgs>),
    VerifyReceipt(receipt::VerifyArgs),
    Search(Box<SearchArgs>),
    /// The rules: what each means, and why it weighs what it weighs.
    Rules(RulesArgs),
    Doctor(Box<DoctorArgs>),
    /// Synthetic organisations and attacks, to try minetrail on.
    Drill(DrillArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    /// Unpack logs, and do nothing else with them: what a scan cannot cost less than.
    #[command(hide = true)]
    Bench(BenchArgs),
}

/// Read logs and tell what was found.
///
/// Reads files, folders (all the way down) and standard input (`-`). Content decides what a
/// file is, never its name: CloudTrail objects, JSON lines, single records, arrays,
/// EventBridge envelopes, `lookup-events` output, CloudWatch Logs subscription and Firehose
/// data, Splunk and Elastic exports; plain, gzip, zstd or zip. Beside them it reads VPC flow
/// logs, Route 53 resolver query logs, GuardDuty findings, cost anomalies, budget notices, and
/// bills (CUR, FOCUS), flow logs and bills in Parquet too: they join the cases that the trail shows.
///
/// Examples:
///   minetrail scan AWSLogs/
///   minetrail scan AWSLogs/ --format text --format jsonl --output findings.jsonl
///   zcat *.json.gz | minetrail scan - --since 2026-11-01T00:00:00Z
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE)]
pub(crate) struct ScanArgs {
    /// Files, folders, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How to tell it. May be given several times, each followed by its own --output; one format may go to standard output.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Vec<Format>,

    /// Where the format before it goes (default: standard output). Written beside it first, then renamed.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Vec<PathBuf>,

    /// Write the totals as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) stats: Option<PathBuf>,

    /// Write a receipt: hashes of what was read, what it covers, and the verdict, to be checked by `verify-receipt`.
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,

    /// Tell findings of at least this certainty.
    #[arg(long, value_name = "0-99", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=99))]
    pub(crate) min_certainty: u8,

    /// Look at events from this time on (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Look at events up to this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,

    /// Read approved workloads from this file (TOML). Never read from the evidence.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Exit with 10 when a finding is at least this severe: low, medium, high, critical, or an urgency from 0 to 99.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<String>,

    /// Exit with 4 when part of the input cannot be read.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Read on this many threads (default: one a core). Results are the same for any number.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,

    /// Find records without vector instructions, to see what that costs. Results are the same.
    #[arg(long, hide = true)]
    pub(crate) portable: bool,

    #[command(flatten)]
    pub(crate) references: ReferenceArgs,

    #[command(flatten)]
    pub(crate) show: Show,
}

/// Which logs are read for a question.
#[derive(Debug, clap::Args)]
pub(crate) struct LogArgs {
    /// Files, folders, or `-` for standard input.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Look at events from this time on (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Look at events up to this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,

    /// Read approved workloads from this file (TOML). Never read from the evidence.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Read on this many threads (default: one a core). Results are the same for any number.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub(crate) references: ReferenceArgs,
}

/// Why a finding is what it is, and what would change it.
///
/// Writes out the evidence for and against, the arithmetic, and what the verdict would be
/// otherwise: without each signal, and, where the logs are at hand, with one fact changed and
/// everything judged again.
///
/// Examples:
///   minetrail explain 5f0c9a2e AWSLogs/
///   minetrail explain 5f0c9a2e --findings findings.jsonl
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExplainArgs {
    /// The finding's id, or as much of its beginning as no other finding has.
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// Take the finding from this file (`--format jsonl`), and read no logs.
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(crate) findings: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) logs: LogArgs,

    /// How to tell it.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Told::Text)]
    pub(crate) format: Told,

    #[command(flatten)]
    pub(crate) show: Show,
}

/// Guardrails that would have stopped what was found, and would have broken nothing.
///
/// Reads the logs, and holds each guardrail against every call in them: it is offered only if it
/// denies calls of a finding and none of anybody else's. What would have broken ordinary work is
/// named, and why. Policies are printed as JSON within the limits of AWS; nothing is attached.
///
/// Examples:
///   minetrail prevent AWSLogs/
///   minetrail prevent AWSLogs/ --format json > prevention.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct PreventArgs {
    #[command(flatten)]
    pub(crate) logs: LogArgs,

    /// Prevent findings of at least this certainty.
    #[arg(long, value_name = "0-99", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=99))]
    pub(crate) min_certainty: u8,

    /// How to tell it.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Told::Text)]
    pub(crate) format: Told,

    #[command(flatten)]
    pub(crate) show: Show,
}

/// How an answer that is no finding is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Told {
    /// For people at a terminal.
    Text,
    /// One JSON document.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people at a terminal.
    Text,
    /// One document with findings and totals.
    Json,
    /// One finding a line (`minetrail.finding/1`).
    Jsonl,
    /// One page to look at and to print; it needs no network and runs no script.
    Html,
    /// OCSF 1.8.0 Detection Finding, one a line.
    Ocsf,
    /// OCSF 1.3.0 Detection Finding, one a line, for Security Lake.
    #[value(name = "ocsf-1.3")]
    OcsfLake,
    /// Requests for Security Hub (`BatchImportFindings`), one a line.
    Asff,
    /// Elastic Common Schema alert, one a line.
    Ecs,
    /// In the shape of a GuardDuty finding, one a line.
    #[value(name = "guardduty")]
    GuardDuty,
    /// A table for spreadsheets.
    Csv,
    /// Common Event Format, one a line.
    Cef,
    /// Log Event Extended Format, one a line.
    Leef,
    /// RFC 5424, one message a line.
    Syslog,
    /// A STIX 2.1 bundle.
    Stix,
    /// The body of a Slack webhook.
    Slack,
    /// The body of any other webhook.
    Webhook,
    /// Requests for EventBridge (`PutEvents`), one a line.
    #[value(name = "eventbridge")]
    EventBridge,
    /// A page for tickets and wikis.
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BenchArgs {
    /// Files, folders, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Unpack on this many threads (default: one a core).
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List every rule with its group and first sentence.
    List,
    /// Print a rule's page.
    Show {
        /// The rule, such as region-spread.
        name: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct DrillArgs {
    #[command(subcommand)]
    pub(crate) command: DrillCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DrillCommand {
    /// List the scenarios.
    List,
    /// Write a scenario's logs, and the truth about them, to a new folder. Everything in them is synthetic.
    Write {
        /// The scenario, from `drill list`.
        #[arg(long, value_name = "NAME")]
        scenario: String,
        /// The same seed writes the same bytes.
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// The folder to write to; it must be new or empty.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}
