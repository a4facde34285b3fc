//! Reads the beginning of a stream into memory, and promises about streams.

use std::io::{self, Read};

use crate::buffers::grow;

/// What a buffer grows to at least when its end was not foreseen.
const GROWN_BYTES_MIN: usize = 64 << 10;

/// A stream that may also be read by another thread.
pub(crate) type Stream<'s> = dyn Read + Send + 's;

/// How far [`fill`] came.
pub(crate) enum Filled {
    /// The stream is at its end: the buffer holds all of it.
    Whole(usize),
    /// The buffer holds as much as was allowed, and there is more.
    Part(usize),
    /// The stream broke behind what the buffer holds.
    Broken(usize, io::Error),
}

/// Reads into `buffer` from `begin` on, until the stream ends or `most` bytes are there.
///
/// The buffer grows as bytes come, never on the word of anyone; `likely` only spares the growing.
pub(crate) fn fill(
    stream: &mut Stream<'_>,
    buffer: &mut Vec<u8>,
    begin: usize,
    likely: usize,
    most: usize,
) -> Filled {
    let mut filled = begin;
    loop {
        // One byte more than is likely, to see the end without another growth.
        let wanted = if filled <= likely { likely + 1 } else { (filled * 2).max(GROWN_BYTES_MIN) };
        let wanted = wanted.min(most);
        grow(buffer, wanted, filled);
        match stream.read(&mut buffer[filled..wanted]) {
            Ok(0) if filled < wanted => return Filled::Whole(filled),
            Ok(0) => return Filled::Part(filled),
            Ok(count) => filled += count,
            Err(error) => return Filled::Broken(filled, error),
        }
    }
}

/// Reads until `buffer` is full or the stream ends; returns how much of it is filled, and the fault if there was one.
pub(crate) fn fill_slice(stream: &mut Stream<'_>, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => return (filled, Err(error)),
        }
    }
    (filled, Ok(()))
}

/// A file whose size was seen before it was read. Shorter, and records are gone that were there.
pub(crate) struct Promised<R> {
    pub(crate) inner: R,
    pub(crate) missing: u64,
}

impl<R: Read> Read for Promised<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.missing = self.missing.saturating_sub(count as u64);
        if count == 0 && !buffer.is_empty() && self.missing > 0 {
            let what = format!("it lost its last {} bytes while the scan ran", self.missing);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
        }
        Ok(count)
    }
}

/// The end of a stream that broke: gives the fault to whoever reads on.
pub(crate) struct BrokenEnd(pub(crate) Option<io::Error>);

impl Read for BrokenEnd {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        // Asked a second time, it is merely at its end.
        self.0.take().map_or(Ok(0), Err)
    }
}
