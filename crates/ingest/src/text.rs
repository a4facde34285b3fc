//! Reads the text of an object window by window.

use std::collections::BTreeMap;
use std::io;

use event::skim::{Message, Reader, RecordSink, RejectReason, Rejected, Skimmed};

use crate::budget::Refused;
use crate::buffers::grow;
use crate::conclude::Reading;
use crate::fill::{Stream, fill_slice};
use crate::lane::{Depth, Lane, ScanSink};
use crate::limits::Limit;
use crate::name::ObjectName;
use crate::named::Named;
use crate::open::Layer;
use crate::side::{SideLogs, give};
use crate::totals::Position;

/// How much text the reader is shown at a time; it grows only for a record that is longer.
///
/// Smaller, and cut records are carried over often; larger, and the text leaves the cache before it is read.
const WINDOW_BYTES: usize = 512 << 10;

/// Passes records on, and keeps what was rejected until it is known whether the object is an audit trail at all.
struct Counting<'c, S> {
    sink: &'c mut S,
    object: &'c ObjectName,
    records: u64,
    rejected: BTreeMap<RejectReason, Named<Position>>,
    sides: SideLogs,
}

impl<S: ScanSink> RecordSink for Counting<'_, S> {
    #[inline]
    fn record(&mut self, record: &Skimmed<'_>) {
        self.records += 1;
        self.sink.record(record);
    }

    fn rejected(&mut self, rejected: Rejected) {
        let Rejected { offset, index, reason } = rejected;
        let position = Position { object: self.object.clone(), offset, index };
        self.rejected.entry(reason).or_default().add(position);
    }

    fn side(&mut self, message: Message<'_>) {
        let rows = self.sides.of(message.source);
        match event::side::read(message.source, message.text) {
            Ok(fact) => give(self.sink, rows, &fact),
            Err(fault) => {
                let Message { offset, index, .. } = message;
                rows.reject(fault, Position { object: self.object.clone(), offset, index });
            }
        }
        self.records += 1;
    }
}

impl<S: ScanSink> Lane<'_, S> {
    /// Reads a text that is in memory as a whole.
    pub(crate) fn read_bytes(&mut self, layer: Layer<'_>, text: &[u8]) {
        if self.depth == Depth::Bytes {
            return self.pass_over(layer, text.len() as u64, None);
        }
        let (reader, mut sink) = self.begin(layer.object);
        let (mut at, mut window, mut fault) = (0, WINDOW_BYTES, None);
        while text.len() - at > window {
            if let Err(refused) = layer.budget.go_on() {
                fault = Some(refused.into());
                break;
            }
            let consumed = reader.feed(&text[at..at + window], &mut sink);
            at += consumed;
            window = if consumed == 0 { window * 2 } else { WINDOW_BYTES };
        }
        let rest = if fault.is_some() { &text[at..at] } else { &text[at..] };
        let summary = reader.finish(rest, &mut sink);
        let (rejected, sides) = (sink.rejected, sink.sides);
        self.conclude(layer.object, Reading { summary, bytes: text.len() as u64, rejected, sides, fault });
    }

    /// Reads a text that comes piece by piece. What came before a fault is read and counts.
    pub(crate) fn read_stream_of_text(&mut self, layer: Layer<'_>, stream: &mut Stream<'_>) {
        if self.depth == Depth::Bytes {
            return self.pass_over_stream(layer, stream);
        }
        let mut buffer = self.buffers.take();
        let barren_bytes = self.limits.barren_bytes;
        let (reader, mut sink) = self.begin(layer.object);
        let (mut held, mut window, mut bytes) = (0, WINDOW_BYTES, 0);
        let fault = loop {
            if let Err(refused) = layer.budget.go_on() {
                // The record that is held is not cut by anything in the text.
                held = 0;
                break Some(refused.into());
            }
            grow(&mut buffer, window, held);
            let (count, end) = fill_slice(stream, &mut buffer[held..window]);
            held += count;
            bytes += count as u64;
            if end.is_err() || held < window {
                break end.err();
            }
            let consumed = reader.feed(&buffer[..held], &mut sink);
            if sink.records == 0 && bytes >= barren_bytes {
                break Some(Refused::Limit(Limit::BarrenBytes).into());
            }
            buffer.copy_within(consumed..held, 0);
            held -= consumed;
            window = if consumed == 0 { window * 2 } else { WINDOW_BYTES.max(held * 2) };
        };
        let summary = reader.finish(&buffer[..held], &mut sink);
        let (rejected, sides) = (sink.rejected, sink.sides);
        self.buffers.give(buffer);
        self.conclude(layer.object, Reading { summary, bytes, rejected, sides, fault });
    }

    /// Takes a text without a look at it.
    fn pass_over_stream(&mut self, layer: Layer<'_>, stream: &mut Stream<'_>) {
        let mut buffer = self.buffers.take();
        grow(&mut buffer, WINDOW_BYTES, 0);
        let mut bytes = 0;
        let fault = loop {
            if let Err(refused) = layer.budget.go_on() {
                break Some(refused.into());
            }
            let (count, end) = fill_slice(stream, &mut buffer[..WINDOW_BYTES]);
            bytes += count as u64;
            if end.is_err() || count < WINDOW_BYTES {
                break end.err();
            }
        };
        self.buffers.give(buffer);
        self.pass_over(layer, bytes, fault);
    }

    pub(crate) fn pass_over(&mut self, layer: Layer<'_>, bytes: u64, fault: Option<io::Error>) {
        self.totals.bytes.decompressed += bytes;
        match fault {
            Some(fault) => self.fail(layer.object, &fault),
            None => {
                self.totals.objects.find();
                self.totals.objects.finish_read();
            }
        }
    }

    fn begin<'l>(&'l mut self, object: &'l ObjectName) -> (&'l mut Reader, Counting<'l, S>) {
        self.reader.begin();
        self.sink.begin_object(object);
        (
            &mut self.reader,
            Counting {
                sink: &mut self.sink,
                object,
                records: 0,
                rejected: BTreeMap::new(),
                sides: SideLogs::default(),
            },
        )
    }
}
