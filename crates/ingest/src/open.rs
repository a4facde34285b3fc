//! Opens the containers around a text, layer by layer, until there is text or a reason why not.
//!
//! What fits in memory is opened as a whole, since that is fastest; everything else is a stream. Both ways
//! give the same records and the same words about what is wrong. Every object that is found on the way
//! is concluded exactly once: by the text that is read, or by a failure.

use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};

use event::side::{TableKind, sniff};

use crate::ahead::ahead;
use crate::archive::{Archive, Checked, Entry, Method};
use crate::budget::{Budget, Refused, Unfolded};
use crate::deflate::Deflate;
use crate::fill::{BrokenEnd, Filled, Stream, fill, fill_slice};
use crate::gzip::Members;
use crate::lane::{Depth, Lane, STORED_BYTES_MAX, ScanSink};
use crate::limits::Limit;
use crate::name::ObjectName;
use crate::sniff::{HEAD_BYTES, Wrapping, wrapping};
use crate::steady::Steady;
use crate::totals::{Failed, Noted, Skipped};
use crate::utf16::Utf16;

/// How many compressed bytes a stream is read by.
const STREAM_BYTES: usize = 64 << 10;

/// One layer of an object: its name, how many containers are around it, and what they cost.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'l> {
    pub(crate) object: &'l ObjectName,
    pub(crate) budget: &'l Budget<'l>,
    depth: usize,
}

impl<'l> Layer<'l> {
    pub(crate) fn outermost(object: &'l ObjectName, budget: &'l Budget<'l>) -> Self {
        Self { object, budget, depth: 0 }
    }

    pub(crate) fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// Returns the layer of an entry that is called `object`.
    pub(crate) fn entry<'e>(self, object: &'e ObjectName) -> Layer<'e>
    where
        'l: 'e,
    {
        Layer { object, ..self }
    }

    /// Returns whether an archive begins with `bytes`.
    pub(crate) fn is_archive(self, bytes: &[u8]) -> bool {
        wrapping(head_of(bytes)) == Wrapping::Zip
    }

    /// Returns whether a Parquet file begins with `bytes`.
    pub(crate) fn is_parquet(self, bytes: &[u8]) -> bool {
        wrapping(head_of(bytes)) == Wrapping::Parquet
    }
}

impl<S: ScanSink> Lane<'_, S> {
    /// Opens an object of which all bytes are here.
    pub(crate) fn open_bytes(&mut self, layer: Layer<'_>, bytes: &[u8]) {
        match self.admit(layer, head_of(bytes)) {
            Some(Wrapping::Plain) => match self.table(bytes) {
                Some(kind) => self.read_whole_table(layer, kind, bytes),
                None => self.read_bytes(layer, bytes),
            },
            Some(Wrapping::Utf16(order)) => self.read_stream_of_text(layer, &mut Utf16::new(bytes, order)),
            Some(Wrapping::Gzip) => self.open_gzip_bytes(layer.deeper(), bytes),
            Some(Wrapping::Zstd) => self.open_zstd(layer.deeper(), bytes),
            Some(Wrapping::Zip) => self.open_archive(layer.deeper(), &mut Cursor::new(bytes)),
            Some(Wrapping::Parquet) => self.open_parquet(layer, bytes::Bytes::copy_from_slice(bytes)),
            Some(Wrapping::Unsupported(_)) | None => {}
        }
    }

    /// Opens an object of which nothing is known yet.
    pub(crate) fn open_stream(&mut self, layer: Layer<'_>, stream: &mut Stream<'_>) {
        let mut head = [0; HEAD_BYTES];
        let (filled, end) = fill_slice(stream, &mut head);
        let head = &head[..filled];
        match end {
            Ok(()) => self.open_after(layer, head, stream),
            Err(error) => self.open_after(layer, head, &mut BrokenEnd(Some(error))),
        }
    }

    fn open_after(&mut self, layer: Layer<'_>, head: &[u8], rest: &mut Stream<'_>) {
        if wrapping(head) == Wrapping::Plain {
            return self.read_plain(layer, head, rest);
        }
        let mut buffer = self.buffers.take();
        match fill(&mut head.chain(&mut *rest), &mut buffer, 0, HEAD_BYTES, STORED_BYTES_MAX) {
            Filled::Whole(bytes) => self.open_bytes(layer, &buffer[..bytes]),
            Filled::Part(bytes) => self.open_large(layer, &mut buffer, bytes, rest),
            Filled::Broken(bytes, error) => {
                self.open_large(layer, &mut buffer, bytes, &mut BrokenEnd(Some(error)));
            }
        }
        self.buffers.give(buffer);
    }

    /// Opens an object that begins with the `filled` bytes in `buffer` and goes on in `rest`.
    pub(crate) fn open_large(
        &mut self,
        layer: Layer<'_>,
        buffer: &mut Vec<u8>,
        filled: usize,
        rest: &mut Stream<'_>,
    ) {
        let begin = &buffer[..filled];
        match self.admit(layer, head_of(begin)) {
            Some(Wrapping::Plain) => self.read_plain(layer, begin, rest),
            Some(Wrapping::Utf16(order)) => {
                self.read_stream_of_text(layer, &mut Utf16::new(begin.chain(rest), order));
            }
            Some(Wrapping::Gzip) => self.open_gzip(layer.deeper(), buffered(begin.chain(rest))),
            Some(Wrapping::Zstd) => self.open_zstd(layer.deeper(), buffered(begin.chain(rest))),
            Some(Wrapping::Zip) => {
                self.open_unseekable(layer.deeper(), buffer, filled, rest, |lane, layer, bytes| {
                    lane.open_archive(layer, &mut Cursor::new(bytes));
                })
            }
            Some(Wrapping::Parquet) => {
                self.open_unseekable(layer, buffer, filled, rest, |lane, layer, bytes| {
                    lane.open_parquet(layer, bytes::Bytes::copy_from_slice(bytes));
                })
            }
            Some(Wrapping::Unsupported(_)) | None => {}
        }
    }

    fn read_plain(&mut self, layer: Layer<'_>, begin: &[u8], rest: &mut Stream<'_>) {
        match self.table(begin) {
            Some(kind) => self.read_table(layer, kind, &mut begin.chain(rest)),
            None => self.read_stream_of_text(layer, &mut begin.chain(rest)),
        }
    }

    /// The table of a side log that begins with `begin`, if it is one and anybody asks what is in it.
    fn table(&self, begin: &[u8]) -> Option<TableKind> {
        (self.depth == Depth::Records).then(|| sniff(head_of(begin), self.bare_flows)).flatten()
    }

    /// Returns what begins with `head`, or fails the object if it may not or cannot be opened.
    fn admit(&mut self, layer: Layer<'_>, head: &[u8]) -> Option<Wrapping> {
        match wrapping(head) {
            wrapping @ (Wrapping::Plain | Wrapping::Utf16(_) | Wrapping::Parquet) => Some(wrapping),
            Wrapping::Unsupported(what) => {
                let why = format!("{what} cannot be opened: unpack it first");
                self.fail_as(layer.object, Failed::UnsupportedContainer, &why);
                None
            }
            _ if layer.depth >= self.limits.nesting => {
                self.fail(layer.object, &Refused::Limit(Limit::Nesting).into());
                None
            }
            wrapping => Some(wrapping),
        }
    }

    fn open_gzip_bytes(&mut self, layer: Layer<'_>, bytes: &[u8]) {
        let mut text = self.buffers.take();
        let members_max = self.limits.gzip_members;
        let whole = self.inflater.as_mut().and_then(|inflater| inflater.whole(bytes, &mut text, members_max));
        match whole.filter(|whole| whole.bytes as u64 <= self.limits.object_bytes) {
            None => self.open_gzip(layer, bytes),
            Some(whole) => match layer.budget.unfold(whole.bytes as u64) {
                Err(refused) => self.fail(layer.object, &refused.into()),
                Ok(()) => {
                    self.open_bytes(layer, &text[..whole.bytes]);
                    self.note_trailing(layer, whole.trailing);
                }
            },
        }
        self.buffers.give(text);
    }

    fn open_gzip(&mut self, layer: Layer<'_>, input: impl BufRead + Send) {
        let mut members = Members::new(input, self.limits.gzip_members);
        self.open_unfolded(layer, Unfolded::new(&mut members, layer.budget));
        self.note_trailing(layer, members.trailing());
    }

    fn note_trailing(&mut self, layer: Layer<'_>, trailing: bool) {
        if trailing {
            self.totals.objects.note(Noted::TrailingBytes, layer.object.clone());
        }
    }

    fn open_zstd(&mut self, layer: Layer<'_>, input: impl BufRead + Send) {
        let decoder = zstd::stream::read::Decoder::with_buffer(input).and_then(|mut decoder| {
            decoder.window_log_max(self.limits.zstd_window_log)?;
            Ok(decoder)
        });
        match decoder {
            Ok(decoder) => self.open_unfolded(layer, Unfolded::new(Steady::new(decoder), layer.budget)),
            Err(error) => self.fail(layer.object, &error),
        }
    }

    fn open_unfolded(&mut self, layer: Layer<'_>, mut text: impl Read + Send) {
        match self.spare_threads {
            0 => self.open_stream(layer, &mut text),
            _ => ahead(text, |text| self.open_stream(layer, text)),
        }
    }

    /// Holds in memory what is read from its end.
    fn open_unseekable(
        &mut self,
        layer: Layer<'_>,
        buffer: &mut Vec<u8>,
        filled: usize,
        rest: &mut Stream<'_>,
        open: impl FnOnce(&mut Self, Layer<'_>, &[u8]),
    ) {
        let most = usize::try_from(self.limits.unseekable_archive_bytes).unwrap_or(usize::MAX).max(filled);
        match fill(rest, buffer, filled, filled, most) {
            Filled::Whole(bytes) => open(self, layer, &buffer[..bytes]),
            Filled::Part(_) => self.fail(layer.object, &Refused::Limit(Limit::UnseekableArchiveBytes).into()),
            Filled::Broken(_, error) => self.fail(layer.object, &error),
        }
    }

    /// Opens the entries of an archive, each an object of its own.
    pub(crate) fn open_archive<R: Read + Seek + Send>(&mut self, layer: Layer<'_>, file: &mut R) {
        match self.open_entries(layer, file) {
            Ok(0) => self.skip(layer.object, Skipped::Empty, "an archive without entries"),
            Ok(_) => {}
            // The archive is then an object itself, beside the entries that could be read.
            Err(error) => self.fail(layer.object, &error),
        }
    }

    fn open_entries<R: Read + Seek + Send>(&mut self, layer: Layer<'_>, file: &mut R) -> io::Result<u64> {
        let bytes = file.seek(io::SeekFrom::End(0))?;
        let mut archive = match Archive::open(&mut *file) {
            Ok(archive) => archive,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                // The entries in front of the break count; the archive has failed nevertheless.
                self.salvage_entries(layer, file)?;
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        let (mut entries, mut stored) = (0, 0_u64);
        while let Some(entry) = archive.next_entry()? {
            layer.budget.go_on()?;
            if entry.is_folder() {
                continue;
            }
            entries += 1;
            stored = stored.saturating_add(entry.stored);
            if entries > self.limits.zip_entries {
                return Err(Refused::Limit(Limit::ZipEntries).into());
            }
            // Entries that share their bytes are how a small archive unfolds to a huge one.
            if stored > bytes {
                return Err(Refused::Limit(Limit::ExpansionRatio).into());
            }
            let object = layer.object.entry(&entry.name);
            self.open_entry(layer.entry(&object), &mut archive, &entry);
        }
        Ok(entries)
    }

    pub(crate) fn open_entry<R: Read + Seek + Send>(
        &mut self,
        layer: Layer<'_>,
        archive: &mut Archive<R>,
        entry: &Entry,
    ) {
        if entry.encrypted {
            let why = "the entry is encrypted: unpack it first";
            return self.fail_as(layer.object, Failed::UnsupportedContainer, why);
        }
        let stored = match archive.stored_bytes(entry) {
            Ok(stored) => BufReader::new(stored),
            Err(error) => return self.fail(layer.object, &error),
        };
        match entry.method {
            Method::Stored => self.open_checked(layer, stored, entry),
            Method::Deflate => self.open_checked(layer, Deflate::bare(stored), entry),
            Method::Zstd => match zstd::stream::read::Decoder::with_buffer(stored) {
                Ok(decoder) => self.open_checked(layer, Steady::new(decoder), entry),
                Err(error) => self.fail(layer.object, &error),
            },
            Method::Unknown(method) => {
                let why = format!("the entry is compressed by a method that is not supported ({method})");
                self.fail_as(layer.object, Failed::UnsupportedContainer, &why);
            }
        }
    }

    fn open_checked(&mut self, layer: Layer<'_>, content: impl Read + Send, entry: &Entry) {
        self.open_stream(layer, &mut Unfolded::new(Checked::new(content, entry), layer.budget));
    }
}

fn head_of(bytes: &[u8]) -> &[u8] {
    bytes.get(..HEAD_BYTES).unwrap_or(bytes)
}

fn buffered<R: Read>(stream: R) -> BufReader<R> {
    BufReader::with_capacity(STREAM_BYTES, stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Trickle, gzip, open, two_records};

    #[test]
    fn a_disk_that_fails_at_any_byte_is_named_and_what_came_before_counts() {
        let text = two_records();
        for wrapping in [text.clone(), gzip(&text), zstd::encode_all(&text[..], 0).unwrap()] {
            for broken_at in 0..=wrapping.len() {
                let disk_error = BrokenEnd(Some(io::Error::from_raw_os_error(5)));
                let (records, totals) = open(wrapping[..broken_at].chain(disk_error), broken_at % 2);
                assert!(totals.add_up());
                assert_eq!(totals.objects.found(), 1);
                assert_eq!(totals.objects.failed_by_reason()[&Failed::Unreadable].count(), 1);
                assert_eq!(totals.records.skimmed_only(), records);
                assert!(broken_at < wrapping.len() || records == 2);
            }
        }
    }

    #[test]
    fn a_pipe_may_be_as_slow_as_it_likes() {
        let text = two_records();
        for wrapping in [text.clone(), gzip(&text), gzip(&gzip(&text))] {
            let (records, totals) = open(Trickle(&wrapping), 1);
            assert_eq!((records, totals.objects.read()), (2, 1));
        }
    }
}
