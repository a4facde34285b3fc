//! `cargo xtask test`: everything a change must pass.
//!
//! All steps run even when one fails. The test runner's closing lines are held back and
//! come last, because that is where a CI looks for them.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::outside;
use crate::steps::{Outcome, Steps};
use crate::target_dir::TargetDir;
use crate::tidy;

/// Runs every step; fails when one of them failed.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let mut target_dir = TargetDir::claim(root)?;
    println!("building in {}", target_dir.path.display());
    if target_dir.is_foreign {
        let swept = cargo(root, &target_dir, &["clean", "--workspace", "--quiet"]).status()?;
        ensure!(swept.success(), "cannot remove what another checkout built");
        target_dir.sign().context("cannot sign the target folder")?;
    }

    let mut steps = Steps::default();
    let mut closing = Vec::new();
    let cargo = |arguments: &[&str]| cargo(root, &target_dir, arguments);
    steps.run("format", || if_installed(&cargo, "fmt", "rustfmt", &["--all", "--check"]));
    let lints = ["--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    steps.run("lints", || if_installed(&cargo, "clippy", "clippy", &lints));
    steps.run("doc tests", || {
        let arguments = ["test", "--workspace", "--doc", "--quiet"];
        hold_closing_lines(cargo(&arguments), &mut closing)
    });
    let mut python = None;
    steps.run("judges", || {
        let (found, outcome) = outside::judges(root, &target_dir.path)?;
        python = found;
        Ok(outcome)
    });
    steps.run("browser", || Ok(outside::browser()));
    steps.run("tests", || {
        let mut tests = cargo(test_arguments(&cargo));
        if let Some(python) = &python {
            tests.env("MINETRAIL_JUDGES", python);
        }
        hold_closing_lines(tests, &mut closing)
    });
    steps.run("tidy", || Ok(tidy::run(root)?.into()));

    println!("\n{steps}");
    for line in &closing {
        println!("{line}");
    }
    Ok(if steps.failed().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cargo(root: &Path, target_dir: &TargetDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    command.env("CARGO_TARGET_DIR", &target_dir.path);
    command
}

/// Returns whether `cargo <command>` exists on this machine.
fn is_installed(cargo: &impl Fn(&[&str]) -> Command, command: &str) -> bool {
    let asked = cargo(&[command, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Runs `cargo <command> <arguments>`, or says how to get the component it is in.
fn if_installed(
    cargo: &impl Fn(&[&str]) -> Command,
    command: &str,
    component: &str,
    arguments: &[&str],
) -> Result<Outcome> {
    if !is_installed(cargo, command) {
        return Ok(Outcome::Skipped(format!(
            "{component} is not installed; `rustup component add {component}`"
        )));
    }
    let status = cargo(&[command]).args(arguments).status();
    Ok(status.with_context(|| format!("cannot run cargo {command}"))?.success().into())
}

fn test_arguments(cargo: &impl Fn(&[&str]) -> Command) -> &'static [&'static str] {
    if is_installed(cargo, "nextest") {
        &["nextest", "run", "--workspace", "--no-fail-fast", "--status-level", "slow"]
    } else {
        &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]
    }
}

/// Runs a test runner; passes on what it says, except its closing lines, which join `closing`.
fn hold_closing_lines(mut command: Command, closing: &mut Vec<String>) -> Result<Outcome> {
    // Colours would stand between a CI and the words it looks for.
    command.env("CARGO_TERM_COLOR", "never").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot run the tests")?;
    let stdout = child.stdout.take().expect("standard output is piped");
    let stderr = child.stderr.take().expect("standard error is piped");

    let (from_stdout, from_stderr) = thread::scope(|scope| {
        let from_stderr = scope.spawn(|| pass_on(stderr, io::stderr()));
        (pass_on(stdout, io::stdout()), from_stderr.join().expect("passing on does not panic"))
    });
    closing.extend(from_stdout.context("cannot read what the tests say")?);
    closing.extend(from_stderr.context("cannot read what the tests say")?);
    Ok(child.wait().context("cannot wait for the tests")?.success().into())
}

/// Copies lines from `from` to `to`; returns the closing lines instead of copying them.
fn pass_on(from: impl Read, mut to: impl Write) -> io::Result<Vec<String>> {
    let mut held = Vec::new();
    for line in BufReader::new(from).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        match closing_line(&line) {
            Some(Closing::WithTests) => held.push(line.trim().to_owned()),
            Some(Closing::OfNothing) => {}
            None => writeln!(to, "{line}")?,
        }
    }
    Ok(held)
}

#[derive(Debug, PartialEq, Eq)]
enum Closing {
    WithTests,
    /// A crate without tests of this kind; cargo closes for each.
    OfNothing,
}

/// Returns what kind of closing line of cargo's or nextest's runner `line` is, if it is one.
fn closing_line(line: &str) -> Option<Closing> {
    let line = line.trim_start();
    if line.starts_with("test result: ok. 0 passed; 0 failed; 0 ignored") {
        return Some(Closing::OfNothing);
    }
    (line.starts_with("test result: ") || line.starts_with("Summary [")).then_some(Closing::WithTests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_runners_are_known() {
        for line in [
            "     Summary [   0.004s] 3 tests run: 3 passed, 0 skipped",
            "test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            assert_eq!(closing_line(line), Some(Closing::WithTests), "{line}");
        }
        let nothing = "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(closing_line(nothing), Some(Closing::OfNothing));
        assert_eq!(closing_line("        PASS [   0.003s] xtask test::tests::a"), None);
    }

    #[test]
    fn what_the_runner_says_is_passed_on_and_its_closing_line_held() {
        let said = "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\n";
        let mut passed_on = Vec::new();
        let held = pass_on(said.as_bytes(), &mut passed_on).unwrap();
        assert_eq!(held, ["test result: ok. 1 passed; 0 failed; 0 ignored"]);
        assert_eq!(String::from_utf8(passed_on).unwrap(), "running 1 test\ntest a ... ok\n\n");
    }
}
