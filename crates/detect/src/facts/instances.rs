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

/// What one instance's credentials did.
#[derive(Clone, Debug, Default)]
pub(super) struct Instance {
    roles: Habits,
    places: Vec<PlaceCell>,
    largest_place: Option<PlaceNames>,
    places_saturated: bool,
    keys: Vec<KeyCell>,
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
        match self.places.iter_mut().find(|cell| Some(cell.place) == known) {
            Some(cell) => {
                cell.days.insert(time.day());
                if cell.span.wants(time) {
                    cell.span.note(&witness());
                }
            }
            None => {
                if self.make_room_for_place(place.texts(names), names) {
                    let mut days = DaySet::default();
                    days.insert(time.day());
                    self.places.push(PlaceCell { place: place.name(names), days, span: Span::at(witness()) });
                }
            }
        }
        let Some(key) = key else { return };
        let known = place.known();
        match self.keys.iter_mut().find(|cell| cell.key == key && Some(cell.place) == known) {
            Some(cell) if cell.span.wants(time) => cell.span.note(&witness()),
            Some(_) => {}
            None => {
                if self.make_room_for_key((key, place.texts(names)), names) {
                    self.keys.push(KeyCell { key, place: place.name(names), span: Span::at(witness()) });
                }
            }
        }
    }

    /// Whether a place that is not here is to be kept: of too many, those with the smallest texts are. The largest goes.
    fn make_room_for_place(&mut self, texts: [&str; 5], names: &Names) -> bool {
        if self.places.len() < FEATURE_VALUES_MAX {
            return true;
        }
        self.places_saturated = true;
        let all = || self.places.iter().map(|cell| cell.place).max_by_key(|place| place.texts(names));
        self.largest_place = self.largest_place.or_else(all);
        let Some(largest) = self.largest_place.filter(|largest| texts < largest.texts(names)) else {
            return false;
        };
        self.places.retain(|known| known.place != largest);
        self.largest_place = None;
        true
    }

    /// Whether a key that is not here is to be kept: of too many, those with the smallest texts are. The largest goes.
    fn make_room_for_key(&mut self, own: (Packed, [&str; 5]), names: &Names) -> bool {
        if self.keys.len() < FEATURE_VALUES_MAX {
            return true;
        }
        self.keys_saturated = true;
        let compare = |a: (Packed, [&str; 5]), b: (Packed, PlaceNames)| {
            compare_keys(a.0, b.0, names).then_with(|| a.1.cmp(&b.1.texts(names)))
        };
        let all = || {
            let all = self.keys.iter().map(|cell| (cell.key, cell.place));
            all.max_by(|a, b| compare((a.0, a.1.texts(names)), *b))
        };
        self.largest_key = self.largest_key.or_else(all);
        let Some(largest) = self.largest_key.filter(|largest| compare(own, *largest).is_lt()) else {
            return false;
        };
        self.keys.retain(|known| (known.key, known.place) != largest);
        self.largest_key = None;
        true
    }

    /// Adds what `other` saw.
    pub(super) fn merge(&mut self, other: Self, renamed: &Renamed, names: &Names) {
        self.roles.merge(other.roles, renamed, names);
        self.places_saturated |= other.places_saturated;
        self.keys_saturated |= other.keys_saturated;
        for mut cell in other.places {
            cell.place = cell.place.renamed(renamed);
            match self.places.iter_mut().find(|known| known.place == cell.place) {
                Some(known) => {
                    known.days.merge(&cell.days);
                    known.span.merge(&cell.span);
                }
                None => {
                    if self.make_room_for_place(cell.place.texts(names), names) {
                        self.places.push(cell);
                    }
                }
            }
        }
        for mut cell in other.keys {
            (cell.key, cell.place) = (cell.key.renamed(renamed), cell.place.renamed(renamed));
            match self.keys.iter_mut().find(|known| known.key == cell.key && known.place == cell.place) {
                Some(known) => known.span.merge(&cell.span),
                None => {
                    if self.make_room_for_key((cell.key, cell.place.texts(names)), names) {
                        self.keys.push(cell);
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
        self.places.iter().map(|cell| (cell.place, cell.span.first.time))
    }

    /// The profile, with its texts.
    pub(super) fn told(&self, names: &Names) -> InstanceProfile {
        let places = self.places.iter().map(|cell| {
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
        let asked = self.keys.iter().filter(|cell| is_asked(cell.key)).map(|cell| {
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
