//! Chance from a seed, the same on every machine and for ever.

/// A stream of numbers (SplitMix64).
pub(super) struct Rng(u64);

impl Rng {
    /// Starts the stream that belongs to these numbers and to no others.
    pub(super) fn of(seed: u64, stream: u64) -> Self {
        let mut rng = Self(seed ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93));
        rng.next();
        rng
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, which must not be zero.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Returns true once in `times`, on average.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// Returns an index, the first ones far more often than the last: as few callers make most calls.
    pub(super) fn skewed(&mut self, end: usize) -> usize {
        let (one, other) = (self.below(end), self.below(end));
        one.min(other).min(self.below(end))
    }

    /// Returns `digits` hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        self.text(digits, b"0123456789abcdef")
    }

    /// Returns a text of this length of capitals and digits, as in access keys and unique ids.
    pub(super) fn capitals(&mut self, length: usize) -> String {
        self.text(length, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    }

    /// Returns a text of this length that looks like Base64.
    pub(super) fn base64(&mut self, length: usize) -> String {
        self.text(length, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    }

    pub(super) fn uuid(&mut self) -> String {
        let digits = self.hex(32);
        format!(
            "{}-{}-4{}-a{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[13..16],
            &digits[17..20],
            &digits[20..]
        )
    }

    fn text(&mut self, length: usize, letters: &[u8]) -> String {
        (0..length).map(|_| char::from(letters[self.below(letters.len())])).collect()
    }
}
