//! The minetrail program: arguments, configuration, wiring, printing, exit codes.
//!
//! This crate alone prints, exits, reads the environment and the clock. Results go to
//! standard output, talk and progress to standard error.

mod args;
mod ask;
mod bench;
mod config;
mod digests;
mod doctor;
mod drills;
mod exit;
mod explain;
mod output;
mod pages;
mod prevent;
mod reading;
mod receipt;
mod references;
mod scan;
mod shell;
mod show;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    hush_guarded_panics();
    let args = Args::parse();
    let done = match args.command {
        Command::Scan(scan) => scan::run(&scan),
        Command::Explain(explain) => explain::run(&explain),
        Command::Prevent(prevent) => prevent::run(&prevent),
        Command::Actor(args) => ask::actor(&args),
        Command::Gaps(args) => ask::gaps(&args),
        Command::VerifyLogs(args) => digests::run(&args),
        Command::VerifyReceipt(args) => receipt::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::Timeline(args) => ask::timeline(&args),
        Command::Search(args) => ask::search(&args),
        Command::Rules(rules) => pages::run(&rules),
        Command::Doctor(args) => doctor::run(&args),
        Command::Drill(drill) => drills::run(&drill),
        Command::Bench(bench) => bench::run(&bench),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}

/// Leaves out the words of panics that are caught and told as a damaged file.
fn hush_guarded_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !ingest::is_guarded() {
            usual(panic);
        }
    }));
}

/// What a command comes to.
type Done = Result<ExitCode, Failure>;

/// An answer as one JSON document.
fn json(answer: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(answer)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(exit::FAILED, error))
}
