//! The boundary at which text from records becomes safe to show on a page.
//!
//! Templates escape markup. What they would let through is hidden characters: those are
//! shown by their number here. Lengths are bounded as well, so that a megabyte of user agent
//! does not make a page that no browser opens.

use std::fmt::{self, Write};

use crate::hidden::is_hidden;

/// The longest name, address or id, in characters.
///
/// Shorter, and an arn with a path is cut; longer, and a made-up name fills the screen.
const NAME_CHARS_MAX: usize = 200;

/// The longest sentence, in characters.
///
/// Shorter, and a sentence that quotes a user agent loses its point; longer, and the page
/// belongs to whoever wrote the agent.
const SENTENCE_CHARS_MAX: usize = 800;

/// How much of a record's id is told where it is a link to all of it.
const SHORT_ID_CHARS: usize = 8;

/// Text that may be shown: nothing hidden is in it, and it has an end.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown(String);

impl Shown {
    /// A name, cut after [`NAME_CHARS_MAX`] characters with `…` at the cut.
    pub(super) fn name(raw: &str) -> Self {
        match raw.char_indices().nth(NAME_CHARS_MAX) {
            Some((cut, _)) => Self(visible(&raw[..cut]) + "…"),
            None => Self(visible(raw)),
        }
    }

    /// A sentence, with ` … ` in the place of its middle where it is too long.
    ///
    /// Whoever put a kilobyte into the middle of a sentence did not write its beginning or its end.
    pub(super) fn sentence(raw: &str) -> Self {
        let length = raw.chars().count();
        if length <= SENTENCE_CHARS_MAX {
            return Self(visible(raw));
        }
        let head: String = raw.chars().take(SENTENCE_CHARS_MAX * 2 / 3).collect();
        let tail: String = raw.chars().skip(length - SENTENCE_CHARS_MAX / 3).collect();
        Self(format!("{} … {}", visible(&head), visible(&tail)))
    }

    /// The beginning of a record's id, which is enough to find it.
    pub(super) fn short_id(raw: &str) -> Self {
        // A record without an id is known by a hash; its prefix alone would tell nothing.
        let (prefix, rest) = raw.strip_prefix("content:").map_or(("", raw), |hash| ("content:", hash));
        let rest: String = rest.chars().take(SHORT_ID_CHARS).collect();
        Self(format!("{prefix}{}", visible(&rest)))
    }

    /// A command, whole; `None` where it cannot be shown as it is, for then it would not be what it says.
    pub(super) fn command(raw: &str, chars_max: usize) -> Option<Self> {
        let fits = raw.chars().nth(chars_max).is_none();
        (fits && !raw.chars().any(is_hidden)).then(|| Self(raw.to_owned()))
    }
}

impl Shown {
    /// The text, as it is shown.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Returns `raw` with each hidden character shown by its number, as `\u{1b}`.
fn visible(raw: &str) -> String {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_command_is_shown_whole_or_not_at_all() {
        assert!(Shown::command("aws sts get-caller-identity", 100).is_some());
        assert_eq!(Shown::command("aws iam delete-user --user-name $'x\u{1b}[2K'", 100), None);
        assert_eq!(Shown::command(&"i-1 ".repeat(50), 100), None);
    }

    #[test]
    fn a_long_sentence_keeps_its_beginning_and_its_end() {
        let quoted = format!("the agent {} was never seen in 18 days", "A".repeat(2_048));
        let shown = Shown::sentence(&quoted).to_string();
        assert!(shown.starts_with("the agent AAA") && shown.ends_with("never seen in 18 days"), "{shown}");
        assert_eq!(Shown::name(&"é".repeat(300)).to_string().chars().count(), NAME_CHARS_MAX + 1);
        assert_eq!(Shown::short_id("content:0123456789abcdef").to_string(), "content:01234567");
    }

    proptest! {
        #[test]
        fn nothing_hidden_passes(raw in any::<String>()) {
            for shown in [Shown::name(&raw), Shown::sentence(&raw), Shown::short_id(&raw)] {
                prop_assert!(!shown.0.chars().any(is_hidden), "{shown:?}");
            }
        }
    }
}
