//! The walk over one record: from key to key, storing where each value stands and stepping over what is inside.
//!
//! Only the objects that hold fields are entered (`userIdentity` and four inside of it). Where strings and containers
//! end is asked of an [`Ends`]: the index knows it beforehand, the scan looks. Neither recursion nor allocation, and
//! the order of keys does not matter.

use super::field::Slot;
use super::keys::{Level, slot_of};
use super::scan::{literal_end, skip_space};
use super::skimmed::Slots;

/// Why a walk did not come to the end of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text ends before the object does.
    Cut,
    /// What stands at this position cannot stand there.
    Bad { at: usize },
    /// Nested deeper than allowed, at this position.
    Deep { at: usize },
    /// The object is an envelope; the value that may hold its array begins at this position.
    Stream { at: usize },
}

/// Knows where things end. Positions are asked in rising order.
pub(crate) trait Ends {
    /// Returns the position of the quote that closes the string which opens at `open`.
    fn string_end(&mut self, text: &[u8], open: usize) -> Result<usize, Stop>;

    /// Returns the position of the bracket that closes the container which opens at `open` and may hold, itself
    /// included, `depth_max` levels.
    fn container_end(&mut self, text: &[u8], open: usize, depth_max: u32) -> Result<usize, Stop>;

    /// Is told that the walk itself passed a bracket.
    fn bracket(&mut self);
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
const OPEN_MAX: usize = 4;

/// Walks the object that begins at `start` of `text` and returns the position behind it; its values are in `slots`.
#[inline(always)]
pub(crate) fn walk<E: Ends>(
    text: &[u8],
    start: usize,
    place: Place,
    depth_max: u32,
    ends: &mut E,
    slots: &mut Slots,
) -> Result<usize, Stop> {
    let mut open = [(Slot::Ignored, start, Level::Record); OPEN_MAX];
    let mut depth = 0;
    let mut level = Level::Record;
    slots.clear();
    ends.bracket();
    let mut at = skip_space(text, start + 1);
    let mut empty = byte(text, at)? == b'}';
    loop {
        if !empty {
            let (slot, value) = key(text, at, level, ends)?;
            let first = byte(text, value)?;
            slots.forget_inside(slot);
            at = match first {
                b'"' => ends.string_end(text, value)? + 1,
                b'{' | b'[' => {
                    if slot == Slot::Stream && place == Place::Top && !slots.has(Slot::EventName) {
                        return Err(Stop::Stream { at: value });
                    }
                    if first == b'{'
                        && let Some(inner) = level_inside(slot)
                    {
                        depth += 1;
                        open[depth] = (slot, value, level);
                        level = inner;
                        ends.bracket();
                        at = skip_space(text, value + 1);
                        empty = byte(text, at)? == b'}';
                        continue;
                    }
                    ends.container_end(text, value, depth_max.saturating_sub(depth as u32 + 1))? + 1
                }
                _ => literal_end(text, value)?,
            };
            slots.put(slot, value, at);
        }
        // Behind a value, or at the bracket of an empty object: close as many objects as end here.
        at = skip_space(text, at);
        while byte(text, at)? == b'}' {
            ends.bracket();
            at += 1;
            if depth == 0 {
                return Ok(at);
            }
            let (slot, value, outer) = open[depth];
            slots.put(slot, value, at);
            level = outer;
            depth -= 1;
            at = skip_space(text, at);
        }
        if byte(text, at)? != b',' {
            return Err(Stop::Bad { at });
        }
        at = skip_space(text, at + 1);
        empty = false;
    }
}

/// Reads the key that opens at `at` and its colon; returns its slot and the position of its value.
#[inline(always)]
fn key<E: Ends>(text: &[u8], at: usize, level: Level, ends: &mut E) -> Result<(Slot, usize), Stop> {
    if byte(text, at)? != b'"' {
        return Err(Stop::Bad { at });
    }
    let close = ends.string_end(text, at)?;
    let colon = skip_space(text, close + 1);
    if byte(text, colon)? != b':' {
        return Err(Stop::Bad { at: colon });
    }
    Ok((slot_of(text, at + 1, close, level), skip_space(text, colon + 1)))
}

/// Returns the byte at `at`, or that the text ends before.
#[inline(always)]
fn byte(text: &[u8], at: usize) -> Result<u8, Stop> {
    text.get(at).copied().ok_or(Stop::Cut)
}

/// Returns which object is entered at `slot`, if it is one that holds fields.
#[inline(always)]
fn level_inside(slot: Slot) -> Option<Level> {
    match slot {
        Slot::UserIdentity => Some(Level::Identity),
        Slot::SessionContext => Some(Level::Session),
        Slot::SessionIssuer => Some(Level::Issuer),
        Slot::Attributes => Some(Level::Attributes),
        Slot::IdentityScope => Some(Level::IdentityScope),
        Slot::SessionScope => Some(Level::SessionScope),
        _ => None,
    }
}
