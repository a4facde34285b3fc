//! What the tests need from outside of the workspace: judges of the formats, and a browser.
//!
//! Both are got where that can be done, and are skipped with a line that says what is missing
//! where it cannot: a machine without network must still be able to test.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::steps::Outcome;

/// Names under which Chromium is installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Seconds that a registry may take to answer.
const REGISTRY_TIMEOUT: &str = "20";

/// Installs the judges below the target folder, once for each list of versions.
///
/// Returns their Python; `None` beside the reason where there is none.
pub(crate) fn judges(root: &Path, target_dir: &Path) -> Result<(Option<PathBuf>, Outcome)> {
    let requirements = root.join("tools/validate/requirements.txt");
    let versions =
        fs::read(&requirements).with_context(|| format!("cannot read {}", requirements.display()))?;
    let folder = target_dir.join(format!("judges-{:08x}", sum(&versions)));
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if !ready.exists()
        && let Err(why) = install(&folder, &python, &requirements)
    {
        return Ok((None, Outcome::Skipped(format!("the judges of the formats cannot be installed: {why}"))));
    }
    fs::write(ready, "").context("cannot mark the judges as installed")?;
    Ok((Some(python), Outcome::Passed))
}

fn install(folder: &Path, python: &Path, requirements: &Path) -> Result<(), String> {
    quietly(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout"];
    quietly(Command::new(python).args(pip).arg(REGISTRY_TIMEOUT).arg("-r").arg(requirements))
}

/// Tells lists of versions apart, and nothing more.
fn sum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

/// Sees to it that Chromium is there; installs it where this user may.
pub(crate) fn browser() -> Outcome {
    if has_browser() {
        return Outcome::Passed;
    }
    let install = quietly(
        Command::new("apt-get")
            .args(["install", "--yes", "--no-install-recommends", "chromium"])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    );
    match install {
        Ok(()) if has_browser() => Outcome::Passed,
        Ok(()) => Outcome::Skipped("chromium was installed and cannot be found".to_owned()),
        Err(why) => Outcome::Skipped(format!("no Chromium, so no page is opened in a browser: {why}")),
    }
}

fn has_browser() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| BROWSERS.iter().any(|name| folder.join(name).is_file()))
}

/// Runs a command; says in one line why it failed.
fn quietly(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program}: {}", said.lines().last().unwrap_or("it failed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_versions_are_other_judges() {
        assert_ne!(sum(b"stix2==3.0.2"), sum(b"stix2==3.0.3"));
    }

    #[test]
    fn a_command_that_is_missing_or_fails_says_so_in_a_line() {
        assert!(quietly(&mut Command::new("no-such-program")).unwrap_err().starts_with("no-such-program: "));
        let failed = quietly(Command::new("sh").args(["-c", "echo one >&2; echo two >&2; exit 3"]));
        assert_eq!(failed, Err("sh: two".to_owned()));
    }
}
