//! A seeded source of chance, and the shapes of AWS identifiers made from it.
//!
//! Drills must give the same bytes for the same seed on every machine and for years, so the
//! generator is written out here (xoshiro256** seeded by splitmix64) rather than taken from a
//! crate whose streams may change with a version.

/// The alphabet of AWS unique ids.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A stream of numbers that depends on its seed alone.
#[derive(Debug, Clone)]
pub(crate) struct Rng {
    /// Kept so that `fork` does not depend on how much was drawn.
    seed: u64,
    state: [u64; 4],
}

impl Rng {
    /// Returns the stream of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let mut mixer = seed;
        Self { seed, state: std::array::from_fn(|_| splitmix(&mut mixer)) }
    }

    /// Returns the stream named `label` below this one.
    ///
    /// What was drawn from `self` before does not matter, so a new draw in one part of a drill
    /// leaves all other parts as they were.
    pub(crate) fn fork(&self, label: &str) -> Self {
        let mut mixer = self.seed ^ fnv(label);
        Self::new(splitmix(&mut mixer))
    }

    /// Returns the next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Returns a number from 0 up to and without `end`, which must be above 0.
    ///
    /// The bias of the remainder is below one in a billion for the small ranges used here.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        assert!(end > 0, "a choice needs at least one option");
        usize::try_from((self.bits() >> 11) % end as u64).expect("smaller than end")
    }

    /// Returns a number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = usize::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.below(width)).expect("fits")
    }

    /// Returns true `percent` times in a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of `options`.
    pub(crate) fn pick<'a, T>(&mut self, options: &'a [T]) -> &'a T {
        &options[self.below(options.len())]
    }

    /// Brings `items` into a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// Returns `length` characters of `alphabet`.
    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(*self.pick(alphabet))).collect()
    }

    /// Returns `length` lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text(b"0123456789abcdef", length)
    }

    /// Returns `length` capital letters and digits as in AWS unique ids.
    pub(crate) fn base32(&mut self, length: usize) -> String {
        self.text(BASE32, length)
    }

    /// Returns `length` letters and digits of both cases.
    pub(crate) fn letters(&mut self, length: usize) -> String {
        self.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length)
    }

    /// Returns a twelve-digit account id that does not start with zero.
    pub(crate) fn account(&mut self) -> String {
        format!("{}{}", self.between(1, 9), self.text(b"0123456789", 11))
    }

    /// Returns a random identifier with the look of a version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let variant = *self.pick(&['8', '9', 'a', 'b']);
        format!("{}-{}-4{}-{variant}{}-{}", self.hex(8), self.hex(4), self.hex(3), self.hex(3), self.hex(12))
    }

    /// Returns a long EC2 resource id: `prefix` such as `i` or `subnet`, and 17 digits.
    pub(crate) fn resource(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.hex(16))
    }

    /// Returns an access key id of `account`: `prefix` is `AKIA` or `ASIA`.
    ///
    /// As in all keys since 2019, forty of its eighty bits are the account number.
    pub(crate) fn iam_id(&mut self, prefix: &str, account: &str) -> String {
        let number: u128 = account.parse().unwrap_or(0);
        let mut bits = (1 << 79) | (number << 39) | u128::from(self.bits() >> 25);
        let mut letters = [0_u8; 16];
        for letter in letters.iter_mut().rev() {
            *letter = BASE32[usize::try_from(bits & 31).expect("five bits")];
            bits >>= 5;
        }
        format!("{prefix}{}", String::from_utf8_lossy(&letters))
    }

    /// Returns a long unique id of a principal: `prefix` is `AROA`, `AIDA` or `AIPA`.
    pub(crate) fn principal_id(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.base32(17))
    }
}

/// Advances `state` and returns 64 well-mixed bits.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Returns the FNV-1a hash of `text`; stable, unlike the hasher of the standard library.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_same_stream_for_the_same_seed_and_another_for_another() {
        let draw = |seed| Rng::new(seed).uuid();
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn forks_do_not_depend_on_what_was_drawn_before() {
        let mut drawn = Rng::new(1);
        drawn.bits();
        assert_eq!(drawn.fork("people").bits(), Rng::new(1).fork("people").bits());
        assert_ne!(drawn.fork("people").bits(), drawn.fork("fleet").bits());
    }

    #[test]
    fn makes_identifiers_in_the_shapes_aws_gives_them() {
        let mut rng = Rng::new(3);
        assert_eq!(rng.account().len(), 12);
        assert_eq!(rng.resource("i").len(), 19);
        assert_eq!(rng.iam_id("AKIA", "123456789012").len(), 20);
        assert_eq!(rng.principal_id("AROA").len(), 21);
        let uuid = rng.uuid();
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'4'));
    }

    #[test]
    fn access_keys_of_one_account_share_their_first_letters() {
        let mut rng = Rng::new(4);
        let [first, second, other] =
            ["123456789012", "123456789012", "210987654321"].map(|a| rng.iam_id("ASIA", a));
        assert_eq!(first[..11], second[..11]);
        assert_ne!(first[..11], other[..11]);
        assert_ne!(first, second);
    }

    #[test]
    fn stays_between_the_given_bounds() {
        let mut rng = Rng::new(5);
        let seen: Vec<i64> = (0..200).map(|_| rng.between(-2, 2)).collect();
        assert!(seen.iter().all(|n| (-2..=2).contains(n)));
        assert!((-2..=2).all(|n| seen.contains(&n)), "every value comes up");
    }
}
