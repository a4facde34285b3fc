//! `minetrail explain`: the arithmetic of one finding, and what would change it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use detect::world::World;
use report::text::{Block, sheet};
use respond::explain::{Explanation, Otherwise, Weight, explain, explain_case};
use serde_json::Value;

use crate::Done;
use crate::args::{ExplainArgs, Told};
use crate::exit::{FAILED, Failure, NO_INPUT, USAGE};
use crate::output::{Target, write};
use crate::scan;

/// Runs `minetrail explain`.
pub(crate) fn run(args: &ExplainArgs) -> Done {
    let explanation = match &args.findings {
        Some(file) => from_file(&args.id, file)?,
        None => from_logs(args)?,
    };
    let text = match args.format {
        Told::Text => sheet(&blocks(&explanation), &args.show.style(&Target::Stdout)),
        Told::Json => crate::json(&explanation)?,
    };
    write(&Target::Stdout, &text).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

fn from_file(id: &str, file: &Path) -> Result<Explanation, Failure> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", file.display()))
        .map_err(|error| Failure::new(NO_INPUT, error))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let findings: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
    let findings = findings
        .with_context(|| format!("{} is not JSON lines", file.display()))
        .map_err(|error| Failure::new(USAGE, error).help("write it with minetrail scan --format jsonl"))?;
    let found = one(id, findings, |finding| finding["id"].as_str().unwrap_or_default())?;
    explain(&found)
        .context("the finding is not of the contract minetrail.finding/1")
        .map_err(|error| Failure::new(USAGE, error))
}

fn from_logs(args: &ExplainArgs) -> Result<Explanation, Failure> {
    if args.logs.paths.is_empty() {
        let help = "name the logs, or a file of findings with --findings";
        return Err(Failure::new(USAGE, anyhow!("there is nothing to look for {} in", args.id)).help(help));
    }
    let (facts, config) = scan::facts(&args.logs)?;
    let told = facts.told();
    let world = World::new(&facts, &told, &config.approved);
    let mut found = Vec::new();
    let _findings = detect::judge_with(&world, &mut |finding, case| {
        if finding.id.starts_with(&args.id) {
            found.push(explain_case(finding, case, &world));
        }
    });
    one(&args.id, found, |explanation| &explanation.id)
}

/// Returns the one thing whose id begins so.
fn one<T>(id: &str, all: Vec<T>, id_of: impl Fn(&T) -> &str) -> Result<T, Failure> {
    let mut found: Vec<T> = all.into_iter().filter(|thing| id_of(thing).starts_with(id)).collect();
    let all_ids: Vec<String> = found.iter().map(|thing| id_of(thing).to_owned()).collect();
    match (found.pop(), all_ids.len()) {
        (Some(only), 1) => Ok(only),
        (None, _) => Err(Failure::new(NO_INPUT, anyhow!("no finding has an id that begins with {id:?}"))
            .help("minetrail scan PATH --min-certainty 0 --format jsonl tells the ids")),
        (Some(_), several) => {
            Err(Failure::new(USAGE, anyhow!("{several} findings have ids that begin with {id:?}"))
                .help(all_ids.join("\n")))
        }
    }
}

fn blocks(explanation: &Explanation) -> Vec<Block> {
    let mut blocks = vec![
        Block::Headline(format!("{}: certainty {}", explanation.title, explanation.certainty)),
        Block::Aside(explanation.id.clone()),
    ];
    let (against, exculpating): (Vec<&Weight>, Vec<&Weight>) =
        explanation.evidence.iter().partition(|weight| weight.alone.as_f64() >= 0.0);
    evidence(&mut blocks, "against the owner", &against);
    evidence(&mut blocks, "for the owner", &exculpating);
    blocks.push(Block::Section(
        "arithmetic".to_owned(),
        "decibans: ten more is ten times likelier a thief".to_owned(),
    ));
    blocks.push(row(
        "prior",
        &format!("{} what any lineage that launches starts from", explanation.prior),
        14,
        false,
    ));
    for group in &explanation.groups {
        let told = format!("{} of {} alone; its ceiling is {}", group.counted, group.alone, group.ceiling);
        blocks.push(row(&group.group, &told, 14, false));
    }
    blocks.extend(explanation.formula.iter().cloned().map(Block::Text));
    let (changes, keeps): (Vec<&Otherwise>, Vec<&Otherwise>) =
        explanation.otherwise.iter().partition(|other| other.changes_verdict);
    otherwise(&mut blocks, "would change the verdict", "one fact changed, judged again", &changes);
    otherwise(&mut blocks, "would not", "", &keeps);
    let without: Vec<&Otherwise> = explanation.without.iter().collect();
    otherwise(
        &mut blocks,
        "without a signal",
        "the others added up again, under the same ceilings",
        &without,
    );
    blocks
}

fn row(lead: &str, body: &str, width: usize, notice: bool) -> Block {
    Block::Row { lead: format!("{lead:<width$}"), body: body.to_owned(), notice }
}

fn evidence(blocks: &mut Vec<Block>, title: &str, weights: &[&Weight]) {
    blocks.push(Block::Section(title.to_owned(), String::new()));
    if weights.is_empty() {
        blocks.push(Block::Text("nothing".to_owned()));
    }
    for weight in weights {
        let held = if weight.alone == weight.counted {
            String::new()
        } else {
            format!(" (alone {}: the ceiling of {} holds it)", weight.alone, weight.group)
        };
        let records: Vec<&str> = weight.events.iter().take(2).map(String::as_str).collect();
        let body = format!(
            "{}: {}{held}. Since {}, records {}",
            weight.rule,
            weight.sentence,
            weight.since,
            records.join(" ")
        );
        blocks.push(row(&weight.counted.to_string(), &body, 6, false));
    }
}

fn otherwise(blocks: &mut Vec<Block>, title: &str, remark: &str, others: &[&Otherwise]) {
    if others.is_empty() {
        return;
    }
    blocks.push(Block::Section(title.to_owned(), remark.to_owned()));
    for other in others {
        let body = format!("{} ({} dB)", other.had, other.sum);
        blocks.push(row(&format!("{:>2}", other.certainty), &body, 2, other.changes_verdict));
    }
}
