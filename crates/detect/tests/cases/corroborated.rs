//! The four outcomes of other logs: launch and pool, launch and other work, pool without launch, samples only.

use detect::Finding;
use detect::finding::{Cause, Kind};

use crate::{judged, one, raised, speaks};

/// Ten tiny machines by a key that launched nothing before: a maybe.
const MAYBE: &str = "
    history 12 days: deploy at 198.51.100.7
    10:00 deploy launches t3.micro x10 at 203.0.113.9 => i-mine
";

fn certainty(text: &str) -> u8 {
    judged(text)
        .iter()
        .filter(|finding| finding.kind == Kind::MiningLaunch)
        .map(|finding| finding.certainty)
        .max()
        .unwrap_or(0)
}

fn says<'f>(finding: &'f Finding, source: &str) -> &'f str {
    let told = finding.corroboration.iter().find(|told| told.source == source);
    told.map_or("nothing", |told| told.says.as_str())
}

#[test]
fn a_maybe_becomes_certain_when_one_of_its_machines_asks_for_a_pool() {
    let alone = certainty(MAYBE);
    assert!((5..50).contains(&alone), "{alone}");
    let finding = one(&format!("{MAYBE} 10:06 query i-mine-3 pool.supportxmr.com 203.0.113.77"));
    assert!(finding.certainty >= 95 && speaks(&finding, "pool-name"), "{}", finding.certainty);
}

#[test]
fn a_maybe_becomes_certain_when_its_machines_hold_a_line_to_a_pool() {
    let lines: String =
        (1..=4).map(|number| format!("10:0{number} flow i-mine-{number} 203.0.113.77:14444 3h\n")).collect();
    let finding = one(&format!("{MAYBE}{lines}"));
    assert!(finding.certainty >= 95 && speaks(&finding, "pool-traffic"), "{}", finding.certainty);
    assert_eq!(finding.corroboration[0].covers.len(), 4);
}

#[test]
fn other_work_lowers_a_launch_and_its_absence_does_not() {
    let work: String =
        (1..=6).map(|number| format!("10:10 flow i-mine-{number} inside 10.0.9.9 5h\n")).collect();
    let older = "-4d 08:00 flow i-files inside 10.0.9.9 30h\n";
    let (with, without) = (certainty(&format!("{older}{MAYBE}{work}")), certainty(MAYBE));
    assert!(with < without, "{with} {without}");
    assert_eq!(certainty(&format!("{older}{MAYBE}")), without);
}

#[test]
fn a_machine_that_was_there_and_mines_is_a_finding_of_its_own() {
    let finding = one("
        -3d 10:00 flow i-web silent 30h
        10:00 flow i-web 203.0.113.77:3333 6h
        10:01 query i-web xmr.nanopool.org 203.0.113.77
    ");
    assert_eq!((finding.kind, finding.root_cause[0].cause), (Kind::MiningTraffic, Cause::CompromisedMachine));
    assert_eq!(finding.launches.instances, ["i-web"]);
    assert!(finding.actions[0].commands[0].contains("i-web"));
}

#[test]
fn a_miner_is_told_once_where_its_launch_is_told() {
    let findings = raised(&format!(
        "{MAYBE} 10:06 flow i-mine-3 203.0.113.77:3333 6h\n 10:06 query i-mine-3 xmr.nanopool.org"
    ));
    assert_eq!(findings.len(), 1);
}

#[test]
fn samples_do_nothing_and_are_told() {
    let sample = format!("{MAYBE} 10:30 guardduty i-mine-1 CryptoCurrency:EC2/BitcoinTool.B sample");
    assert_eq!(certainty(&sample), certainty(MAYBE));
    let finding = judged(&sample).remove(0);
    assert!(
        says(&finding, "guardduty").contains("1 sample finding was read"),
        "{}",
        says(&finding, "guardduty")
    );
    assert!(raised("10:30 guardduty i-web CryptoCurrency:EC2/BitcoinTool.B sample").is_empty());
}

#[test]
fn a_sender_to_a_port_of_pools_all_day_changes_nothing() {
    let sender = format!("{MAYBE} 10:10 flow i-mine-1 203.0.113.77:7777 30h sends");
    assert_eq!(certainty(&sender), certainty(MAYBE));
    assert!(raised("10:10 flow i-web 203.0.113.77:7777 30h sends").is_empty());
}

#[test]
fn the_negative_is_told_with_its_machines_and_minutes() {
    let lines: String = (1..=10).map(|number| format!("10:05 flow i-mine-{number} silent 40m\n")).collect();
    let finding = judged(&format!("{MAYBE}{lines}")).remove(0);
    assert_eq!(says(&finding, "vpc-flow-logs"), "40 minutes of flow logs of these machines: no pool traffic");
    assert!(!finding.caveats.iter().any(|caveat| caveat.contains("flow logs")));
    let alone = judged(MAYBE).remove(0);
    assert!(
        alone.corroboration.is_empty() && alone.caveats.iter().any(|caveat| caveat.contains("flow logs"))
    );
}

#[test]
fn bills_stand_beside_the_list_price_and_the_first_alert_is_dated() {
    let finding =
        judged(&format!("{MAYBE} 10:00 bill i-mine-1 t3.micro 0.008 3h\n +1d 06:00 budget 1090.40"))
            .remove(0);
    let billed = finding.cost.billed.expect("a bill was read");
    assert_eq!((billed.machine_hours, billed.cost), (3, 0.02));
    let alert = finding.cost.first_alert.expect("a bill tells at last");
    // The hour ends at 11:00, and a bill comes eight hours later: before the budget's notice of the next morning.
    assert_eq!((alert.source, alert.is_estimate, alert.delay_minutes), ("bills", true, 480));
    assert!(
        says(&judged(&format!("{MAYBE} +1d 06:00 budget 9")).remove(0), "budgets")
            .contains("Yesterday, it was $9")
    );
}
