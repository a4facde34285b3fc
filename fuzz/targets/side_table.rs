//! Any text as a table of a side log, with and without columns from the command line: every row counts once, a row is
//! what a slow reader says, and a table that comes in pieces says what it says as a whole.
#![no_main]

use std::str::from_utf8;

use event::side::flow::{Layout, default_row};
use event::side::{Fault, Flow, TableKind, sniff};
use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::files::read_file;

/// Columns as the command line may give them; behind them come those of the input's first line, and none.
const FORMATS: [&str; 3] = [
    "srcaddr dstaddr start",
    "bytes packets start end dstaddr srcaddr dstport srcport protocol tcp-flags flow-direction instance-id log-status",
    "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr \
     pkt-dstaddr protocol bytes packets start end action tcp-flags log-status sublocation-type sublocation-id \
     pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-task-id \
     next-hop-interface-id reject-reason region az-id mood",
];

/// How much of a file is looked at to tell what it is.
const HEAD_BYTES: usize = 1 << 10;

/// How much text is read at a time: of lines, and of CSV.
const WINDOW_BYTES: [usize; 2] = [512 << 10, 8 << 10];

fuzz_target!(|input: &[u8]| {
    let Some(([format, cut_low, cut_high], text)) = input.split_first_chunk::<3>() else { return };
    let (bare, text) = columns(*format, text);
    let kind = sniff(head(text), bare.as_ref());
    let (facts, totals) = read_file(text, bare.as_ref());
    let rows = facts.len() as u64 + totals.side.rejected();
    assert_eq!(rows, totals.side.read());
    if totals.objects.read() == 0 {
        // A container begins with the same letters.
        return;
    }
    let layout = match &kind {
        Some(TableKind::Flows) => None,
        Some(TableKind::BareFlows(layout)) => Some(&**layout),
        _ => return in_pieces(text, kind.as_ref(), bare.as_ref(), [*cut_low, *cut_high]),
    };
    let slowly = rows_of(text, layout.cloned());
    assert_eq!(rows, slowly.len() as u64);
    let good: Vec<String> = slowly.iter().flatten().map(|flow| format!("Flow({flow:?})")).collect();
    assert_eq!(facts, good);
    in_pieces(text, kind.as_ref(), bare.as_ref(), [*cut_low, *cut_high]);
});

fn head(text: &[u8]) -> &[u8] {
    text.get(..HEAD_BYTES).unwrap_or(text)
}

/// The columns from the command line, and the text of the table.
fn columns(format: u8, text: &[u8]) -> (Option<Layout>, &[u8]) {
    let of = |names: &str| Layout::of(names.split_whitespace());
    match FORMATS.get(usize::from(format)) {
        Some(names) => (of(names), text),
        None if usize::from(format) == FORMATS.len() => match text.iter().position(|byte| *byte == b'\n') {
            Some(end) => (from_utf8(&text[..end]).ok().and_then(of), &text[end + 1..]),
            None => (None, text),
        },
        None => (None, text),
    }
}

/// The rows of a flow log, as one reads them without thinking of speed.
fn rows_of(text: &[u8], mut layout: Option<Layout>) -> Vec<Result<Flow<'_>, Fault>> {
    let mut rows = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let read = layout.as_ref().map(|layout| row(layout, line));
        if let Some(Ok(_)) = read {
            rows.extend(read);
            continue;
        }
        let words = from_utf8(line).unwrap_or_default().trim_start_matches('\u{feff}');
        match (Layout::of(words.split(' ')), default_row(line)) {
            (Some(header), _) => layout = Some(header),
            (None, Some(begin)) => rows.push(row(&Layout::default(), line[begin..].trim_ascii_end())),
            (None, None) => rows.push(read.unwrap_or(Err(Fault::Short))),
        }
    }
    rows
}

/// A row whose cells were separated one byte after the other.
fn row<'a>(layout: &Layout, line: &'a [u8]) -> Result<Flow<'a>, Fault> {
    let mut cells = vec![(0, line.len() as u32)];
    for (at, _) in line.iter().enumerate().filter(|(_, byte)| **byte == b' ') {
        if let Some((_, end)) = cells.last_mut() {
            *end = at as u32;
        }
        cells.push((at as u32 + 1, line.len() as u32));
    }
    let slowly = layout.read(line, cells.len(), |column| cells[column]);
    assert_eq!(slowly, layout.read_line(line));
    slowly
}

/// Reads a table as a whole and as a stream whose window ends somewhere in it: behind its first line is put what is
/// no row, or one row that is too long.
fn in_pieces(text: &[u8], kind: Option<&TableKind>, bare: Option<&Layout>, cut: [u8; 2]) {
    let Some(end) = text.iter().position(|byte| *byte == b'\n') else { return };
    let (first, rest) = text.split_at(end + 1);
    let cut = usize::from(u16::from_le_bytes(cut)) % (rest.len() + 1);
    let is_csv = matches!(kind, Some(TableKind::FlowCsv | TableKind::FlowMessages | TableKind::BillCsv));
    // A window of lines is half a megabyte, which takes longer than all the rest: only now and then.
    if !is_csv && !text.len().is_multiple_of(8) {
        return;
    }
    let window = WINDOW_BYTES[usize::from(is_csv)];
    let Some(missing) = window.checked_sub(first.len() + cut + 1) else { return };
    let between = if is_csv { b"\n" } else { b"x" }.repeat(missing);
    let longer = [first, &between, b"\n", rest].concat();
    let whole = read_file(&longer, bare);
    let packed = zstd::encode_all(&longer[..], 1).expect("memory takes everything");
    let streamed = read_file(&packed, bare);
    assert_eq!(whole.0, streamed.0);
    assert_eq!(whole.1.side, streamed.1.side);
    assert_eq!(whole.1.bytes.decompressed, streamed.1.bytes.decompressed);
}
