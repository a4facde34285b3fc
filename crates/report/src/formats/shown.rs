//! Raw text, made fit for a format: hidden characters by their number, and never too long.
//!
//! Formats that escape every character (JSON) take raw text and cut it; formats of bare lines
//! take it through [`visible`], after which it holds no control, no line break and nothing
//! that turns text around, so that each is left with its own separators to mind.

use std::fmt::Write;

use crate::hidden::is_hidden;

/// Returns `raw` with each hidden character shown by its number, as `\u{1b}`.
pub(super) fn visible(raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len());
    for character in raw.chars() {
        if is_hidden(character) {
            write!(shown, "\\u{{{:x}}}", u32::from(character)).expect("a string takes all text");
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Returns `text`, or its beginning and `…`, in at most `units_max` UTF-16 units.
///
/// Receivers count in characters, in UTF-16 units or do not say. No text has more characters
/// than units, so what fits here fits there.
pub(super) fn cut(text: &str, units_max: usize) -> String {
    let mut units = 0;
    // Where to cut if the rest does not fit: the last place that leaves room for the `…`.
    let mut place_to_cut = 0;
    for (place, character) in text.char_indices() {
        if units < units_max {
            place_to_cut = place;
        }
        units += character.len_utf16();
        if units > units_max {
            return if units_max == 0 { String::new() } else { format!("{}…", &text[..place_to_cut]) };
        }
    }
    text.to_owned()
}

/// Returns `raw` as [`visible`] text of at most `units_max` UTF-16 units.
pub(super) fn visible_cut(raw: &str, units_max: usize) -> String {
    // A character becomes at most ten, so what is cut off first would not have been shown.
    cut(&visible(&cut(raw, units_max.saturating_add(1))), units_max)
}

/// Returns the first of `items`, joined by `separator`; what does not fit is counted: `a b …+7`.
///
/// Each item goes through `write` first. The whole has at most `units_max` UTF-16 units, if
/// that is room for the count.
pub(super) fn joined<T>(
    items: impl IntoIterator<Item = T>,
    separator: &str,
    units_max: usize,
    write: impl Fn(T) -> String,
) -> String {
    // Room for the separator and `…+18446744073709551615`.
    let room = units_max.saturating_sub(separator.len() + 22);
    let (mut text, mut units, mut left_out) = (String::new(), 0, 0_u64);
    for item in items {
        if left_out > 0 {
            left_out += 1;
            continue;
        }
        let item = write(item);
        let needed = item.encode_utf16().count() + if text.is_empty() { 0 } else { separator.len() };
        if units + needed > room {
            left_out = 1;
            continue;
        }
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.push_str(&item);
        units += needed;
    }
    if left_out > 0 {
        let separator = if text.is_empty() { "" } else { separator };
        write!(text, "{separator}…+{left_out}").expect("a string takes all text");
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cut_is_told() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("ab\u{1f600}", 3), "ab…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(visible_cut("\u{1b}[2J", 100), r"\u{1b}[2J");
        let numbers = joined(0..1_000, " ", 60, |number| number.to_string());
        assert_eq!(numbers, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 …+984");
    }

    proptest! {
        #[test]
        fn nothing_is_too_long_or_hidden(raw in any::<String>(), units_max in 0_usize..80) {
            let text = visible_cut(&raw, units_max);
            prop_assert!(text.encode_utf16().count() <= units_max, "{text:?}");
            prop_assert!(!text.chars().any(is_hidden), "{text:?}");
            prop_assert_eq!(visible_cut(&raw, 10_000_000), visible(&raw));
        }
    }
}
