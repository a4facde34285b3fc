//! `minetrail doctor`: what minetrail knows beside the logs, how old that is, and what more would tell.
//!
//! A verdict rests on tables and lists that nobody sees in it. The doctor shows all of them with their age, tries every
//! file that is given, and says of each that is missing what it would add and where to get it.
//!
//! Blind spots: lists of addresses say no date; whether a list is any good is its keeper's word.

mod logs;
mod tell;

use std::path::PathBuf;
use std::process::ExitCode;

use catalog::{Networks, PoolList};
use event::Time;
use report::text::sheet;
use serde::Serialize;

use self::logs::LogsFound;
use crate::Done;
use crate::args::Told;
use crate::exit::{FAILED, Failure, TABLE};
use crate::output::{Target, write};
use crate::references::kind::Kind;
use crate::references::{self, FileRead, ReferenceArgs, References};
use crate::scan::{self, How};
use crate::show::Show;

/// The name and version of the answer.
const SCHEMA: &str = "minetrail.doctor/1";

/// From this age on a table or file is told as old, in days: prices and types change within half a year, owners of
/// networks and AWS's ranges sooner.
const DAYS_OLD: i64 = 120;

/// What is known beside the logs, how old it is, and what more would tell.
///
/// Tells the tables that ship and their age, tries every list that is given, and says of each that
/// is missing what it would add and where to get it. Given logs, it also says which kinds of logs
/// are there, and what the others would add. Asks no network. Exits with 1 where a given list
/// cannot be used.
///
/// Examples:
///   minetrail doctor
///   minetrail doctor --networks our-networks.txt --asn-db GeoLite2-ASN.mmdb
///   minetrail doctor AWSLogs/ vpc-flow-logs/
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = TABLE)]
pub(crate) struct DoctorArgs {
    /// Logs to look at: files or folders.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Read on this many threads (default: one a core).
    #[arg(long, value_name = "N")]
    threads: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    references: ReferenceArgs,

    /// How to tell it.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Told::Text)]
    format: Told,

    #[command(flatten)]
    show: Show,
}

/// Everything the doctor says.
#[derive(Debug, Serialize)]
struct Doctor {
    schema: &'static str,
    version: &'static str,
    /// When ages are counted to.
    now: Time,
    /// Tables that ship.
    shipped: Vec<Shipped>,
    /// Lists that the user may bring.
    references: Vec<Brought>,
    /// What was found in the logs that were given.
    logs: Option<LogsFound>,
}

/// A table that ships.
#[derive(Debug, Serialize)]
struct Shipped {
    name: &'static str,
    rows: usize,
    date: &'static str,
    days_old: Option<i64>,
    is_old: bool,
    source: &'static str,
}

/// A kind of list that the user may bring.
#[derive(Debug, Serialize)]
struct Brought {
    option: &'static str,
    adds: &'static str,
    from: &'static str,
    files: Vec<Tried>,
}

/// A list that was given.
#[derive(Debug, Serialize)]
struct Tried {
    file: String,
    entries: usize,
    /// What it calls itself.
    name: Option<String>,
    made: Option<Time>,
    days_old: Option<i64>,
    is_old: bool,
    remark: Option<String>,
    /// Why it cannot be used.
    error: Option<String>,
    help: Option<String>,
}

/// Runs `minetrail doctor`.
pub(crate) fn run(args: &DoctorArgs) -> Done {
    let flow_format = args.references.flow_format.clone();
    let beside = References::read(&ReferenceArgs { flow_format, ..ReferenceArgs::default() })?;
    // Tables and lists are told also where the logs cannot be read.
    let (logs, failure) = match logs(args, beside) {
        Ok(logs) => (logs, None),
        Err(failure) => (None, Some(failure)),
    };
    let now = scan::now();
    let references: Vec<Brought> =
        Kind::ALL.into_iter().map(|kind| brought(kind, &args.references, now)).collect();
    let failed = references.iter().flat_map(|kind| &kind.files).any(|file| file.error.is_some());
    let doctor = Doctor {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        now,
        shipped: catalog::tables().iter().map(|table| shipped(table, now)).collect(),
        references,
        logs,
    };
    let text = match args.format {
        Told::Text => sheet(&tell::blocks(&doctor), &args.show.style(&Target::Stdout)),
        Told::Json => crate::json(&doctor)?,
    };
    write(&Target::Stdout, &text).map_err(|error| Failure::new(FAILED, error))?;
    failure.map_or(Ok(ExitCode::from(if failed { FAILED } else { 0 })), Err)
}

fn shipped(table: &'static catalog::Table, now: Time) -> Shipped {
    let made = Time::parse(&format!("{}T00:00:00Z", table.date));
    let days_old = made.map(|made| days(made, now));
    Shipped {
        name: table.name,
        rows: table.rows,
        date: table.date,
        days_old,
        is_old: days_old.is_some_and(|days| days >= DAYS_OLD),
        source: table.source,
    }
}

fn days(made: Time, now: Time) -> i64 {
    now.day() - made.day()
}

fn brought(kind: Kind, args: &ReferenceArgs, now: Time) -> Brought {
    let given = args.files().into_iter().filter(|(of, _)| *of == kind);
    let files = given.map(|(kind, path)| {
        // Each file by itself: a fault in one says nothing of the others.
        let read = references::add(kind, path, &mut Networks::default(), &mut PoolList::default());
        tried(path, read, now)
    });
    Brought { option: kind.option(), adds: kind.adds(), from: kind.source(), files: files.collect() }
}

fn tried(path: &std::path::Path, read: Result<FileRead, Failure>, now: Time) -> Tried {
    let mut tried = Tried {
        file: path.display().to_string(),
        entries: 0,
        name: None,
        made: None,
        days_old: None,
        is_old: false,
        remark: None,
        error: None,
        help: None,
    };
    match read {
        Ok(file) => {
            tried.remark = references::remark(&file);
            (tried.entries, tried.name, tried.made) = (file.entries, file.name, file.made);
            tried.days_old = file.made.map(|made| days(made, now));
            tried.is_old = tried.days_old.is_some_and(|days| days >= DAYS_OLD);
        }
        Err(failure) => {
            let (what, help) = failure.parts();
            (tried.error, tried.help) = (Some(what), help);
        }
    }
    tried
}

/// Reads the logs, if any were given. Lists change nothing of which logs are there.
fn logs(args: &DoctorArgs, references: References) -> Result<Option<LogsFound>, Failure> {
    if args.paths.is_empty() {
        return Ok(None);
    }
    let input = crate::reading::find(&args.paths)?;
    let how = How { threads: args.threads, references, ..How::default() };
    let (facts, totals) = scan::read(&args.paths, &how, &input)?;
    Ok(Some(LogsFound::of(&facts, &totals)))
}
