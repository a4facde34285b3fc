//! A record's id: its own, or the hash of what it says.
//!
//! Hand-made and masked logs carry ids such as `1` or `...`, often the same one on every
//! record; taken as ids they would make one event of many. Such a record is known by its
//! content, in which the order of members and white space do not count.
//!
//! Blind spots: numbers are hashed as they parse, so `1.0` and `1.00` are one.

use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use super::actor::is_uuid;

/// Returns `eventID` where it is a UUID, else `content:` and 32 hexadecimal digits.
pub(super) fn record_id(record: &Value) -> String {
    match record.get("eventID").and_then(Value::as_str) {
        Some(id) if is_uuid(id) => id.to_owned(),
        _ => content_id(record),
    }
}

fn content_id(record: &Value) -> String {
    let mut hasher = Xxh3::new();
    hash_value(record, &mut hasher);
    format!("content:{:032x}", hasher.digest128())
}

/// Feeds `value` to the hasher; each kind has its own mark, and each list its length, so that no two
/// different values feed the same bytes.
fn hash_value(value: &Value, hasher: &mut Xxh3) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Bool(flag) => hasher.update(if *flag { b"t" } else { b"f" }),
        Value::Number(number) => {
            hasher.update(b"#");
            hash_text(&number.to_string(), hasher);
        }
        Value::String(text) => {
            hasher.update(b"s");
            hash_text(text, hasher);
        }
        Value::Array(elements) => {
            hasher.update(b"[");
            hasher.update(&elements.len().to_le_bytes());
            elements.iter().for_each(|element| hash_value(element, hasher));
        }
        Value::Object(members) => {
            hasher.update(b"{");
            hasher.update(&members.len().to_le_bytes());
            // Sorted here and not trusted to be: a feature flag of the parser, set by any crate of the
            // program, would keep the order of the text.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            for (name, member) in sorted {
                hash_text(name, hasher);
                hash_value(member, hasher);
            }
        }
    }
}

fn hash_text(text: &str, hasher: &mut Xxh3) {
    hasher.update(&text.len().to_le_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> String {
        record_id(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_uuid_is_taken_as_it_is() {
        let record = r#"{"eventID": "8e865acb-b1e1-41d1-bdf3-47462f79d24c"}"#;
        assert_eq!(id(record), "8e865acb-b1e1-41d1-bdf3-47462f79d24c");
    }

    #[test]
    fn order_and_white_space_do_not_count() {
        let one = id(r#"{"eventID": "1", "a": {"x": 1, "y": [2, 3]}}"#);
        assert_eq!(one, id(r#"{"a":{"y":[2,3],"x":1},"eventID":"1"}"#));
        assert!(one.starts_with("content:") && one.len() == 40, "{one}");
    }

    #[test]
    fn different_records_with_the_same_made_up_id_are_told_apart() {
        assert_ne!(id(r#"{"eventID": "1", "a": 1}"#), id(r#"{"eventID": "1", "a": 2}"#));
        assert_ne!(id(r#"{"a": ["b", "c"]}"#), id(r#"{"a": ["bc"]}"#));
        assert_ne!(id(r#"{"a": "1"}"#), id(r#"{"a": 1}"#));
    }
}
