//! Lineages that are one incident.

use crate::{KEY, TOKEN, one, principals, raised};

#[test]
fn two_credentials_in_one_thiefs_network_are_one_incident() {
    let finding = one(&format!("{TOKEN}{KEY}"));
    let who = principals(&finding);
    assert!(who.contains(&"web".to_owned()) && who.contains(&"deploy".to_owned()), "{who:?}");
    assert_eq!(finding.launches.started, 8, "both stories name the same machines");
}

#[test]
fn two_networks_are_two_incidents() {
    assert_eq!(raised(&format!("{TOKEN}{}", KEY.replace("203.0.113.9", "192.0.2.9"))).len(), 2);
}

#[test]
fn one_network_weeks_apart_is_two_incidents() {
    let later = KEY.replace("10:00 deploy", "+9d 10:00 deploy").replace("i-mine", "i-later");
    assert_eq!(raised(&format!("{TOKEN}{later}")).len(), 2);
}

#[test]
fn a_colleague_who_launches_something_small_is_not_part_of_it() {
    let finding = one(&format!("{TOKEN} 10:10 colleague launches m5.large at 198.51.100.7"));
    assert_eq!(principals(&finding), ["web"]);
    assert_eq!(finding.launches.started, 8);
}
