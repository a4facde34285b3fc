//! As many things as fit, the earliest first, whatever the order in which they come.
//!
//! Threads meet records in any order, and an answer may match more of them than memory holds.
//! What is kept is the longest beginning, in order, that fits. Once something does not fit,
//! nothing behind it is taken any more, so the same things are kept for every order, split
//! and number of threads.

use std::collections::BTreeSet;

/// What one thing costs.
pub trait Weighed {
    /// Its bytes in memory, about.
    fn weight(&self) -> usize;
}

/// The earliest things, by their order.
#[derive(Clone, Debug)]
pub struct Earliest<T> {
    kept: BTreeSet<T>,
    weight: usize,
    weight_max: usize,
    /// The first thing that did not fit.
    cut: Option<T>,
    offered: u64,
}

impl<T: Ord + Clone + Weighed> Earliest<T> {
    /// Keeps as much as weighs `weight_max` bytes.
    #[must_use]
    pub fn new(weight_max: usize) -> Self {
        Self { kept: BTreeSet::new(), weight: 0, weight_max, cut: None, offered: 0 }
    }

    /// Takes a thing if it fits. The same thing twice is kept once.
    pub fn offer(&mut self, thing: T) {
        self.offered += 1;
        self.put(thing);
    }

    fn put(&mut self, thing: T) {
        if self.cut.as_ref().is_some_and(|cut| *cut <= thing) {
            return;
        }
        let weight = thing.weight();
        if self.kept.insert(thing) {
            self.weight += weight;
        }
        while self.weight > self.weight_max {
            let Some(last) = self.kept.pop_last() else { return };
            self.weight -= last.weight();
            self.cut = Some(last);
        }
    }

    /// Adds what `other` keeps.
    pub fn merge(&mut self, other: Self) {
        self.offered += other.offered;
        if let Some(cut) = other.cut {
            let surplus = self.kept.split_off(&cut);
            self.weight -= surplus.iter().map(Weighed::weight).sum::<usize>();
            self.cut = Some(self.cut.take().map_or(cut.clone(), |own| own.min(cut)));
        }
        for thing in other.kept {
            self.put(thing);
        }
    }

    /// How many things were offered, those included that came twice or did not fit.
    #[must_use]
    pub fn offered(&self) -> u64 {
        self.offered
    }

    /// The first thing that did not fit; `None` where everything did.
    #[must_use]
    pub fn cut(&self) -> Option<&T> {
        self.cut.as_ref()
    }

    /// What is kept, in order.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.kept.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Thing(u8, u8);

    impl Weighed for Thing {
        fn weight(&self) -> usize {
            usize::from(self.1)
        }
    }

    fn of(things: &[Thing]) -> Earliest<Thing> {
        let mut earliest = Earliest::new(300);
        things.iter().cloned().for_each(|thing| earliest.offer(thing));
        earliest
    }

    proptest! {
        #[test]
        fn no_order_and_no_split_changes_what_is_kept(
            things in prop::collection::vec((any::<u8>(), any::<u8>()), 0..40),
            at in any::<prop::sample::Index>(),
        ) {
            let mut things: Vec<Thing> = things.into_iter().map(|(a, b)| Thing(a, b)).collect();
            let whole = of(&things);
            let at = at.index(things.len() + 1);
            let mut parts = of(&things[at..]);
            parts.merge(of(&things[..at]));
            things.reverse();
            let reversed = of(&things);
            prop_assert_eq!(whole.cut(), parts.cut());
            prop_assert_eq!(whole.cut(), reversed.cut());
            prop_assert_eq!(whole.offered(), parts.offered());
            let kept = whole.into_vec();
            prop_assert_eq!(&kept, &parts.into_vec());
            prop_assert_eq!(&kept, &reversed.into_vec());
            prop_assert!(kept.iter().map(Weighed::weight).sum::<usize>() <= 300);
        }
    }

    #[test]
    fn what_is_kept_is_a_beginning_and_what_follows_is_told() {
        let kept = of(&[Thing(3, 100), Thing(1, 100), Thing(2, 250), Thing(9, 1)]);
        assert_eq!(kept.cut(), Some(&Thing(2, 250)));
        assert_eq!(kept.into_vec(), [Thing(1, 100)]);
    }
}
