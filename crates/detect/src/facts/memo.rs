//! What was found out about some bytes of a record, remembered for the next record that has the same.
//!
//! A memo only saves work: it may forget at any time, and what it holds is a pure function of the bytes. The bytes
//! are compared, not only their hash, so that nobody can pass for another by a collision.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Entries of a memo; past it everything is forgotten and learnt again.
///
/// Fewer, and a busy organisation's callers are worked out again and again; more, and memory and cache misses grow for
/// agents and sessions that never come again.
const ENTRIES_MAX: usize = 16_384;

/// Bytes of all keys of a memo together.
///
/// Fewer, and long arns crowd each other out; more, and a hostile log of long agents fills memory.
const BYTES_MAX: usize = 4 << 20;

/// Remembers a `V` for `N` fields, of which each may be absent.
#[derive(Clone, Debug)]
pub(super) struct Memo<const N: usize, V> {
    entries: Vec<Entry<V>>,
    keys: Vec<u8>,
    table: HashTable<u32>,
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Entry<V> {
    key_start: u32,
    hash: u64,
    value: V,
}

/// The hash of some fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hash(u64);

impl<const N: usize, V> Default for Memo<N, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            keys: Vec::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
        }
    }
}

impl<const N: usize, V: Copy> Memo<N, V> {
    /// Hashes fields, for [`Memo::get`] and [`Memo::put`].
    #[inline]
    pub(super) fn hash(&self, fields: &[Option<&[u8]>; N]) -> Hash {
        let mut hasher = self.hasher.build_hasher();
        for field in fields {
            hasher.write_u32(length(*field));
            hasher.write(field.unwrap_or_default());
        }
        Hash(hasher.finish())
    }

    /// What is remembered for these fields.
    #[inline]
    pub(super) fn get(&self, hash: Hash, fields: &[Option<&[u8]>; N]) -> Option<V> {
        let index = self.table.find(hash.0, |index| {
            let entry = &self.entries[*index as usize];
            entry.hash == hash.0 && is_key(&self.keys[entry.key_start as usize..], fields)
        })?;
        Some(self.entries[*index as usize].value)
    }

    /// Remembers a value for fields that are not remembered yet.
    pub(super) fn put(&mut self, hash: Hash, fields: &[Option<&[u8]>; N], value: V) {
        let bytes: usize = fields.iter().map(|field| 4 + field.unwrap_or_default().len()).sum();
        if self.entries.len() >= ENTRIES_MAX || self.keys.len() + bytes > BYTES_MAX {
            self.entries.clear();
            self.keys.clear();
            self.table.clear();
        }
        if bytes > BYTES_MAX {
            return;
        }
        let key_start = u32::try_from(self.keys.len()).expect("BYTES_MAX is below 4 GiB");
        for field in fields {
            self.keys.extend_from_slice(&length(*field).to_le_bytes());
            self.keys.extend_from_slice(field.unwrap_or_default());
        }
        let index = u32::try_from(self.entries.len()).expect("ENTRIES_MAX is below four billion");
        self.entries.push(Entry { key_start, hash: hash.0, value });
        let entries = &self.entries;
        self.table.insert_unique(hash.0, index, |index| entries[*index as usize].hash);
    }
}

/// A field's length; of an absent one, a number that no field's length is.
#[inline]
fn length(field: Option<&[u8]>) -> u32 {
    field.map_or(u32::MAX, |field| u32::try_from(field.len()).unwrap_or(u32::MAX - 1))
}

fn is_key<const N: usize>(mut key: &[u8], fields: &[Option<&[u8]>; N]) -> bool {
    fields.iter().all(|field| {
        let Some((known, rest)) = key.split_at_checked(4) else { return false };
        let bytes = field.unwrap_or_default();
        let Some((value, rest)) = rest.split_at_checked(bytes.len()) else { return false };
        key = rest;
        known == length(*field).to_le_bytes() && value == bytes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_what_was_put_and_nothing_that_only_looks_like_it() {
        let mut memo: Memo<2, u32> = Memo::default();
        let keys: [[Option<&[u8]>; 2]; 5] = [
            [Some(b"ab"), Some(b"c")],
            [Some(b"a"), Some(b"bc")],
            [Some(b"abc"), None],
            [Some(b"abc"), Some(b"")],
            [None, None],
        ];
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(memo.get(memo.hash(key), key), None);
            memo.put(memo.hash(key), key, number as u32);
        }
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(memo.get(memo.hash(key), key), Some(number as u32));
        }
    }

    #[test]
    fn forgets_when_it_is_full_and_goes_on() {
        let mut memo: Memo<1, usize> = Memo::default();
        for number in 0..3 * ENTRIES_MAX {
            let text = number.to_string();
            let key = [Some(text.as_bytes())];
            memo.put(memo.hash(&key), &key, number);
            assert_eq!(memo.get(memo.hash(&key), &key), Some(number));
        }
        assert!(memo.entries.len() <= ENTRIES_MAX);
    }
}
