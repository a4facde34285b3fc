//! Software that others wrote, as a judge of what minetrail writes: `validate.py`, beside this file.
//!
//! `cargo xtask test` installs the judges and names their Python in `MINETRAIL_JUDGES`. A test that
//! is run by itself without them says so in a line, and passes.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns a Python that has the judges, or says in a line that there is none.
#[expect(clippy::print_stderr, reason = "a skipped story says so")]
pub(crate) fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MINETRAIL_JUDGES").map(PathBuf::from);
    if python.is_none() {
        eprintln!(
            "skipped: no judges of the formats here; cargo xtask test installs them (MINETRAIL_JUDGES)"
        );
    }
    python
}

/// Returns whether every file of `folder` was accepted, and what the judges said.
pub(crate) fn judged(python: &Path, folder: &Path) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/validate/validate.py");
    let output = Command::new(python).arg(script).arg(folder).output().expect("a Python that runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}
