//! Exit codes: a documented table, and part of the contract.

use std::fmt;
use std::process::ExitCode;

use report::text::visible;

/// Something failed, an output failed, or a verification found something invalid.
pub(crate) const FAILED: u8 = 1;
/// The command line or the configuration is wrong.
pub(crate) const USAGE: u8 = 2;
/// No input was found.
pub(crate) const NO_INPUT: u8 = 3;
/// Part of the input was unreadable, and `--strict` was asked for.
pub(crate) const UNREADABLE: u8 = 4;
/// There are findings at or above `--fail-on`.
pub(crate) const FINDINGS: u8 = 10;
/// Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// The table, as the help prints it.
pub(crate) const TABLE: &str = "\
Exit codes:
    0  done; no finding at or above --fail-on (by default findings never fail a run)
    1  failed, an output could not be written, or a verification found something that is not valid
    2  the command line or the configuration is wrong
    3  no input found
    4  part of the input is unreadable, and --strict was given
   10  findings at or above --fail-on
  130  interrupted; what was found by then was written, marked as partial";

/// An expected failure, with what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    what: anyhow::Error,
    help: Option<String>,
}

impl Failure {
    /// A failure with the exit code `code`.
    pub(crate) fn new(code: u8, what: impl Into<anyhow::Error>) -> Self {
        Self { code, what: what.into(), help: None }
    }

    /// Adds what to do about it.
    pub(crate) fn help(mut self, help: impl fmt::Display) -> Self {
        self.help = Some(help.to_string());
        self
    }

    /// What failed, and what to do about it, for whoever tells both elsewhere.
    pub(crate) fn parts(self) -> (String, Option<String>) {
        (format!("{:#}", self.what), self.help)
    }

    /// Tells it on standard error, and gives the exit code.
    #[expect(clippy::print_stderr, reason = "this is where the program talks")]
    pub(crate) fn tell(self) -> ExitCode {
        eprintln!("error: {}", visible(&format!("{:#}", self.what)));
        if let Some(help) = self.help {
            for line in help.lines() {
                eprintln!("help: {}", visible(line));
            }
        }
        ExitCode::from(self.code)
    }
}
