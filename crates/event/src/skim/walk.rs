//! The walk over one object by looking at every byte: for whatever is too rare or too large for the index.
//!
//! Only the objects that hold fields are entered (`userIdentity` and those inside of it). Neither recursion nor
//! allocation, and the order of keys does not matter.

use super::field::{SLOTS, Slot};
use super::keys::{Level, slot_of};
use super::scan::{container_end, skip_space, string_end, value_end};
use super::skimmed::{Present, Slots};

/// Why a walk did not come to the end of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text ends before the object does.
    Cut,
    /// What stands at this position cannot stand there.
    Bad { at: usize },
    /// Nested deeper than allowed.
    Deep,
    /// The object is an envelope; the value that may hold its array begins at this position.
    Stream { at: usize },
}

/// Where an object stands, which decides whether it may be an envelope with a long array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the top of the text: `{"Records": […]}` may stand here.
    Top,
    /// An element of an array, or a value taken out of an envelope.
    Inside,
}

/// Most objects of a record that are open at once: record, identity, session, issuer.
pub(super) const OPEN_MAX: usize = 4;

/// For each slot that is an object with fields in it, which one it is.
pub(super) static LEVEL_INSIDE: [Option<Level>; SLOTS] = {
    let mut levels = [None; SLOTS];
    levels[Slot::UserIdentity as usize] = Some(Level::Identity);
    levels[Slot::SessionContext as usize] = Some(Level::Session);
    levels[Slot::SessionIssuer as usize] = Some(Level::Issuer);
    levels[Slot::Attributes as usize] = Some(Level::Attributes);
    levels[Slot::IdentityScope as usize] = Some(Level::IdentityScope);
    levels[Slot::SessionScope as usize] = Some(Level::SessionScope);
    levels
};

/// Walks the object that `text` begins with and returns the position behind it; its values are in `slots`.
pub(crate) fn walk(text: &[u8], place: Place, depth_max: u32, slots: &mut Slots) -> Result<usize, Stop> {
    let mut present = Present::default();
    let mut outer = [(Slot::Ignored, 0, Level::Record); OPEN_MAX];
    let mut depth = 0;
    let mut level = Level::Record;
    let mut at = skip_space(text, 1);
    let mut is_first = true;
    loop {
        // Behind a value, or at the beginning of an object.
        if byte(text, at)? == b'}' {
            at += 1;
            if depth == 0 {
                slots.set_present(present);
                return Ok(at);
            }
            let (slot, value, level_outside) = outer[depth];
            present.add(slot);
            slots.put(slot, value, at);
            level = level_outside;
            depth -= 1;
            (at, is_first) = (skip_space(text, at), false);
            continue;
        }
        if !is_first {
            expect(text, at, b',')?;
            at = skip_space(text, at + 1);
        }
        let (slot, value) = key(text, at, level)?;
        let first = byte(text, value)?;
        let inner = LEVEL_INSIDE[slot as usize];
        if inner.is_some() {
            present.forget_inside(slot);
        }
        if let Some(inner) = inner.filter(|_| first == b'{') {
            depth += 1;
            outer[depth] = (slot, value, level);
            level = inner;
            (at, is_first) = (skip_space(text, value + 1), true);
            continue;
        }
        let is_container = matches!(first, b'{' | b'[');
        if is_container && slot == Slot::Stream && place == Place::Top && !present.has(Slot::EventName) {
            return Err(Stop::Stream { at: value });
        }
        let end = match is_container {
            true => container_end(text, value, depth_max.saturating_sub(depth as u32 + 1))? + 1,
            false => value_end(text, value)?,
        };
        present.add(slot);
        slots.put(slot, value, end);
        (at, is_first) = (skip_space(text, end), false);
    }
}

/// Reads the key that opens at `at` and its colon; returns its slot and the position of its value.
fn key(text: &[u8], at: usize, level: Level) -> Result<(Slot, usize), Stop> {
    expect(text, at, b'"')?;
    let close = string_end(text, at)?;
    let colon = skip_space(text, close + 1);
    expect(text, colon, b':')?;
    Ok((slot_of(&text[at + 1..close], level), skip_space(text, colon + 1)))
}

/// Makes sure that `expected` stands at `at`.
fn expect(text: &[u8], at: usize, expected: u8) -> Result<(), Stop> {
    if byte(text, at)? == expected { Ok(()) } else { Err(Stop::Bad { at }) }
}

/// Returns the byte at `at`, or that the text ends before.
fn byte(text: &[u8], at: usize) -> Result<u8, Stop> {
    text.get(at).copied().ok_or(Stop::Cut)
}
