//! Looks into JSON whose members begin with a small letter in messages and with a capital in answers of the API.

use serde_json::Value;

use super::Fault;
use crate::time::Time;

/// How much of a text is kept, in letters.
///
/// Less, and the longest names and titles are cut; more, and messages written by a stranger fill memory, since thousands
/// of them are kept.
const TEXT_LETTERS_MAX: usize = 1_024;

/// Parses a message.
pub(super) fn parse(text: &[u8]) -> Result<Value, Fault> {
    serde_json::from_slice(text).map_err(|_| Fault::Shape)
}

/// The member at `path`; null where there is none.
pub(super) fn at<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().fold(value, |value, name| member(value, name))
}

fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    if let Some(found) = value.get(name) {
        return found;
    }
    let mut letters = name.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    value.get(&capital).unwrap_or(&Value::Null)
}

/// The text at `path`, as much of it as is kept.
pub(super) fn text(value: &Value, path: &[&str]) -> Option<String> {
    let text = at(value, path).as_str().filter(|text| !text.is_empty())?;
    Some(text.chars().take(TEXT_LETTERS_MAX).collect())
}

/// The time at `path`.
pub(super) fn time(value: &Value, path: &[&str]) -> Option<Time> {
    at(value, path).as_str().and_then(Time::parse)
}

/// The number at `path`, in thousandths; it may be written as a string.
pub(super) fn thousandths(value: &Value, path: &[&str]) -> Option<i64> {
    let found = at(value, path);
    let number = found.as_f64().or_else(|| found.as_str()?.parse().ok())?;
    number.is_finite().then(|| (number * 1_000.0).round() as i64)
}
