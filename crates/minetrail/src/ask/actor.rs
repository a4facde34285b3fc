//! `minetrail actor`: what a hand was, became and touched.

use std::process::ExitCode;

use catalog::Networks;
use detect::answers::Call;
use detect::answers::actor::{Deeds, Grown, Known, deeds, grow};
use detect::world::World;
use report::answers::{ACTOR_SCHEMA, Actor, calls_jsonl, json};
use report::text;

use super::args::{ActorArgs, Form};
use super::gather::{Gathered, Keep, gather, within};
use crate::Done;
use crate::exit::{FAILED, Failure};
use crate::output::{Target, write};
use crate::reading;
use crate::scan;

/// Runs `minetrail actor`.
pub(crate) fn run(args: &ActorArgs) -> Done {
    let (paths, who) = super::paths_and(&args.words, "whom to follow")?;
    super::twice(&paths, "actor")?;
    let how = args.reach.how(&args.references)?;
    let input = reading::find(&paths)?;
    let (facts, _) = scan::read(&paths, &how, &input)?;
    // Whoever is asked for may have launched nothing, so every issued credential matters.
    let issued = facts.told_whole();
    let world = World::new(&facts, &issued, &[]);
    let grown = grow(Known::of(&who), &world);

    let filter = within(grown.known.filter(), &args.reach)?;
    let gathered = gather(&paths, &input, &args.reach, &filter, Keep::Calls)?;
    let target = args.telling.output.clone().map_or(Target::Stdout, Target::File);
    write(&target, &told(args, &who, &grown, &gathered, &how.references.networks, &target))
        .map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::from(reading::code(&gathered.totals, args.reach.strict)))
}

fn told(
    args: &ActorArgs,
    who: &str,
    grown: &Grown,
    gathered: &Gathered,
    networks: &Networks,
    target: &Target,
) -> String {
    let calls: Vec<Call> = gathered.found.iter().map(|found| found.call.clone()).collect();
    if args.telling.format == Form::Jsonl {
        return calls_jsonl(&calls);
    }
    let (asked, deeds): (String, Deeds) = (format!("What {} did", who), deeds(&calls));
    let deeds = Deeds { profile: deeds.profile.knowing(networks), ..deeds };
    let answer = Actor {
        schema: ACTOR_SCHEMA,
        asked: &asked,
        came_from: &grown.up,
        became: &grown.down,
        keys: grown.known.keys.iter().map(String::as_str).collect(),
        users: grown.known.principals.iter().map(String::as_str).collect(),
        deeds: &deeds,
        limit_reached: grown.known.limit_reached,
        not_kept_from: gathered.cut.as_ref().and_then(|found| found.call.time),
        read: &reading::told(&gathered.totals),
    };
    match args.telling.format {
        Form::Json | Form::Jsonl => json(&answer),
        Form::Text => text::answers::actor(&answer, &args.telling.show.style(target)),
    }
}
