//! Things that come by the hundred thousand and are looked up by a part of themselves.
//!
//! They lie one behind the other, and a table of their places is all that is kept for finding them. A map of keys and
//! values would hold the key twice and leave half of its room empty.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// A thing that is looked up by a part of itself, which never changes.
pub(super) trait Keyed {
    /// The part.
    type Key: Hash + Eq + Copy;

    /// What it is looked up by.
    fn key(&self) -> Self::Key;
}

/// Things with different keys.
#[derive(Clone, Debug)]
pub(super) struct Dense<T> {
    all: Vec<T>,
    places: HashTable<u32>,
    hasher: RandomState,
}

impl<T> Default for Dense<T> {
    fn default() -> Self {
        Self { all: Vec::new(), places: HashTable::new(), hasher: RandomState::default() }
    }
}

impl<T> Dense<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// All of them, in no telling order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.all.iter()
    }

    /// All of them, taken out.
    pub(super) fn into_all(self) -> Vec<T> {
        self.all
    }
}

impl<T: Keyed> Dense<T> {
    /// The one with this key.
    #[inline]
    pub(super) fn get(&self, key: T::Key) -> Option<&T> {
        self.place(key).map(|place| &self.all[place])
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, key: T::Key) -> Option<&mut T> {
        self.place(key).map(|place| &mut self.all[place])
    }

    #[inline]
    fn place(&self, key: T::Key) -> Option<usize> {
        let hash = self.hasher.hash_one(key);
        self.places.find(hash, |place| self.all[*place as usize].key() == key).map(|place| *place as usize)
    }

    /// Adds one whose key is not there yet.
    pub(super) fn insert(&mut self, thing: T) {
        if self.all.len() == self.all.capacity() {
            // A quarter more at a time: with twice as much, half of it would stand empty as often as not.
            self.all.reserve_exact(self.all.len() / 4 + 4);
        }
        self.all.push(thing);
        self.enter(self.all.len() - 1);
    }

    /// Keeps those that `is_kept`.
    pub(super) fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        let before = self.all.len();
        self.all.retain(is_kept);
        if self.all.len() < before {
            self.places.clear();
            (0..self.all.len()).for_each(|place| self.enter(place));
        }
    }

    /// Enters the one at `place` into the table.
    fn enter(&mut self, place: usize) {
        let (all, hasher) = (&self.all, &self.hasher);
        let hash_of = |place: &u32| hasher.hash_one(all[*place as usize].key());
        let number = u32::try_from(place).expect("the limits of what is kept are far below four billion");
        self.places.insert_unique(hash_of(&number), number, hash_of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(u32, char);

    impl Keyed for Thing {
        type Key = u32;

        fn key(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn what_is_kept_is_found_and_what_is_let_go_is_not() {
        let mut things = Dense::default();
        (0..100).for_each(|number| things.insert(Thing(number, 'a')));
        things.get_mut(40).expect("it is there").1 = 'b';
        things.retain(|thing| thing.0 % 2 == 0);
        things.insert(Thing(101, 'c'));
        let found = [40, 41, 42, 101].map(|number| things.get(number).map(|thing| thing.1));
        assert_eq!(found, [Some('b'), None, Some('a'), Some('c')]);
        assert_eq!((things.len(), things.iter().count(), things.into_all().len()), (51, 51, 51));
    }
}
