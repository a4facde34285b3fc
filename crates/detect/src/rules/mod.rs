//! The rules: each a pure function of one window to at most one signal.
//!
//! One rule is one file, one page in `docs/rules/`, one story test and one row in [`RULES`].
//! To add one: write `rules/my_rule.rs` with `pub(crate) fn my_rule(window: &Window) -> Option<Signal>`
//! and its stories, write `docs/rules/my-rule.md`, and add the row. Weights live beside the
//! rule with their reason.

use std::collections::BTreeMap;

use event::{Event, Time};

use crate::ledger::Row;
use crate::score::Decibans;
use crate::window::Window;

mod above_own_history;
mod accelerator_launch;
mod agent_flip;
pub(crate) mod approved_workload;
mod big_launch;
mod cost_anomaly;
mod delivery_flip;
mod dormant_region;
mod drill;
mod first_launch_ever;
mod foreign_network;
mod guardduty_credential;
pub(crate) mod guardduty_mining;
mod human_with_mfa;
mod known_profile;
mod login_without_mfa;
mod minted_credentials;
mod other_work;
mod permission_probe;
pub(crate) mod pool_name;
pub(crate) mod pool_traffic;
mod preparation;
mod public_function_url;
mod quota_climb;
mod reconnaissance;
mod refused_launches;
mod region_enabled;
mod region_spread;
mod replacement;
mod respawner_ceiling;
mod respawner_made;
mod root_used;
mod service_own;
mod short_lived_build;
mod small_ask;
mod spend_lookup;
#[cfg(test)]
pub(crate) mod story;
mod swarm;
mod termination_protection;
mod test_then_scale;
mod trail_tampering;
mod two_places_at_once;
mod unknown_image;
pub(crate) mod used_off_instance;

pub(crate) use minted_credentials::is_minting;

/// One reason for or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The weight; negative speaks for the owner.
    pub weight: Decibans,
    /// One sentence, true of the evidence.
    pub sentence: String,
    /// Since when it is true.
    pub since: Time,
    /// The records that prove it: ids of events, and references into side logs (`guardduty:…`, `vpc-flow-logs:…`).
    pub events: Vec<String>,
}

impl Signal {
    /// A signal proved by `events`, true since the first of them. What takes more than one event to be true says
    /// [`Signal::since`] when it is.
    #[must_use]
    pub fn proved_by(weight: Decibans, sentence: String, events: &[&Event]) -> Option<Self> {
        let since = events.iter().map(|event| event.time).min()?;
        let mut ids: Vec<(Time, String)> =
            events.iter().map(|event| (event.time, event.id.clone())).collect();
        ids.sort();
        ids.dedup();
        Some(Self { weight, sentence, since, events: ids.into_iter().map(|(_, id)| id).collect() })
    }

    /// The same signal, true since a later moment.
    #[must_use]
    pub fn since(self, since: Time) -> Self {
        Self { since, ..self }
    }
}

/// When what `rows` ask for, added up in order, first reaches `least` by `measure`; the last moment if never.
pub(crate) fn when_reached(rows: &[&Row<'_>], least: u64, measure: impl Fn(&Row<'_>) -> u64) -> Time {
    let mut sum = 0_u64;
    let reached = rows.iter().find(|row| {
        sum = sum.saturating_add(measure(row));
        sum >= least
    });
    reached.or(rows.last()).map_or(Time::default(), |row| row.event.time)
}

impl Signal {
    /// A signal proved by launches and by what stands in side logs.
    pub(crate) fn beside(
        weight: Decibans,
        sentence: String,
        since: Time,
        launches: &[&Event],
        references: impl IntoIterator<Item = String>,
    ) -> Self {
        let mut events: Vec<String> =
            launches.iter().map(|event| event.id.clone()).chain(references).collect();
        events.sort();
        events.dedup();
        events.truncate(REFERENCES_MAX);
        Self { weight, sentence, since, events }
    }
}

/// Records and references that prove one signal.
///
/// Fewer, and a count cannot be checked; more, and a thousand machines that do the same hide the rest.
const REFERENCES_MAX: usize = 60;

/// What kind of reason a rule gives. Each group has a ceiling, for its rules see the same thing from several sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// How much is started.
    Power,
    /// Whose hand the credential is in.
    Provenance,
    /// How it goes about it.
    Intent,
    /// How it stays.
    Entrenchment,
    /// What other logs than the trail say.
    Corroboration,
    /// What speaks for the owner.
    Exculpation,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 5] =
        [Self::Power, Self::Provenance, Self::Intent, Self::Entrenchment, Self::Exculpation];

    /// The group's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::Provenance => "provenance",
            Self::Intent => "intent",
            Self::Entrenchment => "entrenchment",
            Self::Corroboration => "corroboration",
            Self::Exculpation => "exculpation",
        }
    }

    /// The most that the group's signals may add (or take away) together.
    ///
    /// Power alone stays below the prior's 25 dB, so that size is never a verdict: a render farm
    /// is as big as a mine. Intent alone may, by a little.
    #[must_use]
    pub const fn ceiling(self) -> Decibans {
        match self {
            Self::Power => Decibans::new(20),
            Self::Provenance => Decibans::new(24),
            // Refused in ten regions within a minute: that is a verdict, whatever was asked for.
            Self::Intent => Decibans::new(30),
            Self::Entrenchment => Decibans::new(16),
            // A machine that was just launched and speaks to a pool mines, whatever else there is to say: no less than
            // one that nobody launched ([`crate::traffic`]).
            Self::Corroboration => Decibans::new(40),
            Self::Exculpation => Decibans::new(-25),
        }
    }
}

/// One rule.
pub struct Rule {
    /// Its name, as in its file, page and output.
    pub name: &'static str,
    /// Its group.
    pub group: Group,
    /// The ATT&CK techniques (version 18) that its signal shows.
    pub techniques: &'static [&'static str],
    /// The judgement.
    pub judge: fn(&Window<'_, '_>) -> Option<Signal>,
}

macro_rules! rules {
    ($($module:ident $name:literal $group:ident [$($technique:literal),*];)*) => {
        /// Every rule, in the order in which they are told.
        pub const RULES: &[Rule] = &[$(Rule {
            name: $name,
            group: Group::$group,
            techniques: &[$($technique),*],
            judge: $module::$module,
        }),*];
    };
}

// A macro, because a row that says its name once cannot say it differently the second time.
rules! {
    accelerator_launch "accelerator-launch" Power ["T1496.001", "T1578.002"];
    big_launch "big-launch" Power ["T1496.001", "T1578.002"];
    swarm "swarm" Power ["T1496.001", "T1578.002"];
    test_then_scale "test-then-scale" Power ["T1578.002"];
    above_own_history "above-own-history" Power ["T1496.001"];
    respawner_ceiling "respawner-ceiling" Power ["T1496.001"];
    used_off_instance "used-off-instance" Provenance ["T1552.005", "T1550.001", "T1078.004"];
    two_places_at_once "two-places-at-once" Provenance ["T1078.004"];
    delivery_flip "delivery-flip" Provenance ["T1552.005"];
    agent_flip "agent-flip" Provenance ["T1078.004"];
    foreign_network "foreign-network" Provenance ["T1078.004"];
    login_without_mfa "login-without-mfa" Provenance ["T1078.004"];
    root_used "root-used" Provenance ["T1078.004"];
    permission_probe "permission-probe" Intent ["T1580", "T1059.009"];
    refused_launches "refused-launches" Intent ["T1578.002"];
    region_spread "region-spread" Intent ["T1535", "T1578.002"];
    dormant_region "dormant-region" Intent ["T1535"];
    region_enabled "region-enabled" Intent ["T1535", "T1578.005"];
    quota_climb "quota-climb" Intent ["T1578.005"];
    first_launch_ever "first-launch-ever" Intent ["T1578.002"];
    preparation "preparation" Intent ["T1098.004", "T1562.007"];
    reconnaissance "reconnaissance" Intent ["T1580", "T1526"];
    spend_lookup "spend-lookup" Intent ["T1580"];
    termination_protection "termination-protection" Entrenchment ["T1578.005", "T1562.001"];
    respawner_made "respawner-made" Entrenchment ["T1578.005"];
    minted_credentials "minted-credentials" Entrenchment ["T1136.003", "T1098.001", "T1098.003"];
    trail_tampering "trail-tampering" Entrenchment ["T1562.008"];
    public_function_url "public-function-url" Entrenchment ["T1648"];
    unknown_image "unknown-image" Entrenchment ["T1610", "T1204.003"];
    pool_traffic "pool-traffic" Corroboration ["T1496.001"];
    pool_name "pool-name" Corroboration ["T1496.001"];
    guardduty_mining "guardduty-mining" Corroboration ["T1496.001"];
    guardduty_credential "guardduty-credential" Corroboration ["T1078.004"];
    cost_anomaly "cost-anomaly" Corroboration ["T1496.001"];
    service_own "service-own" Exculpation [];
    known_profile "known-profile" Exculpation [];
    approved_workload "approved-workload" Exculpation [];
    human_with_mfa "human-with-mfa" Exculpation [];
    short_lived_build "short-lived-build" Exculpation [];
    replacement "replacement" Exculpation [];
    small_ask "small-ask" Exculpation [];
    other_work "other-work" Exculpation [];
    drill "drill" Exculpation [];
}

/// A signal with its rule and what it adds after its group's ceiling.
#[derive(Clone)]
pub struct Weighed {
    /// The rule's place in [`RULES`].
    pub rule: &'static Rule,
    /// What it adds.
    pub counted: Decibans,
    /// The signal; its weight is what it would add alone.
    pub signal: Signal,
}

/// Asks every rule, and holds each group to its ceiling: the strongest signals are counted first.
#[must_use]
pub fn weigh(window: &Window<'_, '_>) -> Vec<Weighed> {
    let mut spoken: Vec<(&'static Rule, Signal)> =
        RULES.iter().filter_map(|rule| (rule.judge)(window).map(|signal| (rule, signal))).collect();
    spoken.sort_by_key(|(rule, signal)| (std::cmp::Reverse(magnitude(signal.weight)), rule.name));
    let alone: Vec<_> = spoken.iter().map(|(rule, signal)| (rule.group, rule.name, signal.weight)).collect();
    let mut weighed: Vec<Weighed> = spoken
        .into_iter()
        .zip(counted(&alone))
        .map(|((rule, signal), counted)| Weighed { rule, counted, signal })
        .collect();
    weighed.sort_by_key(|weighed| (std::cmp::Reverse(weighed.counted), weighed.rule.name));
    weighed
}

/// What each signal adds, of weights that stand alone with their group and rule: the strongest of a group are counted
/// first, until its ceiling is reached. In the order of `alone`.
#[must_use]
pub fn counted(alone: &[(Group, &str, Decibans)]) -> Vec<Decibans> {
    let mut order: Vec<usize> = (0..alone.len()).collect();
    order.sort_by_key(|index| {
        let (_, rule, weight) = alone[*index];
        (std::cmp::Reverse(magnitude(weight)), rule)
    });
    let mut left: BTreeMap<Group, Decibans> = BTreeMap::new();
    let mut counted = vec![Decibans::ZERO; alone.len()];
    for index in order {
        let (group, _, weight) = alone[index];
        let left = left.entry(group).or_insert(group.ceiling());
        counted[index] = within(weight, *left);
        *left = *left - counted[index];
    }
    counted
}

fn magnitude(weight: Decibans) -> Decibans {
    weight.max(-weight)
}

/// As much of `weight` as `left` allows; both have the sign of the group, except for a rule's rare opposite.
fn within(weight: Decibans, left: Decibans) -> Decibans {
    if left >= Decibans::ZERO { weight.min(left) } else { weight.max(left) }
}

/// Returns `1 region` or `3 regions`.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
