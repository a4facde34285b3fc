//! `cargo xtask bench`: what a scan costs, beside unpacking alone and beside what one could run instead.
//!
//! The data are made here, from a seed, with launches whose ids are known and with decoys. Contenders run in turn,
//! round after round, so that a machine that grows warm or busy does not favour one of them; what counts is processor
//! time as a multiple of unpacking alone, for seconds differ from machine to machine.
//!
//! Blind spots: the files are read from the page cache; rivals answer a smaller question than ours.

mod contenders;
mod flows;
mod launch;
mod measure;
mod organisation;
mod page;
mod record;
mod rng;
mod sets;
mod truth;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use self::contenders::{ALL, Contender, Stand};
use self::measure::Run;
use self::sets::Set;
pub(crate) use self::sets::SetName;

/// What of the bench is wanted.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Read these sets only; may be given several times.
    #[arg(long, value_enum)]
    set: Vec<SetName>,
    /// How often each contender runs on each set.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The small set, once, without the slow rivals: about half a minute.
    #[arg(long, conflicts_with_all = ["set", "rounds"])]
    quick: bool,
    /// Ourselves alone.
    #[arg(long)]
    alone: bool,
    /// The seed of the data.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the data go (default: below the cache of the user). All sets need 1.1 GB.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Measure this program in place of one that is built now.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// All runs of one contender on one set.
type Runs = BTreeMap<Contender, Vec<Run>>;

/// Writes the data, runs the contenders, and prints the table.
pub(crate) fn run(root: &Path, asked: &BenchArgs) -> Result<ExitCode> {
    let stand = Stand {
        program: asked.program.clone().map_or_else(|| build(root), Ok)?,
        scripts: root.join("bench"),
        python: env::var("MINETRAIL_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned()),
    };
    let contenders: Vec<Contender> =
        ALL.into_iter().filter(|contender| is_wanted(asked, *contender)).collect();
    let (absent, present): (Vec<_>, Vec<_>) = contenders
        .into_iter()
        .map(|contender| (contender, stand.missing(contender)))
        .partition(|(_, why)| why.is_some());
    for (contender, why) in &absent {
        println!("absent: {} ({})", contender.label(), why.as_deref().unwrap_or_default());
    }
    let folder = asked.data.clone().map_or_else(default_folder, Ok)?;
    let mut measured = Vec::new();
    for name in sets(asked) {
        let set = sets::prepare(&folder, name, asked.seed)?;
        let rounds = if asked.quick { 1 } else { asked.rounds };
        let runs = runs(&stand, &set, &present, rounds)?;
        print!("\n{}", page::table(&set, &runs));
        measured.push((set, runs));
    }
    print!("{}", page::growth(&measured));
    // Last: a command begins with the memory of whoever starts it, and this holds facts.
    let mut is_right = true;
    for (set, _) in &measured {
        let difference = truth::difference(set)?;
        println!("{}", page::truth(set, &difference));
        is_right &= difference.wrong + difference.missed == 0 && difference.records_right;
    }
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn sets(asked: &BenchArgs) -> Vec<SetName> {
    match (asked.quick, asked.set.is_empty()) {
        (true, _) => vec![SetName::Small],
        (false, true) => SetName::value_variants().to_vec(),
        (false, false) => asked.set.clone(),
    }
}

fn is_wanted(asked: &BenchArgs, contender: Contender) -> bool {
    contender.is_ours() || !(asked.alone || (asked.quick && contender.is_slow()))
}

/// Runs every contender, in turn, so many rounds.
fn runs(stand: &Stand, set: &Set, present: &[(Contender, Option<String>)], rounds: usize) -> Result<Runs> {
    let mut runs = Runs::new();
    // Once for nothing: the files are in the page cache, and the programs too.
    measure::run(&mut stand.command(Contender::Inflate, &set.logs))?;
    for _ in 0..rounds {
        for (contender, _) in present {
            if set.name.is_flows() && !contender.reads_flows() {
                continue;
            }
            match measure::run(&mut stand.command(*contender, &set.logs)) {
                Ok(run) => runs.entry(*contender).or_default().push(run),
                // A rival that fails is told of; that we fail would make the whole bench void.
                Err(error) if !contender.is_ours() => {
                    println!("failed: {} on {}: {error:#}", contender.label(), set.name.label());
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(runs)
}

/// Builds the program as it is shipped, and returns where it is.
fn build(root: &Path) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["build", "--release", "--locked", "--package", "minetrail"];
    let built = Command::new(cargo).args(arguments).current_dir(root).status().context("cannot run cargo")?;
    ensure!(built.success(), "the program cannot be built");
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    Ok(target.join("release").join(format!("minetrail{}", env::consts::EXE_SUFFIX)))
}

fn default_folder() -> Result<PathBuf> {
    let home = env::home_dir().context("there is no home folder; give --data")?;
    Ok(home.join(".cache/minetrail/bench"))
}
