//! Who runs: ourselves, and whatever else on this machine could do part of the job.
//!
//! Each rival is a script in `bench/`, our own query of the same job, that prints how many launches it found in a
//! folder. One that is not installed is named as absent, never left out in silence.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Who may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Contender {
    /// The same way of reading, and nobody looks at the text. What all others are divided by.
    Inflate,
    /// Our scan on so many threads.
    Scan(u8),
    /// The same on one thread, without vector instructions of our own.
    Portable,
    ClickHouse,
    DuckDb,
    Ripgrep,
    Zcat,
    Jq,
}

pub(super) const ALL: [Contender; 9] = [
    Contender::Inflate,
    Contender::Scan(1),
    Contender::Scan(2),
    Contender::Portable,
    Contender::ClickHouse,
    Contender::DuckDb,
    Contender::Ripgrep,
    Contender::Zcat,
    Contender::Jq,
];

impl Contender {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Inflate => "inflate only",
            Self::Scan(1) => "minetrail scan, 1 thread",
            Self::Scan(_) => "minetrail scan, 2 threads",
            Self::Portable => "minetrail scan, 1 thread, portable code",
            Self::ClickHouse => "ClickHouse (chDB)",
            Self::DuckDb => "DuckDB",
            Self::Ripgrep => "rg -z, one string",
            Self::Zcat => "zcat",
            Self::Jq => "zcat to jq",
        }
    }

    /// What it does of the job.
    pub(super) fn job(self) -> &'static str {
        match self {
            Self::Inflate | Self::Zcat => "nothing but unpack",
            Self::Scan(_) | Self::Portable => "all: profiles, events, findings",
            Self::ClickHouse => "a baseline of every record",
            Self::DuckDb | Self::Jq => "launches",
            Self::Ripgrep => "text",
        }
    }

    /// Whether it is our own program.
    pub(super) fn is_ours(self) -> bool {
        matches!(self, Self::Inflate | Self::Scan(_) | Self::Portable)
    }

    /// Whether it does anything with flow logs.
    pub(super) fn reads_flows(self) -> bool {
        matches!(self, Self::Inflate | Self::Scan(_) | Self::Zcat)
    }

    /// It takes minutes where the others take seconds.
    pub(super) fn is_slow(self) -> bool {
        matches!(self, Self::DuckDb | Self::Jq)
    }

    /// Whether it finds launches, so that its count can be held against the truth.
    pub(super) fn finds_launches(self) -> bool {
        matches!(self, Self::ClickHouse | Self::DuckDb | Self::Jq)
    }
}

/// What the contenders are run with.
pub(super) struct Stand {
    /// Our program.
    pub(super) program: PathBuf,
    /// The folder of the rivals' scripts.
    pub(super) scripts: PathBuf,
    pub(super) python: String,
}

impl Stand {
    /// Returns why a contender cannot run here, or `None` if it can.
    pub(super) fn missing(&self, contender: Contender) -> Option<String> {
        let (mut command, what) = match contender {
            Contender::Inflate | Contender::Scan(_) | Contender::Portable => return None,
            Contender::ClickHouse => (self.import("chdb"), format!("pip install chdb, for {}", self.python)),
            Contender::DuckDb => (self.import("duckdb"), format!("pip install duckdb, for {}", self.python)),
            Contender::Ripgrep => (version("rg"), "install ripgrep".to_owned()),
            Contender::Zcat => (version("zcat"), "install gzip".to_owned()),
            Contender::Jq => (version("jq"), "install jq".to_owned()),
        };
        let asked = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        (!asked.is_ok_and(|status| status.success())).then_some(what)
    }

    fn import(&self, module: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-c", &format!("import {module}")]);
        command
    }

    /// Returns the command that runs a contender on `logs`.
    pub(super) fn command(&self, contender: Contender, logs: &Path) -> Command {
        let mut command = match contender {
            Contender::Inflate => return self.ours("bench", 1, logs),
            Contender::Scan(threads) => return self.scan(threads, logs),
            Contender::Portable => {
                let mut command = self.scan(1, logs);
                command.arg("--portable");
                return command;
            }
            Contender::ClickHouse => self.script(&self.python, "clickhouse.py"),
            Contender::DuckDb => self.script(&self.python, "duck.py"),
            Contender::Ripgrep => self.script("sh", "rg.sh"),
            Contender::Zcat => self.script("sh", "zcat.sh"),
            Contender::Jq => self.script("sh", "jq.sh"),
        };
        command.arg(logs);
        command
    }

    fn scan(&self, threads: u8, logs: &Path) -> Command {
        let mut command = self.ours("scan", threads, logs);
        command
            .args(["--format", "jsonl", "--output"])
            .arg(std::env::temp_dir().join("minetrail-bench.jsonl"));
        command
    }

    fn ours(&self, verb: &str, threads: u8, logs: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(verb).arg(logs).args(["--threads", &threads.to_string()]);
        command
    }

    fn script(&self, interpreter: &str, name: &str) -> Command {
        let mut command = Command::new(interpreter);
        command.arg(self.scripts.join(name));
        command
    }
}

fn version(program: &str) -> Command {
    let mut command = Command::new(program);
    command.arg("--version");
    command
}
