//! Any bytes as a file among others: what must hold whatever they are.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};
use std::{env, fs, panic, process};

use event::side::Fact;
use event::side::flow::Layout;
use event::skim::Skimmed;
use ingest::{Input, Limits, ObjectName, Options, Progress, Scan, ScanSink, SideTaken, Totals};

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

/// Keeps what side logs say as text, and counts records.
#[derive(Default)]
struct Keep {
    records: u64,
    facts: Vec<String>,
}

impl ScanSink for Keep {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, _record: &Skimmed<'_>) {
        self.records += 1;
    }

    fn side(&mut self, fact: &Fact<'_>) -> SideTaken {
        self.facts.push(format!("{fact:?}"));
        SideTaken::Kept
    }
}

/// Reads `input` as a file among others and checks that the sums hold, work is bounded, the next file is read, and
/// neither the number of threads nor reading it twice changes anything.
pub fn read_among_others(input: &[u8]) -> Totals {
    let_caught_panics_pass();
    write(input);
    let (_, totals) = scan(&FOLDER, None, 1);
    assert!(totals.records.skimmed_only() >= 1 && totals.objects.read() >= 1, "the good file is read");
    assert!(totals.bytes.decompressed < 64 << 20, "{}", totals.bytes.decompressed);
    // Threads take longer to start than to read so little: only now and then.
    if input.len().is_multiple_of(16) {
        assert_eq!(totals, scan(&FOLDER, None, 3).1);
    }
    totals
}

/// Reads `input` as a file; returns what side logs in it say, in their order.
pub fn read_file(input: &[u8], bare_flows: Option<&Layout>) -> (Vec<String>, Totals) {
    scan(&write(input), bare_flows, 1)
}

fn write(input: &[u8]) -> PathBuf {
    let path = FOLDER.join("input");
    fs::write(&path, input).expect("a file can be written");
    path
}

fn scan(path: &Path, bare_flows: Option<&Layout>, threads: usize) -> (Vec<String>, Totals) {
    let limits = Limits { expansion_free_bytes: 1 << 20, barren_bytes: 1 << 20, ..Limits::default() };
    let threads = NonZeroUsize::new(threads).expect("one or more");
    let options = Options { threads, limits, bare_flows: bare_flows.cloned(), ..Options::default() };
    let input = Input::from_paths([path]).expect("it exists");
    let scan = ingest::scan(&input, &options, &Progress::default(), Keep::default);
    let Scan { sinks, totals } = scan.expect("threads can be started");
    let records: u64 = sinks.iter().map(|sink| sink.records).sum();
    let facts: Vec<String> = sinks.into_iter().flat_map(|sink| sink.facts).collect();
    assert!(totals.add_up(), "{totals:#?}");
    assert_eq!(records, totals.records.skimmed_only());
    assert_eq!(facts.len() as u64, totals.side.iter().map(|(_, rows)| rows.kept()).sum::<u64>());
    (facts, totals)
}

/// Lets panics pass that the product catches; under libFuzzer any panic ends the run.
fn let_caught_panics_pass() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !ingest::is_guarded() {
                hook(info);
            }
        }));
    });
}
