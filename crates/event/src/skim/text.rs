//! The contents of a JSON string, as text.
//!
//! Strict parsers refuse a lone surrogate, a raw control character or bytes that are not UTF-8. Whoever wrote them
//! into a log still did something, so they are read here, with U+FFFD in the place of what has no meaning.

use std::borrow::Cow;

/// Returns the text that `raw`, the contents of a JSON string without its quotes, stands for.
///
/// Borrows if nothing is escaped. Never fails: what is not valid becomes U+FFFD, an unknown escape stands for itself.
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        // Nearly every text is plain, and checking that is quicker than looking for what to replace.
        return std::str::from_utf8(raw).map_or_else(|_| String::from_utf8_lossy(raw), Cow::Borrowed);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        bytes.extend_from_slice(&rest[..at]);
        rest = unescape_one(&rest[at + 1..], &mut bytes);
    }
    bytes.extend_from_slice(rest);
    Cow::Owned(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// Writes what one escape stands for and returns what comes after it. `rest` begins behind the backslash.
fn unescape_one<'a>(rest: &'a [u8], bytes: &mut Vec<u8>) -> &'a [u8] {
    let Some((&letter, rest)) = rest.split_first() else { return rest };
    let plain = match letter {
        b'u' => return unescape_unicode(rest, bytes),
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 0x08,
        b'f' => 0x0c,
        other => other,
    };
    bytes.push(plain);
    rest
}

/// Writes the character of a `\u` escape, or of two that are a surrogate pair. `rest` begins behind the `u`.
fn unescape_unicode<'a>(rest: &'a [u8], bytes: &mut Vec<u8>) -> &'a [u8] {
    let mut push = |character: char| {
        let mut buffer = [0; 4];
        bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    };
    let Some((unit, rest)) = code_unit(rest) else {
        push(char::REPLACEMENT_CHARACTER);
        return rest;
    };
    if let 0xD800..0xDC00 = unit
        && let Some((low @ 0xDC00..0xE000, rest)) = rest.strip_prefix(b"\\u").and_then(code_unit)
    {
        let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return rest;
    }
    push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// Reads four hexadecimal digits.
fn code_unit(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(4)?;
    let unit = digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))?;
    Some((unit, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_escapes_is_borrowed() {
        assert!(matches!(unescape("aws-cli/2 café".as_bytes()), Cow::Borrowed("aws-cli/2 café")));
    }

    #[test]
    fn escapes_are_read_as_json_means_them() {
        let raw = br#"\"\\\/\b\f\n\r\tcaf\u00e9 \ud83d\ude00\u0000."#;
        let meant: String = serde_json::from_slice(&[b"\"", &raw[..], b"\""].concat()).unwrap();
        assert_eq!(unescape(raw), meant);
    }

    #[test]
    fn what_has_no_meaning_becomes_a_replacement_character() {
        assert_eq!(unescape(br"a\ud800b"), "a\u{fffd}b");
        assert_eq!(unescape(br"\ud800\u0041"), "\u{fffd}A");
        assert_eq!(unescape(br"\udc00"), "\u{fffd}");
        assert_eq!(unescape(br"\u12"), "\u{fffd}12");
        assert_eq!(unescape(br"end\"), "end");
        assert_eq!(unescape(b"a\xffb"), "a\u{fffd}b");
        assert_eq!(unescape(b"\\n\xff"), "\n\u{fffd}");
    }
}
