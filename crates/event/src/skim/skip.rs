//! Stepping over a value that is too large to be held in a window.

/// How far the end of a value was looked for. It goes on where the last window ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Skip {
    depth: u64,
    in_string: bool,
    escaped: bool,
}

impl Skip {
    /// Goes on at `at`, which at first is where the value begins. Returns the position behind the value, or `None` if
    /// the whole window belongs to it.
    pub(crate) fn go_on(&mut self, window: &[u8], at: usize) -> Option<usize> {
        let mut at = at;
        while at < window.len() {
            if self.in_string {
                at = self.string(window, at);
                if !self.in_string && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match window[at] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 1 => return Some(at + 1),
                b'}' | b']' | b',' if self.depth == 0 => return Some(at),
                b'}' | b']' => self.depth -= 1,
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Goes on inside of a string; returns the position behind its closing quote or the end of the window.
    fn string(&mut self, window: &[u8], mut at: usize) -> usize {
        if std::mem::take(&mut self.escaped) {
            at += 1;
        }
        while let Some(found) = memchr::memchr2(b'"', b'\\', window.get(at..).unwrap_or_default()) {
            at += found;
            if window[at] == b'"' {
                self.in_string = false;
                return at + 1;
            }
            if at + 1 == window.len() {
                self.escaped = true;
                return window.len();
            }
            at += 2;
        }
        window.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_value_is_found_however_the_text_is_cut() {
        for value in [r#"{"a":["]}",{"b\\\"":"\\"}]}"#, r#""a \" string""#, "12.5", "[]", "null"] {
            let text = format!("{value},\"next\":1}}");
            for cut in 0..value.len() {
                let (first, second) = text.as_bytes().split_at(cut);
                let mut skip = Skip::default();
                let end =
                    skip.go_on(first, 0).map_or_else(|| skip.go_on(second, 0).map(|end| end + cut), Some);
                assert_eq!(end, Some(value.len()), "{value} cut at {cut}");
            }
        }
    }
}
