//! Reading JSON text one byte at a time: for whatever is too rare or too large for the index.

use super::walk::Stop;

/// Returns the position of the first byte from `at` on that is not white space; past the end if there is none.
#[inline(always)]
pub(crate) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = text.get(at) {
        at += 1;
    }
    at
}

/// Returns the position of the quote that closes the string which opens at `open`.
pub(crate) fn string_end(text: &[u8], open: usize) -> Result<usize, Stop> {
    let mut at = open + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()).ok_or(Stop::Cut)?;
        if text[at] == b'"' {
            return Ok(at);
        }
        at += 2;
    }
}

/// Returns the position of the bracket that closes the container which opens at `open` and may hold, itself included,
/// `depth_max` levels.
pub(crate) fn container_end(text: &[u8], open: usize, depth_max: u32) -> Result<usize, Stop> {
    let mut depth = 0;
    let mut at = open;
    loop {
        match text.get(at).ok_or(Stop::Cut)? {
            b'"' => at = string_end(text, at)?,
            b'{' | b'[' if depth == depth_max => return Err(Stop::Deep),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Ok(at),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

/// Returns the position behind the value that begins at `start`, however deep it is.
pub(crate) fn value_end(text: &[u8], start: usize) -> Result<usize, Stop> {
    match text.get(start) {
        None => Err(Stop::Cut),
        Some(b'"') => Ok(string_end(text, start)? + 1),
        Some(b'{' | b'[') => Ok(container_end(text, start, u32::MAX)? + 1),
        Some(_) => literal_end(text, start),
    }
}

/// Returns the position behind the literal (number, `true`, `false`, `null`) that begins at `start`. Of numbers only the
/// letters are checked.
fn literal_end(text: &[u8], start: usize) -> Result<usize, Stop> {
    let mut at = start;
    let rest = text.get(start..).unwrap_or_default();
    let is_cut = |word: &[u8]| word.starts_with(rest);
    match rest {
        [b't', ..] if !rest.starts_with(b"true") && !is_cut(b"true") => return Err(Stop::Bad { at }),
        [b'f', ..] if !rest.starts_with(b"false") && !is_cut(b"false") => return Err(Stop::Bad { at }),
        [b'n', ..] if !rest.starts_with(b"null") && !is_cut(b"null") => return Err(Stop::Bad { at }),
        [b'0'..=b'9' | b'-' | b't' | b'f' | b'n', ..] | [] => {}
        _ => return Err(Stop::Bad { at }),
    }
    while let Some(b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.') = text.get(at) {
        at += 1;
    }
    match text.get(at) {
        None => Err(Stop::Cut),
        Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') if at > start => Ok(at),
        Some(_) => Err(Stop::Bad { at }),
    }
}

/// The members of an object, in order: key and value as they are written. Ends where the text stops being JSON.
pub(crate) struct Members<'a> {
    text: &'a [u8],
    at: usize,
}

/// The elements of an array, in order, as they are written. Ends where the text stops being JSON.
pub(crate) struct Elements<'a>(Members<'a>);

impl<'a> Members<'a> {
    /// Reads the members of the object that begins at the start of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Members<'a> {
        Members { text, at: 1 }
    }

    /// Returns the value that begins at `start`, and steps behind it and a comma.
    fn take_value(&mut self, start: usize) -> Option<&'a [u8]> {
        let end = value_end(self.text, start).ok()?;
        self.at = skip_space(self.text, end);
        if self.text.get(self.at) == Some(&b',') {
            self.at += 1;
        }
        self.text.get(start..end)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let open = skip_space(self.text, self.at);
        if self.text.get(open) != Some(&b'"') {
            return None;
        }
        let close = string_end(self.text, open).ok()?;
        let colon = skip_space(self.text, close + 1);
        if self.text.get(colon) != Some(&b':') {
            return None;
        }
        let value = self.take_value(skip_space(self.text, colon + 1))?;
        Some((&self.text[open + 1..close], value))
    }
}

impl<'a> Elements<'a> {
    /// Reads the elements of the array that begins at the start of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Elements<'a> {
        Elements(Members::new(text))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = skip_space(self.0.text, self.0.at);
        if let None | Some(b']') = self.0.text.get(start) {
            return None;
        }
        self.0.take_value(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_they_are_written() {
        let members: Vec<_> = Members::new(br#"{ "a\"" : [1,{"b":"]"}] ,"c":"}", "d" :12e3 }"#).collect();
        let expected: [(&[u8], &[u8]); 3] =
            [(br#"a\""#, br#"[1,{"b":"]"}]"#), (b"c", br#""}""#), (b"d", b"12e3")];
        assert_eq!(members, expected);
    }

    #[test]
    fn what_is_no_longer_json_ends_the_elements() {
        let elements: Vec<_> = Elements::new(b"[1, null ,[],oops\"]").collect();
        assert_eq!(elements, [&b"1"[..], b"null", b"[]"]);
    }

    #[test]
    fn a_text_that_ends_early_is_cut_and_not_bad() {
        let text = br#"{"a":["\\",true]}"#;
        for end in 1..text.len() {
            assert_eq!(value_end(&text[..end], 0), Err(Stop::Cut));
        }
        assert_eq!(value_end(text, 0), Ok(text.len()));
    }
}
