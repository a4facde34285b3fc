//! What a command costs: processor time of all its processes, time on the clock, and the largest memory of one.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// One run of a command.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// User and system time, of children too.
    pub(super) cpu: Duration,
    pub(super) wall: Duration,
    /// The largest resident memory of any one of its processes, in bytes.
    pub(super) peak_bytes: u64,
    /// The last line that it said.
    pub(super) said: String,
}

/// Runs a command to its end. A command that fails is an error, for it did not do the work.
pub(super) fn run(command: &mut Command) -> Result<Run> {
    let name = format!("{:?}", command.get_program());
    let begin = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    // They say little, so the pipes hold all of it until the end.
    let (out, complaint) = (child.stdout.take(), child.stderr.take());
    let usage = child.wait4().with_context(|| format!("cannot wait for {name}"))?;
    let wall = begin.elapsed();
    let (said, complaint) = (text(out)?, text(complaint)?);
    let last_words = complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    ensure!(usage.status.success(), "{name} failed: {}", last_words.trim());
    Ok(Run {
        cpu: usage.rusage.utime + usage.rusage.stime,
        wall,
        peak_bytes: usage.rusage.maxrss,
        said: said.lines().last().unwrap_or_default().trim().to_owned(),
    })
}

fn text(pipe: Option<impl Read>) -> Result<String> {
    let mut text = String::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_string(&mut text)?;
    }
    Ok(text)
}

/// Returns the middle one of some numbers, and the smallest and largest.
pub(super) fn middle(mut numbers: Vec<f64>) -> (f64, f64, f64) {
    numbers.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (numbers.first(), numbers.last()) else { return (0.0, 0.0, 0.0) };
    (numbers[numbers.len() / 2], *least, *most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_command_is_measured_with_its_children_and_a_failure_is_told() {
        let run = run(Command::new("sh")
            .args(["-c", "sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done'; echo done"]));
        let run = run.unwrap();
        assert_eq!(run.said, "done");
        assert!(run.cpu > Duration::from_millis(5) && run.peak_bytes > 500_000, "{run:?}");
        let failed = super::run(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert!(failed.to_string().ends_with("failed: why"), "{failed}");
    }

    #[test]
    fn the_middle_of_numbers_is_told_with_their_ends() {
        assert_eq!(middle(vec![3.0, 1.0, 2.0]), (2.0, 1.0, 3.0));
        assert_eq!(middle(Vec::new()), (0.0, 0.0, 0.0));
    }
}
