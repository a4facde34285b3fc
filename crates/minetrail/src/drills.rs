//! `minetrail drill`: synthetic logs, with the truth about them, on disk.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Done;
use crate::args::{DrillArgs, DrillCommand};
use crate::exit::{FAILED, Failure, USAGE};
use crate::output::{Target, write};

/// Stands beside the logs, so that nobody ever takes them for real ones.
const NOTICE: &str = "\
Synthetic logs, written by `minetrail drill write`. No account, key, address or person in them
is real. truth.json says what happens in them.
";

/// Runs `minetrail drill`.
pub(crate) fn run(args: &DrillArgs) -> Done {
    let text = match &args.command {
        DrillCommand::List => list(),
        DrillCommand::Write { scenario, seed, out } => {
            let drill = drill::write(scenario, *seed).ok_or_else(|| {
                Failure::new(USAGE, anyhow::anyhow!("no scenario is called {scenario:?}"))
                    .help("minetrail drill list")
            })?;
            let files = write_to(&drill, out).map_err(|error| Failure::new(FAILED, error))?;
            format!(
                "wrote {} synthetic records in {files} files below {}\nnext: minetrail scan {}\n",
                drill.records.len(),
                out.display(),
                out.join("AWSLogs").display(),
            )
        }
    };
    write(&Target::Stdout, &text).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

fn list() -> String {
    let scenarios = drill::scenarios();
    let width = scenarios.iter().map(|scenario| scenario.name.len()).max().unwrap_or(0);
    let kind = |kind| if kind == drill::Kind::Attack { "attack" } else { "ordinary" };
    scenarios
        .iter()
        .map(|scenario| {
            format!("{:width$}  {:8}  {}\n", scenario.name, kind(scenario.kind), scenario.summary)
        })
        .collect()
}

fn write_to(drill: &drill::Drill, out: &Path) -> anyhow::Result<usize> {
    if out.exists()
        && out.read_dir().with_context(|| format!("cannot list {}", out.display()))?.next().is_some()
    {
        bail!("{} is not empty", out.display());
    }
    let files = drill.files();
    for file in &files {
        let path = out.join(format!("{}.gz", file.path));
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&file.body)?;
        fs::write(&path, gzip.finish()?).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let truth = serde_json::to_string_pretty(&drill.truth)?;
    fs::write(out.join("truth.json"), truth + "\n").context("cannot write truth.json")?;
    fs::write(out.join("SYNTHETIC.txt"), NOTICE).context("cannot write SYNTHETIC.txt")?;
    Ok(files.len())
}
