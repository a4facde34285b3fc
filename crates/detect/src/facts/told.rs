//! What of the packed facts is spelled out for judging.
//!
//! A lineage is judged for its launches and its wishes for quota. So a look-up matters only if the hand that made it
//! may lead back to where one of those leads back to, and an issued credential only if one of the hands that matter held it.
//! Whatever is left out could not change a verdict; [`Facts::told_whole`] spells out everything, to prove it.

use std::collections::{HashMap, HashSet};

use event::event::HandOver;
use event::{Actor, Detail, Event, IdentityKind};

use super::Facts;
use super::brief::Brief;
use super::evidence::Packed;
use super::names::Names;

/// Links followed from a look-up towards its root; as many as a lineage has.
const LINKS_MAX: usize = 16;

/// Look-ups and issued credentials, spelled out.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Issued credentials, by the issued key and then by the record's id.
    pub issued: Vec<(String, Event)>,
    /// Look-ups, in no telling order.
    pub looks: Vec<Event>,
}

impl Facts {
    /// Look-ups and issued credentials that judging may ask for.
    #[must_use]
    pub fn told(&self) -> Told {
        let ways = Ways::new(self);
        let looks: Vec<&Brief> = self.looks().filter(|look| ways.lead_to_somebody(look)).collect();
        let keys = ways.keys_behind(&looks);
        let spares = ways.keys_that_launch();
        let is_asked_for = |(key, edge): &(Packed, &Brief)| {
            keys.contains(key) || edge.key.is_some_and(|issuer| spares.contains(&issuer))
        };
        let edges: Vec<(Packed, &Brief)> = self.edges().filter(is_asked_for).collect();
        // What is spelled out takes the room of what it was chosen by.
        drop((ways, keys, spares));
        self.spell(&edges, &looks)
    }

    /// All look-ups and issued credentials: the slow judge of [`Facts::told`].
    #[must_use]
    pub fn told_whole(&self) -> Told {
        self.spell(&self.edges().collect::<Vec<_>>(), &self.looks().collect::<Vec<_>>())
    }

    fn spell(&self, edges: &[(Packed, &Brief)], looks: &[&Brief]) -> Told {
        let spell = |brief: &Brief| brief.spell(&self.names, &self.kinds);
        let key_text = |key| super::evidence::key_text(key, &self.names);
        let mut issued: Vec<(String, Event)> =
            edges.iter().map(|(key, edge)| (key_text(*key), spell(edge))).collect();
        issued.sort_unstable_by(|(a, first), (b, second)| (a, &first.id).cmp(&(b, &second.id)));
        Told { issued, looks: looks.iter().map(|look| spell(look)).collect() }
    }

    /// The notable events that are not packed.
    fn whole_events(&self) -> impl Iterator<Item = &Event> {
        self.dossiers.all.iter().flat_map(super::Dossier::events)
    }
}

/// Where hands may lead back to.
struct Ways<'f> {
    facts: &'f Facts,
    edges: HashMap<Packed, Vec<&'f Brief>, foldhash::fast::RandomState>,
    /// Principals of whom a lineage that is judged may be.
    judged: HashSet<&'f str>,
    /// Users that somebody made or gave a key, by the end of their arn; functions that somebody wrote.
    minted: HashSet<&'f str>,
    handed: HashSet<&'f str>,
    started: HashSet<&'f str>,
}

impl<'f> Ways<'f> {
    fn new(facts: &'f Facts) -> Self {
        let mut ways = Self {
            facts,
            edges: HashMap::default(),
            judged: HashSet::new(),
            minted: HashSet::new(),
            handed: HashSet::new(),
            started: HashSet::new(),
        };
        for (key, edge) in facts.edges() {
            ways.edges.entry(key).or_default().push(edge);
        }
        for event in facts.whole_events() {
            ways.note(event);
        }
        ways
    }

    /// Everybody who launches or lets others launch is judged, with whoever stands behind them.
    fn note(&mut self, event: &'f Event) {
        match &event.detail {
            Detail::Launch(launch) => {
                self.started.extend(launch.got.iter().map(|started| started.id.as_str()));
            }
            Detail::Mint(mint) => {
                self.minted.insert(last_part(&mint.target));
            }
            Detail::Issue(issue) => {
                self.minted.extend(issue.principal.as_deref().map(last_part));
            }
            Detail::HandOver(HandOver::Function { name, .. }) => {
                self.handed.insert(name);
            }
            Detail::HandOver(HandOver::Instances { .. }) | Detail::Quota(_) => {}
            _ => return,
        }
        self.judged.insert(&event.actor.principal);
        let mut hands = Vec::new();
        self.walk(event.actor.key.as_deref().and_then(|key| key_of(key, &self.facts.names)), |edge| {
            hands.push(edge);
            false
        });
        self.judged.extend(hands.into_iter().map(|edge| edge.kind(&self.facts.kinds).principal.as_str()));
    }

    /// Whether a look-up's hand may lead back to somebody who is judged.
    fn lead_to_somebody(&self, look: &Brief) -> bool {
        let is_known = |brief: &Brief| {
            let actor = brief.kind(&self.facts.kinds);
            self.judged.contains(actor.principal.as_str())
                || self.is_made_by_somebody(actor, brief.session(&self.facts.names))
        };
        is_known(look) || self.walk(look.key, is_known)
    }

    fn is_made_by_somebody(&self, actor: &Actor, session: Option<&str>) -> bool {
        let is_minted =
            actor.kind == IdentityKind::IamUser && self.minted.contains(last_part(&actor.principal));
        is_minted
            || actor.instance.as_ref().is_some_and(|instance| self.started.contains(instance.id.as_str()))
            || session.is_some_and(|session| self.handed.contains(session))
    }

    /// Follows a key to the calls that issued it, and on; stops when `stop` says so, and returns whether it did.
    fn walk(&self, key: Option<Packed>, mut stop: impl FnMut(&'f Brief) -> bool) -> bool {
        let mut keys: Vec<Packed> = key.into_iter().collect();
        for _ in 0..LINKS_MAX {
            let edges: Vec<&'f Brief> =
                keys.iter().filter_map(|key| self.edges.get(key)).flatten().copied().collect();
            if edges.iter().any(|edge| stop(edge)) {
                return true;
            }
            keys = edges.iter().filter_map(|edge| edge.key).collect();
            if keys.is_empty() {
                return false;
            }
        }
        false
    }

    /// The keys of hands that launch: what they were issued is told, used or not.
    fn keys_that_launch(&self) -> HashSet<Packed, foldhash::fast::RandomState> {
        let launches = self.facts.whole_events().filter(|event| matches!(event.detail, Detail::Launch(_)));
        launches.filter_map(|event| key_of(event.actor.key.as_deref()?, &self.facts.names)).collect()
    }

    /// The keys whose issue may be asked for: those of notable events and of `looks`, and those behind them.
    fn keys_behind(&self, looks: &[&Brief]) -> HashSet<Packed, foldhash::fast::RandomState> {
        let names = &self.facts.names;
        let of_events =
            self.facts.whole_events().filter_map(|event| key_of(event.actor.key.as_deref()?, names));
        let mut open: Vec<Packed> = of_events.chain(looks.iter().filter_map(|look| look.key)).collect();
        let mut keys = HashSet::default();
        while let Some(key) = open.pop() {
            if keys.insert(key) {
                open.extend(self.edges.get(&key).into_iter().flatten().filter_map(|edge| edge.key));
            }
        }
        keys
    }
}

/// The key, packed; `None` where no packed fact has such a key.
fn key_of(key: &str, names: &Names) -> Option<Packed> {
    super::evidence::find_key(key, names)
}

/// The name at the end of an arn; a bare name is its own end.
fn last_part(target: &str) -> &str {
    target.rsplit(['/', ':']).next().unwrap_or(target)
}
