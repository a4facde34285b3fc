//! Reads an input on all threads and sums up.
//!
//! Threads take files from a counter, largest first, and never wait for each other except to find out
//! which of several equal files is the first. What they found is merged at the end; the merge does
//! not care who found what.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use event::limits::Limits as ReaderLimits;
use event::side::flow::Layout;
use event::skim::Skimmed;

use crate::duplicates::Duplicates;
use crate::error::IngestError;
use crate::input::Input;
use crate::lane::{Depth, Lane, ScanSink};
use crate::limits::Limits;
use crate::name::ObjectName;
use crate::progress::Progress;
use crate::totals::{Skipped, Totals};

/// How an input is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many threads read. Each has its own sink.
    pub threads: NonZeroUsize,
    /// What one object may cost.
    pub limits: Limits,
    /// What one record may cost.
    pub reader: ReaderLimits,
    /// The columns of flow logs that have no header and are not in the default format.
    pub bare_flows: Option<Layout>,
    /// Finds records without vector instructions, as on a machine that has none: slower, and the same.
    pub portable: bool,
}

impl Default for Options {
    /// As many threads as there are cores, and the ordinary ceilings.
    fn default() -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            threads,
            limits: Limits::default(),
            reader: ReaderLimits::default(),
            bare_flows: None,
            portable: false,
        }
    }
}

/// What a scan came to.
#[derive(Debug)]
pub struct Scan<S> {
    /// The sinks, one for each thread that was started, in no order.
    pub sinks: Vec<S>,
    /// What was read, skipped and failed at.
    pub totals: Totals,
}

/// Reads all of `input`. Every thread gives its records to its own sink, made by `make_sink`.
///
/// Totals do not depend on the number of threads or the order of paths. When someone stops the scan
/// through `progress`, what was found so far is returned, and `totals.stopped_early` is set.
///
/// Errors only when a thread cannot be started.
pub fn scan<S, F>(
    input: &Input,
    options: &Options,
    progress: &Progress,
    make_sink: F,
) -> Result<Scan<S>, IngestError>
where
    S: ScanSink,
    F: Fn() -> S,
{
    read(input, options, progress, Depth::Records, make_sink)
}

/// Opens all of `input` in the same way as [`scan`], and looks at no text: what is left of a scan's cost is the rest.
///
/// In the totals every object that holds text is read, whatever the text is.
///
/// Errors only when a thread cannot be started.
pub fn unfold(input: &Input, options: &Options, progress: &Progress) -> Result<Totals, IngestError> {
    read(input, options, progress, Depth::Bytes, || Nothing).map(|scan| scan.totals)
}

/// Takes no record, and is given none.
struct Nothing;

impl ScanSink for Nothing {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, _record: &Skimmed<'_>) {}
}

fn read<S, F>(
    input: &Input,
    options: &Options,
    progress: &Progress,
    depth: Depth,
    make_sink: F,
) -> Result<Scan<S>, IngestError>
where
    S: ScanSink,
    F: Fn() -> S,
{
    progress.expect(input.objects(), input.bytes());
    let sizes: Vec<u64> = input.files.iter().map(|file| file.bytes).collect();
    let duplicates = Duplicates::of_sizes(&sizes);
    let next = AtomicUsize::new(0);

    let threads = threads_for(input, options);
    let make_lane = || {
        let mut lane = Lane::new(options, progress, &duplicates, make_sink());
        lane.spare_threads = options.threads.get() - threads;
        lane.depth = depth;
        lane
    };
    let work = |mut lane| {
        run(&mut lane, input, &next);
        lane
    };
    let lanes = match threads {
        // The thread that asks has nothing else to do.
        1 => vec![work(make_lane())],
        _ => on_threads((0..threads).map(|_| make_lane()).collect(), &work, progress)?,
    };
    Ok(sum_up(input, lanes, next.into_inner()))
}

/// Gives each of `lanes` a thread of its own to `work` on, and returns them when all are done.
fn on_threads<L: Send>(
    lanes: Vec<L>,
    work: &(impl Fn(L) -> L + Sync),
    progress: &Progress,
) -> Result<Vec<L>, IngestError> {
    thread::scope(|scope| {
        let mut running = Vec::new();
        for lane in lanes {
            let thread =
                thread::Builder::new().name("reader".to_owned()).spawn_scoped(scope, move || work(lane));
            let thread = thread.map_err(|source| {
                progress.stop();
                IngestError::Thread { source }
            })?;
            running.push(thread);
        }
        let joined = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        Ok(joined.collect())
    })
}

fn threads_for(input: &Input, options: &Options) -> usize {
    let jobs = input.streams.len() + input.files.len();
    jobs.clamp(1, options.threads.get())
}

/// Reads one object after the other, until none is left or someone says stop.
fn run<S: ScanSink>(lane: &mut Lane<'_, S>, input: &Input, next: &AtomicUsize) {
    while !lane.progress.is_stopped() {
        let job = next.fetch_add(1, Relaxed);
        // Streams first: their other end may be waiting.
        if let Some(path) = input.streams.get(job) {
            lane.read_stream(path);
        } else if let Some(file) = input.files.get(job - input.streams.len()) {
            lane.read_file(job - input.streams.len(), file);
        } else {
            return;
        }
    }
}

fn sum_up<S>(input: &Input, lanes: Vec<Lane<'_, S>>, next: usize) -> Scan<S> {
    let mut totals = input.aside.clone();
    let (mut sinks, mut twins, mut records_of) = (Vec::new(), Vec::new(), HashMap::new());
    for lane in lanes {
        sinks.push(lane.sink);
        totals.merge(lane.totals);
        twins.extend(lane.twins);
        records_of.extend(lane.records_of);
    }
    for (twin, read) in twins {
        totals.objects.find();
        let why = format!("the same content as {}", input.files[read].object());
        totals.objects.skip(Skipped::DuplicateContent, input.files[twin].object(), why);
        totals.records.see_again(records_of.get(&read).copied().unwrap_or(0));
    }
    count_unreached(input, next, &mut totals);
    Scan { sinks, totals }
}

/// Counts what nobody came to because the scan was stopped.
fn count_unreached(input: &Input, next: usize, totals: &mut Totals) {
    let streams = input.streams.iter().cloned().map(ObjectName::of_path);
    let files = input.files.iter().map(|file| file.object());
    for object in streams.chain(files).skip(next) {
        totals.stopped_early = true;
        totals.objects.find();
        totals.objects.skip(Skipped::NotReached, object, "the scan was stopped before it");
    }
}
