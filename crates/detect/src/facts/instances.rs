//! Where each instance's credentials were used: places, and keys with the places they were used from.
//!
//! Blind spots: of a machine that calls from more places, or with more keys, than fit, the smallest by text are kept.

use event::Time;

use super::EventId;
use super::evidence::{Packed, compare_keys, key_text};
use super::habits::Habits;
use super::names::{Name, Names, Renamed, Spelled};
use crate::profile::{
    DaySet, FEATURE_VALUES_MAX, InstanceProfile, Place, Places, Seen, Sight, UsedKey, UsedPlace,
};

/// A place: address, agent family, delivery, endpoint and region, by the numbers of their texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PlaceNames {
    pub(super) address: Name,
    pub(super) agent: Name,
    pub(super) delivery: Name,
    pub(super) endpoint: Name,
    pub(super) region: Name,
}

impl PlaceNames {
    fn parts(self) -> [Name; 5] {
        [self.address, self.agent, self.delivery, self.endpoint, self.region]
    }

    /// Its texts. Places compare as they do, part by part.
    fn texts(self, names: &Names) -> [&str; 5] {
        self.parts().map(|part| names.text(part))
    }

    /// A number that tells nearly all places of one instance apart.
    #[inline]
    fn print(self) -> u32 {
        self.parts()
            .iter()
            .fold(0, |print: u32, part| print.rotate_left(7).wrapping_mul(PRINT) ^ part.number())
    }

    fn renamed(self, renamed: &Renamed) -> Self {
        let [address, agent, delivery, endpoint, region] = self.parts().map(|part| renamed.name(part));
        Self { address, agent, delivery, endpoint, region }
    }

    /// The place, spelled.
    pub(super) fn place(self, names: &Names) -> Place<'_> {
        let [address, agent, delivery, endpoint, region] = self.texts(names);
        Place { address, agent, delivery, endpoint, region }
    }
}

/// A place of which what a caller can make up at will has a number only once it is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpelledPlace<'a> {
    pub(super) address: Spelled<'a>,
    pub(super) agent: Spelled<'a>,
    pub(super) delivery: Name,
    pub(super) endpoint: Name,
    pub(super) region: Name,
}

impl<'a> SpelledPlace<'a> {
    /// The place, unless it has a part that was never kept.
    fn known(&self) -> Option<PlaceNames> {
        let (address, agent) = (self.address.known()?, self.agent.known()?);
        Some(PlaceNames {
            address,
            agent,
            delivery: self.delivery,
            endpoint: self.endpoint,
            region: self.region,
        })
    }

    fn texts<'b>(&self, names: &'b Names) -> [&'b str; 5]
    where
        'a: 'b,
    {
        let [address, agent] = [self.address, self.agent].map(|part| part.text(names));
        let [delivery, endpoint, region] =
            [self.delivery, self.endpoint, self.region].map(|part| names.text(part));
        [address, agent, delivery, endpoint, region]
    }

    /// The place, to be kept.
    fn name(&mut self, names: &mut Names) -> PlaceNames {
        PlaceNames {
            address: self.address.name(names),
            agent: self.agent.name(names),
            delivery: self.delivery,
            endpoint: self.endpoint,
            region: self.region,
        }
    }
}

/// First and last witness. Most values of a busy set are seen once, so the last has its own place only if it differs.
#[derive(Clone, Debug)]
struct Span {
    first: Sight,
    last: Option<Box<Sight>>,
}

impl Span {
    fn at(witness: Sight) -> Self {
        Self { first: witness, last: None }
    }

    fn last(&self) -> &Sight {
        self.last.as_deref().unwrap_or(&self.first)
    }

    /// Whether a witness of this time would change anything.
    fn wants(&self, time: Time) -> bool {
        time <= self.first.time || time >= self.last().time
    }

    fn note(&mut self, witness: &Sight) {
        if *witness < self.first {
            let first = std::mem::replace(&mut self.first, witness.clone());
            self.last.get_or_insert_with(|| Box::new(first));
        } else if witness > self.last() {
            match &mut self.last {
                Some(last) => **last = witness.clone(),
                None => self.last = Some(Box::new(witness.clone())),
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.note(&other.first);
        self.note(other.last());
    }

    fn told(&self) -> [Sight; 2] {
        [self.first.clone(), self.last().clone()]
    }
}

/// One place of one instance.
#[derive(Clone, Debug)]
struct PlaceCell {
    place: PlaceNames,
    days: DaySet,
    span: Span,
}

/// One key of one instance, at one place.
#[derive(Clone, Debug)]
struct KeyCell {
    key: Packed,
    place: PlaceNames,
    span: Span,
}

impl KeyCell {
    fn print(key: Packed, place: PlaceNames) -> u32 {
        key.print().wrapping_mul(PRINT) ^ place.print()
    }
}

/// An odd number whose bits are about half ones: it scatters, and no more is asked of it.
const PRINT: u32 = 0x9e37_79b1;

/// Cells in no telling order, found by their prints: those of a busy instance lie in a few lines of the cache, the cells in a hundred.
#[derive(Clone, Debug)]
struct Cells<T> {
    prints: Vec<u32>,
    all: Vec<T>,
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self { prints: Vec::new(), all: Vec::new() }
    }
}

impl<T> Cells<T> {
    #[inline]
    fn find(&self, print: u32, is_it: impl Fn(&T) -> bool) -> Option<usize> {
        let like = |(at, known): (usize, &u32)| (*known == print && is_it(&self.all[at])).then_some(at);
        self.prints.iter().enumerate().find_map(like)
    }

    fn push(&mut self, print: u32, cell: T) {
        self.prints.push(print);
        self.all.push(cell);
    }

    fn remove(&mut self, at: usize) {
        self.prints.swap_remove(at);
        self.all.swap_remove(at);
    }
}

/// What one instance's credentials did.
#[derive(Clone, Debug, Default)]
pub(super) struct Instance {
    roles: Habits,
    places: Cells<PlaceCell>,
    largest_place: Option<PlaceNames>,
    places_saturated: bool,
    keys: Cells<KeyCell>,
    largest_key: Option<(Packed, PlaceNames)>,
    keys_saturated: bool,
}

impl Instance {
    /// Notes a call. `key` is absent where the record has none.
    pub(super) fn note(
        &mut self,
        role: Name,
        place: &mut SpelledPlace<'_>,
        key: Option<Packed>,
        time: Time,
        id: impl Fn() -> EventId,
        names: &mut Names,
    ) {
        let witness = || Sight { time, event: id() };
        self.roles.note_name(role, time, names);
        let known = place.known();
        match known.and_then(|known| self.find_place(known)) {
            Some(at) => {
                let cell = &mut self.places.all[at];
                cell.days.insert(time.day());
                if cell.span.wants(time) {
                    cell.span.note(&witness());
                }
            }
            None => {
                if self.make_room_for_place(place.texts(names), names) {
                    let mut days = DaySet::default();
                    days.insert(time.day());
                    let place = place.name(names);
                    self.places.push(place.print(), PlaceCell { place, days, span: Span::at(witness()) });
                }
            }
        }
        let Some(key) = key else { return };
        match place.known().and_then(|known| self.find_key(key, known)) {
            Some(at) => {
                let span = &mut self.keys.all[at].span;
                if span.wants(time) {
                    span.note(&witness());
                }
            }
            None => {
                if self.make_room_for_key((key, place.texts(names)), names) {
                    let place = place.name(names);
                    let cell = KeyCell { key, place, span: Span::at(witness()) };
                    self.keys.push(KeyCell::print(key, place), cell);
                }
            }
        }
    }

    #[inline]
    fn find_place(&self, place: PlaceNames) -> Option<usize> {
        self.places.find(place.print(), |cell| cell.place == place)
    }

    #[inline]
    fn find_key(&self, key: Packed, place: PlaceNames) -> Option<usize> {
        self.keys.find(KeyCell::print(key, place), |cell| cell.key == key && cell.place == place)
    }

    /// Whether a place that is not here is to be kept: of too many, those with the smallest texts are. The largest goes.
    fn make_room_for_place(&mut self, texts: [&str; 5], names: &Names) -> bool {
        if self.places.all.len() < FEATURE_VALUES_MAX {
            return true;
        }
        self.places_saturated = true;
        let all = || self.places.all.iter().map(|cell| cell.place).max_by_key(|place| place.texts(names));
        self.largest_place = self.largest_place.or_else(all);
        let Some(largest) = self.largest_place.filter(|largest| texts < largest.texts(names)) else {
            return false;
        };
        if let Some(at) = self.find_place(largest) {
            self.places.remove(at);
        }
        self.largest_place = None;
        true
    }

    /// Whether a key that is not here is to be kept: of too many, those with the smallest texts are. The largest goes.
    fn make_room_for_key(&mut self, own: (Packed, [&str; 5]), names: &Names) -> bool {
        if self.keys.all.len() < FEATURE_VALUES_MAX {
            return true;
        }
        self.keys_saturated = true;
        let compare = |a: (Packed, [&str; 5]), b: (Packed, PlaceNames)| {
            compare_keys(a.0, b.0, names).then_with(|| a.1.cmp(&b.1.texts(names)))
        };
        let all = || {
            let all = self.keys.all.iter().map(|cell| (cell.key, cell.place));
            all.max_by(|a, b| compare((a.0, a.1.texts(names)), *b))
        };
        self.largest_key = self.largest_key.or_else(all);
        let Some(largest) = self.largest_key.filter(|largest| compare(own, *largest).is_lt()) else {
            return false;
        };
        if let Some(at) = self.find_key(largest.0, largest.1) {
            self.keys.remove(at);
        }
        self.largest_key = None;
        true
    }

    /// Adds what `other` saw.
    pub(super) fn merge(&mut self, other: Self, renamed: &Renamed, names: &Names) {
        self.roles.merge(other.roles, renamed, names);
        self.places_saturated |= other.places_saturated;
        self.keys_saturated |= other.keys_saturated;
        for mut cell in other.places.all {
            cell.place = cell.place.renamed(renamed);
            match self.find_place(cell.place) {
                Some(at) => {
                    let known = &mut self.places.all[at];
                    known.days.merge(&cell.days);
                    known.span.merge(&cell.span);
                }
                None => {
                    if self.make_room_for_place(cell.place.texts(names), names) {
                        self.places.push(cell.place.print(), cell);
                    }
                }
            }
        }
        for mut cell in other.keys.all {
            (cell.key, cell.place) = (cell.key.renamed(renamed), cell.place.renamed(renamed));
            match self.find_key(cell.key, cell.place) {
                Some(at) => self.keys.all[at].span.merge(&cell.span),
                None => {
                    if self.make_room_for_key((cell.key, cell.place.texts(names)), names) {
                        self.keys.push(KeyCell::print(cell.key, cell.place), cell);
                    }
                }
            }
        }
    }

    /// The roles whose sessions it had, in no telling order.
    pub(super) fn roles(&self) -> impl Iterator<Item = Name> {
        self.roles.values()
    }

    /// The places and when each was first seen, in no telling order.
    pub(super) fn places(&self) -> impl Iterator<Item = (PlaceNames, Time)> {
        self.places.all.iter().map(|cell| (cell.place, cell.span.first.time))
    }

    /// The profile, with its texts.
    pub(super) fn told(&self, names: &Names) -> InstanceProfile {
        let places = self.places.all.iter().map(|cell| {
            let [first, last] = cell.span.told();
            UsedPlace::new(cell.place.place(names), Seen { days: cell.days.clone(), first, last })
        });
        InstanceProfile {
            roles: self.roles.told(names),
            places: Places::new(places.collect(), self.places_saturated),
        }
    }

    /// The keys that `is_asked` asks for, each with its places, in the order of their texts.
    pub(super) fn keys(&self, is_asked: impl Fn(Packed) -> bool, names: &Names) -> Vec<UsedKey> {
        let asked = self.keys.all.iter().filter(|cell| is_asked(cell.key)).map(|cell| {
            let [first, last] = cell.span.told();
            let seen = Seen { days: DaySet::default(), first, last };
            let at = UsedPlace::new(cell.place.place(names), seen);
            UsedKey { key: key_text(cell.key, names).into(), at }
        });
        let mut keys: Vec<UsedKey> = asked.collect();
        keys.sort_by(|a, b| (&a.key, a.at.place()).cmp(&(&b.key, b.at.place())));
        keys
    }
}
