//! What the tests of this crate share: bytes in all wrappings, made here and never stored.

use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

use event::side::Fact;
use event::skim::Skimmed;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::budget::Budget;
use crate::duplicates::Duplicates;
use crate::lane::{Lane, ScanSink};
use crate::name::ObjectName;
use crate::open::Layer;
use crate::progress::Progress;
use crate::scan::Options;
use crate::side::SideTaken;
use crate::totals::Totals;

/// Returns `text` as one gzip member.
pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Returns `length` bytes that no compressor can shrink, the same every time.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
    .take(length)
    .collect()
}

/// A reader that gives one byte at a time.
pub(crate) struct Trickle<'a>(pub(crate) &'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

/// Returns a log object with two records.
pub(crate) fn two_records() -> Vec<u8> {
    let record = concat!(
        r#"{"eventVersion":"1.11","userIdentity":{"type":"Root"},"eventTime":"2026-02-03T04:05:06Z","#,
        r#""eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1"}"#
    );
    format!(r#"{{"Records":[{record},{record}]}}"#).into_bytes()
}

/// A sink that counts.
#[derive(Default)]
pub(crate) struct CountRecords {
    pub(crate) records: u64,
}

impl ScanSink for CountRecords {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, _record: &Skimmed<'_>) {
        self.records += 1;
    }
}

/// Opens what `stream` gives, as if it came from a pipe.
pub(crate) fn open(stream: impl Read + Send, spare_threads: usize) -> (u64, Totals) {
    let options = Options { threads: NonZeroUsize::MIN, ..Options::default() };
    let (progress, duplicates) = (Progress::default(), Duplicates::of_sizes(&[]));
    let mut lane = Lane::new(&options, &progress, &duplicates, CountRecords::default());
    lane.spare_threads = spare_threads;
    let object = ObjectName::of_path("pipe".into());
    let budget = Budget::new(&options.limits, &progress);
    lane.open_stream(Layer::outermost(&object, &budget), &mut { stream });
    (lane.sink.records, lane.totals)
}

/// How the entries of a test archive are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ZipMethod {
    Stored,
    Deflate,
    /// With the sizes in 64-bit fields, as a writer does that does not know them in advance.
    Deflate64Bit,
}

/// Returns an archive of `entries`, written by a library that knows nothing of our reader.
pub(crate) fn zip(method: ZipMethod, entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let compression = match method {
        ZipMethod::Stored => zip::CompressionMethod::Stored,
        ZipMethod::Deflate | ZipMethod::Deflate64Bit => zip::CompressionMethod::Deflated,
    };
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(compression)
        .large_file(matches!(method, ZipMethod::Deflate64Bit));
    for (name, bytes) in entries {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A sink that remembers side logs as text.
#[derive(Default)]
pub(crate) struct KeepSides(pub(crate) Vec<String>);

impl ScanSink for KeepSides {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, _record: &Skimmed<'_>) {}

    fn side(&mut self, fact: &Fact<'_>) -> SideTaken {
        self.0.push(format!("{fact:?}"));
        SideTaken::Kept
    }
}

/// Opens `text` as a file would be opened; returns the facts of side logs.
pub(crate) fn open_sides(text: &[u8]) -> (Vec<String>, Totals) {
    let options = Options { threads: NonZeroUsize::MIN, ..Options::default() };
    let (progress, duplicates) = (Progress::default(), Duplicates::of_sizes(&[]));
    let mut lane = Lane::new(&options, &progress, &duplicates, KeepSides::default());
    let object = ObjectName::of_path("file".into());
    let budget = Budget::new(&options.limits, &progress);
    lane.open_bytes(Layer::outermost(&object, &budget), text);
    (lane.sink.0, lane.totals)
}
