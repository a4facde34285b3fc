//! `minetrail timeline`: all calls of one hand, in order.

use std::process::ExitCode;

use catalog::Networks;
use detect::answers::filter::{Net, Pattern, TextField};
use detect::answers::hand::Hand;
use detect::answers::{Call, Filter};
use report::answers::{TIMELINE_SCHEMA, Timeline, calls_jsonl, json};
use report::text;

use super::args::{Form, TimelineArgs, Who};
use super::finding;
use super::gather::{Gathered, Keep, gather, within};
use crate::Done;
use crate::exit::{FAILED, Failure};
use crate::output::{Target, write};
use crate::reading;

/// Runs `minetrail timeline`.
pub(crate) fn run(args: &TimelineArgs) -> Done {
    let (mut any, mut asked) = wanted(&args.who);
    let how = args.reach.how(&args.references)?;
    let input = reading::find(&args.paths)?;
    if let Some(id) = &args.who.finding {
        let (filters, title) = finding::hands(&args.paths, &input, &how, id)?;
        any.extend(filters);
        asked.push(title);
    }
    let mut filter = within(Filter::Any(any), &args.reach)?;
    if args.changes {
        filter = Filter::All(vec![filter, Filter::Changes(true)]);
    }
    let gathered = gather(&args.paths, &input, &args.reach, &filter, Keep::Calls)?;
    let target = args.telling.output.clone().map_or(Target::Stdout, Target::File);
    let asked = format!("Calls of {}", asked.join(", "));
    write(&target, &told(args, &asked, &gathered, &how.references.networks, &target))
        .map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::from(reading::code(&gathered.totals, args.reach.strict)))
}

/// What is asked, as a filter for each hand and in words.
fn wanted(who: &Who) -> (Vec<Filter>, Vec<String>) {
    let text = |field: TextField| move |value: &String| Filter::Text(field, Pattern::new(value));
    let mut any: Vec<Filter> = who.key.iter().map(text(TextField::Key)).collect();
    any.extend(who.principal.iter().map(text(TextField::Principal)));
    any.extend(who.instance.iter().map(text(TextField::Instance)));
    any.extend(who.address.iter().map(|address| Filter::Address(Net::new(address))));
    let asked =
        [&who.key, &who.principal, &who.instance, &who.address].into_iter().flatten().cloned().collect();
    (any, asked)
}

fn told(
    args: &TimelineArgs,
    asked: &str,
    gathered: &Gathered,
    networks: &Networks,
    target: &Target,
) -> String {
    let calls: Vec<Call> = gathered.found.iter().map(|found| found.call.clone()).collect();
    let shown = if args.limit == 0 { &calls[..] } else { &calls[..calls.len().min(args.limit)] };
    let answer = Timeline {
        schema: TIMELINE_SCHEMA,
        asked,
        profile: &Hand::of(&calls).knowing(networks),
        calls: shown,
        calls_not_told: (calls.len() - shown.len()) as u64,
        not_kept_from: gathered.cut.as_ref().and_then(|found| found.call.time),
        read: &reading::told(&gathered.totals),
    };
    match args.telling.format {
        Form::Text => text::answers::timeline(&answer, &args.telling.show.style(target)),
        Form::Json => json(&answer),
        Form::Jsonl => calls_jsonl(shown),
    }
}
