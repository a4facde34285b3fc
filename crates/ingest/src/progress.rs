//! What a running scan and whoever watches it tell each other.
//!
//! The scan counts up, the watcher reads; the watcher may ask it to stop. Nothing is printed here.
//! The counters are for people: results never depend on them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Counters of a running scan, and the wish to stop it. Shared by reference between threads.
#[derive(Debug, Default)]
pub struct Progress {
    bytes_total: AtomicU64,
    bytes_done: AtomicU64,
    objects_total: AtomicU64,
    objects_done: AtomicU64,
    records: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// Returns how many stored bytes the files have; streams add theirs as they come.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total.load(Relaxed)
    }

    /// Returns how many stored bytes were read so far.
    pub fn bytes_done(&self) -> u64 {
        self.bytes_done.load(Relaxed)
    }

    /// Returns how many files and streams there are. Archives count once.
    pub fn objects_total(&self) -> u64 {
        self.objects_total.load(Relaxed)
    }

    /// Returns how many files and streams are done with.
    pub fn objects_done(&self) -> u64 {
        self.objects_done.load(Relaxed)
    }

    /// Returns how many records were read so far. Counted once per object, so it moves in steps.
    pub fn records(&self) -> u64 {
        self.records.load(Relaxed)
    }

    /// Asks the scan to stop soon and to return what it has found. Safe to call in a signal handler.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    /// Returns whether someone asked the scan to stop.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    pub(crate) fn expect(&self, objects: u64, bytes: u64) {
        self.objects_total.store(objects, Relaxed);
        self.bytes_total.store(bytes, Relaxed);
    }

    pub(crate) fn read(&self, bytes: u64) {
        self.bytes_done.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn finish_object(&self) {
        self.objects_done.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_records(&self, records: u64) {
        self.records.fetch_add(records, Relaxed);
    }
}
