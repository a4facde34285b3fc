//! Looks at what a Parquet file says of itself, before its reader believes it.
//!
//! A file tells how long its footer is, how deep its schema nests, how large each page unfolds and how many words a
//! dictionary has. The reader allocates and recurses by these words, and neither a lack of memory nor of stack can be
//! caught. So they are read here first, from the raw Thrift, which is a few lines: numbers, lists and structs.

use std::io;

use parquet::file::reader::ChunkReader;

use super::{damaged, guarded};
use crate::budget::Refused;
use crate::limits::{Limit, PARQUET_FOOTER_BYTES_MAX, PARQUET_PAGE_BYTES_MAX, PARQUET_SCHEMA_DEPTH_MAX};

/// The length of a footer, and the four letters behind it.
const TAIL_BYTES: usize = 8;

/// How much is read to find a page's header, and the most that it may need.
const HEAD_BYTES: [usize; 2] = [256, 1 << 20];

/// How deep structs may nest in what is only passed over.
const SKIP_DEPTH_MAX: usize = 16;

/// Where the pages of a column begin, and how many bytes they have.
struct Chunk {
    begin: u64,
    bytes: u64,
}

/// Fails a file whose footer, schema or pages ask for more than they may.
pub(super) fn look_at<R: ChunkReader>(file: &R) -> io::Result<()> {
    let length = file.len();
    let tail_at = length.checked_sub(TAIL_BYTES as u64).ok_or_else(cut)?;
    let tail = bytes(file, tail_at, TAIL_BYTES)?;
    let (Some(footer_bytes), b"PAR1") = (tail.first_chunk::<4>(), &tail[4..]) else { return Err(cut()) };
    let footer_bytes = u32::from_le_bytes(*footer_bytes);
    if u64::from(footer_bytes) > PARQUET_FOOTER_BYTES_MAX {
        return Err(Refused::Limit(Limit::ParquetFooter).into());
    }
    let footer_at = tail_at
        .checked_sub(footer_bytes.into())
        .ok_or_else(|| damaged("its footer is longer than itself"))?;
    let footer = bytes(file, footer_at, footer_bytes as usize)?;
    let (depth, chunks) =
        Thrift { rest: &footer }.footer().ok_or_else(|| damaged("its footer cannot be read"))?;
    if depth > PARQUET_SCHEMA_DEPTH_MAX {
        return Err(Refused::Limit(Limit::ParquetFooter).into());
    }
    chunks.iter().try_for_each(|chunk| look_at_pages(file, chunk, footer_at))
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "there is no footer at its end")
}

fn bytes<R: ChunkReader>(file: &R, from: u64, length: usize) -> io::Result<Vec<u8>> {
    guarded(|| file.get_bytes(from, length)).map(|bytes| bytes.to_vec())
}

/// Walks over the pages of a column, by their headers.
fn look_at_pages<R: ChunkReader>(file: &R, chunk: &Chunk, footer_at: u64) -> io::Result<()> {
    let end = chunk.begin.saturating_add(chunk.bytes);
    if end > footer_at {
        return Err(damaged("a column ends behind the file"));
    }
    let mut at = chunk.begin;
    while at < end {
        let page = page_at(file, at, end)?;
        if page.unfolded > PARQUET_PAGE_BYTES_MAX {
            return Err(Refused::Limit(Limit::ParquetPage).into());
        }
        // A word has a byte at least.
        if page.words > page.unfolded {
            return Err(damaged("a dictionary has more words than bytes"));
        }
        at = at.saturating_add(page.bytes);
    }
    Ok(())
}

fn page_at<R: ChunkReader>(file: &R, at: u64, end: u64) -> io::Result<Page> {
    for most in HEAD_BYTES {
        let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(most);
        let head = bytes(file, at, length)?;
        if let Some(page) = (Thrift { rest: &head }).page(length) {
            return Ok(page);
        }
    }
    Err(damaged("a page has no readable header"))
}

/// What the header of a page says.
#[derive(Debug, PartialEq, Eq)]
struct Page {
    /// How long it is in the file, header included.
    bytes: u64,
    /// How long it is when it is unfolded.
    unfolded: u64,
    /// How many words it has, if it is a dictionary.
    words: u64,
}

/// Thrift's compact protocol, as far as it takes to pass over it.
struct Thrift<'a> {
    rest: &'a [u8],
}

impl Thrift<'_> {
    /// How deep the schema nests, and where the columns of all row groups are.
    fn footer(mut self) -> Option<(usize, Vec<Chunk>)> {
        let (mut depth, mut chunks) = (0, Vec::new());
        let mut field = 0;
        while let Some((id, kind)) = self.field(&mut field)? {
            match (id, kind) {
                (2, 9) => depth = self.schema()?,
                (4, 9) => self.list(|thrift| thrift.row_group(&mut chunks))?,
                _ => self.skip(kind, 0)?,
            }
        }
        Some((depth, chunks))
    }

    /// How deep a schema nests: its elements come with the number of their children, each before its children.
    fn schema(&mut self) -> Option<usize> {
        let (mut open, mut deepest): (Vec<i64>, usize) = (Vec::new(), 0);
        self.list(|thrift| {
            while open.last() == Some(&0) {
                open.pop();
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            let (mut field, mut children) = (0, 0);
            while let Some((id, kind)) = thrift.field(&mut field)? {
                match (id, kind) {
                    (5, 5) => children = thrift.number()?,
                    _ => thrift.skip(kind, 0)?,
                }
            }
            deepest = deepest.max(open.len());
            if children > 0 {
                open.push(children);
            }
            Some(())
        })?;
        Some(deepest)
    }

    fn row_group(&mut self, chunks: &mut Vec<Chunk>) -> Option<()> {
        let mut field = 0;
        while let Some((id, kind)) = self.field(&mut field)? {
            match (id, kind) {
                (1, 9) => self.list(|thrift| thrift.column(chunks))?,
                _ => self.skip(kind, 0)?,
            }
        }
        Some(())
    }

    fn column(&mut self, chunks: &mut Vec<Chunk>) -> Option<()> {
        let mut field = 0;
        while let Some((id, kind)) = self.field(&mut field)? {
            match (id, kind) {
                (3, 12) => chunks.push(self.column_metadata()?),
                _ => self.skip(kind, 0)?,
            }
        }
        Some(())
    }

    fn column_metadata(&mut self) -> Option<Chunk> {
        let (mut field, mut bytes, mut data, mut dictionary) = (0, 0, 0, None);
        while let Some((id, kind)) = self.field(&mut field)? {
            match (id, kind) {
                (7, 6) => bytes = self.number()?,
                (9, 6) => data = self.number()?,
                (11, 6) => dictionary = Some(self.number()?),
                _ => self.skip(kind, 0)?,
            }
        }
        Some(Chunk {
            begin: u64::try_from(dictionary.unwrap_or(data)).ok()?,
            bytes: u64::try_from(bytes).ok()?,
        })
    }

    /// Reads a page's header, which begins `length` bytes before the end.
    fn page(mut self, length: usize) -> Option<Page> {
        let (mut field, mut unfolded, mut stored, mut words) = (0, 0, 0, 0);
        while let Some((id, kind)) = self.field(&mut field)? {
            match (id, kind) {
                (2, 5) => unfolded = self.number()?,
                (3, 5) => stored = self.number()?,
                (7, 12) => words = self.dictionary()?,
                _ => self.skip(kind, 0)?,
            }
        }
        let header = (length - self.rest.len()) as u64;
        Some(Page {
            bytes: header + u64::try_from(stored).ok()?,
            unfolded: u64::try_from(unfolded).ok()?,
            words: u64::try_from(words).ok()?,
        })
    }

    fn dictionary(&mut self) -> Option<i64> {
        let (mut field, mut words) = (0, 0);
        while let Some((id, kind)) = self.field(&mut field)? {
            match (id, kind) {
                (1, 5) => words = self.number()?,
                _ => self.skip(kind, 0)?,
            }
        }
        Some(words)
    }

    /// The next field of a struct: its number and its kind. The inner `None` is the struct's end.
    fn field(&mut self, last: &mut i64) -> Option<Option<(i64, u8)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *last = match head >> 4 {
            0 => self.number()?,
            delta => *last + i64::from(delta),
        };
        Some(Some((*last, head & 15)))
    }

    /// Goes over the elements of a list.
    fn list(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let (count, _) = self.list_head()?;
        (0..count).try_for_each(|_| element(self))
    }

    /// How many elements a list has, and of which kind.
    fn list_head(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            count => count.into(),
        };
        // An element has a byte at least.
        (count <= self.rest.len() as u64).then_some((count, head & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > SKIP_DEPTH_MAX {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let (count, kind) = self.list_head()?;
                // In a list a truth has a byte of its own.
                (0..count).try_for_each(|_| {
                    if matches!(kind, 1 | 2) { self.pass(1) } else { self.skip(kind, depth + 1) }
                })
            }
            11 => self.skip_map(depth),
            12 => {
                let mut field = 0;
                while let Some((_, kind)) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
                Some(())
            }
            13 => self.pass(16),
            _ => None,
        }
    }

    fn skip_map(&mut self, depth: usize) -> Option<()> {
        let count = self.varint()?;
        if count == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        (0..count).try_for_each(|_| {
            self.skip(kinds >> 4, depth + 1)?;
            self.skip(kinds & 15, depth + 1)
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let folded = self.varint()?;
        Some((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }
}
