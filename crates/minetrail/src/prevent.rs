//! `minetrail prevent`: guardrails, each held against everything that was read.

use std::process::ExitCode;

use anyhow::anyhow;
use report::text::{Block, sheet};
use respond::prevent::{Attach, Document, Guardrail, Prevention, prevent};

use crate::Done;
use crate::args::{PreventArgs, Told};
use crate::exit::{FAILED, Failure, USAGE};
use crate::output::{Target, write};
use crate::scan;

/// Runs `minetrail prevent`.
pub(crate) fn run(args: &PreventArgs) -> Done {
    if args.logs.paths.is_empty() {
        return Err(Failure::new(USAGE, anyhow!("there is nothing to read"))
            .help("name a file or folder of CloudTrail logs"));
    }
    let (facts, config) = scan::facts(&args.logs)?;
    let prevention = prevent(&facts, &config.approved, args.min_certainty);
    let text = match args.format {
        Told::Text => sheet(&blocks(&prevention), &args.show.style(&Target::Stdout)),
        Told::Json => crate::json(&prevention)?,
    };
    write(&Target::Stdout, &text).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

fn blocks(prevention: &Prevention) -> Vec<Block> {
    let found = prevention.findings.len();
    let mut blocks = vec![Block::Headline(headline(prevention))];
    if let (Some(since), Some(until)) = (prevention.since, prevention.until) {
        blocks.push(Block::Aside(format!(
            "Read from {since} to {until}: {} notable calls of {}, {} of everybody else.",
            prevention.attack_calls,
            if found == 1 { "the finding".to_owned() } else { format!("{found} findings") },
            prevention.ordinary_calls
        )));
    }
    prevention.guardrails.iter().for_each(|guardrail| blocks.extend(told(guardrail)));
    if !prevention.unsafe_guardrails.is_empty() {
        blocks.push(Block::Section("not safe".to_owned(), "it would have broken ordinary work".to_owned()));
    }
    for thought in &prevention.unsafe_guardrails {
        blocks.push(Block::Row { lead: thought.name.to_owned(), body: thought.why.clone(), notice: false });
    }
    prevention.documents.iter().for_each(|document| blocks.extend(policy(document)));
    if !prevention.documents.is_empty() {
        blocks.push(Block::Section("before you attach them".to_owned(), String::new()));
        blocks.push(Block::Text(BEFORE.to_owned()));
    }
    blocks
}

/// What the logs cannot know.
const BEFORE: &str = "What is rare is absent from a short period: read at least a month. Try a policy on one account first. \
    A service control policy binds neither the management account nor service-linked roles.";

fn headline(prevention: &Prevention) -> String {
    match (prevention.findings.len(), prevention.guardrails.len()) {
        (0, _) => "Nothing was found, so there is nothing to prevent".to_owned(),
        (_, 0) => {
            "No guardrail is safe: each would have broken ordinary work, or would not have helped".to_owned()
        }
        (_, 1) => "1 guardrail would have denied calls of the findings, and no other".to_owned(),
        (_, several) => format!("{several} guardrails would have denied calls of the findings, and no other"),
    }
}

fn told(guardrail: &Guardrail) -> [Block; 3] {
    [
        Block::Section(guardrail.name.to_owned(), attached(&guardrail.attach)),
        Block::Text(format!("{}.", guardrail.what)),
        Block::Aside(format!(
            "Would have denied {} calls of the findings (such as {}). Held against {} ordinary ones, it denies none: {}.",
            guardrail.denies,
            guardrail.denied_events.first().map_or("", String::as_str),
            guardrail.held_against,
            guardrail.because
        )),
    ]
}

fn attached(attach: &Attach) -> String {
    match attach {
        Attach::Organization => "service control policy".to_owned(),
        Attach::Principal(_) => "policy of one principal".to_owned(),
    }
}

fn policy(document: &Document) -> [Block; 3] {
    let (title, how) = match &document.attach {
        Attach::Organization => (
            "service control policy",
            "save it as policy.json; aws organizations create-policy --type SERVICE_CONTROL_POLICY --name minetrail --description minetrail --content file://policy.json".to_owned(),
        ),
        Attach::Principal(arn) => ("identity policy", format!("save it as policy.json; aws iam create-policy --policy-name minetrail --policy-document file://policy.json; attach it to {arn}")),
    };
    let length = format!("{} of {} characters", document.characters, document.characters_max);
    let text = serde_json::to_string_pretty(&document.policy).unwrap_or_default();
    [Block::Section(title.to_owned(), length), Block::Aside(how), Block::Verbatim(text)]
}
