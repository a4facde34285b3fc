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
mod exam;
mod marks;
mod misses;
mod page;
mod tally;
mod told;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

/// What of the exam is wanted.
#[derive(Args)]
pub(crate) struct EvaluateArgs {
    /// How many organisations to draw for each scenario.
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// Only the scenarios and sets of logs whose names contain this.
    #[arg(long)]
    scenario: Option<String>,
    /// Show every miss: what is wrong, and what the finding said.
    #[arg(long)]
    failures: bool,
}

/// Runs the exam and prints the marks.
pub(crate) fn run(root: &Path, asked: &EvaluateArgs) -> Result<ExitCode> {
    let wanted = asked.scenario.as_deref().unwrap_or_default();
    let scenarios: Vec<_> =
        drill::scenarios().iter().filter(|scenario| scenario.name.contains(wanted)).collect();
    let corpora = corpora::folder(root);
    if corpora.is_none() {
        eprintln!(
            "skipped: the labelled public logs are not at hand (MINETRAIL_SHARED names the folder that holds corpora/)"
        );
    }
    let marked = corpora.map(|folder| corpora::mark(&folder, wanted)).transpose()?.unwrap_or_default();
    if scenarios.is_empty() && marked.is_empty() {
        bail!("neither a scenario nor a set of logs is called {wanted:?}");
    }
    let runs = exam::sit(&scenarios, asked.seeds);
    if asked.failures {
        for line in runs.iter().flat_map(misses::misses).chain(marked.iter().flat_map(misses::misses_in)) {
            println!("{line}");
        }
        println!();
    }
    print!("{}{}", page::corpora(&marked), page::drills(&runs));
    Ok(ExitCode::SUCCESS)
}
