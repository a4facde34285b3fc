//! What a principal usually does: for each feature value, the days on which it was seen.
//!
//! A profile is a union of sets, so it is the same whatever the order, the split or the
//! repetition of records. It holds no counts: the same record read twice would change them.

use std::collections::BTreeMap;

use event::Time;

/// Values kept of one feature (addresses, agents, regions …) of one principal.
///
/// Fewer, and a principal behind a rotating egress looks new every day; more, and one busy
/// Lambda role fills memory. Past it the feature is saturated: "never before" is not said of it.
pub const FEATURE_VALUES_MAX: usize = 96;

/// Bytes of a feature value that are kept.
///
/// Fewer, and two agents look alike; more, and an attacker's kilobyte is stored a hundred times.
const VALUE_BYTES_MAX: usize = 200;

/// A set of days, as bits from a first day on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaySet {
    base: i64,
    words: Vec<u64>,
}

impl DaySet {
    /// Adds a day (days since the epoch).
    pub fn insert(&mut self, day: i64) {
        let word_day = day.div_euclid(64);
        if self.words.is_empty() {
            self.base = word_day;
        }
        if word_day < self.base {
            let missing = usize::try_from(self.base - word_day).unwrap_or(0);
            self.words.splice(0..0, std::iter::repeat_n(0, missing));
            self.base = word_day;
        }
        let index = usize::try_from(word_day - self.base).unwrap_or(0);
        if index >= self.words.len() {
            self.words.resize(index + 1, 0);
        }
        self.words[index] |= 1 << day.rem_euclid(64);
    }

    /// Adds all days of `other`.
    pub fn merge(&mut self, other: &Self) {
        for day in other.iter() {
            self.insert(day);
        }
    }

    /// The days, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.words.iter().zip(self.base..).flat_map(|(word, word_day)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| word_day * 64 + bit)
        })
    }

    /// How many days before `day` are in the set and not in `without`.
    #[must_use]
    pub fn count_before(&self, day: i64, without: &DaySet) -> u32 {
        let days = self.iter().take_while(|seen| *seen < day).filter(|seen| !without.contains(*seen)).count();
        u32::try_from(days).unwrap_or(u32::MAX)
    }

    /// Whether `day` is in the set.
    #[must_use]
    pub fn contains(&self, day: i64) -> bool {
        usize::try_from(day.div_euclid(64) - self.base)
            .ok()
            .and_then(|index| self.words.get(index))
            .is_some_and(|word| word >> day.rem_euclid(64) & 1 == 1)
    }

    /// Whether no day is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}

/// One record, as a witness: its time and id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sight {
    /// When.
    pub time: Time,
    /// The record's id; empty where it has none.
    pub event: Box<str>,
}

/// One feature value: on which days, and its first and last witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The days.
    pub days: DaySet,
    /// The earliest record that shows it.
    pub first: Sight,
    /// The latest.
    pub last: Sight,
}

impl Seen {
    fn new(sight: Sight) -> Self {
        let mut days = DaySet::default();
        days.insert(sight.time.day());
        Self { days, first: sight.clone(), last: sight }
    }

    fn note(&mut self, time: Time, event: &str) {
        self.days.insert(time.day());
        if (time, event) < (self.first.time, &*self.first.event) {
            self.first = Sight { time, event: event.into() };
        }
        if (time, event) > (self.last.time, &*self.last.event) {
            self.last = Sight { time, event: event.into() };
        }
    }

    fn merge(&mut self, other: Self) {
        self.days.merge(&other.days);
        if other.first < self.first {
            self.first = other.first;
        }
        if other.last > self.last {
            self.last = other.last;
        }
    }
}

/// The values of one feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feature {
    values: BTreeMap<Box<str>, Seen>,
    saturated: bool,
}

impl Feature {
    /// Notes a value.
    pub fn note(&mut self, value: &str, time: Time, event: &str) {
        let value = &value[..value.floor_char_boundary(VALUE_BYTES_MAX)];
        if let Some(seen) = self.values.get_mut(value) {
            seen.note(time, event);
            return;
        }
        self.values.insert(value.into(), Seen::new(Sight { time, event: event.into() }));
        self.shrink();
    }

    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        self.saturated |= other.saturated;
        for (value, seen) in other.values {
            match self.values.entry(value) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(seen);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().merge(seen),
            }
        }
        self.shrink();
    }

    /// Keeps the smallest values by a fixed order, so that what is kept does not depend on arrival.
    fn shrink(&mut self) {
        while self.values.len() > FEATURE_VALUES_MAX {
            self.values.pop_last();
            self.saturated = true;
        }
    }

    /// More values than fit were seen; absence proves nothing.
    #[must_use]
    pub fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// What was seen of a value.
    #[must_use]
    pub fn get(&self, value: &str) -> Option<&Seen> {
        self.values.get(&value[..value.floor_char_boundary(VALUE_BYTES_MAX)])
    }

    /// All values with what was seen of them, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Seen)> {
        self.values.iter().map(|(value, seen)| (&**value, seen))
    }
}

/// What one principal usually does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Days with any call.
    pub days: DaySet,
    /// Source addresses as recorded.
    pub addresses: Feature,
    /// Agent families: `aws-cli linux`, `Terraform`, `Boto3 linux`.
    pub agents: Feature,
    /// Regions.
    pub regions: Feature,
    /// Services called.
    pub services: Feature,
    /// VPC endpoints used.
    pub endpoints: Feature,
    /// Services that issued its sessions (`ec2`, `lambda`, `ecs-tasks`).
    pub issued_by: Feature,
    /// Refused calls, by service and name.
    pub refused: Feature,
}

impl Profile {
    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        self.days.merge(&other.days);
        self.addresses.merge(other.addresses);
        self.agents.merge(other.agents);
        self.regions.merge(other.regions);
        self.services.merge(other.services);
        self.endpoints.merge(other.endpoints);
        self.issued_by.merge(other.issued_by);
        self.refused.merge(other.refused);
    }

    /// How many features are saturated.
    #[must_use]
    pub fn saturated(&self) -> u64 {
        let features = [&self.addresses, &self.agents, &self.regions, &self.services, &self.endpoints];
        features.into_iter().map(|feature| u64::from(feature.is_saturated())).sum()
    }
}

/// What one account usually does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountProfile {
    /// Regions in which customers' principals changed something.
    pub changed_regions: Feature,
    /// Networks (`/24`, `/48`) that customers' principals called from.
    pub networks: Feature,
    /// VPC endpoints used.
    pub endpoints: Feature,
}

impl AccountProfile {
    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        self.changed_regions.merge(other.changed_regions);
        self.networks.merge(other.networks);
        self.endpoints.merge(other.endpoints);
    }
}

/// Where and how one instance's credentials were used: a place is address, agent family, delivery and endpoint together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceProfile {
    /// Roles whose sessions it had.
    pub roles: Feature,
    /// Places, spelled by [`place_text`].
    pub places: Feature,
    /// Access keys, each with the places it was used from.
    pub keys: Feature,
}

impl InstanceProfile {
    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        self.roles.merge(other.roles);
        self.places.merge(other.places);
        self.keys.merge(other.keys);
    }
}

/// A place in which an instance's credential was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    /// The address as recorded.
    pub address: &'a str,
    /// The agent family.
    pub agent: &'a str,
    /// `1`, `2` or empty.
    pub delivery: &'a str,
    /// The VPC endpoint, or empty.
    pub endpoint: &'a str,
    /// The region called.
    pub region: &'a str,
}

/// Between the parts of a place: no header field can hold it, since it is not a printable character.
const PLACE_SEPARATOR: char = '\u{1f}';

/// Spells a place as one feature value.
#[must_use]
pub fn place_text(place: Place<'_>) -> String {
    let clean = |text: &str| text.replace(PLACE_SEPARATOR, " ");
    [place.address, place.agent, place.delivery, place.endpoint, place.region].map(clean).join("\u{1f}")
}

/// Reads what [`place_text`] spelled.
#[must_use]
pub fn read_place(text: &str) -> Place<'_> {
    let mut parts = text.split(PLACE_SEPARATOR);
    let mut next = || parts.next().unwrap_or_default();
    Place { address: next(), agent: next(), delivery: next(), endpoint: next(), region: next() }
}

/// Returns the family of a user agent: its first product, the operating system, and a telling distribution.
///
/// `aws-cli/2.15.0 Python/3.11 Linux/6.1` and `aws-cli/2.17.1 … os/linux` are both `aws-cli linux`.
/// Versions change every week and prove nothing.
#[must_use]
pub fn agent_family(agent: &str) -> String {
    let agent = agent.trim().trim_start_matches('[').trim_end_matches(']');
    let lower = agent.to_ascii_lowercase();
    let product = ["terraform", "pulumi", "ansible", "karpenter.sh", "packer", "s3 browser", "cloudberry", "pacu"]
        .into_iter()
        .find(|name| lower.contains(name))
        .map_or_else(|| first_product(agent), str::to_owned);
    let system = operating_system(&lower);
    if system.is_empty() { product } else { format!("{product} {system}") }
}

fn first_product(agent: &str) -> String {
    if agent.ends_with(".amazonaws.com") {
        return agent.to_owned();
    }
    let end = agent.find(['/', ' ', ';', ',', '(']).unwrap_or(agent.len());
    let word: String = agent[..end].chars().take(48).collect();
    // A unique suffix (`stratus-red-team_c8ff220a-…`) would make every session a family of its own.
    word.split('_').next().unwrap_or_default().to_owned()
}

/// The operating system an agent claims, with distributions that ship for break-ins told apart.
#[must_use]
pub fn operating_system(lower: &str) -> &'static str {
    let has = |part: &str| lower.contains(part);
    if has("kali") {
        "kali"
    } else if has("parrot") {
        "parrot"
    } else if has("darwin") || has("macos") || has("mac os") {
        "macos"
    } else if has("windows") {
        "windows"
    } else if has("linux") {
        "linux"
    } else {
        ""
    }
}

/// Returns the network of an address for comparison: `/24` of IPv4, `/48` of IPv6, the text itself otherwise.
#[must_use]
pub fn network_of(address: &str) -> String {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(std::net::IpAddr::V6(v6)) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_set_is_a_set() {
        let mut days = DaySet::default();
        for day in [20_000, 19_000, 20_000, 19_999, -3] {
            days.insert(day);
        }
        assert_eq!(days.iter().collect::<Vec<_>>(), [-3, 19_000, 19_999, 20_000]);
        assert_eq!(days.count_before(20_000, &DaySet::default()), 3);
        assert!(days.contains(19_000) && !days.contains(19_001) && !days.contains(i64::MIN / 64));
    }

    #[test]
    fn a_feature_keeps_the_same_values_in_any_order() {
        let note = |numbers: &[usize]| {
            let mut feature = Feature::default();
            for number in numbers {
                feature.note(&format!("{number:04}"), Time::from_seconds(7 * *number as i64), "e");
            }
            feature
        };
        let forward: Vec<usize> = (0..300).collect();
        let backward: Vec<usize> = (0..300).rev().collect();
        let mut halves = note(&forward[..150]);
        halves.merge(note(&forward[100..]));
        assert_eq!(note(&forward), note(&backward));
        assert_eq!(note(&forward), halves);
        assert!(halves.is_saturated());
    }

    #[test]
    fn agents_are_compared_by_family() {
        for (agent, family) in [
            ("aws-cli/2.15.1 Python/3.11.6 Linux/6.1.9 exe/x86_64", "aws-cli linux"),
            ("aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/linux#6.8.0-kali", "aws-cli kali"),
            ("[aws-cli/1.18 Python/3.7 Darwin/19.6.0 botocore/1.17]", "aws-cli macos"),
            ("APN/1.0 HashiCorp/1.0 Terraform/1.5.7 (+https://www.terraform.io)", "terraform"),
            ("stratus-red-team_c8ff220a-7e52-429b-868f-d979123ed2d3", "stratus-red-team"),
            ("autoscaling.amazonaws.com", "autoscaling.amazonaws.com"),
            ("", ""),
        ] {
            assert_eq!(agent_family(agent), family, "{agent}");
        }
    }

    #[test]
    fn a_place_survives_spelling() {
        let place = Place { address: "3.4.5.6", agent: "Boto3 linux", delivery: "2", endpoint: "", region: "eu-west-1" };
        assert_eq!(read_place(&place_text(place)), place);
    }
}
