//! What a principal usually does: for each feature value, the days on which it was seen.
//!
//! A profile is a union of sets, so it is the same whatever the order, the split or the
//! repetition of records. It holds no counts: the same record read twice would change them.

use std::collections::BTreeMap;

use event::Time;

pub use crate::facts::EventId;
use crate::facts::cut;

/// Values kept of one feature (addresses, agents, regions …) of one principal.
///
/// Fewer, and a principal behind a rotating egress looks new every day; more, and one busy
/// Lambda role fills memory. Past it the feature is saturated: "never before" is not said of it.
pub const FEATURE_VALUES_MAX: usize = 96;

/// A set of days, as bits. The days of about two months need no memory of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaySet {
    /// The earliest word's number: its first day divided by 64.
    base: i32,
    /// The earliest word; empty only if the set is.
    word: u64,
    /// Later words that are not empty.
    #[expect(
        clippy::box_collection,
        reason = "a set within two months holds one word and an empty pointer, not a map"
    )]
    more: Option<Box<BTreeMap<i32, u64>>>,
}

impl DaySet {
    /// Adds a day (days since the epoch).
    #[inline]
    pub fn insert(&mut self, day: i64) {
        let (number, bit) = Self::place(day);
        if number == self.base && self.word != 0 {
            self.word |= bit;
        } else {
            self.add_word(number, bit);
        }
    }

    fn place(day: i64) -> (i32, u64) {
        // No calendar has a day beyond these; they are there so that nothing can overflow.
        let number = i32::try_from(day.div_euclid(64)).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX });
        (number, 1 << day.rem_euclid(64))
    }

    fn add_word(&mut self, number: i32, bits: u64) {
        if self.word == 0 {
            (self.base, self.word) = (number, bits);
        } else if number == self.base {
            self.word |= bits;
        } else {
            let (mut number, mut bits) = (number, bits);
            if number < self.base {
                std::mem::swap(&mut self.base, &mut number);
                std::mem::swap(&mut self.word, &mut bits);
            }
            *self.more.get_or_insert_default().entry(number).or_default() |= bits;
        }
    }

    /// Adds all days of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (number, bits) in other.words() {
            self.add_word(number, bits);
        }
    }

    /// The words that are not empty, in order.
    fn words(&self) -> impl Iterator<Item = (i32, u64)> + '_ {
        let first = (self.word != 0).then_some((self.base, self.word));
        first
            .into_iter()
            .chain(self.more.iter().flat_map(|more| more.iter().map(|(number, bits)| (*number, *bits))))
    }

    /// The days, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.words().flat_map(|(number, bits)| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| i64::from(number) * 64 + bit)
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
        let (number, bit) = Self::place(day);
        let word = if number == self.base { self.word } else { self.later_word(number) };
        word & bit != 0
    }

    fn later_word(&self, number: i32) -> u64 {
        self.more.as_ref().and_then(|more| more.get(&number)).copied().unwrap_or(0)
    }

    /// Whether no day is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.word == 0
    }
}

/// On which days a thing was seen, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habit {
    /// The days.
    pub days: DaySet,
    /// The earliest moment.
    pub first: Time,
}

impl Habit {
    /// Seen once.
    #[must_use]
    pub fn at(time: Time) -> Self {
        let mut days = DaySet::default();
        days.insert(time.day());
        Self { days, first: time }
    }

    /// Notes that it was seen.
    #[inline]
    pub fn note(&mut self, time: Time) {
        self.days.insert(time.day());
        self.first = self.first.min(time);
    }

    /// Adds what `other` saw.
    pub fn merge(&mut self, other: &Self) {
        self.days.merge(&other.days);
        self.first = self.first.min(other.first);
    }
}

/// One record, as a witness: its time and id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sight {
    /// When.
    pub time: Time,
    /// The record's id; empty where it has none.
    pub event: EventId,
}

/// A thing with its first and last witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The days; of an access key they are not kept.
    pub days: DaySet,
    /// The earliest record that shows it.
    pub first: Sight,
    /// The latest.
    pub last: Sight,
}

/// What is known of when a value was seen.
pub trait Dated {
    /// On which days.
    fn days(&self) -> &DaySet;
    /// Since when.
    fn since(&self) -> Time;
}

impl Dated for Habit {
    fn days(&self) -> &DaySet {
        &self.days
    }

    fn since(&self) -> Time {
        self.first
    }
}

impl Dated for Seen {
    fn days(&self) -> &DaySet {
        &self.days
    }

    fn since(&self) -> Time {
        self.first.time
    }
}

impl<T: Dated> Dated for &T {
    fn days(&self) -> &DaySet {
        T::days(self)
    }

    fn since(&self) -> Time {
        T::since(self)
    }
}

/// The values of one feature: habits of principals and accounts, or places and keys of instances with their witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature<T = Habit> {
    values: BTreeMap<Box<str>, T>,
    saturated: bool,
}

impl<T> Feature<T> {
    /// A feature that holds `values`, or the smallest of them, as `saturated` says.
    pub(crate) fn new(values: impl Iterator<Item = (Box<str>, T)>, saturated: bool) -> Self {
        Self { values: values.collect(), saturated }
    }

    /// More values than fit were seen; absence proves nothing.
    #[must_use]
    pub fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// What was seen of a value.
    #[must_use]
    pub fn get(&self, value: &str) -> Option<&T> {
        self.values.get(value).or_else(|| self.values.get(cut(value)))
    }

    /// All values with what was seen of them, in the order of their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.values.iter().map(|(value, seen)| (&**value, seen))
    }
}

/// What one principal usually does.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Networks from which it changed something: whoever only looks around from a network is not at home there.
    pub acted_from: Feature,
}

/// What one account usually does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProfile {
    /// Regions in which customers' principals changed something.
    pub changed_regions: Feature,
    /// Networks (`/24`, `/48`) that customers' principals called from.
    pub networks: Feature,
    /// Those from which somebody changed something.
    pub acted_from: Feature,
}

/// Where and how one instance's credentials were used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceProfile {
    /// Roles whose sessions it had.
    pub roles: Feature,
    /// The places, in the order of their texts.
    pub places: Places,
}

/// The places from which an instance's credentials were used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    all: Vec<UsedPlace>,
    saturated: bool,
}

impl Places {
    /// These places, or the smallest of them, as `saturated` says.
    pub(crate) fn new(mut all: Vec<UsedPlace>, saturated: bool) -> Self {
        all.sort_by(|a, b| a.place().cmp(&b.place()));
        Self { all, saturated }
    }

    /// More places than fit were seen; absence proves nothing.
    #[must_use]
    pub fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// All places, in the order of their texts.
    pub fn iter(&self) -> impl Iterator<Item = &UsedPlace> {
        self.all.iter()
    }
}

/// A place, and when an instance's credential was used there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPlace {
    /// Address, agent, delivery, endpoint, region and the network of the address, in one piece: there are a hundred thousand of them.
    text: Box<str>,
    /// Where the first five of them end.
    ends: [u16; 5],
    /// When.
    pub seen: Seen,
}

impl UsedPlace {
    pub(crate) fn new(place: Place<'_>, seen: Seen) -> Self {
        let Place { address, agent, delivery, endpoint, region } = place;
        let network = network_of(address);
        let mut end = 0;
        // No text that is kept has a tenth of what fits.
        let ends = [address, agent, delivery, endpoint, region].map(|part| {
            end += part.len();
            u16::try_from(end).unwrap_or(u16::MAX)
        });
        let text = [address, agent, delivery, endpoint, region, &network].concat().into();
        Self { text, ends, seen }
    }

    /// The place.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        let [address, agent, delivery, endpoint, region] = [0, 1, 2, 3, 4].map(|part| self.part(part));
        Place { address, agent, delivery, endpoint, region }
    }

    /// The network of the address, for comparison.
    #[must_use]
    pub fn network(&self) -> &str {
        self.part(5)
    }

    fn part(&self, part: usize) -> &str {
        let start = part.checked_sub(1).map_or(0, |before| usize::from(self.ends[before]));
        let end = self.ends.get(part).map_or(self.text.len(), |end| usize::from(*end));
        self.text.get(start..end).unwrap_or_default()
    }
}

/// An access key, used from one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedKey {
    /// The key's id.
    pub key: Box<str>,
    /// Where and when.
    pub at: UsedPlace,
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

/// Returns the family of a user agent: its first product, the operating system, and a telling distribution.
///
/// `aws-cli/2.15.0 Python/3.11 Linux/6.1` and `aws-cli/2.17.1 … os/linux` are both `aws-cli linux`.
/// Versions change every week and prove nothing.
#[must_use]
pub fn agent_family(agent: &str) -> String {
    let agent = agent.trim().trim_start_matches('[').trim_end_matches(']');
    let lower = agent.to_ascii_lowercase();
    let product =
        ["terraform", "pulumi", "ansible", "karpenter.sh", "packer", "s3 browser", "cloudberry", "pacu"]
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

/// Whether an agent family is one at which a person sits: a command line or a browser.
#[must_use]
pub fn is_typed(family: &str) -> bool {
    let person =
        ["aws-cli", "Mozilla", "console", "signin", "S3Console", "CloudShell", "PowerShell", "AWSPowerShell"];
    person.iter().any(|name| family.starts_with(name))
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
    if let Some(network) = network_of_plain(address) {
        return [network, "0/24"].concat();
    }
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

/// Returns `198.51.100.` of `198.51.100.7`. Judging asks for networks by the million, and nearly all are written so.
fn network_of_plain(address: &str) -> Option<&str> {
    let mut octets = 0;
    let mut last_dot = 0;
    let mut start = 0;
    for octet in address.as_bytes().split(|byte| *byte == b'.') {
        octets += 1;
        let is_short = matches!(octet, [_] | [b'1'..=b'9', _] | [b'1'..=b'9', _, _]);
        if octets > 4 || !is_short || !octet.iter().all(u8::is_ascii_digit) {
            return None;
        }
        if octet.iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')) > 255 {
            return None;
        }
        last_dot = start;
        start += octet.len() + 1;
    }
    (octets == 4).then(|| &address[..last_dot])
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
    fn an_address_is_known_by_its_network() {
        for (address, network) in [
            ("198.51.100.7", "198.51.100.0/24"),
            ("0.0.0.0", "0.0.0.0/24"),
            ("255.255.255.255", "255.255.255.0/24"),
            ("2001:db8:1:2::7", "2001:db8:1::/48"),
            ("198.51.100.256", "198.51.100.256"),
            ("198.51.100.07", "198.51.100.07"),
            ("198.51.100", "198.51.100"),
            ("198.51.100.7.9", "198.51.100.7.9"),
            ("198.51..7", "198.51..7"),
            ("1111.1.1.1", "1111.1.1.1"),
            ("99999999999999999999.1.1.1", "99999999999999999999.1.1.1"),
            ("lambda.amazonaws.com", "lambda.amazonaws.com"),
            ("", ""),
        ] {
            assert_eq!(network_of(address), network, "{address}");
        }
    }
}
