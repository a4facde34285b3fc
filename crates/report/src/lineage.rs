//! The links of a finding as branches of a tree: alike ones joined, each told once.
//!
//! Credentials can be issued in a circle, and chains can begin outside of the logs. Whoever draws
//! the tree takes branches from here, and is never given one twice.

use std::collections::{BTreeMap, BTreeSet};

use detect::finding::Link;
use event::Time;

/// How deep a tree is drawn; deeper links are told at this depth. A telephone has no room for more.
pub(crate) const DEPTH_MAX: usize = 6;

/// Links that are alike, told as one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) by: &'a str,
    /// The first of them.
    pub(crate) time: Time,
    pub(crate) event: &'a str,
    pub(crate) times: u64,
}

/// The branches of one finding, in the order of their first time.
#[derive(Debug)]
pub(crate) struct Branches<'a> {
    all: Vec<Branch<'a>>,
    taken: BTreeSet<usize>,
    /// How many there are, told or not.
    pub(crate) found: usize,
}

impl<'a> Branches<'a> {
    /// Joins links that are alike; keeps the first `max`.
    pub(crate) fn of(links: &'a [Link], max: usize) -> Self {
        let mut joined: BTreeMap<(&str, &str, &str), Branch<'_>> = BTreeMap::new();
        for link in links {
            let Link { time, event, from, to, by } = link;
            let branch = Branch { from, to, by, time: *time, event, times: 0 };
            let known = joined.entry((from, to, by)).or_insert(branch);
            known.times += 1;
            if (*time, event.as_str()) < (known.time, known.event) {
                (known.time, known.event) = (*time, event);
            }
        }
        let mut all: Vec<Branch<'_>> = joined.into_values().collect();
        all.sort_by_key(|branch| (branch.time, branch.event));
        let found = all.len();
        all.truncate(max);
        Self { all, taken: BTreeSet::new(), found }
    }

    /// Takes the branches that begin at `from`, except those that were taken already.
    pub(crate) fn take_from(&mut self, from: &str) -> Vec<Branch<'a>> {
        let from_here = self.all.iter().enumerate().filter(|(_, branch)| branch.from == from);
        let untaken: Vec<usize> =
            from_here.map(|(index, _)| index).filter(|index| !self.taken.contains(index)).collect();
        self.taken.extend(&untaken);
        untaken.into_iter().map(|index| self.all[index]).collect()
    }

    /// Where branches begin, in order; some may be beginnings of several.
    pub(crate) fn beginnings(&self) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        self.all.iter().map(|branch| branch.from)
    }

    /// What a branch leads to.
    pub(crate) fn made(&self) -> BTreeSet<&'a str> {
        self.all.iter().map(|branch| branch.to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(second: i64, from: &str, to: &str) -> Link {
        let (event, by) = (format!("e{second}"), "AssumeRole".to_owned());
        Link { time: Time::from_seconds(second), event, from: from.to_owned(), to: to.to_owned(), by }
    }

    #[test]
    fn alike_links_are_one_branch_of_their_first_time() {
        let links = [link(9, "a", "b"), link(3, "a", "b"), link(5, "b", "c")];
        let mut branches = Branches::of(&links, 9);
        let from_a = branches.take_from("a");
        assert_eq!((from_a.len(), from_a[0].times, from_a[0].event), (1, 2, "e3"));
        assert_eq!(branches.found, 2);
    }

    #[test]
    fn a_circle_is_walked_once() {
        let links = [link(1, "a", "b"), link(2, "b", "a")];
        let mut branches = Branches::of(&links, 9);
        assert_eq!([branches.take_from("a").len(), branches.take_from("b").len()], [1, 1]);
        assert!(branches.take_from("a").is_empty(), "and ends");
    }

    #[test]
    fn what_is_beyond_the_limit_is_counted() {
        let links: Vec<Link> = (0..7).map(|number| link(number, "a", &number.to_string())).collect();
        let mut branches = Branches::of(&links, 3);
        assert_eq!((branches.take_from("a").len(), branches.found), (3, 7));
    }
}
