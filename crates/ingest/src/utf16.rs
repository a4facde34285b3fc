//! Turns UTF-16 into UTF-8.
//!
//! Windows PowerShell writes whatever is redirected to a file in UTF-16, so that is what
//! `aws cloudtrail lookup-events > events.json` gives there. It would be a pity to find no records in it.

use std::io::{self, Read};

/// How many bytes are converted at a time.
const STEP_BYTES: usize = 8 << 10;

/// The order of the two bytes of a unit. The mark at the beginning of the text tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// A text in UTF-16 as UTF-8. What is no character becomes U+FFFD.
pub(crate) struct Utf16<R> {
    inner: R,
    order: ByteOrder,
    /// Bytes that were read and are only a part of a character.
    held: Vec<u8>,
    text: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(inner: R, order: ByteOrder) -> Self {
        Self { inner, order, held: Vec::new(), text: Vec::new(), given: 0 }
    }

    /// Converts the next bytes; returns false at the end.
    fn convert(&mut self) -> io::Result<bool> {
        let mut step = [0; STEP_BYTES];
        let count = self.inner.read(&mut step)?;
        self.held.extend_from_slice(&step[..count]);
        let mut ready = self.held.len() / 2 * 2;
        if count > 0 && ready >= 2 && is_first_half(self.unit(&self.held[ready - 2..ready])) {
            ready -= 2;
        }
        let units = self.held[..ready].chunks_exact(2).map(|unit| self.unit(unit));
        let characters = char::decode_utf16(units);
        let text: String = characters.map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.held.drain(..ready);
        self.text = text.into_bytes();
        self.given = 0;
        Ok(count > 0)
    }

    fn unit(&self, bytes: &[u8]) -> u16 {
        let bytes = [bytes[0], bytes[1]];
        match self.order {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }
}

/// Returns whether another unit belongs to this one.
fn is_first_half(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.convert()? && self.text.is_empty() {
                return Ok(0);
            }
        }
        let count = (&self.text[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Trickle;

    fn convert(bytes: &[u8], order: ByteOrder) -> String {
        let mut text = String::new();
        Utf16::new(Trickle(bytes), order).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_character_survives_however_it_is_cut() {
        let text = "\u{feff}{\"a\": \"é ⛏ 💎\"}".repeat(3000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(convert(&little, ByteOrder::Little), text);
        assert_eq!(convert(&big, ByteOrder::Big), text);
    }

    #[test]
    fn half_a_character_is_replaced_and_not_lost_in_silence() {
        assert_eq!(convert(b"\x3d\xd8a\0", ByteOrder::Little), "\u{fffd}a");
        assert_eq!(convert(b"a\0\x3d\xd8", ByteOrder::Little), "a\u{fffd}");
    }
}
