//! The laws: totals are the same however the work is divided, and a scan that is stopped says so.

use std::num::NonZeroUsize;

use ingest::{Input, Progress, ScanSink, Skipped};

use crate::world::{World, gzip, ids, log, zip, zstd};

/// A little of everything that can be found.
fn messy_world() -> World {
    let world = World::new();
    for number in 0..40 {
        let name = format!("logs/{number:02}.json.gz");
        world.write(&name, &gzip(&log(&ids(&format!("n{}", number / 2), 20 + number % 3))));
    }
    for number in 0..150 {
        world.write(&format!("broken/{number:03}.gz"), &gzip(&log(&["x"]))[..60 + number % 7]);
        world.write(&format!("docs/{number:03}.md"), format!("# page {number}").as_bytes());
    }
    let cut = log(&ids("cut", 10));
    world.write("cut.json", &cut[..cut.len() - 30]);
    world.write("archive.zip", &zip(&[("a.json", log(&["zip-a"])), ("b.json.zst", zstd(&log(&["zip-b"])))]));
    world.write("bad.jsonl", b"{\"eventVersion\":\"1.08\"}\n{oops\n");
    world.write("empty", b"");
    world
}

#[test]
fn totals_are_the_same_with_any_number_of_threads_and_order_of_paths() {
    let mut world = messy_world();
    let folders = ["logs", "broken", "docs", "cut.json", "archive.zip", "bad.jsonl", "empty"];
    let mut paths: Vec<_> = folders.iter().map(|name| world.path(name)).collect();
    let mut seen = Vec::new();
    for threads in [1, 2, 4, 7] {
        world.options.threads = NonZeroUsize::new(threads).unwrap();
        paths.rotate_left(3);
        let told = world.scan_paths(&paths);
        seen.push((serde_json::to_string_pretty(&told.totals).unwrap(), told.records));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{}\n{}", seen[0].0, seen[1].0);
}

#[test]
fn totals_of_two_machines_merge_to_those_of_one() {
    let world = messy_world();
    let one = world.scan();
    let halves = [["logs", "cut.json", "empty"].as_slice(), &["broken", "docs", "archive.zip", "bad.jsonl"]];
    let [mut first, second] = halves.map(|names| {
        let paths: Vec<_> = names.iter().map(|name| world.path(name)).collect();
        world.scan_paths(&paths).totals
    });
    first.merge(second);
    assert_eq!(first, one.totals);
}

/// Stops the scan at its hundredth record.
struct StopAtHundred<'p> {
    progress: &'p Progress,
    records: u64,
}

impl ScanSink for StopAtHundred<'_> {
    fn begin_object(&mut self, _object: &ingest::ObjectName) {}

    fn record(&mut self, _record: &event::skim::Skimmed<'_>) {
        self.records += 1;
        if self.records == 100 {
            self.progress.stop();
        }
    }
}

#[test]
fn a_scan_that_is_stopped_returns_what_it_has_and_says_so() {
    let mut world = World::new();
    world.options.threads = NonZeroUsize::MIN;
    world.write("1-large.json", &log(&ids("large", 5000)));
    world.write("2-never.json", &log(&["never"]));
    let input = Input::from_paths([world.path("")]).unwrap();
    let progress = Progress::default();
    let sink = || StopAtHundred { progress: &progress, records: 0 };
    let scan = ingest::scan(&input, &world.options, &progress, sink).unwrap();

    let objects = &scan.totals.objects;
    assert!(scan.totals.stopped_early && scan.totals.add_up());
    assert_eq!((objects.found(), objects.read(), objects.failed()), (2, 0, 1));
    assert_eq!(objects.skipped_by_reason()[&Skipped::NotReached].count(), 1);
    assert!((100..5000).contains(&scan.sinks[0].records));
    assert_eq!(scan.totals.records.read(), scan.sinks[0].records);
}
