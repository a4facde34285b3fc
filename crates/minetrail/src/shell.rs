//! `minetrail completions` and `minetrail man`: the program, described to a shell and to `man`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::Done;
use crate::args::Args;
use crate::exit::{FAILED, Failure};
use crate::output::{Target, write};

/// Print completions for a shell.
///
/// Examples:
///   minetrail completions bash > ~/.local/share/bash-completion/completions/minetrail
///   minetrail completions zsh > ~/.zfunc/_minetrail
///   minetrail completions fish > ~/.config/fish/completions/minetrail.fish
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page, or write a page for each verb.
///
/// Examples:
///   minetrail man | man -l -
///   minetrail man --out ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ManArgs {
    /// Write a page for each verb to this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs `minetrail completions`.
pub(crate) fn completions(args: &CompletionsArgs) -> Done {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "minetrail", &mut text);
    write(&Target::Stdout, &String::from_utf8_lossy(&text)).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `minetrail man`.
pub(crate) fn man(args: &ManArgs) -> Done {
    write_pages(args).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

fn write_pages(args: &ManArgs) -> anyhow::Result<()> {
    let mut program = Args::command();
    program.build();
    let Some(folder) = &args.out else { return write(&Target::Stdout, &page(program)?) };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let verbs: Vec<Command> =
        program.get_subcommands().filter(|verb| verb.get_name() != "help").cloned().collect();
    for verb in verbs {
        let name = format!("minetrail-{}", verb.get_name());
        write(&Target::File(folder.join(format!("{name}.1"))), &page(verb)?)?;
    }
    write(&Target::File(folder.join("minetrail.1")), &page(program)?)
}

fn page(command: Command) -> anyhow::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text).context("cannot write the manual page")?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
