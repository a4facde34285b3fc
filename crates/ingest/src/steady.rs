//! Reads in blocks of one size, whatever is asked for.
//!
//! A zstd decoder that meets a break keeps nothing of what it was about to give. With blocks of one size as much is
//! lost in any case, so that what is read of a damaged file does not depend on the number of threads.

use std::io::{self, Read};

use crate::fill::fill_slice;

/// The size of the blocks: that of the format, below which nothing can be given in one piece.
const BLOCK_BYTES: usize = 128 << 10;

/// A reader whose source is always asked for whole blocks.
pub(crate) struct Steady<R> {
    inner: R,
    block: Vec<u8>,
    filled: usize,
    given: usize,
    fault: Option<io::Error>,
}

impl<R: Read + Send> Steady<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, block: vec![0; BLOCK_BYTES], filled: 0, given: 0, fault: None }
    }
}

impl<R: Read + Send> Read for Steady<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.filled {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            let (filled, end) = fill_slice(&mut self.inner, &mut self.block);
            (self.filled, self.given, self.fault) = (filled, 0, end.err());
            if filled == 0 {
                return self.fault.take().map_or(Ok(0), Err);
            }
        }
        let count = (&self.block[self.given..self.filled]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    /// Gives as much as is asked for, and remembers how much that was.
    struct Asked<'a>(&'a [u8], Vec<usize>);

    impl Read for Asked<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1.push(buffer.len());
            match self.0.read(buffer)? {
                0 => Err(io::ErrorKind::InvalidData.into()),
                count => Ok(count),
            }
        }
    }

    #[test]
    fn the_source_is_asked_the_same_however_much_is_wanted() {
        let text = noise(300_000);
        let asked = [1_000, 77_777, 1 << 20].map(|size| {
            let mut steady = Steady::new(Asked(&text, Vec::new()));
            let (mut read, mut buffer) = (Vec::new(), vec![0; size]);
            let fault = loop {
                match steady.read(&mut buffer) {
                    Ok(count) => read.extend_from_slice(&buffer[..count]),
                    Err(fault) => break fault,
                }
            };
            assert_eq!((read, fault.kind()), (text.clone(), io::ErrorKind::InvalidData));
            steady.inner.1
        });
        assert!(asked.iter().all(|sizes| *sizes == asked[0]), "{asked:?}");
    }
}
