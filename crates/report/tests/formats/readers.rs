//! Readers of the formats of bare lines, as their own documents describe them.
//!
//! Each returns keys and values, and panics where a line is not what the document asks for.
//! They know nothing of the writers.

use std::collections::BTreeMap;

/// Keys and values.
pub(crate) type Fields = BTreeMap<String, String>;

fn insert(fields: &mut Fields, key: String, value: String) {
    assert_eq!(fields.insert(key.clone(), value), None, "{key} is there twice");
}

/// Splits at `separator` where no backslash stands before it, and takes the escapes off.
fn split_escaped(text: &str, separator: char, parts_max: usize) -> (Vec<String>, &str) {
    let (mut parts, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for (place, character) in text.char_indices() {
        match character {
            _ if escaped => {
                part.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if character == separator => {
                parts.push(std::mem::take(&mut part));
                if parts.len() == parts_max {
                    return (parts, &text[place + character.len_utf8()..]);
                }
            }
            _ => part.push(character),
        }
    }
    (parts, "")
}

/// Reads a CEF line: seven header fields, then `key=value` with `\` and `=` escaped.
pub(crate) fn cef(line: &str) -> Fields {
    let (header, extension) = split_escaped(line, '|', 7);
    assert_eq!(header.len(), 7, "{line}");
    let mut fields = Fields::new();
    for (name, value) in
        ["version", "vendor", "product", "device version", "signature", "name", "severity"].iter().zip(header)
    {
        insert(&mut fields, format!("header {name}"), value);
    }
    // A key is the word before an equals sign that is not escaped; its value goes up to the next key.
    let bytes = extension.as_bytes();
    let is_escaped =
        |place: usize| bytes[..place].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    let equals: Vec<usize> =
        (0..bytes.len()).filter(|&place| bytes[place] == b'=' && !is_escaped(place)).collect();
    let starts: Vec<usize> =
        equals.iter().map(|&place| extension[..place].rfind(' ').map_or(0, |space| space + 1)).collect();
    for (number, (&start, &equal)) in starts.iter().zip(&equals).enumerate() {
        let end = starts.get(number + 1).map_or(extension.len(), |next| next - 1);
        let value = &extension[equal + 1..end];
        // No line holds a line break, so the whole value is the one part before it.
        let ended = format!("{value}\n");
        let (mut parts, _) = split_escaped(&ended, '\n', 1);
        insert(&mut fields, extension[start..equal].to_owned(), parts.remove(0));
    }
    fields
}

/// Reads a LEEF 2.0 line: six header fields, the last the delimiter's code, then `key=value`.
pub(crate) fn leef(line: &str) -> Fields {
    let parts: Vec<&str> = line.splitn(7, '|').collect();
    assert_eq!((parts.len(), parts[0], parts[5]), (7, "LEEF:2.0", "x09"), "{line}");
    let mut fields = Fields::new();
    for part in parts[6].split('\t') {
        let (key, value) = part.split_once('=').unwrap_or_else(|| panic!("{part:?} has no key"));
        insert(&mut fields, key.to_owned(), value.to_owned());
    }
    fields
}

/// Reads a message of RFC 5424 with one element of structured data.
pub(crate) fn syslog(line: &str) -> Fields {
    let parts: Vec<&str> = line.splitn(7, ' ').collect();
    let [priority, time, host, app, process, message_id, rest] = parts[..] else { panic!("{line}") };
    let mut fields = Fields::new();
    assert!(priority.starts_with('<') && priority.ends_with(">1"), "{priority}");
    for (name, value) in
        [("time", time), ("host", host), ("app", app), ("process", process), ("message id", message_id)]
    {
        assert!(!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()), "{name} {value:?}");
        insert(&mut fields, name.to_owned(), value.to_owned());
    }
    let (id, mut rest) =
        rest.strip_prefix('[').and_then(|rest| rest.split_once(' ')).expect("an element with data");
    assert!(!id.contains(['=', ']', '"']), "{id}");
    loop {
        let (name, value) = rest.split_once("=\"").expect("a name and a quote");
        let (parsed, after) = split_escaped(value, '"', 1);
        let written = &value[..value.len() - after.len() - 1];
        assert!(!unescaped(written).contains(']'), "{written}");
        insert(&mut fields, format!("data {name}"), parsed[0].clone());
        match after.as_bytes() {
            [b']', ..] => {
                let message = after.strip_prefix("] \u{feff}").expect("a blank and the mark");
                insert(&mut fields, "message".to_owned(), message.to_owned());
                return fields;
            }
            [b' ', ..] => rest = &after[1..],
            _ => panic!("{after:?} follows a value"),
        }
    }
}

/// Returns what stands in `written` without a backslash before it.
fn unescaped(written: &str) -> String {
    let mut escaped = false;
    written
        .chars()
        .filter(|&character| {
            let counts = !escaped && character != '\\';
            escaped = !escaped && character == '\\';
            counts
        })
        .collect()
}

/// Reads CSV with the `csv` crate: one record for each finding, by column.
pub(crate) fn csv(text: &str) -> Vec<Fields> {
    let mut reader = csv::ReaderBuilder::new().terminator(csv::Terminator::CRLF).from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("as many cells as columns");
            header.iter().zip(record.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
        })
        .collect()
}

/// Puts characters back that are shown by their number: `\u{1b}`.
pub(crate) fn unshown(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut raw = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').expect("a number in braces");
        let number = u32::from_str_radix(number, 16).expect("a hexadecimal number");
        raw.push(char::from_u32(number).expect("a character"));
        raw.push_str(rest);
    }
    raw
}
