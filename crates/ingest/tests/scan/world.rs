//! A folder for each story, a sink that remembers, and bytes in all wrappings.

use std::fs;
use std::io::{Cursor, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use event::skim::{Field, Skimmed};
use ingest::{Failed, Input, Limits, ObjectName, Options, Progress, ScanSink, Skipped, Totals};

/// A folder of evidence, deleted at the end of the story.
pub(crate) struct World {
    root: tempfile::TempDir,
    pub(crate) options: Options,
}

/// What a scan came to: the ids of the records with the object they came from, sorted, and the totals.
pub(crate) struct Told {
    pub(crate) records: Vec<(String, String)>,
    pub(crate) totals: Totals,
}

#[derive(Default)]
pub(crate) struct Remember {
    object: String,
    records: Vec<(String, String)>,
}

impl ScanSink for Remember {
    fn begin_object(&mut self, object: &ObjectName) {
        self.object = object.to_string();
    }

    fn record(&mut self, record: &Skimmed<'_>) {
        let id = record.text(Field::EventId).unwrap_or_default().into_owned();
        self.records.push((self.object.clone(), id));
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let options = Options { threads: NonZeroUsize::new(2).unwrap(), ..Options::default() };
        Self { root: tempfile::tempdir().unwrap(), options }
    }

    pub(crate) fn with_limits(limits: Limits) -> Self {
        let mut world = Self::new();
        world.options.limits = limits;
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn scan(&self) -> Told {
        self.scan_paths(&[self.root.path().to_owned()])
    }

    pub(crate) fn scan_paths(&self, paths: &[PathBuf]) -> Told {
        self.scan_input(&Input::from_paths(paths).unwrap())
    }

    /// Scans and checks what holds after every scan: the totals add up, and all records are accounted for.
    pub(crate) fn scan_input(&self, input: &Input) -> Told {
        let progress = Progress::default();
        let scan = ingest::scan(input, &self.options, &progress, Remember::default).unwrap();
        let prefix = format!("{}/", self.root.path().display());
        let records = scan.sinks.into_iter().flat_map(|sink| sink.records);
        let mut records: Vec<_> = records.map(|(object, id)| (object.replace(&prefix, ""), id)).collect();
        records.sort();
        let totals = scan.totals;
        assert!(totals.add_up(), "{totals:#?}");
        assert_eq!(records.len() as u64, totals.records.skimmed_only());
        assert_eq!(progress.objects_done(), input.objects());
        assert!(progress.bytes_done() >= progress.bytes_total());
        Told { records, totals }
    }
}

impl Told {
    /// The ids of all records, sorted.
    pub(crate) fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<_> = self.records.iter().map(|(_, id)| id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    /// Found, read, skipped, failed.
    pub(crate) fn objects(&self) -> (u64, u64, u64, u64) {
        let objects = &self.totals.objects;
        (objects.found(), objects.read(), objects.skipped(), objects.failed())
    }

    /// What is said of the only object that failed for this reason.
    pub(crate) fn failed(&self, reason: Failed) -> &str {
        let failed = self.totals.objects.failed_by_reason();
        let named = failed.get(&reason).unwrap_or_else(|| panic!("none failed so: {failed:#?}"));
        assert_eq!(named.count(), 1, "{failed:#?}");
        &named.first().next().unwrap().why
    }

    /// How many objects failed for this reason.
    pub(crate) fn count_failed(&self, reason: Failed) -> u64 {
        self.totals.objects.failed_by_reason().get(&reason).map_or(0, |named| named.count())
    }

    /// The file names of what was skipped for this reason.
    pub(crate) fn skipped(&self, reason: Skipped) -> Vec<String> {
        let Some(named) = self.totals.objects.skipped_by_reason().get(&reason) else { return Vec::new() };
        named.first().map(|mention| file_name(mention.object.path())).collect()
    }
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// One record, as AWS would write it, with this id.
pub(crate) fn record(id: &str) -> String {
    format!(
        concat!(
            r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","principalId":"AIDAEXAMPLE","#,
            r#""arn":"arn:aws:iam::111122223333:user/mallory","accountId":"111122223333"}},"#,
            r#""eventTime":"2026-02-03T04:05:06Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","#,
            r#""awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","eventID":"{}","eventType":"AwsApiCall"}}"#
        ),
        id
    )
}

/// A log object with these records.
pub(crate) fn log<I: AsRef<str>>(ids: &[I]) -> Vec<u8> {
    let records: Vec<String> = ids.iter().map(|id| record(id.as_ref())).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(",")).into_bytes()
}

/// Ids that sort as they count: `first-000`, `first-001`, …
pub(crate) fn ids(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}-{number:03}")).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 0).unwrap();
    // As the command line tool does; without it nobody can notice a changed byte.
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive written where nobody can go back to fill in a size.
pub(crate) fn zip_to_a_pipe(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
