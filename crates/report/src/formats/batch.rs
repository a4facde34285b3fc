//! Requests that take so many entries, and so many bytes.

use serde_json::Value;

use super::line;

/// What a request adds around its entries, in bytes. Generous: nothing is gained by the last byte.
const ENVELOPE_BYTES: usize = 64;

/// Groups `entries` so that none has more than `entries_max`, nor more than `bytes_max` bytes as JSON.
///
/// An entry that alone is larger than `bytes_max` stands alone.
pub(super) fn batches(
    entries: impl Iterator<Item = Value>,
    entries_max: usize,
    bytes_max: usize,
) -> Vec<Vec<Value>> {
    let mut batches: Vec<Vec<Value>> = Vec::new();
    let mut bytes = ENVELOPE_BYTES;
    for entry in entries {
        // One more for the comma.
        let needed = line(&entry).len() + 1;
        match batches.last_mut() {
            Some(batch) if batch.len() < entries_max && bytes + needed <= bytes_max => batch.push(entry),
            _ => {
                batches.push(vec![entry]);
                bytes = ENVELOPE_BYTES;
            }
        }
        bytes += needed;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_batch_is_too_long_or_too_large() {
        let entries = || (0..25).map(|number| Value::from(format!("{number:0100}")));
        let lengths = |entries_max, bytes_max| -> Vec<usize> {
            batches(entries(), entries_max, bytes_max).iter().map(Vec::len).collect()
        };
        assert_eq!(lengths(10, 1_000_000), [10, 10, 5]);
        assert_eq!(lengths(10, ENVELOPE_BYTES + 4 * 104), [4, 4, 4, 4, 4, 4, 1]);
        assert_eq!(lengths(10, 5), [1; 25]);
        assert!(batches(std::iter::empty(), 10, 10).is_empty());
    }
}
