//! Knows which files hold the same bytes, so that each content is read once.
//!
//! Which of them is read must not depend on which thread was faster: it is the first by name. Files
//! with the same bytes have the same size, so only files that share their size are hashed, and
//! a thread that holds one of them waits until all those before it by name are hashed too. That wait is
//! short and cannot lock up: files are handed out in this order, and to publish a hash nothing is waited for.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// 128 bits of the stored bytes: enough that no two files agree by chance.
pub(crate) type Identity = u128;

/// The groups of files that share their size, and what is known of each.
pub(crate) struct Duplicates {
    groups: Vec<Group>,
}

struct Group {
    members: Range<usize>,
    known: Mutex<Known>,
    changed: Condvar,
}

#[derive(Default)]
struct Known {
    /// What became of each member: unknown yet, unreadable, or its identity.
    members: Vec<Option<Option<Identity>>>,
    /// All members before this one are known.
    known_before: usize,
    /// Of the members before `known_before`, the first with each identity.
    first: HashMap<Identity, usize>,
}

impl Duplicates {
    /// Takes the sizes of all files in the order in which they are handed out: equal ones side by side.
    ///
    /// Empty files stay apart: they are skipped for being empty.
    pub(crate) fn of_sizes(sizes: &[u64]) -> Self {
        let mut groups = Vec::new();
        let mut begin = 0;
        for group in sizes.chunk_by(|a, b| a == b) {
            let members = begin..begin + group.len();
            begin = members.end;
            if group.len() > 1 && group[0] > 0 {
                let known = Known { members: vec![None; members.len()], ..Known::default() };
                groups.push(Group { members, known: Mutex::new(known), changed: Condvar::new() });
            }
        }
        Self { groups }
    }

    /// Returns whether another file has the size of this one, so that its bytes must be hashed.
    pub(crate) fn may_have_twin(&self, file: usize) -> bool {
        self.group_of(file).is_some()
    }

    /// Publishes what `file` holds (`None`: unreadable) and returns the file that is read in its place, if there is one.
    pub(crate) fn claim(&self, file: usize, identity: Option<Identity>) -> Option<usize> {
        let group = self.group_of(file)?;
        let member = file - group.members.start;
        let mut known = lock(&group.known);
        known.publish(member, identity);
        group.changed.notify_all();
        while known.known_before <= member {
            known = group.changed.wait(known).unwrap_or_else(PoisonError::into_inner);
        }
        let first = *known.first.get(&identity?)?;
        (first < member).then_some(group.members.start + first)
    }

    fn group_of(&self, file: usize) -> Option<&Group> {
        let after = self.groups.partition_point(|group| group.members.start <= file);
        let group = &self.groups[after.checked_sub(1)?];
        group.members.contains(&file).then_some(group)
    }
}

impl Known {
    fn publish(&mut self, member: usize, identity: Option<Identity>) {
        self.members[member] = Some(identity);
        while let Some(Some(identity)) = self.members.get(self.known_before) {
            if let Some(identity) = identity {
                self.first.entry(*identity).or_insert(self.known_before);
            }
            self.known_before += 1;
        }
    }
}

/// A thread that panicked left nothing half done here, so its poison is no reason to stop the others.
fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_share_their_size_are_hashed() {
        let duplicates = Duplicates::of_sizes(&[9, 7, 7, 5, 0, 0]);
        let asked: Vec<bool> = (0..6).map(|file| duplicates.may_have_twin(file)).collect();
        assert_eq!(asked, [false, true, true, false, false, false]);
        assert_eq!(duplicates.claim(0, Some(1)), None);
    }

    #[test]
    fn the_first_by_name_is_read_whichever_thread_is_faster() {
        let duplicates = Duplicates::of_sizes(&[7, 7, 7, 7]);
        let identities = [Some(1), None, Some(2), Some(1)];
        std::thread::scope(|scope| {
            let claims: Vec<_> = (0..4)
                .rev()
                .map(|file| {
                    let duplicates = &duplicates;
                    let claim = scope.spawn(move || duplicates.claim(file, identities[file]));
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    claim
                })
                .collect();
            let claims: Vec<_> = claims.into_iter().map(|claim| claim.join().unwrap()).collect();
            assert_eq!(claims, [Some(0), None, None, None]);
        });
    }
}
