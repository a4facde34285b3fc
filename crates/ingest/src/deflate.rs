//! Streams one deflate stream, bare or as a gzip member, and gives every byte that comes before a break.
//!
//! The readers of the library throw away what came out in the very call that met the break: with large buffers that
//! is half a megabyte of records, and how much is lost depends on the size of the buffer and so on the number of
//! threads. Here the fault waits until all before it was given.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

/// The base-2 logarithm of the window of deflate: the format knows no larger one.
const WINDOW_LOG: u8 = 15;

/// Bytes of a gzip header that are always there.
const HEADER_BYTES: u64 = 10;

/// The text of one deflate stream.
pub(crate) struct Deflate<R> {
    input: R,
    state: Decompress,
    end: End,
}

enum End {
    NotYet,
    /// What is to be told when all before it was given.
    Fault(io::Error),
    Reached,
}

impl<R: BufRead> Deflate<R> {
    /// Reads a stream with nothing around it, as in a zip archive.
    pub(crate) fn bare(input: R) -> Self {
        Self { input, state: Decompress::new(false), end: End::NotYet }
    }

    /// Reads a gzip member, with header and checksum.
    pub(crate) fn gzip(input: R) -> Self {
        Self { input, state: Decompress::new_gzip(WINDOW_LOG), end: End::NotYet }
    }

    /// Returns how many bytes of the input belong to the stream, as far as it was read.
    pub(crate) fn taken(&self) -> u64 {
        self.state.total_in()
    }

    /// Returns whether the stream was refused within the header that every gzip member begins with.
    pub(crate) fn has_no_header(&self) -> bool {
        self.state.total_out() == 0 && self.state.total_in() < HEADER_BYTES
    }

    /// Returns the input, which goes on behind the stream.
    pub(crate) fn into_inner(self) -> R {
        self.input
    }

    /// Unfolds once into `buffer`; returns how many bytes were given, and how the stream goes on.
    fn step(&mut self, buffer: &mut [u8]) -> io::Result<(usize, End)> {
        let input = self.input.fill_buf()?;
        let is_last = input.is_empty();
        let before = (self.state.total_in(), self.state.total_out());
        let result = self.state.decompress(input, buffer, FlushDecompress::None);
        let taken = (self.state.total_in() - before.0) as usize;
        let given = (self.state.total_out() - before.1) as usize;
        self.input.consume(taken);
        let end = match result {
            Ok(Status::StreamEnd) => End::Reached,
            Ok(_) if given > 0 || taken > 0 => End::NotYet,
            Ok(_) if is_last => {
                End::Fault(io::Error::new(io::ErrorKind::UnexpectedEof, "the compressed data break off"))
            }
            Ok(_) | Err(_) => {
                End::Fault(io::Error::new(io::ErrorKind::InvalidData, "the compressed data are corrupt"))
            }
        };
        Ok((given, end))
    }
}

impl<R: BufRead> Read for Deflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.end, End::Reached) {
                End::NotYet => {}
                End::Fault(fault) => return Err(fault),
                End::Reached => return Ok(0),
            }
            let (given, end) = self.step(buffer)?;
            self.end = end;
            if given > 0 {
                return Ok(given);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gzip, noise};

    /// Reads with buffers of one size; returns what came before the end or the fault.
    fn read(bytes: &[u8], size: usize) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut deflate = Deflate::gzip(bytes);
        let (mut text, mut buffer) = (Vec::new(), vec![0; size]);
        loop {
            match deflate.read(&mut buffer) {
                Ok(0) => return (text, None),
                Ok(count) => text.extend_from_slice(&buffer[..count]),
                Err(error) => {
                    assert_eq!(deflate.read(&mut buffer).unwrap(), 0, "a fault is told once");
                    return (text, Some(error.kind()));
                }
            }
        }
    }

    #[test]
    fn what_comes_before_a_break_does_not_depend_on_the_size_of_buffers() {
        let sound = gzip(&noise(3_000).repeat(20));
        for at in (30..sound.len()).step_by(97) {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x20;
            let (text, fault) = read(&damaged, 1 << 20);
            assert!(fault.is_some(), "byte {at}");
            for size in [1, 512, 4_000] {
                assert_eq!(read(&damaged, size), (text.clone(), fault), "byte {at} in buffers of {size}");
            }
        }
    }

    #[test]
    fn a_member_that_breaks_off_gives_all_that_was_there() {
        let text = noise(5_000);
        let sound = gzip(&text);
        let (given, fault) = read(&sound[..sound.len() - 9], 1 << 20);
        assert!(given.len() > 4_000 && text.starts_with(&given), "{}", given.len());
        assert_eq!(fault, Some(io::ErrorKind::UnexpectedEof));
    }
}
