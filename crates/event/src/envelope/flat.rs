//! The text that some exports make of a structure: `{instanceType=g5.12xlarge, instancesSet={items=[{minCount=4}]}}`.
//!
//! It has no quotes and no escapes, so it cannot be read back with certainty: a comma inside of a value is told from
//! one between members by what follows it, which is a name and `=`. What is read is enough to know what was asked
//! for; whoever reports it says that it was rebuilt.

use serde_json::{Map, Value};

/// Deepest nesting that is read; below it stands the text as it is.
///
/// Requests have six levels at most. Fewer, and a launch specification is not seen; more, and the stack is an
/// attacker's to fill.
const DEPTH_MAX: usize = 32;

/// Reads a flattened structure. Text that is none stands for itself.
pub(super) fn read_flat(text: &str) -> Value {
    let mut reader = Flat { rest: text.trim() };
    match reader.rest.starts_with(['{', '[']) {
        true => reader.value(DEPTH_MAX),
        false => atom(text),
    }
}

/// What is not read yet.
struct Flat<'a> {
    rest: &'a str,
}

impl Flat<'_> {
    /// Reads a value up to the comma or bracket behind it.
    fn value(&mut self, depth: usize) -> Value {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            Some('{') if depth > 0 => self.object(depth - 1),
            Some('[') if depth > 0 => self.array(depth - 1),
            _ => self.atom(),
        }
    }

    /// Reads `{name=value, …}`.
    fn object(&mut self, depth: usize) -> Value {
        let mut members = Map::new();
        self.rest = &self.rest[1..];
        while !self.ends_with('}') {
            let Some((name, rest)) = self.rest.split_once('=') else {
                self.rest = "";
                break;
            };
            self.rest = rest;
            members.insert(name.trim().to_owned(), self.value(depth));
        }
        Value::Object(members)
    }

    /// Reads `[value, …]`.
    fn array(&mut self, depth: usize) -> Value {
        let mut elements = Vec::new();
        self.rest = &self.rest[1..];
        while !self.ends_with(']') {
            elements.push(self.value(depth));
        }
        Value::Array(elements)
    }

    /// Steps over a comma; tells whether the container ends, and then steps over its bracket.
    fn ends_with(&mut self, bracket: char) -> bool {
        self.rest = self.rest.trim_start().trim_start_matches(',').trim_start();
        let end = self.rest.strip_prefix(bracket);
        // A bracket of the other kind belongs to nothing; it ends the container too, or nothing would go on.
        let stray = self.rest.strip_prefix(['}', ']']);
        self.rest = end.or(stray).unwrap_or(self.rest);
        end.is_some() || stray.is_some() || self.rest.is_empty()
    }

    /// Reads a text up to a closing bracket, or a comma that is followed by a name or stands in an array.
    fn atom(&mut self) -> Value {
        let ends = self
            .rest
            .match_indices([',', '}', ']'])
            .find(|(at, end)| *end != "," || separates(&self.rest[at + 1..]));
        let (text, rest) = self.rest.split_at(ends.map_or(self.rest.len(), |(at, _)| at));
        self.rest = rest;
        atom(text)
    }
}

/// Tells whether what follows a comma is another member or element, not the rest of a sentence: a name and `=`, or a
/// single word.
fn separates(text: &str) -> bool {
    let next = text.trim_start();
    let end = next.find([',', '}', ']', '=', '{', '[']).unwrap_or(next.len());
    !next[..end].trim().contains(char::is_whitespace)
}

/// Reads a text as what it looks like.
fn atom(text: &str) -> Value {
    match text.trim() {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => match text.parse::<i64>() {
            // An account id with a leading zero is a text.
            Ok(number) if number.to_string() == text => Value::from(number),
            _ => Value::from(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_launch_is_read_from_its_flattened_text() {
        let text = "{instanceType=g5.12xlarge, instancesSet={items=[{imageId=ami-0123, minCount=4, maxCount=4}, {x=[]}]}, \
                    ebsOptimized=false, ownerId=012345678901, userData=null}";
        let expected = json!({
            "instanceType": "g5.12xlarge",
            "instancesSet": {"items": [{"imageId": "ami-0123", "minCount": 4, "maxCount": 4}, {"x": []}]},
            "ebsOptimized": false,
            "ownerId": "012345678901",
            "userData": null,
        });
        assert_eq!(read_flat(text), expected);
    }

    #[test]
    fn a_comma_inside_of_a_sentence_does_not_end_it() {
        let expected = json!({"description": "made by hand, please keep it", "names": ["a", "b"]});
        assert_eq!(read_flat("{description=made by hand, please keep it, names=[a, b]}"), expected);
    }

    #[test]
    fn broken_text_ends_somewhere() {
        for text in [
            "{",
            "[",
            "{a",
            "{a=",
            "{a=[",
            "{a=]}",
            "[}]",
            "{=}",
            "}{",
            "{a=b",
            &"[".repeat(100_000),
            "",
            "é{,=é",
        ] {
            read_flat(text);
        }
        assert_eq!(read_flat("plain, text"), json!("plain, text"));
    }
}
