//! Things by name, and by a number that is found once and then used again.

use hashbrown::HashMap;

use super::PRINCIPALS_MAX;
use super::names::Name;

/// Things by name, and by a number that is found once and then used again.
#[derive(Clone, Debug)]
pub(super) struct Numbered<T> {
    pub(super) all: Vec<T>,
    pub(super) numbers: HashMap<Name, u32, foldhash::fast::RandomState>,
    pub(super) lost: bool,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::default(), lost: false }
    }
}

impl<T> Numbered<T> {
    /// The number of what is called `name`; made if there is none. Those past [`PRINCIPALS_MAX`] share the last.
    pub(super) fn number(&mut self, name: Name, make: impl FnOnce() -> T) -> u32 {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        if !self.lost {
            self.lost = self.all.len() == PRINCIPALS_MAX;
            self.all.push(make());
        }
        let number = u32::try_from(self.all.len() - 1).expect("there are about a million of them");
        if !self.lost {
            self.numbers.insert(name, number);
        }
        number
    }

    pub(super) fn at(&mut self, number: u32) -> &mut T {
        &mut self.all[number as usize]
    }

    pub(super) fn get(&self, name: Name) -> Option<&T> {
        self.numbers.get(&name).map(|number| &self.all[*number as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::Names;
    use super::*;

    #[test]
    fn callers_past_the_limit_share_a_place_and_the_others_keep_theirs() {
        let mut names = Names::default();
        let mut callers: Numbered<u32> = Numbered::default();
        let name = |names: &mut Names, number: u32| names.name(&number.to_string());
        let past = u32::try_from(PRINCIPALS_MAX).expect("a million");
        for number in 0..past + 3 {
            let called = name(&mut names, number);
            callers.number(called, || number);
        }
        let mut place = |number: u32| {
            let called = name(&mut names, number);
            callers.number(called, || 0)
        };
        assert_eq!([place(7), place(past - 1)], [7, past - 1]);
        assert_eq!([place(past), place(past + 2)], [past, past]);
        assert!(callers.lost && callers.all.len() == PRINCIPALS_MAX + 1);
    }
}
