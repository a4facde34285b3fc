//! `minetrail search`: records that match an expression.

use std::process::ExitCode;

use detect::answers::{Call, Filter};
use report::answers::{calls_jsonl, raw_line};
use report::text;

use super::args::{Form, SearchArgs};
use super::gather::{Found, Gathered, Keep, gather, mistaken, within};
use crate::Done;
use crate::exit::{FAILED, Failure, USAGE};
use crate::output::{Target, say, write};
use crate::reading;

/// Runs `minetrail search`.
pub(crate) fn run(args: &SearchArgs) -> Done {
    let (paths, expression) = super::paths_and(&args.words, "an expression")?;
    let filter = within(Filter::parse(&expression).map_err(mistaken)?, &args.reach)?;
    if args.telling.format == Form::Json && !args.count {
        let error = anyhow::anyhow!("search prints one record a line");
        return Err(Failure::new(USAGE, error).help("--format jsonl, or --raw for the records as they are"));
    }
    let input = reading::find(&paths)?;
    let keep = if args.raw { Keep::Records } else { Keep::Calls };
    let gathered = gather(&paths, &input, &args.reach, &filter, keep)?;
    let target = args.telling.output.clone().map_or(Target::Stdout, Target::File);
    write(&target, &told(args, &gathered, &target)).map_err(|error| Failure::new(FAILED, error))?;
    remark(args, &gathered);
    Ok(ExitCode::from(reading::code(&gathered.totals, args.reach.strict)))
}

fn told(args: &SearchArgs, gathered: &Gathered, target: &Target) -> String {
    if args.count {
        return format!("{}\n", gathered.found.len());
    }
    let found = &gathered.found[..limit(args, gathered)];
    if args.raw {
        return found.iter().filter_map(|found| found.raw.as_deref()).map(raw_line).collect();
    }
    let calls: Vec<Call> = found.iter().map(|found| found.call.clone()).collect();
    match args.telling.format {
        Form::Text => text::answers::lines(&calls, &args.telling.show.style(target)),
        Form::Json | Form::Jsonl => calls_jsonl(&calls),
    }
}

/// How many of the matches are printed.
fn limit(args: &SearchArgs, gathered: &Gathered) -> usize {
    let all = gathered.found.len();
    if args.limit == 0 { all } else { all.min(args.limit) }
}

/// Says on standard error what standard output does not hold, so that nobody takes a part for the whole.
fn remark(args: &SearchArgs, gathered: &Gathered) {
    let (all, told) = (gathered.found.len(), limit(args, gathered));
    if let Some(Found { call, .. }) = &gathered.cut {
        let from = call.time.map_or_else(|| "the beginning".to_owned(), |time| time.to_string());
        say(&format!(
            "note: {} records matched, more than fit into memory: those from {from} on are left out; ask with \
             --until, and again with --since {from}",
            gathered.matched
        ));
    }
    if told < all && !args.count {
        say(&format!("note: the earliest {told} of {all} matches; --limit 0 prints all of them"));
    }
    if all == 0 {
        say(&format!("note: none of {} records matches", gathered.totals.records.read()));
    }
    let unread = gathered.totals.objects.failed() + gathered.totals.records.rejected();
    if unread > 0 {
        say(&format!("note: {unread} files or records could not be read; `minetrail gaps` names them"));
    }
}
