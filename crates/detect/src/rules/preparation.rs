//! `preparation`: the ground for the launch was laid minutes before it.
//!
//! Key pair, security group, default VPC, template: a business has them for years. A thief
//! brings all of them along, in every region, in the minutes before the launch.
//!
//! Blind spots: infrastructure code that builds a whole stack does the same; it is seldom alone
//! in what it does (see `known-profile`), and the weight is small.

use std::collections::{BTreeMap, BTreeSet};

use event::event::Prepare;
use event::{Detail, Event};

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;

/// How long before a launch its preparations are made.
///
/// Shorter, and a console user who reads the form is missed; longer, and yesterday's project counts.
const BEFORE: i64 = 60 * 60;

/// Returns a signal when the lineage prepared two or more kinds of ground within an hour before a launch.
pub(crate) fn preparation(window: &Window<'_, '_>) -> Option<Signal> {
    let launches: Vec<_> = window.by_hand().map(|row| row.event.time).collect();
    let mut kinds: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in
        window.acts.iter().copied().filter(|event| event.succeeded() && event.actor.invoked_by.is_none())
    {
        let Some(kind) = kind(event) else { continue };
        if launches.iter().any(|launch| (0..=BEFORE).contains(&launch.since(event.time))) {
            kinds.entry(kind).or_default().push(event);
        }
    }
    let events: Vec<&Event> = kinds.values().flatten().copied().collect();
    let regions: BTreeSet<&str> = events.iter().map(|event| event.region.as_str()).collect();
    let by_kinds = match kinds.len() {
        0..=1 => return None,
        2 => 2,
        3 => 4,
        _ => 5,
    };
    let names: Vec<&str> = kinds.keys().copied().collect();
    let sentence = format!(
        "{} made within an hour before launching, in {}",
        names.join(", "),
        plural(regions.len(), "region", "regions")
    );
    // One kind is no preparation yet.
    let mut firsts: Vec<_> =
        kinds.values().filter_map(|events| events.first()).map(|event| event.time).collect();
    firsts.sort_unstable();
    let weight = Decibans::new(by_kinds + if regions.len() >= 3 { 2 } else { 0 });
    Some(Signal::proved_by(weight, sentence, &events)?.since(*firsts.get(1)?))
}

fn kind(event: &Event) -> Option<&'static str> {
    match &event.detail {
        Detail::Template(_) => Some("launch template"),
        Detail::Prepare(prepare) => match prepare {
            Prepare::KeyPair => Some("key pair"),
            Prepare::SecurityGroup => Some("security group"),
            Prepare::Ingress | Prepare::IngressFromAnywhere => Some("open port"),
            Prepare::Network => Some("network"),
            Prepare::Image => Some("image"),
            Prepare::ServiceLinkedRole => Some("service-linked role"),
            Prepare::Cluster => Some("cluster"),
            Prepare::Pipeline => Some("pipeline"),
            Prepare::ManagedGround => Some("managed workspace"),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::preparation;

    #[test]
    fn speaks_at_the_second_kind_of_ground() {
        check(
            preparation,
            "
            09:55 mallory CreateKeyPair
            09:56 mallory CreateSecurityGroup
            10:00 mallory launches p4d.24xlarge
            => + since 09:56: key pair, security group made within an hour before launching, in 1 region
        ",
        );
    }

    #[test]
    fn is_silent_about_a_key_pair() {
        check(
            preparation,
            "
            09:55 mallory CreateKeyPair
            09:56 mallory CreateKeyPair
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_what_was_made_long_before() {
        check(
            preparation,
            "
            08:59 mallory CreateKeyPair
            08:59 mallory CreateSecurityGroup
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_what_was_refused() {
        check(
            preparation,
            "
            09:55 mallory CreateKeyPair !Client.UnauthorizedOperation
            09:56 mallory CreateSecurityGroup
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_what_a_stack_makes() {
        check(
            preparation,
            "
            09:55 jane CreateKeyPair via cloudformation.amazonaws.com
            09:56 jane CreateSecurityGroup via cloudformation.amazonaws.com
            10:00 jane launches m5.large
            => silent
        ",
        );
    }
}
