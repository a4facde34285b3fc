//! The finding's own contract, cut until it fits.
//!
//! A case of six thousand machines is megabytes of JSON; an event bus takes 256 KB. The field
//! names and their order stay; lists lose their tails, texts their ends, and a field `left_out`
//! says how many entries each list lost, by its JSON pointer.

use detect::Finding;
use serde_json::{Map, Value};

use super::shown::cut;

/// How long lists and texts are at first. Lists are halved, and texts, until the whole fits.
const ENTRIES_MAX: usize = 200;
/// Longer, and one user agent outweighs the finding; shorter, and a command is cut.
const UNITS_MAX: usize = 4_000;
/// Below this a text says nothing any more, and an id is no id.
const UNITS_MIN: usize = 128;

/// Returns `finding` as its contract spells it, in at most `bytes_max` bytes of JSON where that can be done.
///
/// It can for any bound from about 16 KB on: what is left then are numbers and short texts.
pub(super) fn compact(finding: &Finding, bytes_max: usize) -> Value {
    let whole = serde_json::to_value(finding).expect("a finding has only text keys");
    let (mut entries_max, mut units_max) = (ENTRIES_MAX, UNITS_MAX);
    loop {
        let mut left_out = Map::new();
        let mut cut = shortened(&whole, entries_max, units_max, "", &mut left_out);
        if let (Value::Object(fields), false) = (&mut cut, left_out.is_empty()) {
            fields.insert("left_out".to_owned(), Value::Object(left_out));
        }
        let is_least = entries_max == 0 && units_max <= UNITS_MIN;
        if is_least || super::line(&cut).len() <= bytes_max {
            return cut;
        }
        entries_max /= 2;
        units_max = (units_max / 2).max(UNITS_MIN);
    }
}

/// Returns `value` with no list or map longer than `entries_max`, and no text longer than `units_max`.
fn shortened(
    value: &Value,
    entries_max: usize,
    units_max: usize,
    pointer: &str,
    left_out: &mut Map<String, Value>,
) -> Value {
    match value {
        Value::String(text) => Value::String(cut(text, units_max)),
        Value::Array(entries) => {
            if entries.len() > entries_max {
                left_out.insert(pointer.to_owned(), (entries.len() - entries_max).into());
            }
            let told = entries.iter().take(entries_max).enumerate();
            told.map(|(place, entry)| {
                shortened(entry, entries_max, units_max, &format!("{pointer}/{place}"), left_out)
            })
            .collect()
        }
        Value::Object(fields) => {
            // Maps from names (types, refusals) are as long as records make them; the contract's own fields are not.
            let is_map = matches!(pointer, "/launches/types" | "/launches/refusals");
            let told = if is_map { entries_max } else { usize::MAX };
            if fields.len() > told {
                left_out.insert(pointer.to_owned(), (fields.len() - told).into());
            }
            let mut short = Map::new();
            for (name, value) in fields.iter().take(told) {
                let value = shortened(value, entries_max, units_max, &format!("{pointer}/{name}"), left_out);
                short.insert(if is_map { cut(name, units_max) } else { name.clone() }, value);
            }
            Value::Object(short)
        }
        other => other.clone(),
    }
}
