//! The command lines of the questions.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::exit::{Failure, TABLE};
use crate::references::{ReferenceArgs, References};
use crate::scan::{self, How};
use crate::show::Show;

// How much is read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is read")]
pub(crate) struct Reach {
    /// Look at records from this time on (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Look at records up to this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,

    /// Exit with 4 when part of the input cannot be read.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Read on this many threads (default: one a core). Answers are the same for any number.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

impl Reach {
    /// How the logs are read where a question needs a judgement.
    pub(crate) fn how(&self, references: &ReferenceArgs) -> Result<How, Failure> {
        let span = scan::span(self.since.as_deref(), self.until.as_deref())?;
        let references = References::read(references)?;
        Ok(How { threads: self.threads, span, references, portable: false })
    }
}

// How an answer is told.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "How it is told")]
pub(crate) struct Telling {
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = Form::Text, value_name = "FORMAT")]
    pub(crate) format: Form,

    /// Write to this file (default: standard output). Written beside it first, then renamed.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) show: Show,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people at a terminal.
    Text,
    /// One document.
    Json,
    /// One call a line.
    Jsonl,
}

/// All calls of a key, principal, address or instance, in order, with what they have in common.
///
/// Several of --key, --principal, --address, --instance and --finding are one hand: a call of any
/// of them is told. An instance's calls are those made with its credential.
///
/// Examples:
///   minetrail timeline AWSLogs/ --key ASIAIOSFODNN7EXAMPLE
///   minetrail timeline AWSLogs/ --principal web-app-role --since 2026-11-20T00:00:00Z --changes
///   minetrail timeline AWSLogs/ --address 203.0.113.0/24 --format jsonl | jq -r .name | sort | uniq -c
///   minetrail timeline AWSLogs/ --finding 0c6bd8f2
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE)]
pub(crate) struct TimelineArgs {
    /// Files, folders, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) who: Who,

    #[command(flatten)]
    pub(crate) references: ReferenceArgs,

    /// Tell only calls that change something.
    #[arg(long)]
    pub(crate) changes: bool,

    /// Tell this many calls, the earliest first; 0 is all. The profile is of all of them in any case.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) limit: usize,

    #[command(flatten)]
    pub(crate) reach: Reach,

    #[command(flatten)]
    pub(crate) telling: Telling,
}

// Whose calls.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Who {
    /// An access key id: AKIA…, ASIA….
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<String>,

    /// A user, role or session: its arn, or the name at its end. `*` stands for anything.
    #[arg(long, value_name = "ARN|NAME")]
    pub(crate) principal: Vec<String>,

    /// An address or network.
    #[arg(long, value_name = "IP|CIDR")]
    pub(crate) address: Vec<String>,

    /// An instance: the calls made with its credential.
    #[arg(long, value_name = "i-…")]
    pub(crate) instance: Vec<String>,

    /// A finding's id, or its beginning: the keys and instances it names. Reads the logs twice.
    #[arg(long, value_name = "ID")]
    pub(crate) finding: Option<String>,
}

/// Records that match an expression, one a line.
///
/// Terms beside each other must all hold; `or` stands between alternatives; `not` or `-` turns a
/// term around; round brackets group; commas give a field several values; quotes keep spaces.
/// `*` and `?` are wildcards, and case does not matter. A bare word is looked for in the whole record.
///
///   service name error region account principal session key instance id   the whole value
///   agent request response text                                           somewhere in it
///   address      an address, a network, or a service's host name
///   error        a code; `*` for any error, `none` for success
///   changes      yes or no
///   since until  a time
///
/// Examples:
///   minetrail search AWSLogs/ 'service:ec2 name:RunInstances error:*'
///   minetrail search AWSLogs/ 'name:Create*,Put*,Attach* principal:web-app-role'
///   minetrail search AWSLogs/ 'address:203.0.113.0/24 -region:us-east-1'
///   minetrail search AWSLogs/ 'request:xmrig or agent:kali' --raw | jq .userIdentity.arn
///
/// Begin an expression with `not`, not with `-`: a shell's argument that begins so is an option.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE, override_usage = "minetrail search [OPTIONS] <PATH>... <EXPRESSION>")]
pub(crate) struct SearchArgs {
    /// Files, folders, or `-` for standard input; and at the end what to look for.
    // Two arguments would not allow an option between paths and expression.
    #[arg(required = true, value_name = "PATH... EXPRESSION")]
    pub(crate) words: Vec<PathBuf>,

    /// Print the records themselves, one a line, as JSON; session tokens and passwords are left out.
    #[arg(long)]
    pub(crate) raw: bool,

    /// Print only how many records match.
    #[arg(long, conflicts_with = "raw")]
    pub(crate) count: bool,

    /// Print at most this many records, the earliest first; 0 is all that fit into memory.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) limit: usize,

    #[command(flatten)]
    pub(crate) reach: Reach,

    #[command(flatten)]
    pub(crate) telling: Telling,
}

/// What a credential, principal, instance or address did: where it came from, what it became, what to undo.
///
/// The hand is grown: upwards to whoever issued the credential, downwards to all keys that it
/// was given, roles it assumed and users it made. All their calls are then sorted by what they
/// mean to whoever cleans up. Reads the logs twice.
///
/// WHO is an access key id, an instance id, an address or network, or a principal: its arn, or
/// the name at its end.
///
/// Examples:
///   minetrail actor AWSLogs/ ASIAIOSFODNN7EXAMPLE
///   minetrail actor AWSLogs/ i-0a1b2c3d4e5f60718 --since 2026-11-20T00:00:00Z
///   minetrail actor AWSLogs/ web-app-role --format json | jq '.touched[] | select(.touch == "identity").done'
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE, override_usage = "minetrail actor [OPTIONS] <PATH>... <WHO>")]
pub(crate) struct ActorArgs {
    /// Files or folders; and at the end whom to follow.
    // Two arguments would not allow an option between paths and whom.
    #[arg(required = true, value_name = "PATH... WHO")]
    pub(crate) words: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) references: ReferenceArgs,

    #[command(flatten)]
    pub(crate) reach: Reach,

    #[command(flatten)]
    pub(crate) telling: Telling,
}

/// What the logs do not show: silent hours, missing regions, accounts and kinds of records.
///
/// "Nothing found" is worth what the logs are worth. Told are silent hours of places that
/// usually speak, accounts and regions that are only mentioned, kinds of records that a trail
/// leaves out (reads, global services, data events), trails that were switched off, and files
/// that could not be read. With --since and --until, also silence at either end.
///
/// Examples:
///   minetrail gaps AWSLogs/
///   minetrail gaps AWSLogs/ --since 2026-11-01T00:00:00Z --until 2026-11-24T00:00:00Z
///   minetrail gaps AWSLogs/ --format json | jq '.missing[].kind' | sort | uniq -c
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE)]
pub(crate) struct GapsArgs {
    /// Files, folders, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// The logs should begin here (RFC 3339; default: at the first record).
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// The logs should end here (RFC 3339; default: at the last record).
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,

    /// Exit with 4 when part of the input cannot be read.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Read on this many threads (default: one a core).
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) telling: Telling,
}
