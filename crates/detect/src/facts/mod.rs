//! The facts: everything that was read, in a form that merges by union.
//!
//! Facts are commutative, associative and idempotent under [`Facts::merge`] and
//! [`Facts::take`]: the order, split and repetition of records change nothing. A verdict is
//! computed from them later, and only from them.
//!
//! Every record passes through here, so what comes again and again (callers, agents, regions,
//! services) is worked out once and then is a number; a profile is spelled out when it is asked for.

mod account;
mod brief;
pub(crate) mod caller;
mod dense;
mod dossier;
mod evidence;
mod glance;
mod habits;
mod instances;
mod kinds;
mod memo;
mod names;
mod numbered;
mod scene;
mod suppose;
mod take;
mod told;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use catalog::{Networks, PoolList};
use event::Time;
use event::event::{Detail, IssueKind};
use serde::Serialize;

use self::account::Account;
use self::brief::{ActorMemo, Brief};
use self::caller::Callers;
use self::dense::{Dense, Keyed};
pub use self::dossier::Dossier;
pub use self::evidence::EventId;
use self::evidence::{Packed, compare_ids, compare_keys};
use self::glance::Glances;
use self::instances::{Instance, SpelledPlace};
use self::kinds::Kinds;
pub(crate) use self::names::cut;
use self::names::{Name, Names};
use self::numbered::Numbered;
use self::scene::Scenes;
pub use self::told::Told;
use crate::coverage::Coverage;
use crate::profile::{AccountProfile, InstanceProfile, Place, Profile, UsedKey};
use crate::side::Side;

/// Notable events kept of one principal.
///
/// Fewer, and a slow miner is forgotten; more, and one CI role fills memory. Past it, look-ups
/// and preparations go first, then a fixed, even sample of launches is kept.
pub const NOTABLE_EVENTS_MAX: usize = 20_000;

/// Issued credentials kept of which we know who asked for them.
///
/// Fewer, and the lineage of a launch breaks; more, and an organisation of chained roles fills memory.
pub const LINEAGE_EDGES_MAX: usize = 1_000_000;

/// Collapsed look-ups kept of one principal.
///
/// Fewer, and the story loses its beginning; more, and a monitoring role fills memory.
pub const LOOKS_MAX: usize = 2_000;

/// Principals, and likewise instances and accounts, that are told apart.
///
/// Fewer, and the largest organisations do not fit; more, and a log of made-up callers fills memory. Those past it are
/// taken for one, and it is told.
pub const PRINCIPALS_MAX: usize = 1_000_000;

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is notable and was kept whole.
    Event,
    /// It went into the profiles.
    Skimmed,
    /// It is outside of the span of time that is looked at.
    Outside,
    /// The same event was there already.
    Duplicate,
    /// It cannot be placed.
    Rejected(String),
}

/// How often each limit was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LimitsReached {
    /// Principals with more notable events than [`NOTABLE_EVENTS_MAX`].
    pub notable_events: u64,
    /// Credentials past [`LINEAGE_EDGES_MAX`] (1 if any).
    pub lineage_edges: u64,
    /// Principals with more look-ups than [`LOOKS_MAX`].
    pub looks: u64,
    /// Profile features with more values than fit.
    pub feature_values: u64,
    /// Callers past [`PRINCIPALS_MAX`], taken for one (1 if any).
    pub principals: u64,
    /// Accounts and regions past [`crate::coverage::COVERED_PLACES_MAX`], of which the hours are not known (1 if any).
    pub covered_places: u64,
    /// Times that a new text did not fit any more.
    pub texts: u64,
}

/// The span of event time that is looked at; open where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub since: Option<Time>,
    /// The last moment.
    pub until: Option<Time>,
}

impl Span {
    pub(crate) fn holds(self, time: Time) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time <= until)
    }
}

/// Who made a call, and where what is known of it stands.
#[derive(Clone, Copy, Debug)]
struct Caller {
    principal: Name,
    /// Nothing of a service is noted, so it may have none.
    dossier: Option<u32>,
    instance: Option<u32>,
    /// Its scene says everything of it.
    is_plain: bool,
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    span: Span,
    names: Names,
    kinds: Kinds,
    glances: Glances,
    scenes: Scenes,
    actors: ActorMemo,
    callers: Callers<Caller>,
    dossiers: Numbered<Dossier>,
    accounts: Numbered<Account>,
    instances: Numbered<Filed>,
    /// Credentials issued: by the issued key and the record's id.
    issued: Dense<Brief>,
    issued_thinned: bool,
    coverage: Coverage,
    /// Account, region and hour of the record before: nearly always the next one's too.
    covered: Option<(Name, Name, i64)>,
    events: u64,
    duplicates: u64,
    side: Side,
    /// What is known of addresses beside the logs. Not a fact: it is told once, when all were read.
    networks: Arc<Networks>,
}

impl Facts {
    /// Facts of one span of event time.
    #[must_use]
    pub fn within(span: Span) -> Self {
        Self { span, ..Self::default() }
    }

    /// The same facts, by which these names are a pool's too.
    #[must_use]
    pub fn with_pools(mut self, pools: Arc<PoolList>) -> Self {
        self.side.pools = pools;
        self
    }

    /// The same facts, judged by what these lists say of addresses.
    #[must_use]
    pub fn with_networks(mut self, networks: Arc<Networks>) -> Self {
        self.side.networks = Arc::clone(&networks);
        self.networks = networks;
        self
    }

    /// What is known of addresses beside the logs.
    #[must_use]
    pub fn networks(&self) -> &Networks {
        &self.networks
    }

    /// Takes in what a row or message of a side log says; tells whether it is of interest.
    pub fn take_side(&mut self, fact: &event::side::Fact<'_>) -> bool {
        self.side.take(fact, self.span)
    }

    /// The same for a row of a flow log.
    pub fn take_flow(&mut self, flow: &event::side::Flow<'_>) -> bool {
        self.side.take_flow(flow, self.span)
    }

    /// What side logs say.
    #[must_use]
    pub fn side(&self) -> &Side {
        &self.side
    }

    fn insert_issued(&mut self, edge: Brief) -> Taken {
        match self.issued.get_mut(edge.key()) {
            // The same id with other content happens in hand-made logs; the greater is kept, whichever came first.
            Some(known) => {
                let spell = |brief: &Brief| brief.spell(&self.names, &self.kinds);
                if spell(&edge) > spell(known) {
                    *known = edge;
                }
                Taken::Duplicate
            }
            None => {
                self.issued.insert(edge);
                if self.issued.len() >= LINEAGE_EDGES_MAX + LINEAGE_EDGES_MAX / 8 {
                    self.thin_issued();
                }
                Taken::Event
            }
        }
    }

    /// Of too many credentials, keeps those with the smallest keys: which they are does not depend on arrival.
    fn thin_issued(&mut self) {
        if let Some(lost) = self.first_lost_edge() {
            self.issued_thinned = true;
            self.issued.retain(|edge| compare_edges(edge.key(), lost, &self.names).is_lt());
        }
    }

    /// Of too many credentials, the first that is one too many.
    fn first_lost_edge(&self) -> Option<(Packed, Packed)> {
        if self.issued.len() <= LINEAGE_EDGES_MAX {
            return None;
        }
        let mut keys: Vec<(Packed, Packed)> = self.issued.iter().map(Brief::key).collect();
        let compare = |a: &(Packed, Packed), b: &(Packed, Packed)| compare_edges(*a, *b, &self.names);
        Some(*keys.select_nth_unstable_by(LINEAGE_EDGES_MAX, compare).1)
    }

    /// The credentials issued, each with its key, in no telling order.
    fn edges(&self) -> impl Iterator<Item = (Packed, &Brief)> {
        let lost = self.first_lost_edge();
        let is_kept = move |key| lost.is_none_or(|lost| compare_edges(key, lost, &self.names).is_lt());
        self.issued.iter().filter(move |edge| is_kept(edge.key())).map(|edge| (edge.key().0, edge))
    }

    /// The look-ups of everybody, in no telling order.
    fn looks(&self) -> impl Iterator<Item = &Brief> {
        self.dossiers.all.iter().flat_map(|dossier| dossier.looks(&self.names))
    }

    /// Brings what is kept down to its limits, once everything was taken in or merged.
    fn settle(&mut self) {
        self.thin_issued();
        for dossier in &mut self.dossiers.all {
            dossier.thin_looks(&self.names);
        }
    }

    /// Everything that several readers took in, whichever took what.
    #[must_use]
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        // What saves work while reading has no use any more.
        (all.glances, all.scenes) = (Glances::default(), Scenes::default());
        (all.actors, all.callers) = (ActorMemo::default(), Callers::default());
        parts.for_each(|part| all.merge(part));
        // A reader alone may hold more than is kept, too.
        all.merge(Self::default());
        all
    }

    /// Adds what `other` holds.
    pub fn merge(&mut self, other: Self) {
        let renamed = self.names.adopt(&other.names);
        let kinds = self.kinds.adopt(other.kinds);
        let mut twice = 0;
        for mut dossier in other.dossiers.all {
            let principal = renamed.name(dossier.principal);
            let number = self.dossiers.number(principal, || Dossier::new(principal));
            let own = self.dossiers.at(number);
            own.merge_looks(&mut dossier, (&renamed, &kinds), &self.names, &self.kinds);
            twice += own.merge(dossier, &renamed, &self.names);
        }
        for account in other.accounts.all {
            let id = renamed.name(account.id);
            let number = self.accounts.number(id, || Account::new(id));
            self.accounts.at(number).merge(account, &renamed, &self.names);
        }
        for filed in other.instances.all {
            let id = renamed.name(filed.id);
            let number = self.instances.number(id, || Filed::new(id));
            self.instances.at(number).merge(filed, &renamed, &self.names);
        }
        for edge in other.issued.into_all() {
            twice += u64::from(self.insert_issued(edge.renamed(&renamed, &kinds)) == Taken::Duplicate);
        }
        self.issued_thinned |= other.issued_thinned;
        self.coverage.merge(other.coverage);
        self.side.merge(other.side);
        self.events += other.events - twice;
        self.duplicates += other.duplicates + twice;
        self.settle();
    }

    /// Distinct notable records that were kept whole.
    #[must_use]
    pub fn events_kept(&self) -> u64 {
        self.events
    }

    /// Notable records that repeated one already known.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// What the logs cover.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The limits that were reached.
    #[must_use]
    pub fn limits(&self) -> LimitsReached {
        let dossiers = self.dossiers.all.iter();
        LimitsReached {
            notable_events: dossiers.clone().map(|dossier| u64::from(dossier.events_thinned)).sum(),
            lineage_edges: u64::from(self.issued_thinned || self.issued.len() > LINEAGE_EDGES_MAX),
            looks: dossiers.clone().map(|dossier| u64::from(dossier.has_lost_looks())).sum(),
            feature_values: dossiers.map(Dossier::saturated).sum(),
            principals: u64::from(self.dossiers.lost || self.accounts.lost || self.instances.lost),
            covered_places: u64::from(self.coverage.has_lost_places()),
            texts: self.names.lost(),
        }
    }

    /// What a principal usually does.
    #[must_use]
    pub fn profile(&self, principal: &str) -> Option<&Profile> {
        self.names
            .find(principal)
            .and_then(|name| self.dossiers.get(name))
            .map(|dossier| dossier.profile(&self.names))
    }

    /// What an account usually does.
    #[must_use]
    pub fn account(&self, account: &str) -> Option<&AccountProfile> {
        self.names
            .find(account)
            .and_then(|name| self.accounts.get(name))
            .map(|account| account.profile(&self.names))
    }

    /// Where an instance's credentials were used.
    #[must_use]
    pub fn instance(&self, instance: &str) -> Option<&InstanceProfile> {
        self.filed(instance).filter(|filed| !filed.is_empty()).map(|filed| filed.profile(&self.names))
    }

    /// The same, spelled out for this once: to look at every instance and remember none.
    #[must_use]
    pub fn spell_instance(&self, instance: &str) -> Option<InstanceProfile> {
        self.filed(instance).filter(|filed| !filed.is_empty()).map(|filed| filed.instance.told(&self.names))
    }

    /// The access keys of an instance, each with a place it was used from, in the order of their texts. They are many, and
    /// are spelled out every time.
    #[must_use]
    pub fn keys_of(&self, instance: &str) -> Vec<UsedKey> {
        self.filed(instance).map_or_else(Vec::new, |filed| filed.instance.keys(|_| true, &self.names))
    }

    /// Where an instance's `key` was used.
    #[must_use]
    pub fn uses_of(&self, instance: &str, key: &str) -> Vec<UsedKey> {
        let (Some(filed), Some(key)) = (self.filed(instance), evidence::find_key(key, &self.names)) else {
            return Vec::new();
        };
        filed.instance.keys(|known| known == key, &self.names)
    }

    fn filed(&self, instance: &str) -> Option<&Filed> {
        self.names.find(instance).and_then(|name| self.instances.get(name))
    }

    /// All instances whose credentials were used, each with its places, in no telling order.
    pub fn instances(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = Place<'_>>)> {
        let used = self.instances.all.iter().filter(|filed| !filed.is_empty());
        used.map(|filed| {
            let places = filed.instance.places().map(|(place, _)| place.place(&self.names));
            (self.names.text(filed.id), places)
        })
    }

    /// Where the credentials of all instances were used: instance, address and since when, in no telling order.
    pub fn instance_addresses(&self) -> impl Iterator<Item = (&str, &str, Time)> {
        self.instances.all.iter().flat_map(|filed| {
            let places = filed.instance.places();
            places.map(|(place, first)| (self.names.text(filed.id), self.names.text(place.address), first))
        })
    }

    /// The roles whose sessions instances had, in no telling order.
    pub fn instance_roles(&self) -> impl Iterator<Item = &str> {
        self.instances.all.iter().flat_map(|filed| filed.instance.roles()).map(|role| self.names.text(role))
    }

    /// All principals, in no telling order.
    pub fn principals(&self) -> impl Iterator<Item = (&str, &Dossier)> {
        self.dossiers.all.iter().map(|dossier| (self.names.text(dossier.principal), dossier))
    }

    /// The addresses that a principal called from, in no telling order.
    pub fn addresses_of(&self, dossier: &Dossier) -> impl Iterator<Item = &str> {
        dossier.addresses().map(|address| self.names.text(address))
    }
}

/// One instance, by its id.
#[derive(Clone, Debug)]
struct Filed {
    id: Name,
    instance: Instance,
    profile: OnceLock<Box<InstanceProfile>>,
}

impl Filed {
    fn new(id: Name) -> Self {
        Self { id, instance: Instance::default(), profile: OnceLock::new() }
    }

    /// Only services called with its credential: nothing was noted.
    fn is_empty(&self) -> bool {
        self.instance.roles().next().is_none()
    }

    fn note(
        &mut self,
        role: Name,
        place: &mut SpelledPlace<'_>,
        key: Option<Packed>,
        time: Time,
        id: impl Fn() -> EventId,
        names: &mut Names,
    ) {
        self.profile.take();
        self.instance.note(role, place, key, time, id, names);
    }

    fn merge(&mut self, other: Self, renamed: &names::Renamed, names: &Names) {
        self.profile.take();
        self.instance.merge(other.instance, renamed, names);
    }

    /// The profile, spelled out when first asked for.
    fn profile(&self, names: &Names) -> &InstanceProfile {
        self.profile.get_or_init(|| Box::new(self.instance.told(names)))
    }
}

/// Compares credentials by the texts of their keys and records.
fn compare_edges(a: (Packed, Packed), b: (Packed, Packed), names: &Names) -> Ordering {
    compare_keys(a.0, b.0, names).then_with(|| compare_ids(a.1, b.1, names))
}

/// The key that a call issued, where it tells.
fn issued_key(detail: &Detail) -> Option<&str> {
    match detail {
        Detail::Issue(issue) if issue.kind != IssueKind::AccessKey => issue.key.as_deref(),
        _ => None,
    }
}
