//! Scans paths with a sink that only counts, and prints what it took.
//!
//! `cargo run --release -p minetrail-ingest --example scan_speed -- THREADS PATH…`
#![expect(clippy::print_stdout, reason = "an example reports to whoever runs it")]

use std::error::Error;
use std::time::Instant;

use event::skim::{Field, Skimmed};
use ingest::{Input, ObjectName, Options, Progress, ScanSink};

#[derive(Default)]
struct Count {
    launches: u64,
}

impl ScanSink for Count {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, record: &Skimmed<'_>) {
        self.launches += u64::from(record.bytes(Field::EventName) == Some(b"RunInstances"));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let threads = arguments.next().ok_or("say how many threads")?;
    let threads = threads.to_str().ok_or("threads is a number")?.parse()?;
    let begin = Instant::now();
    let input = Input::from_paths(arguments)?;
    let found = begin.elapsed();
    let options = Options { threads, ..Options::default() };
    let scan = ingest::scan(&input, &options, &Progress::default(), Count::default)?;
    let launches: u64 = scan.sinks.iter().map(|sink| sink.launches).sum();
    println!("{:#?}", scan.totals);
    println!("launches {launches}, found in {found:?}, all in {:?}", begin.elapsed());
    println!("peak {}", peak_memory().unwrap_or_default());
    Ok(())
}

/// Returns what Linux says of the largest memory this process had.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find(|line| line.starts_with("VmHWM")).map(str::to_owned)
}
