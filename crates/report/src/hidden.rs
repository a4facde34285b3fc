//! Characters that a reader would not see for what they are.
//!
//! A user agent may hold an escape sequence that clears the screen, a right-to-left override
//! that turns a name around, or a zero-width space that makes two names look like one. Every
//! format shows such a character by its number; how the number is spelt is the format's own.
//!
//! Blind spots: letters that look like other letters (Cyrillic `а`), and right-to-left
//! letters, which some terminals reorder together with what stands beside them. Both are
//! legitimate in names, so they are shown.

use unicode_width::UnicodeWidthChar;

/// Whether `character` must be shown by its number.
///
/// True for all controls but none of the printable ASCII: C0, DEL, C1; for what changes the
/// direction of text; for line and paragraph separators; for spaces other than the plain one;
/// for what takes no column at all (joiners, variation selectors, tags, loose accents); and
/// for letters that are drawn as nothing or as whatever a font likes (fillers, private use).
pub(crate) fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    character.is_control()
        || character.is_whitespace()
        || matches!(character.width(), None | Some(0))
        || is_drawn_as_nothing(character)
}

/// Whether a character that counts as visible is blank, or private, in practice.
fn is_drawn_as_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' // soft hyphen
        | '\u{34f}' // grapheme joiner
        | '\u{61c}' // Arabic letter mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{17b4}' | '\u{17b5}' // Khmer inherent vowels
        | '\u{180b}'..='\u{180f}' // Mongolian selectors
        | '\u{200b}'..='\u{200f}' // zero-width characters and direction marks
        | '\u{2028}'..='\u{202e}' // separators, embeddings and overrides
        | '\u{2060}'..='\u{206f}' // joiners, isolates, invisible operators
        | '\u{2800}' // blank Braille pattern
        | '\u{fe00}'..='\u{fe0f}' // variation selectors
        | '\u{feff}' // byte order mark
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' // annotations, no characters
        | '\u{1d173}'..='\u{1d17a}' // musical controls
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' // private use
        | '\u{e0000}'..='\u{e0fff}' // tags
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_text_around_is_hidden() {
        for character in [
            '\0',
            '\u{7}',
            '\t',
            '\n',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{a0}',
            '\u{200b}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{301}',
            '\u{e0041}',
            '\u{fe0f}',
            '\u{3164}',
            '\u{f8ff}',
            '\u{202f}',
        ] {
            assert!(is_hidden(character), "U+{:04X} would be printed as it is", u32::from(character));
        }
    }

    #[test]
    fn letters_digits_and_our_own_drawing_are_shown() {
        for character in "az09 ~é中ñ█░│├└─→·…×≥😀".chars() {
            assert!(!is_hidden(character), "{character} would be printed by its number");
        }
    }
}
