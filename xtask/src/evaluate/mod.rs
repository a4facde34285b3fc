//! `cargo xtask evaluate`: the detector's exam.
//!
//! Every drill of every scenario is read and judged by the product's own functions and marked
//! against its truth: what was found, how sure, how soon, and what ordinary life came near.
//! Labelled public logs are marked the same way, row by row.
//!
//! Blind spots: drills are made by the people who write the rules, so marks on them are an upper
//! bound; money counts EC2 instances alone.

mod claims;
mod corpora;
mod delay;
mod exam;
#[cfg(test)]
mod example;
mod floors;
mod marks;
mod misses;
mod page;
mod tally;
#[cfg(test)]
mod testing;
mod told;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::corpora::Marked;
use self::exam::Run;
use self::tally::Tally;

/// The page that holds the marks.
const PAGE: &str = "docs/evaluation.md";

/// Organisations drawn for each scenario, where nothing else is asked.
///
/// Fewer, and a scenario that fails one time in three looks sound; more, and nobody waits for it.
const SEEDS: u64 = 3;

/// What of the exam is wanted.
#[derive(Args)]
pub(crate) struct EvaluateArgs {
    /// How many organisations to draw for each scenario.
    #[arg(long, default_value_t = SEEDS)]
    seeds: u64,
    /// Only the scenarios and sets of logs whose names contain this.
    #[arg(long)]
    scenario: Option<String>,
    /// Show every miss: what is wrong, and what the finding said.
    #[arg(long)]
    failures: bool,
    /// Fail where a floor is not met.
    #[arg(long)]
    check: bool,
    /// Write the marks to docs/evaluation.md.
    #[arg(long, conflicts_with_all = ["scenario", "seeds"])]
    write: bool,
}

/// Runs the exam, prints the marks, and holds them against the floors.
pub(crate) fn run(root: &Path, asked: &EvaluateArgs) -> Result<ExitCode> {
    let (marked, runs) = sit(root, asked)?;
    if asked.failures {
        for line in runs.iter().flat_map(misses::misses).chain(marked.iter().flat_map(misses::misses_in)) {
            println!("{line}");
        }
        println!();
    }
    let marks = page::marks(&marked, &runs);
    print!("{marks}");
    if asked.write {
        fs::write(root.join(PAGE), page::page(&marks)).with_context(|| format!("cannot write {PAGE}"))?;
        println!("written: {PAGE}");
    }
    let unmet = if asked.check { floors::unmet(&Tally::of(&runs), &marked) } else { Vec::new() };
    for floor in &unmet {
        println!("BELOW THE FLOOR {floor}");
    }
    Ok(if unmet.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn sit(root: &Path, asked: &EvaluateArgs) -> Result<(Vec<Marked>, Vec<Run>)> {
    let wanted = asked.scenario.as_deref().unwrap_or_default();
    let scenarios: Vec<_> =
        drill::scenarios().iter().filter(|scenario| scenario.name.contains(wanted)).collect();
    let folder = corpora::folder(root);
    match folder {
        None if asked.write => bail!("the labelled public logs are not at hand, and {PAGE} tells of them"),
        None => eprintln!(
            "skipped: the labelled public logs are not at hand (MINETRAIL_SHARED may name their folder)"
        ),
        Some(_) => {}
    }
    let marked = folder.map(|folder| corpora::mark(&folder, wanted)).transpose()?.unwrap_or_default();
    if scenarios.is_empty() && marked.is_empty() {
        bail!("neither a scenario nor a set of logs is called {wanted:?}");
    }
    Ok((marked, exam::sit(&scenarios, asked.seeds)))
}
