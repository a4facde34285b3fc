//! Resolver query logs, condensed: who asked for which listed name, and which VPCs were covered when.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use catalog::{MiningClass, PoolList};
use event::Time;
use event::side::Query;

use super::moments::Moments;

/// Machines that asked for listed names, the least by name.
///
/// Fewer, and an infected fleet is told in part; more, and a resolver for a city fills memory.
pub const ASKERS_MAX: usize = 200_000;

/// Names kept of one machine, the least.
///
/// Fewer, and whoever checks a list looks like a miner; more, and a scanner of lists fills memory.
pub const NAMES_MAX: usize = 64;

/// Addresses kept of one name, the least.
const ANSWERS_MAX: usize = 16;

/// VPCs of all accounts whose hours of logging are kept, the least.
///
/// Fewer, and coverage of a large organisation is told in part; more, and a log that names a new one in every row fills
/// memory.
pub const PLACES_MAX: usize = 50_000;

/// Letters kept of a name.
const NAME_LETTERS_MAX: usize = 253;

/// A machine that asks: its account, and its instance's id or else its address.
pub type AskerKey = (Box<str>, Box<str>);

/// A listed name that a machine asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The class of the name.
    pub class: MiningClass,
    /// The listed name that it is, lies below or stands for.
    pub listed: Box<str>,
    /// When it was first asked for.
    pub first: Time,
    /// When it was last.
    pub last: Time,
    /// It never existed.
    pub is_missing: bool,
    /// A firewall stood before it, at least once.
    pub is_blocked: bool,
    /// The addresses that were answered.
    pub answers: BTreeSet<IpAddr>,
}

/// What one machine asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// The address it asked from, where it is known by its instance.
    pub address: Option<IpAddr>,
    /// Listed names, by name.
    pub names: BTreeMap<Box<str>, Asked>,
}

/// Resolver query logs.
#[derive(Clone, Debug, Default)]
pub struct Queries {
    /// Who asked for listed names.
    pub askers: BTreeMap<AskerKey, Asker>,
    /// Accounts and VPCs, and when their queries were logged.
    pub covered: BTreeMap<Box<str>, BTreeMap<Box<str>, Moments>>,
    /// How many VPCs that is.
    places: usize,
    pub(super) thinned: bool,
}

impl Queries {
    /// Takes in one query; tells whether its name is listed.
    pub fn take(&mut self, query: &Query<'_>, pools: &PoolList) -> bool {
        self.cover(&query.account, &query.vpc, query.time);
        // A name of one's own may stand for a pool's: then the pool's is what was asked for.
        let mut names = std::iter::once(&query.name).chain(&query.aliases);
        let Some(found) = names.find_map(|name| pools.find(name)) else { return false };
        let asker = match (&*query.instance, query.asker) {
            ("", None) => return false,
            ("", Some(address)) => address.to_string().into(),
            (instance, _) => instance.into(),
        };
        let mut asked = Asked {
            class: found.class,
            listed: found.listed.into(),
            first: query.time,
            last: query.time,
            is_missing: query.is_missing,
            is_blocked: query.is_blocked,
            answers: query.answers.iter().copied().collect(),
        };
        asked.cut();
        let name: String =
            query.name.trim_end_matches('.').to_ascii_lowercase().chars().take(NAME_LETTERS_MAX).collect();
        let one = Asker { address: query.asker, names: BTreeMap::from([(name.into(), asked)]) };
        self.insert((query.account.as_ref().into(), asker), one);
        true
    }

    /// Nearly every query is of a known place, so a key is built only for a new one.
    fn cover(&mut self, account: &str, vpc: &str, time: Time) {
        if let Some(moments) = self.covered.get_mut(account).and_then(|vpcs| vpcs.get_mut(vpc)) {
            return moments.note(time);
        }
        self.place(account.into(), vpc.into()).note(time);
        self.cut_places();
    }

    fn place(&mut self, account: Box<str>, vpc: Box<str>) -> &mut Moments {
        let places = &mut self.places;
        self.covered.entry(account).or_default().entry(vpc).or_insert_with(|| {
            *places += 1;
            Moments::default()
        })
    }

    fn cut_places(&mut self) {
        while self.places > PLACES_MAX
            && let Some(mut account) = self.covered.last_entry()
        {
            account.get_mut().pop_last();
            if account.get().is_empty() {
                account.remove();
            }
            self.places -= 1;
            self.thinned = true;
        }
    }

    fn insert(&mut self, key: AskerKey, asker: Asker) {
        let known = self.askers.entry(key).or_default();
        known.address = known.address.max(asker.address);
        for (name, asked) in asker.names {
            match known.names.get_mut(&name) {
                Some(known) => known.join(asked),
                None => {
                    known.names.insert(name, asked);
                }
            }
        }
        while known.names.len() > NAMES_MAX {
            known.names.pop_last();
            self.thinned = true;
        }
        while self.askers.len() > ASKERS_MAX {
            self.askers.pop_last();
            self.thinned = true;
        }
    }

    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        self.thinned |= other.thinned;
        for (key, asker) in other.askers {
            self.insert(key, asker);
        }
        for (account, vpcs) in other.covered {
            for (vpc, moments) in vpcs {
                self.place(account.clone(), vpc).merge(&moments);
            }
        }
        self.cut_places();
    }
}

impl Asked {
    fn join(&mut self, other: Self) {
        self.class = self.class.min(other.class);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.is_missing &= other.is_missing;
        self.is_blocked |= other.is_blocked;
        self.answers.extend(other.answers);
        self.cut();
    }

    fn cut(&mut self) {
        while self.answers.len() > ANSWERS_MAX {
            self.answers.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(account: &str, answers: u8) -> Query<'_> {
        Query {
            account: account.into(),
            vpc: "vpc-1".into(),
            time: Time::from_seconds(1_789_352_220),
            name: "eu.nanopool.org.".into(),
            asker: None,
            instance: "i-0f1".into(),
            is_missing: false,
            is_blocked: false,
            answers: (0..answers).map(|last| IpAddr::from([203, 0, 113, last])).collect(),
            aliases: Vec::new(),
        }
    }

    #[test]
    fn a_query_with_many_answers_says_the_same_however_often_it_comes() {
        let (mut once, mut twice, pools) = (Queries::default(), Queries::default(), PoolList::default());
        assert!(once.take(&query("1", 200), &pools));
        twice.take(&query("1", 200), &pools);
        twice.take(&query("1", 200), &pools);
        assert_eq!(once.askers, twice.askers);
    }

    #[test]
    fn a_log_of_a_new_account_in_every_row_fills_no_memory() {
        let pools = PoolList::default();
        let accounts: Vec<String> = (0..PLACES_MAX + 9).map(|number| format!("{number:012}")).collect();
        let (mut whole, mut parts) = (Queries::default(), [Queries::default(), Queries::default()]);
        for (number, account) in accounts.iter().enumerate() {
            let query = Query { name: "example.com".into(), ..query(account, 0) };
            whole.take(&query, &pools);
            parts[number % 2].take(&query, &pools);
        }
        let [mut first, second] = parts;
        first.merge(second);
        assert!(whole.covered == first.covered && whole.thinned && first.thinned);
        assert_eq!((whole.covered.len(), whole.places, first.places), (PLACES_MAX, PLACES_MAX, PLACES_MAX));
        assert!(whole.covered.contains_key(&*accounts[0]));
    }
}
