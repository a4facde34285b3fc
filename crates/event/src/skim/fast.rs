//! The walk over one record by the index: from colon to colon.
//!
//! Before a colon stands a key, and the quote bits tell where it opens; behind it begins a value. Where a value ends
//! need not be looked for: the next key, or the bracket that closes the object, stands behind it. So a string or number
//! costs nothing but its key, and a container is stepped over from mark to mark.
//!
//! It accepts more than JSON, and gives for JSON what [`super::walk`] gives, which looks at every byte.

use super::field::Slot;
use super::index::{Tables, is_quote};
use super::keys::{KEY_BYTES, Level, Shape, known_key, slot_of};
use super::scan::skip_space;
use super::skimmed::{Present, Slots};
use super::walk::{LEVEL_INSIDE, OPEN_MAX, Place, Stop};

/// What a bracket does to the depth, and a colon does not.
static STEP: [i8; 256] = {
    let mut step = [0; 256];
    step[b'{' as usize] = 1;
    step[b'[' as usize] = 1;
    step[b'}' as usize] = -1;
    step[b']' as usize] = -1;
    step
};

/// What stands before a key: a comma, or before the first one its bracket. A table, for a branch between the two would be
/// guessed wrong at every first key.
static SEPARATES: [bool; 256] = {
    let mut separates = [false; 256];
    separates[b',' as usize] = true;
    separates[b'{' as usize] = true;
    separates
};

/// Walks the object at `start` of `piece`, of which the tables are; `next` is the number of the mark there.
///
/// Returns the position behind the object and the number of the next mark; its values are in `slots`.
#[inline(always)]
pub(super) fn walk_indexed(
    piece: &[u8],
    tables: &Tables,
    next: usize,
    task: Task,
    slots: &mut Slots,
    differs: impl Fn(&[u8; KEY_BYTES], &Shape) -> bool,
) -> (Result<usize, Stop>, usize) {
    let mut walk = Walk { text: piece, quotes: tables.quotes(), marks: tables.marks(), next };
    let end = walk.object(task, slots, differs);
    (end, walk.next)
}

/// Which object to walk, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    pub(super) start: usize,
    pub(super) place: Place,
    pub(super) depth_max: u32,
}

/// A walk, and the first mark that it has not passed.
struct Walk<'i> {
    text: &'i [u8],
    quotes: &'i [u8],
    marks: &'i [u32],
    next: usize,
}

impl Walk<'_> {
    /// Walks the object that the task says.
    #[inline(always)]
    fn object(
        &mut self,
        task: Task,
        slots: &mut Slots,
        differs: impl Fn(&[u8; KEY_BYTES], &Shape) -> bool,
    ) -> Result<usize, Stop> {
        let mut present = Present::default();
        let mut outer = [(Slot::Ignored, task.start, Level::Record); OPEN_MAX];
        let mut depth = 0;
        let mut level = Level::Record;
        // The value whose end is not yet known, and where it begins.
        let (mut pending, mut value) = (Slot::Ignored, task.start);
        self.next += 1;
        loop {
            let (mark, kind) = self.mark().ok_or(Stop::Cut)?;
            if kind != b':' {
                if kind != b'}' {
                    return Err(Stop::Bad { at: mark });
                }
                slots.put(pending, value, mark);
                present.add(pending);
                if depth == 0 {
                    slots.set_present(present);
                    return Ok(mark + 1);
                }
                (pending, value, level) = outer[depth];
                depth -= 1;
                continue;
            }
            let key = self.key_before(mark, level, &differs);
            let Some((end, slot)) = key else { return Err(Stop::Bad { at: mark }) };
            slots.put(pending, value, end);
            present.add(pending);
            pending = slot;
            let first;
            (value, first) = value_begin(self.text, mark + 1);
            let inner = LEVEL_INSIDE[pending as usize];
            if inner.is_some() {
                present.forget_inside(pending);
            }
            if first | 0x20 != b'{' {
                continue;
            }
            if let Some(inner) = inner
                && first == b'{'
            {
                depth += 1;
                outer[depth] = (pending, value, level);
                level = inner;
                pending = Slot::Ignored;
                self.next += 1;
                continue;
            }
            if pending == Slot::Stream && task.place == Place::Top && !present.has(Slot::EventName) {
                return Err(Stop::Stream { at: value });
            }
            self.container(task.depth_max.saturating_sub(depth as u32 + 1))?;
        }
    }

    /// Passes the next mark; returns its position and what it is. `None` behind the last.
    #[inline(always)]
    fn mark(&mut self) -> Option<(usize, u8)> {
        let at = *self.marks.get(self.next)? as usize;
        self.next += 1;
        Some((at, *self.text.get(at)?))
    }

    /// Passes the marks of the container whose opening bracket is the next one.
    #[inline(always)]
    fn container(&mut self, depth_max: u32) -> Result<(), Stop> {
        let mut depth = 0;
        loop {
            let (_, kind) = self.mark().ok_or(Stop::Cut)?;
            depth += i32::from(STEP[kind as usize]);
            if depth <= 0 {
                return Ok(());
            }
            if depth as u32 > depth_max {
                return Err(Stop::Deep);
            }
        }
    }

    /// Returns the slot of the key before the colon at `colon`, and where the comma or bracket before it stands.
    #[inline(always)]
    fn key_before(
        &self,
        colon: usize,
        level: Level,
        differs: &impl Fn(&[u8; KEY_BYTES], &Shape) -> bool,
    ) -> Option<(usize, Slot)> {
        let begin = colon.wrapping_sub(KEY_BYTES + 1);
        let bytes: Option<&[u8; KEY_BYTES + 1]> = self.text.get(begin..).and_then(|rest| rest.first_chunk());
        if let Some([bytes @ .., b'"']) = bytes
            && let Some(known) = known_key(bytes, level, differs)
        {
            let before = colon.wrapping_sub(3 + usize::from(known.length));
            if self.text.get(before).is_some_and(|byte| SEPARATES[usize::from(*byte)]) {
                return Some((before, known.slot));
            }
        }
        key_before_rare(self.text, self.quotes, colon, level)
    }
}

/// The same where the key is not known, or not written as usual.
#[cold]
#[inline(never)]
fn key_before_rare(text: &[u8], quotes: &[u8], colon: usize, level: Level) -> Option<(usize, Slot)> {
    let is_quote = |at: &usize| is_quote(quotes, *at);
    let close = trimmed(text, colon).checked_sub(1).filter(is_quote)?;
    let open = (0..close).rev().find(is_quote)?;
    let before = trimmed(text, open).checked_sub(1)?;
    SEPARATES[usize::from(text[before])].then(|| (before, slot_of(&text[open + 1..close], level)))
}

/// Returns where the text before `end` ends if white space does not count.
fn trimmed(text: &[u8], end: usize) -> usize {
    text.get(..end).unwrap_or_default().trim_ascii_end().len()
}

/// Returns where the value begins behind a colon, and its first byte; zero behind the end of the text.
#[inline(always)]
fn value_begin(text: &[u8], at: usize) -> (usize, u8) {
    match text.get(at) {
        Some(first @ b'!'..) => (at, *first),
        _ => value_begin_rare(text, at),
    }
}

/// The same where there is white space, or the text ends.
#[cold]
#[inline(never)]
fn value_begin_rare(text: &[u8], at: usize) -> (usize, u8) {
    let value = skip_space(text, at);
    (value, text.get(value).copied().unwrap_or_default())
}
