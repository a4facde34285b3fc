//! Chores of the workspace, as `cargo xtask <command>`.
//!
//! Everything a change must pass is one command, `cargo xtask test`, so that a person and
//! the CI ask the same question and get the same answer. It needs the Rust toolchain only; with Python and
//! a network, or Chromium, it asks more.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod bench;
mod evaluate;
mod outside;
mod steps;
mod target_dir;
mod test;
mod tidy;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::tidy::generated;
use crate::tidy::tree::Tree;

/// Chores of the minetrail workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything a change must pass: format, lints, tests, house rules.
    Test,
    /// The house rules alone: crate arrows, rule pages, generated pages, links.
    Tidy,
    /// Write the pages that a command can write.
    Generate,
    /// What the detector finds in every drill and in labelled logs, against what is there.
    Evaluate(evaluate::EvaluateArgs),
    /// What a scan costs, beside unpacking alone and beside what one could run instead.
    Bench(bench::BenchArgs),
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let root = workspace_root()?;
    match &arguments.command {
        Command::Test => test::run(&root),
        Command::Tidy => tidy_alone(&root),
        Command::Generate => generate(&root),
        Command::Evaluate(asked) => evaluate::run(&root, asked),
        Command::Bench(asked) => bench::run(&root, asked),
    }
}

fn tidy_alone(root: &Path) -> Result<ExitCode> {
    Ok(if tidy::run(root)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn generate(root: &Path) -> Result<ExitCode> {
    for path in generated::write(root, &Tree::read(root)?)? {
        println!("written: {path}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the folder that holds the workspace's `Cargo.toml`.
///
/// Asked at run time: a path compiled in would be that of whichever checkout built this
/// program last, where several share a target folder.
fn workspace_root() -> Result<PathBuf> {
    let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    let root = Path::new(&manifest_dir).parent().context("xtask has no workspace around it")?;
    Ok(root.to_owned())
}
