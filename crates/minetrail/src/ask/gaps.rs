//! `minetrail gaps`: what the logs do not show.

use std::process::ExitCode;

use detect::answers::gaps::Watch;
use event::skim::Skimmed;
use ingest::{ObjectName, ScanSink, Totals};
use report::answers::{GAPS_SCHEMA, GapsTold, json, json_line};
use report::text;

use super::args::{Form, GapsArgs};
use crate::Done;
use crate::exit::{FAILED, Failure};
use crate::output::{Target, write};
use crate::reading;
use crate::scan::summary::word;

/// One thread's notes.
#[derive(Default)]
struct Sink(Watch);

impl ScanSink for Sink {
    fn begin_object(&mut self, _: &ObjectName) {}

    fn record(&mut self, record: &Skimmed<'_>) {
        self.0.take(record);
    }
}

/// Runs `minetrail gaps`.
pub(crate) fn run(args: &GapsArgs) -> Done {
    let since = reading::time("--since", args.since.as_deref())?;
    let until = reading::time("--until", args.until.as_deref())?;
    let input = reading::find(&args.paths)?;
    let (sinks, totals) = reading::read(&args.paths, &input, args.threads, Sink::default)?;
    let mut watch = Watch::default();
    sinks.into_iter().for_each(|sink| watch.merge(sink.0));
    let gaps = watch.told(since, until);
    let answer = GapsTold {
        schema: GAPS_SCHEMA,
        gaps: &gaps,
        skipped: skipped(&totals),
        limits_reached: totals.limits_reached.iter().map(|(limit, times)| (word(limit), *times)).collect(),
        read: &reading::told(&totals),
    };
    let target = args.telling.output.clone().map_or(Target::Stdout, Target::File);
    let told = match args.telling.format {
        Form::Text => text::answers::gaps(&answer, &args.telling.show.style(&target)),
        Form::Json => json(&answer),
        Form::Jsonl => json_line(&answer),
    };
    write(&target, &told).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::from(reading::code(&totals, args.strict)))
}

fn skipped(totals: &Totals) -> std::collections::BTreeMap<String, u64> {
    totals.objects.skipped_by_reason().iter().map(|(reason, named)| (word(reason), named.count())).collect()
}
