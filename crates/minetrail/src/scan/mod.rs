//! `minetrail scan`: from paths to findings.

mod collector;
pub(crate) mod progress;
pub(crate) mod summary;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use clap::ValueEnum;
use detect::facts::Span;
use detect::{Facts, Finding};
use event::Time;
use ingest::{Input, Options, Totals};
use report::Summary;
use report::formats::{self, Context};

use crate::Done;
use crate::args::{Format, LogArgs, ScanArgs};
use crate::config::{self, Config};
use crate::exit::{FAILED, FINDINGS, Failure, INTERRUPTED, UNREADABLE, USAGE};
use crate::output::{Target, write};
use crate::references::References;
use crate::{reading, receipt};

use self::collector::Collector;

/// What a scan was asked for, checked before anything is read.
struct Plan {
    how: How,
    config: Config,
    outputs: Vec<(Format, Target)>,
    fail_on: Option<u8>,
}

/// How logs are read, and what is known beside them.
#[derive(Default)]
pub(crate) struct How {
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) span: Span,
    pub(crate) references: References,
    /// Without vector instructions.
    pub(crate) portable: bool,
}

/// Runs `minetrail scan`.
pub(crate) fn run(args: &ScanArgs) -> Done {
    let began = Instant::now();
    let plan = plan(args)?;
    let input = reading::find(&args.paths)?;
    let receipt =
        args.receipt.as_deref().map(|path| receipt::begin(path, &input, &args.paths)).transpose()?;
    let (facts, totals) = read(&args.paths, &plan.how, &input)?;
    let findings = respond::judge(&facts, &plan.config.approved, args.min_certainty);
    let summary = Summary {
        references: plan.how.references.told(),
        without: plan.how.references.without(),
        ..summary::of(&facts, &totals, &findings, args.min_certainty, began.elapsed())
    };
    let told: Vec<Finding> =
        findings.into_iter().filter(|finding| finding.certainty >= args.min_certainty).collect();
    let mut failed = tell(args, &plan, &told, &summary, &totals, &facts);
    let written = receipt.map(|begun| begun.finish(args, &plan.how, &told, &summary, facts.coverage()));
    if let Some(Err(error)) = written {
        failed = true;
        Failure::new(FAILED, error).tell();
    }
    // The program ends here: taking millions of small things apart would only cost time.
    std::mem::forget(facts);
    Ok(ExitCode::from(code(args, &plan, &told, &totals, failed)))
}

/// Reads logs for a question that is no scan: the facts, and the configuration to judge them by.
pub(crate) fn facts(logs: &LogArgs) -> Result<(Facts, Config), Failure> {
    let span = span(logs.since.as_deref(), logs.until.as_deref())?;
    let config = config::read(logs.config.as_deref())?;
    let references = References::read(&logs.references)?;
    let input = reading::find(&logs.paths)?;
    let how = How { threads: logs.threads, span, references, portable: false };
    let (facts, _) = read(&logs.paths, &how, &input)?;
    Ok((facts, config))
}

pub(crate) fn span(since: Option<&str>, until: Option<&str>) -> Result<Span, Failure> {
    Ok(Span { since: reading::time("--since", since)?, until: reading::time("--until", until)? })
}

fn plan(args: &ScanArgs) -> Result<Plan, Failure> {
    Ok(Plan {
        how: How {
            threads: args.threads,
            span: span(args.since.as_deref(), args.until.as_deref())?,
            references: References::read(&args.references)?,
            portable: args.portable,
        },
        config: config::read(args.config.as_deref())?,
        outputs: outputs(args)?,
        fail_on: fail_on(args)?,
    })
}

/// Pairs formats with outputs in the order in which they were given.
fn outputs(args: &ScanArgs) -> Result<Vec<(Format, Target)>, Failure> {
    let formats = if args.format.is_empty() { vec![Format::Text] } else { args.format.clone() };
    if args.output.len() > formats.len() {
        let help = "give each --output its own --format, before it";
        return Err(Failure::new(USAGE, anyhow!("more outputs than formats")).help(help));
    }
    // With fewer files than formats, the first formats are for the terminal: `--format text --format jsonl --output f`.
    let to_stdout = formats.len() - args.output.len();
    if to_stdout > 1 {
        let names: Vec<_> = formats
            .iter()
            .filter_map(|format| format.to_possible_value())
            .map(|value| value.get_name().to_owned())
            .collect();
        let what = anyhow!(
            "{to_stdout} formats ({}) would go to standard output at once",
            names[..to_stdout].join(", ")
        );
        return Err(Failure::new(USAGE, what).help("give all but one of them an --output"));
    }
    let targets =
        std::iter::repeat_n(Target::Stdout, to_stdout).chain(args.output.iter().cloned().map(Target::File));
    Ok(formats.into_iter().zip(targets).collect())
}

fn fail_on(args: &ScanArgs) -> Result<Option<u8>, Failure> {
    let Some(text) = args.fail_on.as_deref() else { return Ok(None) };
    let urgency = match text.to_ascii_lowercase().as_str() {
        "informational" => Some(0),
        "low" => Some(20),
        "medium" => Some(40),
        "high" => Some(60),
        "critical" => Some(80),
        number => number.parse().ok().filter(|urgency| *urgency <= 99),
    };
    urgency.map(Some).ok_or_else(|| {
        Failure::new(USAGE, anyhow!("--fail-on {text:?} is no severity"))
            .help("write low, medium, high, critical, or an urgency from 0 to 99")
    })
}

/// Reads everything on all threads, and joins what they found.
pub(crate) fn read(paths: &[PathBuf], how: &How, input: &Input) -> Result<(Facts, Totals), Failure> {
    let mut options = Options::default();
    options.threads = how.threads.unwrap_or(options.threads);
    options.bare_flows = how.references.flow_columns.clone();
    options.portable = how.portable;
    let collector = || Collector::new(how.span, Arc::clone(&how.references.pools));
    let (sinks, mut totals) = reading::read_with(paths, input, &options, collector)?;
    let facts = collector::join(sinks, &mut totals).with_networks(Arc::clone(&how.references.networks));
    Ok((facts, totals))
}

/// Writes every output. One that fails does not keep the others from being written.
fn tell(
    args: &ScanArgs,
    plan: &Plan,
    told: &[Finding],
    summary: &Summary,
    totals: &Totals,
    facts: &Facts,
) -> bool {
    let mut failed = false;
    let mut done = |result: anyhow::Result<()>| {
        if let Err(error) = result {
            failed = true;
            Failure::new(FAILED, error).tell();
        }
    };
    let context = Context { version: env!("CARGO_PKG_VERSION"), now: now() };
    for (format, target) in &plan.outputs {
        let text = match format {
            Format::Text => report::text::findings(told, summary, &args.show.style(target)),
            Format::Json => report::json::json(told, summary),
            Format::Jsonl => report::json::jsonl(told),
            Format::Ocsf => formats::ocsf(told, &context),
            Format::OcsfLake => formats::ocsf_1_3(told, &context),
            Format::Asff => formats::asff(told, &context),
            Format::Ecs => formats::ecs(told, &context),
            Format::GuardDuty => formats::guardduty(told, &context),
            Format::Csv => formats::csv(told, &context),
            Format::Cef => formats::cef(told, &context),
            Format::Leef => formats::leef(told, &context),
            Format::Syslog => formats::syslog(told, &context),
            Format::Stix => formats::stix(told, &context),
            Format::Slack => formats::slack(told, &context),
            Format::Webhook => formats::webhook(told, &context),
            Format::EventBridge => formats::eventbridge(told, &context),
            Format::Markdown => formats::markdown(told, &context),
            Format::Html => report::html::html(told, summary),
        };
        done(write(target, &text));
    }
    if let Some(path) = &args.stats {
        done(
            summary::stats(totals, facts, summary).and_then(|text| write(&Target::File(path.clone()), &text)),
        );
    }
    failed
}

/// The moment at which findings are told; `SOURCE_DATE_EPOCH` sets it, so that output can be compared.
pub(crate) fn now() -> Time {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time::from_seconds(told.unwrap_or_else(|| i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)))
}

fn code(args: &ScanArgs, plan: &Plan, told: &[Finding], totals: &Totals, output_failed: bool) -> u8 {
    let loud = |finding: &&Finding| {
        finding.suppressed.is_none() && plan.fail_on.is_some_and(|least| finding.urgency >= least)
    };
    if output_failed {
        FAILED
    } else if totals.stopped_early {
        INTERRUPTED
    } else if args.strict && totals.objects.failed() + totals.records.rejected() + totals.side.rejected() > 0
    {
        UNREADABLE
    } else if told.iter().filter(loud).count() > 0 {
        FINDINGS
    } else {
        0
    }
}

/// How long a run took, to the hundredth of a second.
fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 100.0).round() / 100.0
}
