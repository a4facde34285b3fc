//! One record as the skim saw it: where its values stand, nothing parsed.

use std::borrow::Cow;

use super::field::{Field, Part, SLOTS, Slot};
use super::text::unescape;

/// Where a value stands in the text.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

/// Which slots hold a value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Present(u64);

impl Present {
    /// Remembers that a value stands in `slot`.
    #[inline(always)]
    pub(crate) fn add(&mut self, slot: Slot) {
        self.0 |= slot.bit();
    }

    /// Forgets what was read inside of `slot`: the object may come a second time, and the last one counts.
    #[inline(always)]
    pub(crate) fn forget_inside(&mut self, slot: Slot) {
        self.0 &= !INSIDE[slot as usize];
    }

    /// Tells whether a value stands in `slot`.
    #[inline(always)]
    pub(crate) fn has(self, slot: Slot) -> bool {
        self.0 & slot.bit() != 0
    }
}

/// Where the values of one record stand. Used again for every record; `present` tells which are of this one.
#[derive(Debug)]
pub(crate) struct Slots {
    present: Present,
    spans: [Span; SLOTS],
}

impl Slots {
    /// Makes room for the values of one record.
    pub(crate) fn new() -> Slots {
        Slots { present: Present::default(), spans: [Span::default(); SLOTS] }
    }

    /// Says which slots hold a value of the record that was walked.
    #[inline(always)]
    pub(crate) fn set_present(&mut self, present: Present) {
        self.present = present;
    }

    /// Remembers that the value of `slot` stands at `start..end`.
    #[inline(always)]
    pub(crate) fn put(&mut self, slot: Slot, start: usize, end: usize) {
        // The walk sees at most a piece or a record at a time, and both are far below 4 GiB.
        self.spans[slot as usize] = Span { start: start as u32, end: end as u32 };
    }

    /// Returns the JSON text of the value in `slot`; `None` if there is none or it is null.
    #[inline]
    fn value<'a>(&self, text: &'a [u8], slot: Slot) -> Option<&'a [u8]> {
        if !self.present.has(slot) {
            return None;
        }
        let span = self.spans[slot as usize];
        let value = text.get(span.start as usize..span.end as usize)?;
        // The walk goes to the next comma or bracket; there may be white space before it.
        let value =
            if value.last().is_some_and(u8::is_ascii_whitespace) { value.trim_ascii_end() } else { value };
        (value != b"null").then_some(value)
    }
}

/// For each slot that is an object, the slots inside of it.
static INSIDE: [u64; SLOTS] = {
    let mut inside = [0; SLOTS];
    inside[Slot::SessionIssuer as usize] = range(Slot::IssuerType, Slot::IssuerUserName);
    inside[Slot::Attributes as usize] = range(Slot::CreationDate, Slot::AttributesDelivery);
    inside[Slot::IdentityScope as usize] =
        range(Slot::IdentityScopeIssuerType, Slot::IdentityScopeSourceAccount);
    inside[Slot::SessionScope as usize] =
        range(Slot::SessionScopeIssuerType, Slot::SessionScopeSourceAccount);
    inside[Slot::SessionContext as usize] = range(Slot::SessionIssuer, Slot::WebIdFederationData)
        | inside[Slot::SessionIssuer as usize]
        | inside[Slot::Attributes as usize]
        | inside[Slot::SessionScope as usize];
    inside[Slot::UserIdentity as usize] = range(Slot::IdentityType, Slot::SessionScopeSourceAccount);
    inside
};

/// The bits of all slots from `first` to `last`.
const fn range(first: Slot, last: Slot) -> u64 {
    let up_to_last = u64::MAX >> (63 - last as u8);
    up_to_last & !(first.bit() - 1)
}

/// What was read of one record without parsing it.
///
/// Values are found by their place alone: an `eventName` inside `requestParameters` is not the record's. If a key
/// comes twice, the last one counts, as in `serde_json`. The text between the values that are asked for was stepped
/// over and not checked: whoever reports a record parses it strictly first.
#[derive(Debug, Clone, Copy)]
pub struct Skimmed<'a> {
    text: &'a [u8],
    raw: &'a [u8],
    offset: u64,
    slots: &'a Slots,
}

impl<'a> Skimmed<'a> {
    /// Makes a record of the object at `start..end` of `text`, whose values were put in `slots`.
    pub(crate) fn new(
        text: &'a [u8],
        start: usize,
        end: usize,
        offset: u64,
        slots: &'a Slots,
    ) -> Skimmed<'a> {
        Skimmed { text, raw: text.get(start..end).unwrap_or_default(), offset, slots }
    }

    /// Returns the record's whole JSON object, as it was written.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Returns where the record begins, in bytes from the beginning of the object's text. A record that was taken out
    /// of an envelope has the offset of the envelope.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the text of a field; of a number or boolean, its literal.
    ///
    /// `None` if it is absent, null, an object or an array. What is not valid text has U+FFFD in its place.
    pub fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        self.bytes(field).map(unescape)
    }

    /// Returns the contents of a field as they are written, escapes and all: to hash and to compare.
    ///
    /// The same text may be escaped in several ways; where that matters, take [`Skimmed::text`].
    #[inline]
    pub fn bytes(&self, field: Field) -> Option<&'a [u8]> {
        let value = field.slots().iter().find_map(|slot| self.slots.value(self.text, *slot))?;
        match value {
            [b'"', contents @ .., b'"'] => Some(contents),
            [b'{' | b'[', ..] => None,
            literal => Some(literal),
        }
    }

    /// Returns the JSON text of a part, quotes and brackets included. `None` if it is absent or null.
    #[inline]
    pub fn span(&self, part: Part) -> Option<&'a [u8]> {
        self.slots.value(self.text, part.slot())
    }
}
