//! Reads the text of one object, window by window, and finds its records.
//!
//! What kind of text it is need not be known: a value that stands at the top, in an array at the top, or in the long
//! array of an envelope (`Records`, `Events`, `hits`) is walked, and is a record if it looks like one. If it does not,
//! it may be an envelope itself and is opened as a whole. So concatenated objects, JSON lines and pretty-printed files
//! need no code of their own, and no more than one record must be held at a time.
//!
//! After a fault the next record is looked for: in an array, behind the fault, an object that begins with
//! `eventVersion` as AWS writes it; at the top, a line that begins with a bracket. Nothing inside a string can look like
//! that, for its quotes would be escaped.

use std::ops::Range;

use super::fast::Task;
use super::index::{Index, PIECE_BYTES_MAX};
use super::scan::{skip_space, string_end, value_end};
use super::simd::Isa;
use super::sink::{ObjectSummary, RecordSink, RejectReason, Tally};
use super::skimmed::{Skimmed, Slots};
use super::skip::Skip;
use super::walk::{Place, Stop, walk};
use crate::envelope::csv::{self, Cell};
use crate::envelope::{Opener, Stray, Walked, is_record, opens_stream};
use crate::limits::Limits;

/// Most envelopes that may be open around a long array.
///
/// `hits.hits[]` needs three. A text that opens more is stepped over like any other value.
const FRAMES_MAX: usize = 4;

/// Bytes that are indexed at first; then twice as many every time.
///
/// Fewer, and an ordinary file is begun slowly; more, and much is indexed in vain of a text that is soon at fault.
const PIECE_BYTES_MIN: usize = 2 << 10;

/// How far behind a fault's window the beginning of a record may lie, in bytes; more white space than this between a
/// bracket and its first key is not looked through.
const BEGINNING_BYTES_MAX: usize = 256;

/// Reads the text of one object after another. Keeps its buffers.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    slots: Slots,
    index: Index,
    /// Which bytes of the window the index is of.
    indexed: Range<usize>,
    /// How much is indexed next; nothing if the next object is scanned.
    piece_bytes: usize,
    tally: Tally,
    state: State,
    frames: Vec<Frame>,
    /// Where the window begins, in bytes from the beginning of the text.
    window_offset: u64,
    payload_bytes_left: u64,
}

/// What the reader is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Reading values where they are expected.
    Values,
    /// Stepping over a value.
    Skipping(Skip),
    /// Looking for a record behind a fault at this offset.
    Lost { offset: u64 },
    /// Looking for cells of a table that hold records.
    Table,
}

/// What the next value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// An envelope, between its members.
    Envelope,
    /// An array at the top.
    Array,
    /// The long array of an envelope.
    Records,
}

/// What one step came to.
enum Step {
    /// Go on at this position.
    At(usize),
    /// The value at this position is not all there.
    More(usize),
}

impl Reader {
    /// Makes a reader that keeps to `limits`.
    pub fn new(limits: Limits) -> Reader {
        Reader::with_isa(limits, Isa::fastest())
    }

    /// Makes a reader that keeps to `limits` and uses no instructions but those of every machine: slower, and the same.
    pub fn portable(limits: Limits) -> Reader {
        Reader::with_isa(limits, Isa::portable())
    }

    /// Makes a reader that uses certain instructions.
    pub(crate) fn with_isa(limits: Limits, isa: Isa) -> Reader {
        Reader {
            limits,
            slots: Slots::new(),
            index: Index::new(isa),
            indexed: 0..0,
            piece_bytes: PIECE_BYTES_MIN,
            tally: Tally::default(),
            state: State::Values,
            frames: Vec::with_capacity(FRAMES_MAX),
            window_offset: 0,
            payload_bytes_left: limits.payload_bytes_max,
        }
    }

    /// Begins with another text.
    pub fn begin(&mut self) {
        self.tally = Tally::default();
        self.state = State::Values;
        self.frames.clear();
        self.window_offset = 0;
        self.piece_bytes = PIECE_BYTES_MIN;
        self.payload_bytes_left = self.limits.payload_bytes_max;
    }

    /// Reads every complete record of `window`; returns how many bytes were consumed. The caller presents the rest again,
    /// in front of what comes next.
    ///
    /// If nothing was consumed, the window must grow; once it is longer than the limit of a record, something will be.
    pub fn feed<S: RecordSink>(&mut self, window: &[u8], sink: &mut S) -> usize {
        let consumed = self.read(window, sink);
        self.window_offset += consumed as u64;
        consumed
    }

    /// Reads what is left at the end of the text, and says what the text was.
    pub fn finish<S: RecordSink>(&mut self, rest: &[u8], sink: &mut S) -> ObjectSummary {
        let at = self.read(rest, sink);
        let rest = &rest[at..];
        self.window_offset += at as u64;
        match self.state {
            State::Values if !rest.is_empty() => self.finish_value(rest, sink),
            State::Values => self.tally.truncated |= !self.frames.is_empty(),
            State::Skipping(_) => self.tally.truncated = true,
            State::Table => self.finish_table(rest, sink),
            State::Lost { .. } => {}
        }
        if let State::Lost { offset } = self.state {
            self.tally.gave_up = true;
            self.tally.reject(sink, offset, RejectReason::GaveUp);
        }
        self.tally.summary()
    }

    /// Reads the last value, which nothing follows.
    fn finish_value<S: RecordSink>(&mut self, rest: &[u8], sink: &mut S) {
        let is_line = self.frames.is_empty() && !rest.starts_with(b"{");
        if is_line && let Step::At(_) = self.read_other(&[rest, b"\n"].concat(), 0, sink) {
            return;
        }
        self.tally.truncated = true;
        self.tally.reject(sink, self.window_offset, RejectReason::Truncated);
    }

    /// Reads the last cell of a table, behind which no line ends.
    fn finish_table<S: RecordSink>(&mut self, rest: &[u8], sink: &mut S) {
        let text = [rest, b"\n"].concat();
        if let Step::More(begin) = self.read_cell(&text, 0, sink)
            && let Cell::Cut(_) = csv::next_cell(&text, begin)
        {
            self.tally.truncated = true;
            self.tally.reject(sink, self.window_offset + begin as u64, RejectReason::Truncated);
        }
    }

    /// Reads values until one is not all there, and returns its position.
    fn read<S: RecordSink>(&mut self, window: &[u8], sink: &mut S) -> usize {
        let mut at = 0;
        self.indexed = 0..0;
        loop {
            let step = match &mut self.state {
                State::Values => self.read_value(window, at, sink),
                State::Skipping(skip) => match skip.go_on(window, at) {
                    Some(end) => {
                        self.state = State::Values;
                        Step::At(end)
                    }
                    None => Step::More(window.len()),
                },
                State::Lost { .. } => self.find_record(window, at, sink),
                State::Table => self.read_cell(window, at, sink),
            };
            match step {
                Step::At(next) => at = next,
                Step::More(next) if next < window.len() && self.is_too_large(window.len() - next) => {
                    at = self.pass_too_large(next, sink);
                }
                Step::More(next) => return next,
            }
        }
    }

    /// Tells whether a value that is longer than `length` is longer than allowed.
    fn is_too_large(&self, length: usize) -> bool {
        matches!(self.state, State::Values | State::Table) && length > self.limits.record_bytes_max
    }

    /// Rejects the value at `at`, whose end is not known, and returns where to go on.
    fn pass_too_large<S: RecordSink>(&mut self, at: usize, sink: &mut S) -> usize {
        if self.state == State::Table {
            self.tally.reject(sink, self.window_offset + at as u64, RejectReason::TooLarge);
            return at + 1;
        }
        self.skip(at, RejectReason::TooLarge, sink);
        at
    }

    /// Rejects the value at `at` and steps over it.
    fn skip<S: RecordSink>(&mut self, at: usize, reason: RejectReason, sink: &mut S) {
        self.tally.reject(sink, self.window_offset + at as u64, reason);
        self.forget_index();
        self.state = State::Skipping(Skip::default());
    }

    /// Reads the next value, or the bracket that ends the frame.
    fn read_value<S: RecordSink>(&mut self, window: &[u8], at: usize, sink: &mut S) -> Step {
        let at = self.skip_between(window, at);
        let Some(first) = window.get(at) else { return Step::More(window.len()) };
        match (self.frames.last(), first) {
            (Some(Frame::Envelope), b'"') => self.read_member(window, at),
            (Some(Frame::Envelope), b'}') | (Some(Frame::Array | Frame::Records), b']') => {
                self.frames.pop();
                Step::At(at + 1)
            }
            (Some(Frame::Envelope), _) => self.lose(at),
            (_, b'{') => self.read_object(window, at, sink),
            (None, b'[') => {
                self.frames.push(Frame::Array);
                Step::At(at + 1)
            }
            _ if self.is_table(window, at) => {
                self.state = State::Table;
                Step::At(at)
            }
            _ => self.read_other(window, at, sink),
        }
    }

    /// Tells whether a text that does not begin like JSON is a table with records in its cells.
    fn is_table(&self, window: &[u8], at: usize) -> bool {
        let is_begin = self.frames.is_empty() && self.window_offset == 0 && self.tally.values() == 0;
        is_begin && !matches!(csv::next_cell(window, at), Cell::None(_))
    }

    /// Reads the next cell of a table that holds an object.
    fn read_cell<S: RecordSink>(&mut self, window: &[u8], at: usize, sink: &mut S) -> Step {
        match csv::next_cell(window, at) {
            Cell::Whole(begin, end) => {
                let offset = self.window_offset + begin as u64;
                self.opener(offset, sink).value(&csv::contents(&window[begin..end]), 0);
                Step::At(end)
            }
            Cell::Cut(begin) => Step::More(begin),
            Cell::None(end) => Step::More(end),
        }
    }

    /// Steps over what may stand between values: white space and commas, and at the top also a byte order mark and the
    /// separator of JSON text sequences.
    fn skip_between(&self, window: &[u8], at: usize) -> usize {
        let mut at = skip_space(window, at);
        loop {
            at = match window.get(at..) {
                Some([b',', ..]) if !self.frames.is_empty() => skip_space(window, at + 1),
                Some([0x1e, ..]) if self.frames.is_empty() => skip_space(window, at + 1),
                Some([0xef, 0xbb, 0xbf, ..]) if self.frames.is_empty() => skip_space(window, at + 3),
                _ => return at,
            }
        }
    }

    /// Reads the object at `at`: a record, an envelope with a long array, or something to be opened.
    #[inline]
    fn read_object<S: RecordSink>(&mut self, window: &[u8], at: usize, sink: &mut S) -> Step {
        let (text, start, walked) = self.walk_object(window, at);
        // Where the text that was walked begins in the window.
        let passed = at - start;
        match walked {
            Ok(end) => {
                self.take_object(text, start, end, at, sink);
                Step::At(passed + end)
            }
            Err(Stop::Stream { at: value }) => {
                self.tally.envelopes += 1;
                self.frames.push(Frame::Envelope);
                self.open_frame(window, passed + value);
                Step::At(passed + value + 1)
            }
            Err(Stop::Cut) => Step::More(at),
            Err(Stop::Bad { at: fault }) => {
                let lost = self.lose(passed + fault);
                // A bad line may seem to go on into the next one: that one is looked for from where the bad one began.
                if self.frames.is_empty() { Step::At(at) } else { lost }
            }
            Err(Stop::Deep) => {
                self.skip(at, RejectReason::TooDeep, sink);
                Step::At(at)
            }
        }
    }

    /// Walks the object at `at`. Returns the text that was walked, where the object begins in it, and where it ends.
    #[inline]
    fn walk_object<'a>(&mut self, window: &'a [u8], at: usize) -> (&'a [u8], usize, Result<usize, Stop>) {
        let place = if self.frames.is_empty() { Place::Top } else { Place::Inside };
        let depth_max = self.limits.depth_max;
        if self.piece_bytes < PIECE_BYTES_MIN {
            self.piece_bytes = PIECE_BYTES_MIN;
            let text = &window[at..window.len().min(at + PIECE_BYTES_MIN)];
            let walked = walk(text, place, depth_max, &mut self.slots);
            if walked != Err(Stop::Cut) {
                return (text, 0, walked);
            }
        }
        loop {
            if !self.indexed.contains(&at) {
                self.indexed = at..window.len().min(at + self.piece_bytes);
                self.index.build(&window[self.indexed.clone()]);
                self.piece_bytes = (self.piece_bytes * 2).min(PIECE_BYTES_MAX);
            }
            let piece = &window[self.indexed.clone()];
            let start = at - self.indexed.start;
            let walked = self.index.walk(piece, Task { start, place, depth_max }, &mut self.slots);
            if walked != Err(Stop::Cut) || self.indexed.end == window.len() {
                return (piece, start, walked);
            }
            self.indexed = 0..0;
            if start == 0 && piece.len() == PIECE_BYTES_MAX {
                let text = self.within_limit(window, at);
                return (text, 0, walk(text, place, depth_max, &mut self.slots));
            }
        }
    }

    /// Leaves the index: the text does not go on where it said. The next object is scanned, for if the text is at fault in
    /// every line an index of each would be for nothing.
    fn forget_index(&mut self) {
        self.indexed = 0..0;
        self.piece_bytes = 0;
    }

    /// Returns the text from `at` on, but one byte more than a record may have at most: what is longer seems cut.
    fn within_limit<'a>(&self, window: &'a [u8], at: usize) -> &'a [u8] {
        let end = window.len().min(at.saturating_add(self.limits.record_bytes_max));
        &window[at..end]
    }

    /// Takes the walked object at `start..end` of `text`; it stands at `at` of the window.
    fn take_object<S: RecordSink>(&mut self, text: &[u8], start: usize, end: usize, at: usize, sink: &mut S) {
        let offset = self.window_offset + at as u64;
        let record = Skimmed::new(text, start, end, offset, &self.slots);
        if is_record(&record) {
            self.tally.records += 1;
            sink.record(&record);
        } else {
            let object = Walked::of(&record);
            self.opener(offset, sink).walked_object(&text[start..end], object, 0);
        }
    }

    /// Makes what opens envelopes.
    fn opener<'r, S: RecordSink>(&'r mut self, offset: u64, sink: &'r mut S) -> Opener<'r, S> {
        let stray = if self.frames.last() == Some(&Frame::Records) { Stray::Reject } else { Stray::Count };
        Opener {
            limits: &self.limits,
            slots: &mut self.slots,
            tally: &mut self.tally,
            payload_bytes_left: &mut self.payload_bytes_left,
            sink,
            offset,
            stray,
        }
    }

    /// Enters the array or object that opens at `at`, the value of a member that may hold records.
    fn open_frame(&mut self, window: &[u8], at: usize) {
        let is_array = window.get(at) == Some(&b'[');
        self.frames.push(if is_array { Frame::Records } else { Frame::Envelope });
    }

    /// Reads a member of an envelope whose array was found: perhaps there is another one.
    fn read_member(&mut self, window: &[u8], at: usize) -> Step {
        let Ok(close) = string_end(window, at) else { return Step::More(at) };
        let colon = skip_space(window, close + 1);
        let value = skip_space(window, colon + 1);
        let Some(first) = window.get(value) else { return Step::More(at) };
        if window[colon] != b':' {
            return self.lose(colon);
        }
        let may_hold_records = matches!(first, b'[' | b'{') && opens_stream(&window[at + 1..close]);
        if may_hold_records && self.frames.len() < FRAMES_MAX {
            self.open_frame(window, value);
            return Step::At(value + 1);
        }
        if matches!(first, b',' | b'}' | b']' | b':') {
            return self.lose(value);
        }
        self.state = State::Skipping(Skip::default());
        Step::At(value)
    }

    /// Reads a value that is neither an object nor an array at the top.
    fn read_other<S: RecordSink>(&mut self, window: &[u8], at: usize, sink: &mut S) -> Step {
        let text = self.within_limit(window, at);
        let end = match value_end(text, 0) {
            Ok(end) => end,
            Err(Stop::Bad { at: fault }) => return self.lose(at + fault),
            Err(_) => return Step::More(at),
        };
        // Many texts that are not JSON begin with a word or number; at the top it must have a line for itself.
        if self.frames.is_empty() {
            match text[end..].trim_ascii_start().first() {
                _ if text[end..].starts_with(b"\n") || text[end..].starts_with(b"\r") => {}
                None => return Step::More(at),
                Some(_) => return self.lose(at + end),
            }
        }
        let offset = self.window_offset + at as u64;
        self.opener(offset, sink).value(&text[..end], 0);
        Step::At(at + end)
    }

    /// Goes looking for the next record behind a fault.
    fn lose(&mut self, at: usize) -> Step {
        self.forget_index();
        self.state = State::Lost { offset: self.window_offset + at as u64 };
        Step::At(at)
    }

    /// Looks for the beginning of a record; if there is one, the fault before it is told.
    fn find_record<S: RecordSink>(&mut self, window: &[u8], at: usize, sink: &mut S) -> Step {
        let State::Lost { offset } = self.state else { return Step::At(at) };
        let found = if self.frames.is_empty() { line_of_json(window, at) } else { record_begin(window, at) };
        let Some(begin) = found else {
            let unread = window.len().saturating_sub(BEGINNING_BYTES_MAX);
            return Step::More(unread.max(at));
        };
        self.tally.reject(sink, offset, RejectReason::NotJson);
        self.state = State::Values;
        if self.frames.last() == Some(&Frame::Envelope) {
            self.frames.push(Frame::Records);
        }
        Step::At(begin)
    }
}

/// Returns the position of the next line from `at` on that begins with a bracket.
fn line_of_json(window: &[u8], at: usize) -> Option<usize> {
    let rest = window.get(at..)?;
    let ends_of_lines = memchr::memchr_iter(b'\n', rest);
    ends_of_lines.map(|end| at + end + 1).find(|begin| matches!(window.get(*begin), Some(b'{' | b'[')))
}

/// Returns the position of the next object from `at` on whose first key is `eventVersion`.
fn record_begin(window: &[u8], at: usize) -> Option<usize> {
    let rest = window.get(at..)?;
    memchr::memmem::find_iter(rest, b"\"eventVersion\"").find_map(|key| {
        let before = rest[..key].trim_ascii_end();
        before.ends_with(b"{").then(|| at + before.len() - 1)
    })
}
