//! The boundary at which text from records becomes safe to print on a terminal.
//!
//! A [`super::layout::Span`] can only be made through [`visible`], so nothing reaches the
//! page around it. Lengths are bounded here as well: a kilobyte of user agent must not push
//! the verdict off the screen. The finding keeps the raw text; `--format json` has all of it.

use std::fmt::Write;

use crate::hidden::is_hidden;

/// The longest name, address or id that is shown, in characters.
///
/// Shorter, and an arn with a path is cut; longer, and a made-up name fills the screen.
pub(super) const NAME_CHARS_MAX: usize = 160;

/// The longest sentence, in characters.
///
/// Shorter, and a sentence that quotes a user agent loses its point; longer, and sixteen
/// sentences are no longer read.
pub(super) const SENTENCE_CHARS_MAX: usize = 480;

/// The longest single piece of text that the page accepts, in characters.
///
/// A backstop for callers that forget the bounds above; commands are the longest that do not.
pub(super) const PIECE_CHARS_MAX: usize = 4_000;

/// Returns `raw` with each hidden character shown by its number, as `\u{1b}`, and bounded.
pub fn visible(raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len().min(PIECE_CHARS_MAX));
    for (place, character) in raw.chars().enumerate() {
        if place == PIECE_CHARS_MAX {
            shown.push('…');
            break;
        }
        if is_hidden(character) {
            write!(shown, "\\u{{{:x}}}", u32::from(character)).expect("a string takes all text");
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Returns a name, cut after [`NAME_CHARS_MAX`] characters with `…` at the cut.
pub(super) fn name(raw: &str) -> String {
    match raw.char_indices().nth(NAME_CHARS_MAX) {
        Some((cut, _)) => format!("{}…", &raw[..cut]),
        None => raw.to_owned(),
    }
}

/// Returns a sentence, with ` … ` in the place of its middle where it is too long.
///
/// Whoever put a kilobyte into the middle of a sentence did not write its beginning or its end.
pub(super) fn sentence(raw: &str) -> String {
    let length = raw.chars().count();
    if length <= SENTENCE_CHARS_MAX {
        return raw.to_owned();
    }
    let head: String = raw.chars().take(SENTENCE_CHARS_MAX * 2 / 3).collect();
    let tail: String = raw.chars().skip(length - SENTENCE_CHARS_MAX / 3).collect();
    format!("{head} … {tail}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_and_not_obeyed() {
        assert_eq!(visible("\u{1b}[2J\u{9b}31mred"), r"\u{1b}[2J\u{9b}31mred");
        assert_eq!(visible("role/\u{202e}nimda\u{202c}"), r"role/\u{202e}nimda\u{202c}");
        assert_eq!(visible("one\ntwo\r\tthree"), r"one\u{a}two\u{d}\u{9}three");
        assert_eq!(visible("adm\u{200b}in"), r"adm\u{200b}in");
    }

    #[test]
    fn a_long_sentence_keeps_its_beginning_and_its_end() {
        let quoted = format!("the agent {} was never seen in 18 days", "A".repeat(1_024));
        let short = sentence(&quoted);
        assert!(short.starts_with("the agent AAA") && short.ends_with("never seen in 18 days"), "{short}");
        assert!(short.chars().count() <= SENTENCE_CHARS_MAX + 3);
        assert_eq!(name(&"é".repeat(200)).chars().count(), NAME_CHARS_MAX + 1);
    }

    proptest! {
        #[test]
        fn nothing_hidden_passes(raw in any::<String>()) {
            let shown = visible(&raw);
            prop_assert!(!shown.chars().any(is_hidden), "{shown:?}");
            prop_assert_eq!(visible(&shown), shown);
        }
    }
}
