//! Steps that are run one after the other, timed, and told in a table.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// What is missing, and how to get it.
    Skipped(String),
}

impl From<bool> for Outcome {
    fn from(passed: bool) -> Self {
        if passed { Self::Passed } else { Self::Failed }
    }
}

/// What was run so far.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(&'static str, Outcome, Duration)>,
}

impl Steps {
    /// Runs `step`. An error fails this step and no other: who reads the table learns all at once.
    pub(crate) fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<Outcome>) {
        println!("── {name}");
        let start = Instant::now();
        let outcome = step().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Outcome::Failed
        });
        if let Outcome::Skipped(reason) = &outcome {
            println!("skipped: {reason}");
        }
        self.done.push((name, outcome, start.elapsed()));
    }

    pub(crate) fn failed(&self) -> Vec<&'static str> {
        let failed = self.done.iter().filter(|(_, outcome, _)| *outcome == Outcome::Failed);
        failed.map(|(name, ..)| *name).collect()
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, outcome, took) in &self.done {
            let outcome = match outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "FAILED",
                Outcome::Skipped(_) => "skipped",
            };
            writeln!(f, "{name:<10} {outcome:<8} {:>6.1} s", took.as_secs_f64())?;
        }
        match self.failed().as_slice() {
            [] => f.write_str("all that could run passed"),
            names => write!(f, "failed: {}", names.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_does_not_stop_the_next() {
        let mut steps = Steps::default();
        steps.run("format", || anyhow::bail!("no such file"));
        steps.run("lints", || Ok(Outcome::Skipped("clippy is missing".to_owned())));
        steps.run("tests", || Ok(true.into()));

        assert_eq!(steps.failed(), ["format"]);
        let table = steps.to_string();
        assert!(table.starts_with("format     FAILED  "), "{table}");
        assert!(table.contains("\nlints      skipped "), "{table}");
        assert!(table.ends_with("\nfailed: format"), "{table}");
    }

    #[test]
    fn a_skipped_step_fails_nothing() {
        let mut steps = Steps::default();
        steps.run("lints", || Ok(Outcome::Skipped("clippy is missing".to_owned())));
        assert!(steps.to_string().ends_with("all that could run passed"));
    }
}
