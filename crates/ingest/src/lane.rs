//! One thread's way from files to records: its reader, its buffers, its sink and its totals.
//!
//! A lane shares nothing that changes with the others, so lanes need no locks while they read,
//! and their totals are merged at the end. What is in memory at any time is one stored file of ordinary size
//! and its text, or windows of larger ones; never something that grows with the input.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use event::side::flow::Layout;
use event::side::{Fact, Flow};
use event::skim::{Reader, Skimmed};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

use crate::budget::{Budget, Stored};
use crate::buffers::Buffers;
use crate::duplicates::{Duplicates, Identity};
use crate::fill::{BrokenEnd, Filled, Promised, fill};
use crate::inflate::Inflater;
use crate::input::FoundFile;
use crate::limits::Limits;
use crate::name::{ObjectName, STANDARD_INPUT};
use crate::open::Layer;
use crate::progress::Progress;
use crate::scan::Options;
use crate::side::SideTaken;
use crate::totals::{Failed, Totals};

/// The most stored bytes that are held in memory at once; what is larger is streamed.
///
/// Less, and ordinary log files take the slow way; more, and every thread holds that much.
pub(crate) const STORED_BYTES_MAX: usize = 4 << 20;

/// Takes the records of a scan. Each thread has its own, so it is never called by two at once.
///
/// Objects come in no order, and which of them come to one sink is chance: what sinks hold must merge to the same
/// in any case. Records that cannot be read do not come here; they stand in [`Totals`].
pub trait ScanSink: Send {
    /// Says that the next records come from this object.
    fn begin_object(&mut self, object: &ObjectName);
    /// Takes one record. It is valid during the call only.
    fn record(&mut self, record: &Skimmed<'_>);
    /// Takes what a row or message of a side log says; tells whether it is of interest.
    fn side(&mut self, _fact: &Fact<'_>) -> SideTaken {
        SideTaken::Passed
    }
    /// The same for a row of a flow log, of which there are more than of everything else.
    fn flow(&mut self, flow: &Flow<'_>) -> SideTaken {
        self.side(&Fact::Flow(flow.clone()))
    }
}

/// How much of an object is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Containers are opened, and their text is thrown away.
    Bytes,
    /// Records are found.
    Records,
}

/// What one thread reads with, and what it has found.
pub(crate) struct Lane<'a, S> {
    pub(crate) limits: &'a Limits,
    /// The columns of flow logs without a header, where the caller knows them.
    pub(crate) bare_flows: Option<&'a Layout>,
    pub(crate) progress: &'a Progress,
    pub(crate) duplicates: &'a Duplicates,
    pub(crate) reader: Reader,
    pub(crate) inflater: Option<Inflater>,
    pub(crate) buffers: Buffers,
    /// How many threads have no files to read and may help with large ones.
    pub(crate) spare_threads: usize,
    pub(crate) depth: Depth,
    pub(crate) sink: S,
    pub(crate) totals: Totals,
    /// Files that were not read, and the file with the same bytes that was or will be.
    pub(crate) twins: Vec<(usize, usize)>,
    /// How many records the files have that may have twins.
    pub(crate) records_of: Vec<(usize, u64)>,
}

impl<'a, S: ScanSink> Lane<'a, S> {
    pub(crate) fn new(
        options: &'a Options,
        progress: &'a Progress,
        duplicates: &'a Duplicates,
        sink: S,
    ) -> Self {
        let reader = if options.portable { Reader::portable } else { Reader::new };
        Self {
            limits: &options.limits,
            bare_flows: options.bare_flows.as_ref(),
            progress,
            duplicates,
            reader: reader(options.reader),
            inflater: Inflater::new(),
            buffers: Buffers::default(),
            spare_threads: 0,
            depth: Depth::Records,
            sink,
            totals: Totals::default(),
            twins: Vec::new(),
            records_of: Vec::new(),
        }
    }

    /// Reads the file with this number, or finds that another one has the same bytes.
    pub(crate) fn read_file(&mut self, number: usize, file: &FoundFile) {
        let object = file.object();
        let budget = Budget::new(self.limits, self.progress);
        let records_before = self.totals.records.read();
        match File::open(object.path()) {
            Ok(opened) => self.read_opened(number, file, opened, Layer::outermost(&object, &budget)),
            Err(error) => {
                self.duplicates.claim(number, None);
                self.cannot("open", &object, &error);
            }
        }
        if self.duplicates.may_have_twin(number) {
            self.records_of.push((number, self.totals.records.read() - records_before));
        }
        self.finish(&budget, file.bytes);
    }

    /// Reads standard input, or a pipe or device that was given by name.
    pub(crate) fn read_stream(&mut self, path: &std::path::Path) {
        let object = ObjectName::of_path(path.to_owned());
        let budget = Budget::new(self.limits, self.progress);
        let layer = Layer::outermost(&object, &budget);
        if path == std::path::Path::new(STANDARD_INPUT) {
            self.open_stream(layer, &mut Stored { inner: io::stdin(), budget: &budget });
        } else {
            match File::open(path) {
                Ok(inner) => self.open_stream(layer, &mut Stored { inner, budget: &budget }),
                Err(error) => self.cannot("open", &object, &error),
            }
        }
        self.finish(&budget, 0);
    }

    fn read_opened(&mut self, number: usize, found: &FoundFile, opened: File, layer: Layer<'_>) {
        let stored = Stored { inner: opened, budget: layer.budget };
        let mut file = Promised { inner: stored, missing: found.bytes };
        let mut buffer = self.buffers.take();
        let likely = usize::try_from(found.bytes).unwrap_or(usize::MAX).min(STORED_BYTES_MAX);
        match fill(&mut file, &mut buffer, 0, likely, STORED_BYTES_MAX) {
            Filled::Whole(bytes) => {
                let stored = &buffer[..bytes];
                if !self.is_twin(number, || Some(xxh3_128(stored))) {
                    self.open_bytes(layer, stored);
                }
            }
            Filled::Part(bytes) => {
                if !self.is_twin(number, || hash_file(layer.object).ok()) {
                    self.open_large_file(layer, &mut buffer, bytes, file);
                }
            }
            Filled::Broken(bytes, error) => {
                self.is_twin(number, || None);
                self.open_large(layer, &mut buffer, bytes, &mut BrokenEnd(Some(error)));
            }
        }
        self.buffers.give(buffer);
    }

    fn open_large_file(
        &mut self,
        layer: Layer<'_>,
        buffer: &mut Vec<u8>,
        filled: usize,
        mut file: Promised<Stored<'_, File>>,
    ) {
        if layer.is_parquet(&buffer[..filled]) {
            match file.inner.inner.try_clone() {
                Ok(opened) => {
                    // All of it may be read, and in which order is the reader's business.
                    layer.budget.read(file.missing);
                    self.open_parquet(layer, opened);
                }
                Err(error) => self.cannot("read", layer.object, &error),
            }
        } else if layer.is_archive(&buffer[..filled]) {
            match file.inner.seek(SeekFrom::Start(0)) {
                Ok(_) => self.open_archive(layer.deeper(), &mut file.inner),
                Err(error) => self.cannot("read", layer.object, &error),
            }
        } else {
            self.open_large(layer, buffer, filled, &mut file);
        }
    }

    /// Returns whether an earlier file has the same bytes, and remembers that.
    fn is_twin(&mut self, number: usize, identity: impl FnOnce() -> Option<Identity>) -> bool {
        if !self.duplicates.may_have_twin(number) {
            return false;
        }
        let Some(earlier) = self.duplicates.claim(number, identity()) else { return false };
        self.twins.push((number, earlier));
        true
    }

    fn cannot(&mut self, operation: &str, object: &ObjectName, error: &io::Error) {
        self.totals.objects.find();
        let why = format!("cannot {operation} it: {error}");
        self.totals.objects.fail(Failed::Unreadable, object.clone(), why);
    }

    fn finish(&mut self, budget: &Budget<'_>, bytes: u64) {
        // An archive is not read byte by byte; for who watches, it is done with nevertheless.
        self.progress.read(bytes.saturating_sub(budget.stored()));
        self.progress.finish_object();
        self.totals.bytes.stored += bytes.max(budget.stored());
    }
}

/// Hashes a file that is too large to be held.
fn hash_file(object: &ObjectName) -> io::Result<Identity> {
    let mut file = File::open(object.path())?;
    let mut hasher = Xxh3Default::new();
    let mut window = vec![0; STORED_BYTES_MAX];
    loop {
        let count = match file.read(&mut window) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if count == 0 {
            return Ok(hasher.digest128());
        }
        hasher.update(&window[..count]);
    }
}
