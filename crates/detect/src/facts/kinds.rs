//! Callers and refusals that come again and again, each kept once and known by a number.
//!
//! The numbers depend on the order of arrival and never leave the facts, like those of [`super::names`].

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

use event::{Actor, Failure};
use hashbrown::HashTable;

/// Callers and refusals, each kept once.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    pub(super) actors: Once<Actor>,
    pub(super) failures: Once<Failure>,
}

/// The numbers that the kinds of one table have in another.
pub(super) struct RenamedKinds {
    pub(super) actors: Vec<u32>,
    pub(super) failures: Vec<u32>,
}

impl Kinds {
    /// Gives all kinds of `other` a number here.
    pub(super) fn adopt(&mut self, other: Self) -> RenamedKinds {
        RenamedKinds {
            actors: self.actors.adopt(other.actors),
            failures: self.failures.adopt(other.failures),
        }
    }
}

/// Values by number, each kept once.
#[derive(Clone, Debug)]
pub(super) struct Once<T> {
    pub(super) all: Vec<T>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { all: Vec::new(), table: HashTable::new(), hasher: RandomState::new() }
    }
}

impl<T: Hash + Eq> Once<T> {
    /// The number of a value; a new one if it is new.
    pub(super) fn number(&mut self, value: T) -> u32 {
        let hash = self.hasher.hash_one(&value);
        if let Some(known) = self.table.find(hash, |known| self.all[*known as usize] == value) {
            return *known;
        }
        let number = u32::try_from(self.all.len()).expect("there are fewer than four billion of them");
        self.all.push(value);
        let (all, hasher) = (&self.all, &self.hasher);
        self.table.insert_unique(hash, number, |known| hasher.hash_one(&all[*known as usize]));
        number
    }

    /// The value with this number.
    pub(super) fn get(&self, number: u32) -> &T {
        &self.all[number as usize]
    }

    fn adopt(&mut self, other: Self) -> Vec<u32> {
        other.all.into_iter().map(|value| self.number(value)).collect()
    }
}
