//! Counts that remember examples: how often something happened, and where, up to a bound.

use std::collections::BTreeSet;

use serde::Serialize;

/// How many examples of one kind are kept by name.
///
/// Fewer, and an analyst cannot see the pattern in what failed; more, and a folder of a million
/// broken files fills memory and the report. The count beside them is always exact.
pub const NAMED_MAX: usize = 100;

/// An exact count, and the smallest [`NAMED_MAX`] of what was counted, in order.
///
/// Which examples are kept depends only on the set of what was counted, not on the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named<T: Ord> {
    count: u64,
    first: BTreeSet<T>,
}

impl<T: Ord> Default for Named<T> {
    fn default() -> Self {
        Self { count: 0, first: BTreeSet::new() }
    }
}

impl<T: Ord> Named<T> {
    /// Returns how many there were, also of those that are not kept by name.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the examples in order.
    pub fn first(&self) -> impl Iterator<Item = &T> {
        self.first.iter()
    }

    pub(crate) fn add(&mut self, example: T) {
        self.count += 1;
        self.keep(example);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        for example in other.first {
            self.keep(example);
        }
    }

    fn keep(&mut self, example: T) {
        let full = self.first.len() >= NAMED_MAX;
        if full && self.first.last().is_some_and(|largest| example >= *largest) {
            return;
        }
        self.first.insert(example);
        if self.first.len() > NAMED_MAX {
            self.first.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(numbers: impl IntoIterator<Item = u32>) -> Named<u32> {
        let mut named = Named::default();
        numbers.into_iter().for_each(|number| named.add(number));
        named
    }

    #[test]
    fn keeps_the_smallest_and_counts_all() {
        let named = counted((0..1000).rev());
        assert_eq!(named.count(), 1000);
        assert!(named.first().copied().eq(0..100));
    }

    #[test]
    fn merges_to_the_same_in_any_order() {
        let whole = counted(0..500);
        let mut forward = counted(0..250);
        forward.merge(counted(250..500));
        let mut backward = counted((250..500).rev());
        backward.merge(counted((0..250).rev()));
        assert_eq!(forward, whole);
        assert_eq!(backward, whole);
    }
}
