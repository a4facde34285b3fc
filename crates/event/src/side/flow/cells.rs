//! Reads the cells of a row: where they end, numbers, addresses.
//!
//! Rows come by the ten million, and their cells have another length each time, so a loop over the bytes of a cell
//! mostly costs wrong guesses of where it ends. Here a cell is loaded as a whole and looked at in one word.

use std::net::{IpAddr, Ipv4Addr};

use super::Address;
use crate::side::Fault;

/// How many ends are noted at a time, whether there are so many or not: that is cheaper than to ask.
const AT_ONCE: usize = 8;

/// Notes where the columns of `line` end, the first `N - 8` at least; returns how many were noted.
///
/// The last one ends where the line does. What `ends` holds behind it means nothing.
#[inline]
pub(super) fn separate<const N: usize>(line: &[u8], ends: &mut [u32; N]) -> usize {
    let mut found = 0;
    let (blocks, rest) = line.as_chunks::<64>();
    for (at, block) in blocks.iter().enumerate() {
        found = note(spaces(block), at * 64, ends, found);
    }
    let seen = line.len() - rest.len();
    match line.last_chunk::<64>() {
        // What was seen of it already is left out.
        Some(block) if !rest.is_empty() => {
            let unseen = u64::MAX << (64 - rest.len());
            found = note(spaces(block) & unseen, line.len() - 64, ends, found);
        }
        Some(_) => {}
        None => {
            let mut block = [0; 64];
            block[..rest.len()].copy_from_slice(rest);
            found = note(spaces(&block), seen, ends, found);
        }
    }
    ends[found] = u32::try_from(line.len()).unwrap_or(u32::MAX);
    found + 1
}

/// Notes the bits of `mask`, which begins at `base`; returns how many ends there are then.
#[inline]
fn note<const N: usize>(mut mask: u64, base: usize, ends: &mut [u32; N], mut found: usize) -> usize {
    let all = (found + mask.count_ones() as usize).min(N - AT_ONCE);
    while let Some(slots) = ends.get_mut(found..found + AT_ONCE) {
        for slot in slots {
            *slot = base as u32 + mask.trailing_zeros();
            mask &= mask.wrapping_sub(1);
        }
        if mask == 0 {
            return all;
        }
        found += AT_ONCE;
    }
    all
}

/// A bit for each space of a block, the first byte the lowest.
#[inline]
fn spaces(block: &[u8; 64]) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    let masks = words.iter().map(|word| gather(equal(u64::from_le_bytes(*word), b' ')));
    masks.enumerate().fold(0, |all, (at, mask)| all | mask << (at * 8))
}

/// The highest bits of the eight bytes, side by side.
#[inline]
fn gather(highest: u64) -> u64 {
    (highest >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The highest bit of each byte of `word` that is `byte`.
#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let differs = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    // Only a byte of nought stays below its highest bit; no byte carries into the next.
    !(((differs & LOW) + LOW) | differs | LOW)
}

/// A cell: where it stands in its row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    row: &'a [u8],
    from: u32,
    to: u32,
}

impl<'a> Cell<'a> {
    /// What a column has that a row does not.
    pub(super) const ABSENT: Self = Self { row: b"-", from: 0, to: 1 };

    /// The bytes of `row` from `from` to `to`.
    #[inline(always)]
    pub(super) fn of(row: &'a [u8], (from, to): (u32, u32)) -> Self {
        Self { row, from, to }
    }

    #[inline(always)]
    pub(super) fn bytes(self) -> &'a [u8] {
        self.row.get(self.from as usize..self.to as usize).unwrap_or_default()
    }

    #[inline(always)]
    fn len(self) -> usize {
        self.to.saturating_sub(self.from) as usize
    }

    /// The `N` bytes that end where the cell does. In front of it there is nearly always something else.
    #[inline(always)]
    fn back<const N: usize>(self) -> Option<&'a [u8; N]> {
        self.row.get(..self.to as usize)?.last_chunk()
    }

    /// Reads digits; an absent number is nought.
    #[inline(always)]
    pub(super) fn number(self) -> Result<u64, Fault> {
        let length = self.len();
        if let 1..=8 = length
            && let Some(word) = self.back()
            && let Some(number) = digits(u64::from_le_bytes(*word), length)
        {
            return Ok(number);
        }
        // Seconds since the epoch.
        if length == 10
            && let Some(word) = self.back::<16>()
        {
            let [high, low] = [u128::from_le_bytes(*word) as u64, (u128::from_le_bytes(*word) >> 64) as u64];
            if let (Some(high), Some(low)) = (digits(high, 2), digits(low, 8)) {
                return Ok(high * 100_000_000 + low);
            }
        }
        odd_number(self.bytes())
    }

    /// Reads an address of either kind; nearly all are like `10.0.8.21`.
    #[inline(always)]
    pub(super) fn address(self) -> Option<Address> {
        let length = self.len();
        if let 7..=15 = length
            && let Some(word) = self.back()
            && let Some(v4) = address_v4(u128::from_le_bytes(*word) >> ((16 - length) * 8), length)
        {
            return Some(v4.into());
        }
        odd_address(self.bytes())
    }
}

/// Reads a number that is absent, wrong, long, or the first thing in its row.
#[inline(never)]
fn odd_number(cell: &[u8]) -> Result<u64, Fault> {
    match cell {
        b"-" | b"" => Ok(0),
        // More would not fit.
        _ if cell.len() > 19 || !cell.iter().all(u8::is_ascii_digit) => Err(Fault::Number),
        _ => Ok(cell.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))),
    }
}

/// Reads an address of version 6, or one that is the first thing in its row.
#[inline(never)]
fn odd_address(text: &[u8]) -> Option<Address> {
    if let 7..=15 = text.len() {
        let mut word = [0; 16];
        word[..text.len()].copy_from_slice(text);
        if let Some(v4) = address_v4(u128::from_le_bytes(word), text.len()) {
            return Some(v4.into());
        }
    }
    let address: IpAddr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.into())
}

/// Reads the highest `length` bytes of `word` (one to eight) as digits, the first the most significant.
#[inline(always)]
fn digits(word: u64, length: usize) -> Option<u64> {
    // Zeros in front, so that there are always eight digits.
    let cell = u64::MAX << ((8 - length) * 8);
    let values = (word ^ 0x3030_3030_3030_3030) & cell;
    // A digit is below ten: neither it nor six more reach the upper half of its byte.
    if (values | values.wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    let pairs = values.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

/// Reads the lowest `length` bytes of `word` (seven to fifteen).
#[inline(always)]
fn address_v4(word: u128, length: usize) -> Option<Ipv4Addr> {
    let dots = gather(equal(word as u64, b'.')) | gather(equal((word >> 64) as u64, b'.')) << 8;
    if dots.count_ones() != 3 {
        return None;
    }
    let first = dots.trailing_zeros() as usize;
    let second = (dots & (dots - 1)).trailing_zeros() as usize;
    let third = 63 - dots.leading_zeros() as usize;
    let octets = [
        octet(word, 0, first),
        octet(word, first + 1, second),
        octet(word, second + 1, third),
        octet(word, third + 1, length),
    ];
    // One question for all four: what is wrong is above a byte.
    let wrong = octets.iter().fold(0, |wrong, octet| wrong | octet);
    (wrong <= 255).then(|| Ipv4Addr::from(octets.map(|octet| octet as u8)))
}

/// Reads the bytes of `word` from `from` to `to` as one to three digits; anything else is above 255.
#[inline(always)]
fn octet(word: u128, from: usize, to: usize) -> u32 {
    let length = to.wrapping_sub(from);
    if !(1..=3).contains(&length) {
        return 1 << 16;
    }
    let three = (word >> (from * 8)) as u32 ^ 0x0030_3030;
    // Zeros in front, so that there are always three digits.
    let values = three << ((3 - length) * 8) & 0x00ff_ffff;
    let wrong = (values | values.wrapping_add(0x0006_0606)) & 0x00f0_f0f0;
    let [hundreds, tens, ones, _] = values.to_le_bytes().map(u32::from);
    (hundreds * 100 + tens * 10 + ones) | (u32::from(wrong != 0) << 16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The ends that are sure to be noted.
    fn columns<const N: usize>(line: &[u8]) -> Vec<usize> {
        let mut ends = [0; N];
        let found = separate(line, &mut ends);
        ends[..found.min(N - AT_ONCE)].iter().map(|end| *end as usize).collect()
    }

    /// As one writes it without thinking of speed.
    fn plain_columns<const N: usize>(line: &[u8]) -> Vec<usize> {
        let spaces = line.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
        spaces.chain([line.len()]).take(N - AT_ONCE).collect()
    }

    fn plain_number(cell: &str) -> Option<u64> {
        match cell {
            "-" | "" => Some(0),
            _ if cell.len() > 19 || !cell.bytes().all(|byte| byte.is_ascii_digit()) => None,
            _ => cell.parse().ok(),
        }
    }

    /// The cell alone, and behind others.
    fn rows_with(cell: &str) -> [String; 3] {
        [cell.to_owned(), format!("a 1 {cell}"), format!("9.9.9.9 99999999 123456789 {cell}")]
    }

    /// The cell at the end of `row`.
    fn cell_in<'a>(row: &'a str, cell: &str) -> Cell<'a> {
        Cell::of(row.as_bytes(), ((row.len() - cell.len()) as u32, row.len() as u32))
    }

    /// Leading zeros are let through, as AWS has none.
    fn plain_address(text: &str) -> Option<Address> {
        let other = || text.parse::<IpAddr>().ok();
        plain_address_v4(text).map(IpAddr::V4).or_else(other).map(Address::from)
    }

    fn plain_address_v4(text: &str) -> Option<Ipv4Addr> {
        let octets: Vec<&str> = text.split('.').collect();
        let octet = |text: &str| {
            (1..=3).contains(&text.len()).then_some(())?;
            plain_number(text).and_then(|octet| u8::try_from(octet).ok())
        };
        let [a, b, c, d] = octets[..] else { return None };
        if octets.contains(&"-") {
            return None;
        }
        Some(Ipv4Addr::new(octet(a)?, octet(b)?, octet(c)?, octet(d)?))
    }

    proptest! {
        #[test]
        fn columns_end_at_their_spaces(line in proptest::collection::vec(
            prop_oneof![Just(b' '), Just(b'!'), Just(0xa0), any::<u8>()], 0..300)) {
            prop_assert_eq!(columns::<16>(&line), plain_columns::<16>(&line));
            prop_assert_eq!(columns::<136>(&line), plain_columns::<136>(&line));
        }

        #[test]
        fn a_number_is_what_it_says(cell in "[0-9]{0,21}|[0-9]{0,11}[ -~][0-9]{0,9}|-") {
            for row in rows_with(&cell) {
                prop_assert_eq!(cell_in(&row, &cell).number().ok(), plain_number(&cell), "{:?}", row);
            }
        }

        #[test]
        fn an_address_is_what_it_says(text in "([0-9]{1,3}\\.){3}[0-9]{1,3}|[0-9./:]{0,18}|([0-9]{0,4}\\.){3}[0-9 -~]{1,3}") {
            for row in rows_with(&text) {
                prop_assert_eq!(cell_in(&row, &text).address(), plain_address(&text), "{:?}", row);
            }
        }

        #[test]
        fn every_address_is_read_as_it_is_written(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            for row in rows_with(&address.to_string()) {
                prop_assert_eq!(cell_in(&row, &address.to_string()).address(), Some(address.into()));
            }
        }
    }

    #[test]
    fn the_ends_of_numbers_are_exact() {
        for number in [0, 9, 10, 99_999_999, 100_000_000, 9_999_999_999_999_999_999, 1 << 63] {
            for row in rows_with(&number.to_string()) {
                assert_eq!(cell_in(&row, &number.to_string()).number(), Ok(number));
            }
        }
        for wrong in ["/", ":", "1/", "12345678:", "-1", "1-", "00000000000000000000"] {
            for row in rows_with(wrong) {
                assert_eq!(cell_in(&row, wrong).number(), Err(Fault::Number), "{row}");
            }
        }
    }
}
