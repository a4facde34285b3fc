//! The values of one feature of a principal or account, by number: on which days, and since when.
//!
//! A set of sets, so it is the same whatever the order, the split or the repetition of records. A value is
//! forty bytes; looking one up that is known is a search among a few numbers.

use event::Time;

use super::names::{Name, Names, Renamed, Spelled};
use crate::profile::{DaySet, FEATURE_VALUES_MAX, Feature, Habit};

/// One value.
#[derive(Clone, Debug)]
struct Cell {
    value: Name,
    habit: Habit,
}

/// The values of one feature.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    /// By number, for finding; the order means nothing.
    cells: Vec<Cell>,
    /// The largest text, once there are as many values as fit.
    largest: Option<Name>,
    saturated: bool,
}

impl Habits {
    /// Notes a value. Returns since when: a later time of the same day would change nothing.
    #[inline]
    pub(super) fn note(&mut self, value: &mut Spelled<'_>, time: Time, names: &mut Names) -> Time {
        match value.known().and_then(|name| self.find(name).ok()) {
            Some(index) => self.note_at(index, time),
            None => self.note_new(value, Habit::at(time), names),
        }
    }

    /// Notes a value that is kept in any case; returns the same.
    #[inline]
    pub(super) fn note_name(&mut self, name: Name, time: Time, names: &mut Names) -> Time {
        match self.find(name) {
            Ok(index) => self.note_at(index, time),
            Err(_) => self.add_name(name, Habit::at(time), names),
        }
    }

    #[inline]
    fn note_at(&mut self, index: usize, time: Time) -> Time {
        let habit = &mut self.cells[index].habit;
        habit.note(time);
        habit.first
    }

    #[inline]
    fn find(&self, name: Name) -> Result<usize, usize> {
        // Most features of most principals have one value, or the first of a few again and again.
        if self.cells.first().is_some_and(|cell| cell.value == name) {
            return Ok(0);
        }
        self.cells.binary_search_by_key(&name, |cell| cell.value)
    }

    /// Takes a value that is not here. Of too many, those with the smallest texts are kept, so that what is kept does
    /// not depend on arrival.
    fn note_new(&mut self, value: &mut Spelled<'_>, habit: Habit, names: &mut Names) -> Time {
        if self.cells.len() >= FEATURE_VALUES_MAX && !self.make_room(value.text(names), names) {
            return Time::MIN;
        }
        let name = value.name(names);
        self.add(name, habit)
    }

    fn add_name(&mut self, name: Name, habit: Habit, names: &Names) -> Time {
        if self.cells.len() >= FEATURE_VALUES_MAX && !self.make_room(names.text(name), names) {
            // What was too much once is too much for good: the largest that is kept only becomes smaller.
            return Time::MIN;
        }
        self.add(name, habit)
    }

    fn add(&mut self, name: Name, habit: Habit) -> Time {
        let since = habit.first;
        let place = self.cells.partition_point(|cell| cell.value < name);
        self.cells.insert(place, Cell { value: name, habit });
        since
    }

    /// Lets the largest value go if `text` is smaller; returns whether there is room.
    fn make_room(&mut self, text: &str, names: &Names) -> bool {
        self.saturated = true;
        let largest = self
            .largest
            .or_else(|| self.cells.iter().map(|cell| cell.value).max_by_key(|name| names.text(*name)));
        self.largest = largest;
        let Some(largest) = largest.filter(|largest| text < names.text(*largest)) else { return false };
        if let Ok(index) = self.find(largest) {
            self.cells.remove(index);
        }
        self.largest = None;
        true
    }

    /// Adds what `other` saw, whose texts have other numbers.
    pub(super) fn merge(&mut self, other: Self, renamed: &Renamed, names: &Names) {
        self.saturated |= other.saturated;
        for Cell { value, habit } in other.cells {
            let name = renamed.name(value);
            match self.find(name) {
                Ok(index) => self.cells[index].habit.merge(&habit),
                Err(_) => {
                    self.add_name(name, habit, names);
                }
            }
        }
    }

    /// More values than fit were seen.
    pub(super) fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// The values, in no telling order.
    pub(super) fn values(&self) -> impl Iterator<Item = Name> {
        self.cells.iter().map(|cell| cell.value)
    }

    /// The feature, with its texts.
    pub(super) fn told(&self, names: &Names) -> Feature<Habit> {
        Feature::new(
            self.cells.iter().map(|cell| (names.text(cell.value).into(), cell.habit.clone())),
            self.saturated,
        )
    }
}

/// Unused days cost nothing: a set of days within two months lives in its cell.
const _: () = assert!(size_of::<Cell>() <= 40 && size_of::<DaySet>() <= 24);
