//! Any bytes as a file among others: the sums hold, work and memory are bounded, the next file is read, and neither
//! the number of threads nor reading it twice changes anything.
#![no_main]

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::{env, fs, process};

use event::skim::Skimmed;
use ingest::{Input, Limits, ObjectName, Options, Progress, ScanSink, Totals};
use libfuzzer_sys::fuzz_target;

const GOOD: &[u8] = br#"{"Records":[{"eventName":"good","eventSource":"ec2.amazonaws.com"}]}"#;

/// A folder in memory, if the machine has such: the disk is not what is tried.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let parent = if memory.is_dir() { memory } else { env::temp_dir() };
    let folder = parent.join(format!("minetrail-fuzz-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder can be made");
    fs::write(folder.join("good.json"), GOOD).expect("a file can be written");
    folder
});

struct Count {
    records: u64,
}

impl ScanSink for Count {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, _record: &Skimmed<'_>) {
        self.records += 1;
    }
}

fuzz_target!(|input: &[u8]| {
    fs::write(FOLDER.join("input"), input).expect("a file can be written");
    let found = Input::from_paths([FOLDER.as_path()]).expect("the folder exists");
    let totals = scan(&found, 1);
    // Threads take longer to start than to read so little: only now and then.
    if input.len().is_multiple_of(16) {
        assert_eq!(totals, scan(&found, 3));
    }
});

fn scan(input: &Input, threads: usize) -> Totals {
    let limits = Limits { expansion_free_bytes: 1 << 20, barren_bytes: 1 << 20, ..Limits::default() };
    let threads = NonZeroUsize::new(threads).expect("one or more");
    let options = Options { threads, limits, ..Options::default() };
    let scan = ingest::scan(input, &options, &Progress::default(), || Count { records: 0 });
    let scan = scan.expect("threads can be started");
    let records: u64 = scan.sinks.iter().map(|sink| sink.records).sum();
    assert!(scan.totals.add_up(), "{:#?}", scan.totals);
    assert_eq!(records, scan.totals.records.skimmed_only());
    assert!(records >= 1 && scan.totals.objects.read() >= 1, "the good file is read");
    assert!(scan.totals.bytes.decompressed < 64 << 20, "{}", scan.totals.bytes.decompressed);
    scan.totals
}
