//! `cargo xtask evaluate`: the detector's exam.
//!
//! Every drill of every scenario is read and judged by the product's own functions and marked
//! against its truth: what was found, how sure, how soon, and what ordinary life came near.
//! Labelled public logs are marked the same way, row by row.
//!
//! Blind spots: drills are made by the people who write the rules, so marks on them are an upper
//! bound; money counts EC2 instances alone.

mod claims;
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
    /// Only the scenarios whose names contain this.
    #[arg(long)]
    scenario: Option<String>,
    /// Show every miss: what is wrong, and what the finding said.
    #[arg(long)]
    failures: bool,
}

/// Runs the exam and prints the marks.
pub(crate) fn run(_root: &Path, asked: &EvaluateArgs) -> Result<ExitCode> {
    let wanted = |name: &str| asked.scenario.as_deref().is_none_or(|part| name.contains(part));
    let scenarios: Vec<_> = drill::scenarios().iter().filter(|scenario| wanted(scenario.name)).collect();
    if scenarios.is_empty() {
        bail!("no scenario is called {:?}", asked.scenario.as_deref().unwrap_or_default());
    }
    let runs = exam::sit(&scenarios, asked.seeds);
    if asked.failures {
        for line in runs.iter().flat_map(misses::misses) {
            println!("{line}");
        }
        println!();
    }
    print!("{}", page::drills(&runs));
    Ok(ExitCode::SUCCESS)
}
