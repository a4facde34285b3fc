//! Rust source with code, comments, strings and tests told apart.
//!
//! A rule about code must not fire on a sentence that speaks about code, nor on a test.
//! This is a lexer and a count of brackets, no parser: that is enough to know which of the
//! four a byte belongs to, and it keeps the chores quick to build on a bare machine.
//!
//! Blind spots: what a macro makes of its arguments, and tests that only a macro marks.

use std::ops::Range;

/// The part of a file that is not test, in layers that keep every byte in its place.
pub(super) struct Source {
    /// The code; comments, strings and tests are blank.
    pub(super) code: String,
    /// The comments; everything else and tests are blank.
    pub(super) comments: String,
    /// Modules that exist for tests and lie in files of their own.
    pub(super) test_modules: Vec<String>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    /// Where the word `fn` is, in bytes.
    pub(super) offset: usize,
    /// From the line of the word `fn` to that of the closing brace.
    pub(super) lines: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let mut code = text.as_bytes().to_vec();
        let mut comments = code.clone();
        for (kind, range) in pieces(text) {
            if kind != Kind::Code {
                blank(&mut code, range.clone());
            }
            if kind != Kind::Comment {
                blank(&mut comments, range);
            }
        }

        let with_tests = into_text(code.clone());
        let tests = test_items(&with_tests);
        for range in &tests {
            blank(&mut code, range.clone());
            blank(&mut comments, range.clone());
        }
        let test_modules = tests.iter().filter_map(|range| outside_module(&with_tests[range.clone()]));
        Self {
            test_modules: test_modules.map(str::to_owned).collect(),
            code: into_text(code),
            comments: into_text(comments),
        }
    }

    /// Returns the functions in the order of their first lines.
    pub(super) fn functions(&self) -> Vec<Function<'_>> {
        let code = self.code.as_str();
        words(code, "fn").filter_map(|offset| function_at(code, offset)).collect()
    }
}

/// Returns where `word` stands in `code` and is not part of a longer word.
pub(super) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(offset, _)| offset).filter(move |&offset| {
        let before = code[..offset].chars().next_back();
        let after = code[offset + word.len()..].chars().next();
        let goes_on_before = word.starts_with(in_word) && before.is_some_and(in_word);
        let goes_on_after = word.ends_with(in_word) && after.is_some_and(in_word);
        !goes_on_before && !goes_on_after
    })
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn blank(layer: &mut [u8], range: Range<usize>) {
    layer[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

fn into_text(layer: Vec<u8>) -> String {
    String::from_utf8(layer).expect("whole characters are blanked")
}

/// Cuts `text` into pieces, each of one kind, without a gap.
fn pieces(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let (kind, length) = first_piece(&text[start..]);
        pieces.push((kind, start..start + length));
        start += length;
    }
    pieces
}

fn first_piece(rest: &str) -> (Kind, usize) {
    let first = rest.chars().next().expect("only called where text is left");
    if rest.starts_with("//") {
        (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (Kind::Comment, block_comment(rest))
    } else if first == '"' {
        (Kind::Literal, quoted(rest, '"'))
    } else if let Some(length) = raw_string(rest) {
        (Kind::Literal, length)
    } else if first == '\'' && is_character(rest) {
        (Kind::Literal, quoted(rest, '\''))
    } else if in_word(first) {
        (Kind::Code, rest.find(|c| !in_word(c)).unwrap_or(rest.len()))
    } else {
        (Kind::Code, first.len_utf8())
    }
}

/// Returns the length of the block comment that `rest` begins with. They nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match &rest.as_bytes()[at..rest.len().min(at + 2)] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Returns the length of the literal that `rest` begins with, both quotes included.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of the raw string that `rest` begins with, if it does.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let hashes = rest[prefix.len()..].bytes().take_while(|&byte| byte == b'#').count();
    let body = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len()))
}

/// Returns whether the quote that `rest` begins with opens a character and not a lifetime.
fn is_character(rest: &str) -> bool {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) => true,
        (_, second) => second == Some('\''),
    }
}

/// Returns the items that only exist for tests, with their attributes.
fn test_items(code: &str) -> Vec<Range<usize>> {
    if code.contains("#![cfg(test)]") {
        return std::iter::once(0..code.len()).collect();
    }
    let mut items: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices("#[") {
        let end = closing(code, start + 1);
        let inside_last = items.last().is_some_and(|last| last.contains(&start));
        if !inside_last && is_test_attribute(&code[start + 2..end]) {
            items.push(start..item_end(code, end + 1));
        }
    }
    items
}

/// `attribute` is what stands between the brackets.
fn is_test_attribute(attribute: &str) -> bool {
    let name = attribute.split('(').next().unwrap_or(attribute).trim();
    let negated = attribute.contains("not(test)");
    name == "test"
        || name.ends_with("::test")
        || (name == "cfg" && words(attribute, "test").next().is_some() && !negated)
}

/// Returns the offset behind the item that begins at `from`, further attributes first.
fn item_end(code: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = code[at..].find(['(', '[', '{', ';']) {
        at += found;
        match code.as_bytes()[at] {
            b';' => return at + 1,
            b'{' => return closing(code, at) + 1,
            _ => at = closing(code, at) + 1,
        }
        at = at.min(code.len());
    }
    code.len()
}

/// Returns the offset of the bracket that closes the one at `open`, or the last offset.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at;
        }
    }
    code.len().saturating_sub(1)
}

/// Returns the name in `mod name;`, where the item is that.
fn outside_module(item: &str) -> Option<&str> {
    let after = words(item, "mod").next()? + "mod".len();
    let name = item[after..].strip_suffix(';')?.trim();
    name.chars().all(in_word).then_some(name)
}

/// Returns the function whose word `fn` is at `offset`; `None` for a type or without a body.
fn function_at(code: &str, offset: usize) -> Option<Function<'_>> {
    let rest = code[offset + "fn".len()..].trim_start();
    let name = &rest[..rest.find(|c| !in_word(c))?];
    let end = item_end(code, offset);
    if name.is_empty() || !code[..end].ends_with('}') {
        return None;
    }
    Some(Function { name, offset, lines: code[offset..end].lines().count() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(layer: &str) -> String {
        layer.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn code(text: &str) -> String {
        squeezed(&Source::new(text).code)
    }

    #[test]
    fn strings_and_comments_are_no_code() {
        assert_eq!(code("a(\"x.unwrap()\"); // b.unwrap()\nc /* d /* e */ f */ g"), "a( ); c g");
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        assert_eq!(code(r#"f("a\"b", '"', '\'', "c") + d"#), "f( , , , ) + d");
    }

    #[test]
    fn raw_strings_end_at_their_own_number_of_hashes() {
        assert_eq!(code("f(r#\"a \" b\"#, br\"c\\\", r#type) g"), "f( , , r#type) g");
    }

    #[test]
    fn a_lifetime_does_not_open_a_character() {
        assert_eq!(code("fn f<'a>(x: &'a str) -> char { 'a' }"), "fn f<'a>(x: &'a str) -> char { }");
    }

    #[test]
    fn every_byte_keeps_its_place() {
        let text = "let ä = \"ö\"; // ü\nnext";
        let source = Source::new(text);
        assert_eq!(source.code.len(), text.len());
        assert_eq!(source.code.find("next"), text.find("next"));
        assert_eq!(squeezed(&source.comments), "// ü");
    }

    #[test]
    fn tests_are_blank_wherever_they_stand() {
        let text = "
            fn kept() {}
            #[test]
            fn gone() { [0; 3]; }
            #[cfg(test)] #[derive(Debug)] struct Gone;
            #[cfg(not(test))] fn kept_too() {}
            #[cfg(test)] mod tests { #[test] fn gone() {} }
            #[cfg(test)] impl From<[u8; 4]> for Gone { fn from() {} }
            fn kept_last() {}
        ";
        assert_eq!(code(text), "fn kept() {} #[cfg(not(test))] fn kept_too() {} fn kept_last() {}");
    }

    #[test]
    fn a_test_module_in_its_own_file_is_named() {
        let source = Source::new("mod a;\n#[cfg(test)]\npub(crate) mod story;\nmod b;");
        assert_eq!(source.test_modules, ["story"]);
        assert_eq!(squeezed(&source.code), "mod a; mod b;");
    }

    #[test]
    fn functions_are_measured_and_function_types_are_not() {
        let source =
            Source::new("type F = fn(u8) -> u8;\nfn a(x: [u8; 2])\nwhere T: X,\n{\n}\ntrait T { fn b(); }");
        assert_eq!(source.functions(), [Function { name: "a", offset: 23, lines: 4 }]);
    }

    #[test]
    fn unbalanced_source_does_not_hang_or_crash() {
        for text in ["#[test", "#[cfg(test)]", "fn f(", "\"", "r#\"", "/*", "'", "#[test] fn f() {"] {
            Source::new(text).functions();
        }
    }
}
