//! Ids of records and of access keys, packed.
//!
//! Nearly every id is a UUID and nearly every key twenty capitals and digits; both fit in sixteen bytes and
//! are kept by the hundred thousand. What has another form is kept as text, by its number.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU64;

use super::names::{Name, Names, Renamed, cut};

/// Bits that say "a text, by its number": those of a UUID of version 15, which there is not. Keys avoid them.
const TEXT: u128 = 0xf000 << 64;
const TEXT_MASK: u128 = !0 << 32;

/// Characters in an access key id of the usual form.
const KEY_LENGTH: usize = 20;

/// How many texts half a key can be.
const HALF: u128 = 36_u128.pow(10);

/// The digits of a key.
const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A record's id or an access key's, packed into sixteen bytes, also where there may be none.
///
/// The upper half is kept with its bits turned, and is then never zero: neither a UUID nor a key nor the number of a text
/// has all of them set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Packed(NonZeroU64, u64);

const _: () = assert!(size_of::<Option<Packed>>() == 16);

impl Packed {
    fn new(bits: u128) -> Self {
        Self(NonZeroU64::new(!((bits >> 64) as u64)).unwrap_or(NonZeroU64::MIN), bits as u64)
    }

    fn bits(self) -> u128 {
        u128::from(!self.0.get()) << 64 | u128::from(self.1)
    }

    fn text_of(name: Name) -> Self {
        Self::new(TEXT | u128::from(name.number()))
    }

    fn name(self) -> Option<Name> {
        let bits = self.bits();
        (bits & TEXT_MASK == TEXT).then(|| Name::of_number(bits as u32)).flatten()
    }

    /// A number that tells nearly all ids apart.
    #[inline]
    pub(super) fn print(self) -> u32 {
        let bits = self.0.get() ^ self.1;
        (bits ^ bits >> 32) as u32
    }

    /// The same id among other texts.
    pub(super) fn renamed(self, renamed: &Renamed) -> Self {
        self.name().map_or(self, |name| Self::text_of(renamed.name(name)))
    }
}

/// Packs a record's id.
pub(super) fn pack_id(text: &str, names: &mut Names) -> Packed {
    uuid_bits(text.as_bytes()).map_or_else(|| Packed::text_of(names.name(text)), Packed::new)
}

/// Packs an access key's id.
pub(super) fn pack_key(text: &str, names: &mut Names) -> Packed {
    key_bits(text.as_bytes()).map_or_else(|| Packed::text_of(names.name(text)), Packed::new)
}

/// The packed form of an access key's id, if it has one without a new text.
pub(super) fn find_key(text: &str, names: &Names) -> Option<Packed> {
    let plain = key_bits(text.as_bytes()).map(Packed::new);
    plain.or_else(|| names.find(text).map(Packed::text_of))
}

/// Compares two ids as their texts compare.
pub(super) fn compare_ids(a: Packed, b: Packed, names: &Names) -> Ordering {
    match (a.name(), b.name()) {
        // Lower-case UUIDs have their hyphens in the same places, and digits sort before letters.
        (None, None) => a.bits().cmp(&b.bits()),
        _ => id_text(a, names).to_string().cmp(&id_text(b, names).to_string()),
    }
}

/// Compares two keys as their texts compare.
pub(super) fn compare_keys(a: Packed, b: Packed, names: &Names) -> Ordering {
    match (a.name(), b.name()) {
        (None, None) => a.bits().cmp(&b.bits()),
        _ => key_text(a, names).cmp(&key_text(b, names)),
    }
}

/// The record's id as it was written.
pub(super) fn id_text(id: Packed, names: &Names) -> EventId {
    match id.name() {
        Some(name) => EventId(Form::Text(names.text(name).into())),
        None => EventId(Form::uuid(id.bits())),
    }
}

/// The key's id as it was written.
pub(super) fn key_text(key: Packed, names: &Names) -> String {
    if let Some(name) = key.name() {
        return names.text(name).to_owned();
    }
    // Ten digits at a time: a 64-bit number holds them, and dividing it is quick.
    let halves = [key.bits() / HALF, key.bits() % HALF];
    let mut text = String::with_capacity(KEY_LENGTH);
    for half in halves {
        let half = half as u64;
        text.extend((0..10).rev().map(|place| char::from(DIGITS[(half / 36_u64.pow(place) % 36) as usize])));
    }
    text
}

/// Reads 32 lower-case hexadecimal digits with hyphens in the four places; other spellings are kept as text.
fn uuid_bits(text: &[u8]) -> Option<u128> {
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|at| text[*at] != b'-') {
        return None;
    }
    let digits = |from: usize, to: usize| {
        text[from..to].iter().try_fold(0_u64, |bits, byte| {
            let digit = HEX[usize::from(*byte)];
            (digit < 16).then_some(bits << 4 | u64::from(digit))
        })
    };
    let high = digits(0, 8)? << 32 | digits(9, 13)? << 16 | digits(14, 18)?;
    let low = digits(19, 23)? << 48 | digits(24, 36)?;
    let bits = u128::from(high) << 64 | u128::from(low);
    (bits & 0xf000 << 64 != TEXT).then_some(bits)
}

/// The value of each lower-case hexadecimal digit; 255 for other bytes.
static HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
};

/// Reads twenty capitals and digits as a number of base 36, which sorts as they do.
fn key_bits(text: &[u8]) -> Option<u128> {
    if text.len() != KEY_LENGTH {
        return None;
    }
    // Ten digits at a time: a 64-bit number holds them.
    let half = |text: &[u8]| {
        text.iter().try_fold(0_u64, |bits, byte| {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                _ => return None,
            };
            Some(bits * 36 + u64::from(digit))
        })
    };
    let (high, low) = (half(&text[..10])?, half(&text[10..])?);
    let bits = u128::from(high) * HALF + u128::from(low);
    (bits & TEXT_MASK != TEXT).then_some(bits)
}

/// A record's id, as it was written; of a very long one, its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventId(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Uuid([u64; 2]),
    Text(Box<str>),
}

impl EventId {
    /// The id that is written so.
    pub(super) fn of(text: &str) -> Self {
        Self(uuid_bits(text.as_bytes()).map_or_else(|| Form::Text(cut(text).into()), Form::uuid))
    }
}

impl Form {
    fn uuid(bits: u128) -> Self {
        Self::Uuid([(bits >> 64) as u64, bits as u64])
    }
}

impl Ord for EventId {
    /// As their texts compare.
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            // Lower-case UUIDs have their hyphens in the same places, and digits sort before letters.
            (Form::Uuid(a), Form::Uuid(b)) => a.cmp(b),
            (Form::Text(a), Form::Text(b)) => a.cmp(b),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for EventId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Text(text) => out.write_str(text),
            Form::Uuid([high, low]) => {
                let bits = u128::from(*high) << 64 | u128::from(*low);
                let part = |shift: u32, digits: u32| (bits >> shift) & ((1 << (4 * digits)) - 1);
                let (a, b, c, d, e) = (part(96, 8), part(80, 4), part(64, 4), part(48, 4), part(0, 12));
                write!(out, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 8] = [
        "8e865acb-b1e1-41d1-bdf3-47462f79d24c",
        "8e865acb-b1e1-41d1-bdf3-47462f79d24d",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "8E865ACB-B1E1-41D1-BDF3-47462F79D24C",
        "8e865acb-b1e1-41d1-bdf3-47462f79d24g",
        "1",
        "",
    ];

    const KEYS: [&str; 6] = [
        "ASIAIOSFODNN7EXAMPLE",
        "AKIAIOSFODNN7EXAMPL0",
        "ZZZZZZZZZZZZZZZZZZZZ",
        "AKIA****",
        "",
        "ASIAIOSFODNN7EXAMPLe",
    ];

    #[test]
    fn ids_are_told_as_they_were_written_and_sort_as_texts() {
        let mut names = Names::default();
        let packed = IDS.map(|id| pack_id(id, &mut names));
        for (a, text_a) in packed.iter().zip(IDS) {
            assert_eq!(id_text(*a, &names).to_string(), text_a);
            assert_eq!(EventId::of(text_a), id_text(*a, &names));
            for (b, text_b) in packed.iter().zip(IDS) {
                assert_eq!(compare_ids(*a, *b, &names), text_a.cmp(text_b), "{text_a} {text_b}");
                assert_eq!(EventId::of(text_a).cmp(&EventId::of(text_b)), text_a.cmp(text_b));
            }
        }
    }

    #[test]
    fn keys_are_told_as_they_were_written_and_sort_as_texts() {
        let mut names = Names::default();
        let packed = KEYS.map(|key| pack_key(key, &mut names));
        for (a, text_a) in packed.iter().zip(KEYS) {
            assert_eq!(key_text(*a, &names), text_a);
            for (b, text_b) in packed.iter().zip(KEYS) {
                assert_eq!(compare_keys(*a, *b, &names), text_a.cmp(text_b), "{text_a} {text_b}");
            }
        }
    }
}
