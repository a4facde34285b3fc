//! Reads the tables among side logs row by row: flow logs as text, and CSVs of flow logs and bills.
//!
//! A bad row is rejected with its position, and the next one is read. A header in the middle (files joined with `cat`,
//! or a log whose format was changed) begins a new table.

use std::io::{self, Read};

use csv::ByteRecord;
use event::side::charge::BillLayout;
use event::side::flow::{self, Layout};
use event::side::{Fact, Fault, Flow, Source, TableKind};

use crate::buffers::grow;
use crate::fill::{Stream, fill_slice};
use crate::lane::{Lane, ScanSink};
use crate::name::ObjectName;
use crate::open::Layer;
use crate::side::{SideRows, give};
use crate::totals::Position;

/// How much text is looked at at a time.
///
/// Smaller, and cut lines are carried over often; larger, and the text leaves the cache before it is read.
const WINDOW_BYTES: usize = 512 << 10;

/// The longest row of a table that is read.
///
/// Shorter, and a bill's row with many tags is lost; longer, and one open quote holds a whole file in memory.
pub(crate) const ROW_BYTES_MAX: usize = 256 << 10;

/// Rows between two looks at whether the scan was stopped.
const ROWS_UNASKED: u64 = 4_096;

/// A table that is being read.
pub(crate) struct Table<'t, S> {
    sink: &'t mut S,
    object: &'t ObjectName,
    pub(crate) rows: SideRows,
    /// Rows so far, good or not.
    index: u64,
}

impl<'t, S: ScanSink> Table<'t, S> {
    pub(crate) fn new(sink: &'t mut S, object: &'t ObjectName) -> Self {
        Self { sink, object, rows: SideRows::default(), index: 0 }
    }

    pub(crate) fn note_unknown_columns(&mut self, count: usize) {
        self.rows.note_unknown_columns(count);
    }

    pub(crate) fn take(&mut self, offset: u64, read: Result<Fact<'_>, Fault>) {
        match read {
            Ok(fact) => give(self.sink, &mut self.rows, &fact),
            Err(fault) => self.reject(offset, fault),
        }
        self.index += 1;
    }

    #[inline]
    pub(crate) fn take_flow(&mut self, flow: &Flow<'_>) {
        self.rows.take(self.sink.flow(flow));
        self.index += 1;
    }

    fn reject(&mut self, offset: u64, fault: Fault) {
        self.rows.reject(fault, Position { object: self.object.clone(), offset, index: self.index });
    }
}

/// The text of a table: all of it, or as it comes.
enum Text<'t, 's> {
    Whole(&'t [u8]),
    Stream(&'t mut Stream<'s>),
}

impl<S: ScanSink> Lane<'_, S> {
    /// Reads a table of `kind` that is in memory as a whole, and concludes the object.
    pub(crate) fn read_whole_table(&mut self, layer: Layer<'_>, kind: TableKind, text: &[u8]) {
        self.read_table_text(layer, kind, Text::Whole(text));
    }

    /// Reads a table of `kind` to its end, and concludes the object.
    pub(crate) fn read_table(&mut self, layer: Layer<'_>, kind: TableKind, stream: &mut Stream<'_>) {
        self.read_table_text(layer, kind, Text::Stream(stream));
    }

    fn read_table_text(&mut self, layer: Layer<'_>, kind: TableKind, text: Text<'_, '_>) {
        let source = if kind == TableKind::BillCsv { Source::Bills } else { Source::VpcFlowLogs };
        let mut buffer = self.buffers.take();
        self.sink.begin_object(layer.object);
        let mut table = Table::new(&mut self.sink, layer.object);
        let layout = match kind {
            TableKind::BareFlows(layout) => Some(Some(*layout)),
            TableKind::Flows => Some(None),
            TableKind::FlowCsv | TableKind::FlowMessages | TableKind::BillCsv => None,
        };
        let (bytes, fault) = match (layout, text) {
            (Some(layout), text) => {
                let mut lines = Lines { layout, table: &mut table };
                match text {
                    Text::Whole(text) => read_whole_lines(layer, text, &mut lines),
                    Text::Stream(stream) => read_lines(layer, stream, &mut buffer, &mut lines),
                }
            }
            (None, Text::Whole(mut text)) => read_csv(layer, &mut text, &mut table),
            (None, Text::Stream(stream)) => read_csv(layer, stream, &mut table),
        };
        let rows = table.rows;
        self.buffers.give(buffer);
        self.conclude_table(layer.object, source, rows, bytes, fault);
    }

    /// Counts the rows of a table, and concludes the object.
    pub(crate) fn conclude_table(
        &mut self,
        object: &ObjectName,
        source: Source,
        rows: SideRows,
        bytes: u64,
        fault: Option<io::Error>,
    ) {
        self.totals.bytes.decompressed += bytes;
        self.progress.count_records(rows.read());
        self.totals.side.of(source).merge_from(rows);
        match fault {
            Some(error) => self.fail(object, &error),
            None => {
                self.totals.objects.find();
                self.totals.objects.finish_read();
            }
        }
    }
}

/// Lines of a flow log.
struct Lines<'l, 't, S> {
    layout: Option<Layout>,
    table: &'l mut Table<'t, S>,
}

impl<S: ScanSink> Lines<'_, '_, S> {
    #[inline]
    fn line(&mut self, offset: u64, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return;
        }
        if line.len() > ROW_BYTES_MAX {
            return self.table.take(offset, Err(Fault::TooLong));
        }
        let Some(layout) = &self.layout else { return self.odd_line(offset, line, Fault::Short) };
        match layout.read_line(line) {
            Ok(flow) => self.table.take_flow(&flow),
            Err(fault) => self.odd_line(offset, line, fault),
        }
    }

    /// A header, a row with the time in front, or a bad row.
    fn odd_line(&mut self, offset: u64, line: &[u8], fault: Fault) {
        let words = std::str::from_utf8(line).unwrap_or_default().trim_start_matches('\u{feff}');
        if let Some(layout) = Layout::of(words.split(' ')) {
            self.table.rows.note_unknown_columns(layout.unknown());
            self.layout = Some(layout);
            return;
        }
        match flow::default_row(line) {
            Some(begin) => {
                let row = Layout::default().read_line(line[begin..].trim_ascii_end());
                self.table.take(offset, row.map(Fact::Flow));
            }
            None => self.table.take(offset, Err(fault)),
        }
    }
}

/// Reads the lines of `text`; returns how many bytes there were, and why it was left if it was.
fn read_whole_lines<S: ScanSink>(
    layer: Layer<'_>,
    text: &[u8],
    lines: &mut Lines<'_, '_, S>,
) -> (u64, Option<io::Error>) {
    let (mut at, mut asked) = (0, 0);
    for newline in memchr::memchr_iter(b'\n', text) {
        if newline >= asked {
            if let Err(refused) = layer.budget.go_on() {
                return (at as u64, Some(refused.into()));
            }
            asked = newline + WINDOW_BYTES;
        }
        lines.line(at as u64, &text[at..newline]);
        at = newline + 1;
    }
    lines.line(at as u64, &text[at..]);
    (text.len() as u64, None)
}

/// Reads lines until the stream ends; returns how many bytes there were, and the fault if it broke.
fn read_lines<S: ScanSink>(
    layer: Layer<'_>,
    stream: &mut Stream<'_>,
    buffer: &mut Vec<u8>,
    lines: &mut Lines<'_, '_, S>,
) -> (u64, Option<io::Error>) {
    grow(buffer, WINDOW_BYTES, 0);
    let (mut held, mut offset, mut passing) = (0, 0_u64, false);
    loop {
        if let Err(refused) = layer.budget.go_on() {
            return (offset, Some(refused.into()));
        }
        let (count, end) = fill_slice(stream, &mut buffer[held..WINDOW_BYTES]);
        held += count;
        let is_last = end.is_err() || held < WINDOW_BYTES;
        let mut at = 0;
        for newline in memchr::memchr_iter(b'\n', &buffer[..held]) {
            if !std::mem::take(&mut passing) {
                lines.line(offset + at as u64, &buffer[at..newline]);
            }
            at = newline + 1;
        }
        if is_last {
            // What a break cut off is not a row.
            if at < held && end.is_ok() && !passing {
                lines.line(offset + at as u64, &buffer[at..held]);
            }
            return (offset + held as u64, end.err());
        }
        if held - at > ROW_BYTES_MAX {
            if !passing {
                lines.table.take(offset + at as u64, Err(Fault::TooLong));
            }
            (passing, at) = (true, held);
        }
        buffer.copy_within(at..held, 0);
        held -= at;
        offset += at as u64;
    }
}

/// What the columns of a CSV mean.
enum Csv {
    Flows(Layout),
    Bill(BillLayout),
    Messages(usize),
}

impl Csv {
    fn of(header: &ByteRecord) -> Option<Self> {
        let names = || header.iter().map(|name| std::str::from_utf8(name).unwrap_or_default());
        BillLayout::of(names())
            .map(Self::Bill)
            .or_else(|| Layout::of(names()).map(Self::Flows))
            .or_else(|| names().position(|name| name.trim() == "@message").map(Self::Messages))
    }

    fn read<'a>(&self, row: &'a ByteRecord) -> Result<Fact<'a>, Fault> {
        match self {
            Self::Flows(layout) => {
                let cell =
                    |column| row.range(column).map_or((0, 0), |cell| (cell.start as u32, cell.end as u32));
                layout.read(row.as_slice(), row.len(), cell).map(Fact::Flow)
            }
            Self::Bill(layout) => layout.read(|column| row.get(column)).map(Fact::Charge),
            Self::Messages(column) => {
                let line = row.get(*column).ok_or(Fault::Short)?;
                Layout::default().read_line(line.trim_ascii()).map(Fact::Flow)
            }
        }
    }
}

fn read_csv<S: ScanSink>(
    layer: Layer<'_>,
    stream: &mut Stream<'_>,
    table: &mut Table<'_, S>,
) -> (u64, Option<io::Error>) {
    let leashed = Leashed { inner: stream, bytes: 0, left: CSV_LEASH_BYTES };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(leashed);
    let (mut row, mut columns) = (ByteRecord::new(), None);
    let fault = loop {
        reader.get_mut().left = CSV_LEASH_BYTES;
        match reader.read_byte_record(&mut row) {
            Ok(false) => break None,
            Ok(true) => {}
            Err(error) => break Some(into_io(error)),
        }
        if table.index.is_multiple_of(ROWS_UNASKED)
            && let Err(refused) = layer.budget.go_on()
        {
            break Some(refused.into());
        }
        let offset = row.position().map_or(0, csv::Position::byte);
        let Some(known) = &columns else {
            columns = Csv::of(&row);
            match &columns {
                Some(Csv::Flows(layout)) => table.rows.note_unknown_columns(layout.unknown()),
                Some(_) => {}
                None => table.take(offset, Err(Fault::Shape)),
            }
            continue;
        };
        table.take(offset, known.read(&row));
    };
    (reader.get_ref().bytes, fault)
}

/// How many bytes the reader of CSV may fetch for one row: the row, and a buffer of what follows it.
const CSV_LEASH_BYTES: usize = ROW_BYTES_MAX + (64 << 10);

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("not a table: {other:?}")),
    }
}

/// A stream that gives so many bytes for one row and no more: a quote that is never closed would swallow the file.
struct Leashed<'s, 'r> {
    inner: &'s mut Stream<'r>,
    bytes: u64,
    left: usize,
}

impl Read for Leashed<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Fault::TooLong.to_string()));
        }
        let most = buffer.len().min(self.left);
        let count = loop {
            match self.inner.read(&mut buffer[..most]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.bytes += count as u64;
        self.left -= count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{open, open_sides};

    const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
    const ROW: &str = "2 111122223333 eni-0a1b2c3d4e5f60718 10.0.8.21 203.0.113.77 43122 3333 6 41 18342 1789352220 1789352280 ACCEPT OK";

    #[test]
    fn every_row_is_kept_passed_or_rejected_with_its_place() {
        let text = format!("{HEADER}\n{ROW}\n\nnonsense\r\n{ROW}\r\n{HEADER} extra\n{ROW} 1\n{ROW}");
        let (facts, totals) = open_sides(text.as_bytes());
        // The fourth is in the default columns although its header names one more.
        assert_eq!(facts.len(), 4);
        let (source, rows) = totals.side.iter().next().unwrap();
        assert_eq!(
            (source, rows.read(), rows.kept(), rows.rejected(), rows.unknown_columns()),
            (Source::VpcFlowLogs, 5, 4, 1, 1)
        );
        assert!(totals.add_up());
        let position = rows.rejected_by_reason().values().next().unwrap().first().next().unwrap();
        assert_eq!((position.offset as usize, position.index), (HEADER.len() + ROW.len() + 3, 1));
    }

    #[test]
    fn a_line_without_end_costs_a_window_and_the_rest_is_read() {
        let text = format!("{HEADER}\n{}\n{ROW}\n", "x".repeat(3 * WINDOW_BYTES));
        let (facts, totals) = open_sides(text.as_bytes());
        assert_eq!((facts.len(), totals.side.rejected()), (1, 1));
    }

    #[test]
    fn rows_that_lie_across_windows_are_whole() {
        let rows = 2 * WINDOW_BYTES / ROW.len();
        let text = format!("{HEADER}\n{}", format!("{ROW}\n").repeat(rows));
        let (facts, totals) = open_sides(text.as_bytes());
        assert_eq!(
            (facts.len(), totals.side.rejected(), totals.bytes.decompressed),
            (rows, 0, text.len() as u64)
        );
    }

    #[test]
    fn a_table_in_memory_and_one_that_comes_in_pieces_say_the_same() {
        let long = "x".repeat(ROW_BYTES_MAX + 1);
        let fits = format!("{ROW} {}", "1".repeat(ROW_BYTES_MAX - ROW.len() - 1));
        let parts = [HEADER, "", ROW, &long, ROW, &fits, "nonsense", ROW, &long];
        for end in ["", "\n", "\r\n"] {
            let text = parts.join("\n") + end;
            let (facts, whole) = open_sides(text.as_bytes());
            assert_eq!((facts.len(), whole.side.rejected()), (4, 3));
            let (_, streamed) = open(text.as_bytes(), 0);
            let (_, trickled) = open(crate::testing::Trickle(text.as_bytes()), 0);
            for other in [streamed, trickled] {
                assert_eq!(other.side.read(), whole.side.read());
                let positions = |totals: &crate::Totals| -> Vec<_> {
                    let (_, rows) = totals.side.iter().next().unwrap();
                    let told = rows.rejected_by_reason().iter();
                    told.map(|(why, at)| {
                        (why.clone(), at.first().map(|at| (at.offset, at.index)).collect::<Vec<_>>())
                    })
                    .collect()
                };
                assert_eq!(positions(&other), positions(&whole));
            }
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_swallow_the_memory() {
        let text = format!("BilledCost,ChargePeriodStart\n1,2026-09-14T02:00:00Z\n\"{}", "x".repeat(4 << 20));
        let (facts, totals) = open_sides(text.as_bytes());
        assert_eq!((facts.len(), totals.objects.failed()), (1, 1));
        assert!(totals.bytes.decompressed < 1 << 20);
    }

    #[test]
    fn csvs_of_flows_and_of_bills_are_read() {
        let flows = "srcAddr,dstAddr,srcPort,dstPort,protocol,@timestamp\n10.0.0.1,1.2.3.4,50000,80,6,2026-09-14 02:17:00.000\n";
        let messages = format!("@timestamp,@message\n2026-09-14 02:17:00.000,{ROW}\n");
        let bill = "BilledCost,ChargePeriodStart,ResourceId\n1.5,2026-09-14T02:00:00Z,i-0f1\nmuch,2026-09-14T02:00:00Z,i-0f1\n";
        for (text, rejected) in [(flows, 0), (&*messages, 0), (bill, 1)] {
            let (facts, totals) = open_sides(text.as_bytes());
            assert_eq!(
                (facts.len(), totals.side.rejected(), totals.objects.read()),
                (1, rejected, 1),
                "{text}"
            );
        }
    }

    #[test]
    fn a_table_that_breaks_off_has_failed_and_what_came_before_counts() {
        let text = format!("{HEADER}\n{ROW}\n{ROW}\n");
        let zipped = crate::testing::gzip(text.as_bytes());
        let (_, totals) = open(&zipped[..zipped.len() - 9], 0);
        assert_eq!((totals.objects.failed(), totals.objects.found()), (1, 1));
        assert!(totals.side.read() >= 1 && totals.add_up());
    }
}
