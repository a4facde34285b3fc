//! The facts: everything that was read, in a form that merges by union.
//!
//! Facts are commutative, associative and idempotent under [`Facts::merge`] and
//! [`Facts::take`]: the order, split and repetition of records change nothing. A verdict is
//! computed from them later, and only from them.

use std::collections::{BTreeMap, HashMap};

use event::decode::actor::{ActorFields, canonical_principal};
use event::event::{Detail, IssueKind};
use event::notable::{Lane, lane};
use event::skim::{Field, Skimmed};
use event::{DecodeError, Event, IdentityKind, Time};
use serde::Serialize;

use crate::coverage::Coverage;
use crate::profile::{AccountProfile, InstanceProfile, Place, Profile, agent_family, network_of, place_text};

/// Notable events kept of one principal.
///
/// Fewer, and a slow miner is forgotten; more, and one CI role fills memory. Past it, look-ups
/// and preparations go first, then a fixed, even sample of launches is kept.
pub const NOTABLE_EVENTS_MAX: usize = 20_000;

/// Issued credentials kept of which we know who asked for them.
///
/// Fewer, and the lineage of a launch breaks; more, and an organisation of chained roles fills memory.
pub const LINEAGE_EDGES_MAX: usize = 2_000_000;

/// Collapsed look-ups kept of one principal.
///
/// Fewer, and the story loses its beginning; more, and a monitoring role fills memory.
pub const LOOKS_MAX: usize = 2_000;

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
}

/// Where an event stands in the order of what is kept when there is too much.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    class: u8,
    thin: u64,
    id: Box<str>,
}

/// One look-up, collapsed: the first of its kind by this principal, from this address, on this day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LookKey {
    day: i64,
    name: Box<str>,
    address: Box<str>,
}

/// All facts of one principal.
#[derive(Clone, Debug, Default)]
pub struct Dossier {
    /// What it usually does.
    pub profile: Profile,
    events: BTreeMap<Rank, Event>,
    looks: BTreeMap<LookKey, Event>,
    events_thinned: bool,
    looks_thinned: bool,
}

impl Dossier {
    /// Its notable events, in no telling order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values().chain(self.looks.values())
    }

    fn insert(&mut self, rank: Rank, event: Event) -> Taken {
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

    fn look(&mut self, key: LookKey, event: Event) {
        match self.looks.get_mut(&key) {
            Some(known) if event < *known => *known = event,
            Some(_) => {}
            None => {
                self.looks.insert(key, event);
            }
        }
        while self.looks.len() > LOOKS_MAX {
            self.looks.pop_last();
            self.looks_thinned = true;
        }
    }

    /// Adds what `other` holds; returns how many events both held.
    fn merge(&mut self, other: Self) -> u64 {
        self.profile.merge(other.profile);
        self.events_thinned |= other.events_thinned;
        self.looks_thinned |= other.looks_thinned;
        let mut twice = 0;
        for (rank, event) in other.events {
            twice += u64::from(self.insert(rank, event) == Taken::Duplicate);
        }
        for (key, event) in other.looks {
            self.look(key, event);
        }
        twice
    }
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
    fn holds(self, time: Time) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time <= until)
    }
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    span: Span,
    dossiers: HashMap<String, Dossier>,
    accounts: HashMap<String, AccountProfile>,
    instances: HashMap<String, InstanceProfile>,
    /// Credentials issued: by the issued key, then the record.
    issued: BTreeMap<(Box<str>, Box<str>), Event>,
    issued_thinned: bool,
    coverage: Coverage,
    events: u64,
    duplicates: u64,
}

impl Facts {
    /// Facts of one span of event time.
    #[must_use]
    pub fn within(span: Span) -> Self {
        Self { span, ..Self::default() }
    }

    /// Takes in one record.
    pub fn take(&mut self, record: &Skimmed<'_>) -> Taken {
        let source = record.bytes(Field::EventSource).unwrap_or_default();
        let name = record.bytes(Field::EventName).unwrap_or_default();
        let stamp = record.text(Field::EventTime).or_else(|| record.text(Field::Timestamp));
        let Some(time) = stamp.as_deref().and_then(Time::parse) else {
            return Taken::Rejected(format!("no readable time (eventTime is {:?})", stamp.unwrap_or_default()));
        };
        if !self.span.holds(time) {
            return Taken::Outside;
        }
        let lane = lane(source, name);
        self.note(record, time);
        match lane {
            Lane::Skim => Taken::Skimmed,
            Lane::Look => self.take_look(record, time),
            Lane::Whole => self.take_whole(record),
        }
    }

    fn take_whole(&mut self, record: &Skimmed<'_>) -> Taken {
        let event = match event::decode(record.raw()) {
            Ok(event) => event,
            Err(DecodeError::NotNotable { .. }) => return Taken::Skimmed,
            Err(error) => return Taken::Rejected(error.to_string()),
        };
        let taken = self.insert(event);
        match taken {
            Taken::Duplicate => self.duplicates += 1,
            _ => self.events += 1,
        }
        taken
    }

    fn insert(&mut self, event: Event) -> Taken {
        if let Some(key) = issued_key(&event) {
            return self.insert_issued((key.into(), event.id.as_str().into()), event);
        }
        let rank = Rank { class: class(&event), thin: thin(&event.id), id: event.id.as_str().into() };
        self.dossiers.entry(event.actor.principal.clone()).or_default().insert(rank, event)
    }

    fn insert_issued(&mut self, key: (Box<str>, Box<str>), event: Event) -> Taken {
        let taken = match self.issued.get_mut(&key) {
            Some(known) => {
                if event > *known {
                    *known = event;
                }
                Taken::Duplicate
            }
            None => {
                self.issued.insert(key, event);
                Taken::Event
            }
        };
        while self.issued.len() > LINEAGE_EDGES_MAX {
            self.issued.pop_last();
            self.issued_thinned = true;
        }
        taken
    }

    /// Keeps the first look-up of its kind a day and place, and decodes no other.
    fn take_look(&mut self, record: &Skimmed<'_>, time: Time) -> Taken {
        let principal = principal(record);
        let key = LookKey {
            day: time.day(),
            name: record.text(Field::EventName).unwrap_or_default().into(),
            address: record.text(Field::SourceIpAddress).unwrap_or_default().into(),
        };
        let known = self.dossiers.get(&principal).and_then(|dossier| dossier.looks.get(&key));
        if known.is_some_and(|known| known.time < time) {
            return Taken::Skimmed;
        }
        match event::decode(record.raw()) {
            Ok(event) => {
                self.dossiers.entry(principal).or_default().look(key, event);
                Taken::Skimmed
            }
            Err(DecodeError::NotNotable { .. }) => Taken::Skimmed,
            Err(error) => Taken::Rejected(error.to_string()),
        }
    }

    /// Notes a record in the coverage and in the profiles of its principal, account and instance.
    fn note(&mut self, record: &Skimmed<'_>, time: Time) {
        let account = record.text(Field::RecipientAccountId).or_else(|| record.text(Field::AccountId)).unwrap_or_default();
        let region = record.text(Field::AwsRegion).unwrap_or_default();
        self.coverage.note(&account, &region, time);
        let seen = Glance::of(record, time, &region);
        if seen.kind == IdentityKind::Service {
            return;
        }
        self.dossiers.entry(principal(record)).or_default().profile.note(&seen);
        self.accounts.entry(account.into_owned()).or_default().note(&seen);
        if let Some((instance, place)) = instance_place(record, &seen) {
            let profile = self.instances.entry(instance).or_default();
            profile.roles.note(&principal(record), time, &seen.event);
            profile.places.note(&place, time, &seen.event);
            if let Some(key) = record.text(Field::AccessKeyId) {
                profile.keys.note(&format!("{key}\u{1f}{place}"), time, &seen.event);
            }
        }
    }

    /// Adds what `other` holds.
    pub fn merge(&mut self, other: Self) {
        let mut twice = 0;
        for (principal, dossier) in other.dossiers {
            twice += self.dossiers.entry(principal).or_default().merge(dossier);
        }
        for (account, profile) in other.accounts {
            self.accounts.entry(account).or_default().merge(profile);
        }
        for (instance, profile) in other.instances {
            self.instances.entry(instance).or_default().merge(profile);
        }
        for (key, event) in other.issued {
            twice += u64::from(self.insert_issued(key, event) == Taken::Duplicate);
        }
        self.issued_thinned |= other.issued_thinned;
        self.coverage.merge(other.coverage);
        self.events += other.events - twice;
        self.duplicates += other.duplicates + twice;
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
        let dossiers = self.dossiers.values();
        LimitsReached {
            notable_events: dossiers.clone().map(|dossier| u64::from(dossier.events_thinned)).sum(),
            lineage_edges: u64::from(self.issued_thinned),
            looks: dossiers.clone().map(|dossier| u64::from(dossier.looks_thinned)).sum(),
            feature_values: dossiers.map(|dossier| dossier.profile.saturated()).sum(),
        }
    }

    /// What a principal usually does.
    #[must_use]
    pub fn profile(&self, principal: &str) -> Option<&Profile> {
        self.dossiers.get(principal).map(|dossier| &dossier.profile)
    }

    /// What an account usually does.
    #[must_use]
    pub fn account(&self, account: &str) -> Option<&AccountProfile> {
        self.accounts.get(account)
    }

    /// Where an instance's credentials were used.
    #[must_use]
    pub fn instance(&self, instance: &str) -> Option<&InstanceProfile> {
        self.instances.get(instance)
    }

    /// All instances whose credentials were used, in no telling order.
    pub fn instances(&self) -> impl Iterator<Item = (&str, &InstanceProfile)> {
        self.instances.iter().map(|(id, profile)| (id.as_str(), profile))
    }

    /// All principals, in no telling order.
    pub fn principals(&self) -> impl Iterator<Item = (&str, &Dossier)> {
        self.dossiers.iter().map(|(principal, dossier)| (principal.as_str(), dossier))
    }

    /// All credentials issued, by key.
    pub fn issued(&self) -> impl Iterator<Item = (&str, &Event)> {
        self.issued.iter().map(|((key, _), event)| (&**key, event))
    }
}

/// A record's skimmed fields, as the profiles take them.
struct Glance {
    time: Time,
    event: String,
    kind: IdentityKind,
    address: String,
    agent: String,
    region: String,
    service: String,
    name: String,
    endpoint: String,
    changes: bool,
    refused: bool,
    /// A service called; address and agent are the service's own.
    by_service: bool,
}

impl Glance {
    fn of(record: &Skimmed<'_>, time: Time, region: &str) -> Self {
        let text = |field| record.text(field).unwrap_or_default().into_owned();
        let kind = with_fields(record, |fields| fields.identity_kind());
        let address = text(Field::SourceIpAddress);
        let name = text(Field::EventName);
        let read_only = match record.text(Field::ReadOnly).as_deref() {
            Some(flag) => flag == "true",
            None => ["Describe", "Get", "List", "Head", "Lookup"].iter().any(|verb| name.starts_with(verb)),
        };
        let by_service =
            record.text(Field::InvokedBy).is_some() || address.ends_with(".amazonaws.com") || address == "AWS Internal";
        Self {
            time,
            event: text(Field::EventId),
            kind,
            agent: agent_family(&text(Field::UserAgent)),
            region: region.to_owned(),
            service: text(Field::EventSource).trim_end_matches(".amazonaws.com").to_owned(),
            endpoint: text(Field::VpcEndpointId),
            changes: !read_only && record.bytes(Field::ErrorCode).is_none(),
            refused: record.bytes(Field::ErrorCode).is_some_and(|code| contains(code, b"Denied") || contains(code, b"Unauthorized")),
            address,
            name,
            by_service,
        }
    }
}

impl Profile {
    fn note(&mut self, seen: &Glance) {
        self.days.insert(seen.time.day());
        self.regions.note(&seen.region, seen.time, &seen.event);
        self.services.note(&seen.service, seen.time, &seen.event);
        if seen.refused {
            self.refused.note(&format!("{}:{}", seen.service, seen.name), seen.time, &seen.event);
        }
        if seen.by_service {
            return;
        }
        self.addresses.note(&seen.address, seen.time, &seen.event);
        self.agents.note(&seen.agent, seen.time, &seen.event);
        if !seen.endpoint.is_empty() {
            self.endpoints.note(&seen.endpoint, seen.time, &seen.event);
        }
    }
}

impl AccountProfile {
    fn note(&mut self, seen: &Glance) {
        if seen.by_service {
            return;
        }
        if seen.changes {
            self.changed_regions.note(&seen.region, seen.time, &seen.event);
        }
        self.networks.note(&network_of(&seen.address), seen.time, &seen.event);
        if !seen.endpoint.is_empty() {
            self.endpoints.note(&seen.endpoint, seen.time, &seen.event);
        }
    }
}

/// The instance a record's credential was issued to, and the place it was used from, unless a service called.
fn instance_place(record: &Skimmed<'_>, seen: &Glance) -> Option<(String, String)> {
    if seen.by_service {
        return None;
    }
    let instance = with_fields(record, |fields| fields.instance().map(|(id, _)| id.to_owned()))?;
    let delivery = record.text(Field::Ec2RoleDelivery).unwrap_or_default();
    let place = Place {
        address: &seen.address,
        agent: &seen.agent,
        delivery: delivery.split('.').next().unwrap_or_default(),
        endpoint: &seen.endpoint,
        region: &seen.region,
    };
    Some((instance, place_text(place)))
}

fn principal(record: &Skimmed<'_>) -> String {
    with_fields(record, |fields| canonical_principal(&fields).into_owned())
}

/// Calls `f` with the identity's fields, unescaped.
fn with_fields<T>(record: &Skimmed<'_>, f: impl FnOnce(ActorFields<'_>) -> T) -> T {
    let text = |field| record.text(field);
    let (kind, arn, account) = (text(Field::IdentityType), text(Field::Arn), text(Field::AccountId));
    let (principal_id, user_name, key) = (text(Field::PrincipalId), text(Field::UserName), text(Field::AccessKeyId));
    let (invoked_by, issuer_arn) = (text(Field::InvokedBy), text(Field::IssuerArn));
    let (issuer_account, issuer_user_name) = (text(Field::IssuerAccountId), text(Field::IssuerUserName));
    let (delivery, issued_to) = (text(Field::Ec2RoleDelivery), text(Field::InScopeCredentialsIssuedTo));
    let (issuer_type, source_arn) = (text(Field::InScopeIssuerType), text(Field::InScopeSourceArn));
    f(ActorFields {
        kind: kind.as_deref(),
        arn: arn.as_deref(),
        account: account.as_deref(),
        principal_id: principal_id.as_deref(),
        user_name: user_name.as_deref(),
        key: key.as_deref(),
        invoked_by: invoked_by.as_deref(),
        issuer_arn: issuer_arn.as_deref(),
        issuer_account: issuer_account.as_deref(),
        issuer_user_name: issuer_user_name.as_deref(),
        delivery: delivery.as_deref(),
        scope_issuer_type: issuer_type.as_deref(),
        scope_issued_to: issued_to.as_deref(),
        scope_source_arn: source_arn.as_deref(),
        ..ActorFields::default()
    })
}

/// The key that an event issued, where it tells.
fn issued_key(event: &Event) -> Option<&str> {
    match &event.detail {
        Detail::Issue(issue) if issue.kind != IssueKind::AccessKey => issue.key.as_deref(),
        _ => None,
    }
}

/// How telling an event is when there are too many; 0 is kept longest.
fn class(event: &Event) -> u8 {
    match &event.detail {
        Detail::Launch(_) | Detail::Tamper | Detail::Protect(_) | Detail::EnableRegion { .. } => 0,
        Detail::Mint(_) | Detail::Quota(_) | Detail::Login(_) | Detail::PublicUrl { .. } | Detail::HandOver(_) => 1,
        Detail::Issue(_) | Detail::Template(_) | Detail::Reach(_) | Detail::End(_) => 2,
        Detail::Prepare(_) | Detail::Look(_) => 3,
    }
}

/// A fixed scattering of ids, so that thinning takes an even sample and not the end of an alphabet.
fn thin(id: &str) -> u64 {
    // FNV-1a: short, stable for ever, good enough to scatter UUIDs.
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

