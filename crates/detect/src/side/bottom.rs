//! Of many things those that are kept, whatever the order they come in.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// Of many keys those with the least rank, with all that was seen of them.
///
/// Whatever is among the least of all is among the least of every part, so it is never thrown away on the way: the
/// result is that of sorting everything and cutting.
#[derive(Clone, Debug)]
pub(super) struct Bottom<K, V> {
    all: HashMap<K, V, RandomState>,
    /// Keys above this rank are not among the least.
    bar: Option<(u128, K)>,
}

impl<K, V> Default for Bottom<K, V> {
    fn default() -> Self {
        Self { all: HashMap::default(), bar: None }
    }
}

impl<K: Copy + Ord + std::hash::Hash + Rank, V: Default> Bottom<K, V> {
    /// What is known of `key`; `None` if it is not among the least.
    pub(super) fn get(&mut self, key: K) -> Option<&mut V> {
        self.get_if(key, || true)
    }

    /// The same; a key that is new is asked about first.
    pub(super) fn get_if(&mut self, key: K, is_wanted: impl FnOnce() -> bool) -> Option<&mut V> {
        if self.all.len() > K::MOST + K::MOST / 4 {
            self.cut();
        }
        match self.all.entry(key) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(_) if self.bar.is_some_and(|bar| (key.rank(), key) > bar) => None,
            Entry::Vacant(new) => is_wanted().then(|| new.insert(V::default())),
        }
    }

    fn cut(&mut self) {
        self.bar = self.bar_of();
        if let Some(bar) = self.bar {
            self.all.retain(|key, _| (key.rank(), *key) <= bar);
        }
    }

    /// The greatest rank among those that are kept.
    fn bar_of(&self) -> Option<(u128, K)> {
        if self.all.len() <= K::MOST {
            return self.bar;
        }
        let mut ranks: Vec<(u128, K)> = self.all.keys().map(|key| (key.rank(), *key)).collect();
        let (_, bar, _) = ranks.select_nth_unstable(K::MOST - 1);
        Some(*bar)
    }

    pub(super) fn merge(&mut self, other: Self, join: impl Fn(&mut V, V)) {
        self.bar = match (self.bar, other.bar) {
            (Some(mine), Some(others)) => Some(mine.min(others)),
            (mine, others) => mine.or(others),
        };
        for (key, value) in other.all {
            if let Some(known) = self.get(key) {
                join(known, value);
            }
        }
    }

    pub(super) fn kept(&self) -> impl Iterator<Item = (K, &V)> {
        let bar = self.bar_of();
        self.all
            .iter()
            .map(|(key, value)| (*key, value))
            .filter(move |(key, _)| bar.is_none_or(|bar| (key.rank(), *key) <= bar))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn is_thinned(&self) -> bool {
        self.bar.is_some() || self.all.len() > K::MOST
    }
}

/// How many keys of a kind are kept, and in which order, which depends on the key alone.
pub(super) trait Rank {
    const MOST: usize;

    fn rank(&self) -> u128;
}
