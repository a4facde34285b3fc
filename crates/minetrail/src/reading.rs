//! Reading, as every verb does it: threads, a progress bar, Ctrl-C, totals, and what to say when there is nothing.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::anyhow;
use event::Time;
use ingest::{IngestError, Input, Options, Progress, ScanSink, Totals};
use report::answers::Reading;
use report::summary::{FailedObject, Objects};

use crate::exit::{FAILED, Failure, INTERRUPTED, NO_INPUT, UNREADABLE, USAGE};
use crate::scan::progress;

/// Finds what is below `paths`.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Input, Failure> {
    Input::from_paths(paths).map_err(|error| match error {
        IngestError::NotFound { .. } | IngestError::Unreachable { .. } => Failure::new(NO_INPUT, error)
            .help("name a file or folder of CloudTrail logs, or - for standard input"),
        error => Failure::new(FAILED, error),
    })
}

/// Reads everything on all threads, each with a sink of its own.
///
/// Fails where nothing in it is a log: an answer from nothing would read like an answer.
pub(crate) fn read<S: ScanSink>(
    paths: &[PathBuf],
    input: &Input,
    threads: Option<NonZeroUsize>,
    make_sink: impl Fn() -> S + Sync + Send,
) -> Result<(Vec<S>, Totals), Failure> {
    let mut options = Options::default();
    options.threads = threads.unwrap_or(options.threads);
    read_with(paths, input, &options, make_sink)
}

/// Reads everything as `options` say; fails where [`read`] does.
pub(crate) fn read_with<S: ScanSink>(
    paths: &[PathBuf],
    input: &Input,
    options: &Options,
    make_sink: impl Fn() -> S + Sync + Send,
) -> Result<(Vec<S>, Totals), Failure> {
    let progress = stop_on_ctrl_c()?;
    let scan = progress::shown(progress, || ingest::scan(input, options, progress, make_sink));
    let scan = scan.map_err(|error| Failure::new(FAILED, error))?;
    if scan.totals.is_empty() && !scan.totals.stopped_early {
        return Err(nothing(paths, &scan.totals));
    }
    Ok((scan.sinks, scan.totals))
}

/// Makes Ctrl-C stop the reading; a second one ends the program. One progress serves a whole run.
fn stop_on_ctrl_c() -> Result<&'static Progress, Failure> {
    static PROGRESS: std::sync::OnceLock<Progress> = std::sync::OnceLock::new();
    if let Some(progress) = PROGRESS.get() {
        return Ok(progress);
    }
    let progress = PROGRESS.get_or_init(Progress::default);
    ctrlc::set_handler(move || {
        // Twice means now.
        if progress.is_stopped() {
            std::process::exit(i32::from(INTERRUPTED));
        }
        progress.stop();
    })
    .map_err(|error| Failure::new(FAILED, anyhow!(error).context("cannot listen for Ctrl-C")))?;
    Ok(progress)
}

/// So many files.
pub(crate) fn files(number: u64) -> String {
    format!("{number} {}", if number == 1 { "file" } else { "files" })
}

/// Says what was looked at, and that none of it is a log.
fn nothing(paths: &[PathBuf], totals: &Totals) -> Failure {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let what = anyhow!(
        "no CloudTrail records, and no log that goes with them, in {}: {} looked at, {} skipped, {} unreadable",
        paths.join(", "),
        files(totals.objects.found()),
        totals.objects.skipped(),
        totals.objects.failed(),
    );
    let skipped = totals.objects.skipped_by_reason().values().flat_map(|named| named.first());
    let failed = totals.objects.failed_by_reason().values().flat_map(|named| named.first());
    let named: Vec<String> =
        failed.chain(skipped).take(8).map(|mention| format!("{}: {}", mention.object, mention.why)).collect();
    let help = if named.is_empty() { "the folder is empty".to_owned() } else { named.join("\n") };
    Failure::new(NO_INPUT, what).help(help)
}

/// What was read, as an answer tells it.
pub(crate) fn told(totals: &Totals) -> Reading {
    let failed = totals.objects.failed_by_reason().values().flat_map(|named| named.first());
    Reading {
        partial: totals.stopped_early,
        objects: objects(totals),
        records: totals.records.read(),
        rejected: totals.records.rejected(),
        failed: failed
            .map(|mention| FailedObject { object: mention.object.to_string(), reason: mention.why.clone() })
            .collect(),
    }
}

/// How many objects were found, read, skipped and failed.
pub(crate) fn objects(totals: &Totals) -> Objects {
    Objects {
        found: totals.objects.found(),
        read: totals.objects.read(),
        skipped: totals.objects.skipped(),
        failed: totals.objects.failed(),
    }
}

/// The exit code of an answer whose output did not fail.
pub(crate) fn code(totals: &Totals, strict: bool) -> u8 {
    if totals.stopped_early {
        INTERRUPTED
    } else if strict && totals.objects.failed() + totals.records.rejected() > 0 {
        UNREADABLE
    } else {
        0
    }
}

/// Reads a time that was given behind `flag`.
pub(crate) fn time(flag: &str, text: Option<&str>) -> Result<Option<Time>, Failure> {
    let Some(text) = text else { return Ok(None) };
    Time::parse(text).map(Some).ok_or_else(|| {
        Failure::new(USAGE, anyhow!("{flag} {text:?} is not a time")).help("write it as 2026-11-24T08:00:00Z")
    })
}
