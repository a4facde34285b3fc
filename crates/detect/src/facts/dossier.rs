//! All facts of one principal: its habits and its notable events.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use event::event::Detail;
use event::{Event, Time};

use super::brief::Brief;
use super::dense::{Dense, Keyed};
use super::habits::Habits;
use super::kinds::{Kinds, RenamedKinds};
use super::names::{Name, Names, Renamed, Spelled};
use super::{LOOKS_MAX, NOTABLE_EVENTS_MAX, Taken};
use crate::profile::{DaySet, Profile};

/// Where an event stands in the order of what is kept when there is too much.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    class: u8,
    thin: u64,
    id: Box<str>,
}

impl Rank {
    pub(super) fn of(event: &Event) -> Self {
        Self { class: class(event), thin: thin(&event.id), id: event.id.as_str().into() }
    }
}

/// One look-up, collapsed: the first of its kind by this principal, from this address, on this day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LookKey {
    pub(super) day: i64,
    pub(super) name: Name,
    pub(super) address: Name,
}

impl LookKey {
    /// The same key among other texts.
    pub(super) fn renamed(self, renamed: &Renamed) -> Self {
        Self { day: self.day, name: renamed.name(self.name), address: renamed.name(self.address) }
    }

    fn compare(&self, other: &Self, names: &Names) -> Ordering {
        let texts = |key: &Self| [key.name, key.address].map(|name| names.text(name));
        self.day.cmp(&other.day).then_with(|| texts(self).cmp(&texts(other)))
    }
}

/// A look-up, with what makes it the first of its kind.
#[derive(Clone, Debug)]
struct KeptLook {
    key: LookKey,
    look: Brief,
}

impl Keyed for KeptLook {
    type Key = LookKey;

    fn key(&self) -> LookKey {
        self.key
    }
}

/// All facts of one principal.
#[derive(Clone, Debug)]
pub struct Dossier {
    pub(super) principal: Name,
    days: DaySet,
    addresses: Habits,
    agents: Habits,
    regions: Habits,
    services: Habits,
    acted_from: Habits,
    profile: OnceLock<Box<Profile>>,
    events: BTreeMap<Rank, Event>,
    looks: Dense<KeptLook>,
    pub(super) events_thinned: bool,
    /// What comes at or after it is one too many; set once there were too many.
    first_lost_look: Option<LookKey>,
}

impl Dossier {
    pub(super) fn new(principal: Name) -> Self {
        Self {
            principal,
            days: DaySet::default(),
            addresses: Habits::default(),
            agents: Habits::default(),
            regions: Habits::default(),
            services: Habits::default(),
            acted_from: Habits::default(),
            profile: OnceLock::new(),
            events: BTreeMap::new(),
            looks: Dense::default(),
            events_thinned: false,
            first_lost_look: None,
        }
    }

    /// Its notable events, look-ups left out, in no telling order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values()
    }

    /// Its look-ups, in no telling order.
    pub(super) fn looks(&self, names: &Names) -> impl Iterator<Item = &Brief> {
        let lost = self.lost_look(names);
        let is_kept = move |key: &LookKey| lost.is_none_or(|lost| key.compare(&lost, names).is_lt());
        self.looks.iter().filter(move |kept| is_kept(&kept.key)).map(|kept| &kept.look)
    }

    /// Of too many look-ups, the first that is one too many.
    fn lost_look(&self, names: &Names) -> Option<LookKey> {
        if self.looks.len() <= LOOKS_MAX {
            return None;
        }
        let mut keys: Vec<LookKey> = self.looks.iter().map(Keyed::key).collect();
        Some(*keys.select_nth_unstable_by(LOOKS_MAX, |a, b| a.compare(b, names)).1)
    }

    /// Notes the region of a call, and the address it came from unless a service made it; returns since when both are
    /// noted.
    pub(super) fn note_place(
        &mut self,
        region: Name,
        address: Option<&mut Spelled<'_>>,
        time: Time,
        names: &mut Names,
    ) -> Time {
        self.profile.take();
        self.days.insert(time.day());
        let region = self.regions.note_name(region, time, names);
        let address = address.map(|address| self.addresses.note(address, time, names));
        address.map_or(region, |address| address.max(region))
    }

    /// Notes the service that a call was for.
    #[inline]
    pub(super) fn note_service(&mut self, service: Name, time: Time, names: &mut Names) {
        self.profile.take();
        self.services.note_name(service, time, names);
    }

    /// Notes the agent of a call that no service made, and the network from which it changed something.
    #[inline]
    pub(super) fn note_hand(
        &mut self,
        agent: &mut Spelled<'_>,
        acted_from: Option<Name>,
        time: Time,
        names: &mut Names,
    ) {
        self.profile.take();
        self.agents.note(agent, time, names);
        if let Some(network) = acted_from {
            self.acted_from.note_name(network, time, names);
        }
    }

    pub(super) fn insert(&mut self, rank: Rank, event: Event) -> Taken {
        let taken = match self.events.get_mut(&rank) {
            // The same id with other content happens in hand-made logs; the greater is kept, whichever came first.
            Some(known) => {
                if event > *known {
                    *known = event;
                }
                Taken::Duplicate
            }
            None => {
                self.events.insert(rank, event);
                Taken::Event
            }
        };
        while self.events.len() > NOTABLE_EVENTS_MAX {
            self.events.pop_last();
            self.events_thinned = true;
        }
        taken
    }

    pub(super) fn forget(&mut self, rank: &Rank) {
        self.events.remove(rank);
    }

    /// Whether a look-up of this name from this address would be kept. It is asked before anything is decoded or named.
    pub(super) fn wants_look(&self, time: Time, texts: [&str; 2], names: &Names) -> bool {
        let texts = texts.map(super::cut);
        if let Some(lost) = &self.first_lost_look {
            let lost_texts = [lost.name, lost.address].map(|name| names.text(name));
            if (time.day(), texts) >= (lost.day, lost_texts) {
                return false;
            }
        }
        let [Some(name), Some(address)] = texts.map(|text| names.find(text)) else { return true };
        let known = self.looks.get(LookKey { day: time.day(), name, address });
        known.is_none_or(|known| known.look.time >= time)
    }

    /// Keeps the first look-up of its kind.
    pub(super) fn look(&mut self, key: LookKey, look: Brief, names: &Names, kinds: &Kinds) {
        match self.looks.get_mut(key).map(|kept| &mut kept.look) {
            Some(known) if look.time > known.time => {}
            Some(known) => {
                if look.time < known.time || look.spell(names, kinds) < known.spell(names, kinds) {
                    *known = look;
                }
            }
            None => self.looks.insert(KeptLook { key, look }),
        }
        if self.looks.len() >= 2 * LOOKS_MAX {
            self.thin_looks(names);
        }
    }

    /// Of too many look-ups, keeps the first.
    pub(super) fn thin_looks(&mut self, names: &Names) {
        if let Some(lost) = self.lost_look(names) {
            self.looks.retain(|kept| kept.key.compare(&lost, names).is_lt());
            self.first_lost_look = Some(lost);
        }
    }

    /// Whether more look-ups came than are kept.
    pub(super) fn has_lost_looks(&self) -> bool {
        self.first_lost_look.is_some() || self.looks.len() > LOOKS_MAX
    }

    /// Takes in the look-ups of another part of the same principal.
    pub(super) fn merge_looks(
        &mut self,
        other: &mut Self,
        renamed: (&Renamed, &RenamedKinds),
        names: &Names,
        kinds: &Kinds,
    ) {
        if let Some(lost) = other.first_lost_look.map(|lost| lost.renamed(renamed.0)) {
            let is_sooner = |known: LookKey| lost.compare(&known, names).is_lt();
            if self.first_lost_look.is_none_or(is_sooner) {
                self.first_lost_look = Some(lost);
                self.looks.retain(|kept| kept.key.compare(&lost, names).is_lt());
            }
        }
        for KeptLook { key, look } in std::mem::take(&mut other.looks).into_all() {
            let key = key.renamed(renamed.0);
            if self.first_lost_look.is_none_or(|lost| key.compare(&lost, names).is_lt()) {
                self.look(key, look.renamed(renamed.0, renamed.1), names, kinds);
            }
        }
    }

    /// Adds what `other` holds, look-ups left out; returns how many events both held.
    pub(super) fn merge(&mut self, other: Self, renamed: &Renamed, names: &Names) -> u64 {
        self.profile.take();
        self.days.merge(&other.days);
        self.addresses.merge(other.addresses, renamed, names);
        self.agents.merge(other.agents, renamed, names);
        self.regions.merge(other.regions, renamed, names);
        self.services.merge(other.services, renamed, names);
        self.acted_from.merge(other.acted_from, renamed, names);
        self.events_thinned |= other.events_thinned;
        let mut twice = 0;
        for (rank, event) in other.events {
            twice += u64::from(self.insert(rank, event) == Taken::Duplicate);
        }
        twice
    }

    /// How many features are saturated.
    pub(super) fn saturated(&self) -> u64 {
        let features = [&self.addresses, &self.agents, &self.regions, &self.services];
        features.into_iter().map(|feature| u64::from(feature.is_saturated())).sum()
    }

    /// The addresses it called from, in no telling order.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Name> {
        self.addresses.values()
    }

    /// What it usually does. Spelled out when first asked for: few principals ever are.
    pub(super) fn profile(&self, names: &Names) -> &Profile {
        self.profile.get_or_init(|| {
            Box::new(Profile {
                days: self.days.clone(),
                addresses: self.addresses.told(names),
                agents: self.agents.told(names),
                regions: self.regions.told(names),
                services: self.services.told(names),
                acted_from: self.acted_from.told(names),
            })
        })
    }
}

/// How telling an event is when there are too many; 0 is kept longest.
fn class(event: &Event) -> u8 {
    match &event.detail {
        Detail::Launch(_) | Detail::Tamper | Detail::Protect(_) | Detail::EnableRegion { .. } => 0,
        Detail::Mint(_)
        | Detail::Quota(_)
        | Detail::Login(_)
        | Detail::PublicUrl { .. }
        | Detail::HandOver(_) => 1,
        Detail::Issue(_) | Detail::Template(_) | Detail::Reach(_) | Detail::End(_) => 2,
        Detail::Prepare(_) | Detail::Look(_) => 3,
    }
}

/// A fixed scattering of ids, so that thinning takes an even sample and not the end of an alphabet.
fn thin(id: &str) -> u64 {
    // FNV-1a: short, stable for ever, good enough to scatter UUIDs.
    id.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
