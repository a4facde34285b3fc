//! The index: what a walk needs to know about a piece of text, found 64 bytes at a time.
//!
//! The piece must begin outside of a string. Brackets and colons outside of strings are kept as positions, for the walk
//! goes from one to the next; quotes that are not escaped are kept as one bit a byte, for only the one before a colon is
//! asked for: where the key opens.

use super::fast::Task;
use super::simd::{Isa, Masks};
use super::skimmed::Slots;
use super::walk::Stop;

/// Bytes of text that one word of a mask stands for.
pub(crate) const BLOCK_BYTES: usize = 64;

/// Bytes of text that are indexed at once; a record that is longer is scanned.
///
/// Less, and more records are cut by the end of a piece and walked twice; more, and text and index do not stay in the
/// second-level cache together. Between 64 KB and 128 KB it makes little difference.
pub(crate) const PIECE_BYTES_MAX: usize = 128 << 10;

/// Most blocks of a piece: its end may begin another one, even if it is empty.
const BLOCKS_MAX: usize = PIECE_BYTES_MAX / BLOCK_BYTES + 1;

/// Stands behind the last position. No text is as long.
pub(super) const END: u32 = u32::MAX;

/// How many brackets and colons a block usually has at most, outside of strings.
const USUAL: usize = 5;

/// What is known of a piece of text. Used again for every piece.
#[derive(Debug)]
pub(crate) struct Index {
    isa: Isa,
    tables: Tables,
    /// The first mark that the walk has not passed.
    next: usize,
}

/// What is written while a piece is indexed.
#[derive(Debug)]
pub(crate) struct Tables {
    /// One bit for each byte of text, the lowest first: whether it is a quote.
    quotes: Vec<u8>,
    /// The positions of brackets and colons in rising order, then [`END`].
    marks: Vec<u32>,
}

impl Index {
    /// Makes room for the index of a piece.
    pub(crate) fn new(isa: Isa) -> Index {
        let quotes = vec![0; 8 * BLOCKS_MAX];
        let marks = vec![END; PIECE_BYTES_MAX + 2 * BLOCK_BYTES];
        Index { isa, tables: Tables { quotes, marks }, next: 0 }
    }

    /// Indexes `piece`, which must not be longer than a piece may be and begin outside of a string.
    pub(crate) fn build(&mut self, piece: &[u8]) {
        self.isa.index(piece, &mut self.tables);
        self.next = 0;
    }

    /// The quotes and marks of the piece, which has `length` bytes.
    #[cfg(test)]
    pub(super) fn told(&self, length: usize) -> (Vec<u8>, Vec<u32>) {
        let marks = self.tables.marks.iter().copied().take_while(|mark| *mark != END).collect();
        (self.tables.quotes[..length.div_ceil(8)].to_vec(), marks)
    }

    /// Walks the object that the task says, of the piece that was indexed last. Objects must be walked in rising order.
    #[inline]
    pub(crate) fn walk(&mut self, piece: &[u8], task: Task, slots: &mut Slots) -> Result<usize, Stop> {
        while (mark_at(&self.tables.marks, self.next) as usize) < task.start {
            self.next += 1;
        }
        let (end, next) = self.isa.walk(piece, &self.tables, self.next, task, slots);
        self.next = next;
        end
    }
}

/// Returns the position of a bracket or colon, or [`END`] behind the last.
#[inline(always)]
pub(super) fn mark_at(marks: &[u32], number: usize) -> u32 {
    marks.get(number).copied().unwrap_or(END)
}

/// Tells whether the byte at `at` is a quote that is not escaped.
#[inline]
pub(super) fn is_quote(quotes: &[u8], at: usize) -> bool {
    quotes.get(at / 8).is_some_and(|bits| bits >> (at % 8) & 1 == 1)
}

impl Tables {
    /// Returns the bits of the quotes, for [`is_quote`].
    #[inline(always)]
    pub(super) fn quotes(&self) -> &[u8] {
        &self.quotes
    }

    /// Returns the positions of the marks, for [`mark_at`].
    #[inline(always)]
    pub(super) fn marks(&self) -> &[u32] {
        &self.marks
    }

    /// Indexes `piece`. `masks` tells what is in a block, `prefix_xor` the parity of all lower bits for each bit.
    #[inline(always)]
    pub(super) fn build(
        &mut self,
        piece: &[u8],
        masks: impl Fn(&[u8; BLOCK_BYTES]) -> Masks,
        prefix_xor: impl Fn(u64) -> u64,
    ) {
        let mut strings = Strings::default();
        let mut count = 0;
        let (blocks, rest) = piece.as_chunks::<BLOCK_BYTES>();
        let (words, _) = self.quotes.as_chunks_mut::<8>();
        for ((place, block), word) in blocks.iter().enumerate().zip(&mut *words) {
            let (quotes, marks) = strings.outside(&masks(block), &prefix_xor);
            *word = quotes.to_le_bytes();
            count = add_positions(&mut self.marks, count, (place * BLOCK_BYTES) as u32, marks);
        }
        let mut block = [b' '; BLOCK_BYTES];
        block[..rest.len()].copy_from_slice(rest);
        let (quotes, marks) = strings.outside(&masks(&block), &prefix_xor);
        words[blocks.len()] = quotes.to_le_bytes();
        count = add_positions(&mut self.marks, count, (blocks.len() * BLOCK_BYTES) as u32, marks);
        self.marks[count] = END;
    }
}

/// Writes a position for each bit of `mask` behind the `count` there are, the lowest bit being `base`; returns how many
/// there are now.
///
/// As many as usual are written without asking how many there are: a branch that is guessed wrong costs more.
#[inline(always)]
fn add_positions(positions: &mut [u32], count: usize, base: u32, mask: u64) -> usize {
    let added = mask.count_ones() as usize;
    let room = &mut positions[count..count + BLOCK_BYTES];
    let mut rest = mask;
    let mut write = |place: &mut u32| {
        *place = base.wrapping_add(rest.trailing_zeros());
        rest &= rest.wrapping_sub(1);
    };
    room[..USUAL].iter_mut().for_each(&mut write);
    if added > USUAL {
        room[USUAL..added].iter_mut().for_each(&mut write);
    }
    count + added
}

/// What a block leaves for the next: whether it ended inside of a string, and whether behind a backslash.
#[derive(Default)]
struct Strings {
    /// All bits or none.
    inside: u64,
    /// The lowest bit or none.
    escaped: u64,
}

impl Strings {
    /// Returns the quotes that are not escaped, and the marks outside of strings.
    #[inline(always)]
    fn outside(&mut self, masks: &Masks, prefix_xor: &impl Fn(u64) -> u64) -> (u64, u64) {
        let quotes = masks.quotes & !self.escaped(masks.backslashes);
        let inside = prefix_xor(quotes) ^ self.inside;
        self.inside = ((inside as i64) >> 63) as u64;
        (quotes, masks.marks & !inside)
    }

    /// Returns the bytes that stand behind a backslash that is not itself escaped.
    #[inline(always)]
    fn escaped(&mut self, backslashes: u64) -> u64 {
        if backslashes == 0 {
            return std::mem::take(&mut self.escaped);
        }
        // A run of backslashes escapes what follows if it is odd. Runs that begin at an odd place are found by
        // carrying an addition through them; where run and place agree, the run was even.
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let backslashes = backslashes & !self.escaped;
        let follows = backslashes << 1 | self.escaped;
        let odd_starts = backslashes & !EVEN & !follows;
        let (even_runs, carried) = odd_starts.overflowing_add(backslashes);
        self.escaped = u64::from(carried);
        (EVEN ^ even_runs << 1) & follows
    }
}
