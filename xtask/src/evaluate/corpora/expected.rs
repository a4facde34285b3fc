//! What is known of a set as a whole, beyond its rows.

use detect::Finding;
use detect::finding::{Kind, Outcome};

use super::super::exam::RAISED;
use super::Check;
use super::rows::{Label, Row};
use super::sets::ATTACKER;

/// Returns what should be so of all findings of the set called `name`.
pub(super) fn of_set(name: &str, rows: &[&Row], findings: &[Finding]) -> Vec<Check> {
    let raised = findings.iter().filter(|finding| finding.certainty >= RAISED);
    let mining: Vec<&Finding> = raised.filter(|finding| finding.kind == Kind::MiningLaunch).collect();
    let launches: Vec<&&Row> = rows.iter().filter(|row| row.label == Label::Launch).collect();
    let strangers = mining.iter().filter(|finding| !launches.iter().any(|row| row.is_in(finding))).count();
    let mut checks = vec![Check::new(format!("no other mining finding ({strangers})"), strangers == 0)];
    checks.extend(match name {
        "invictus-ir-aws-dataset" => invictus(&mining),
        "stratus-red-team" => vec![Check::new("refused", all_are(&mining, Outcome::Refused))],
        ATTACKER => stolen_root(&mining),
        _ => Vec::new(),
    });
    checks
}

fn all_are(mining: &[&Finding], outcome: Outcome) -> bool {
    !mining.is_empty() && mining.iter().all(|finding| finding.outcome == outcome)
}

/// Two launches three minutes apart that lead back to one user: 10 GPU machines each, over quota.
fn invictus(mining: &[&Finding]) -> Vec<Check> {
    let requested: u64 = mining.iter().map(|finding| finding.launches.requested).sum();
    let started: u64 = mining.iter().map(|finding| finding.launches.started).sum();
    vec![
        Check::new(format!("one or two findings ({})", mining.len()), (1..=2).contains(&mining.len())),
        Check::new("refused", all_are(mining, Outcome::Refused)),
        Check::new(format!("20 machines asked for ({requested})"), requested == 20),
        Check::new(format!("none started ({started})"), started == 0 && !mining.is_empty()),
    ]
}

/// Root signs in, stops the trail and makes a user, who starts one GPU machine.
fn stolen_root(mining: &[&Finding]) -> Vec<Check> {
    let [finding] = mining else { return vec![Check::new(format!("one finding ({})", mining.len()), false)] };
    let tells = |part: &str| {
        Check::new(
            format!("tells of {part}"),
            finding.timeline.iter().any(|moment| moment.what.contains(part)),
        )
    };
    vec![
        Check::new("running", finding.outcome == Outcome::Running),
        Check::new("one p2.8xlarge", finding.launches.types.get("p2.8xlarge") == Some(&1)),
        tells("ConsoleLogin"),
        tells("StopLogging"),
        tells("tracy_stone"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::one_launch;
    use super::*;

    /// The case of one launch, claimed to be sure.
    fn sure() -> Finding {
        Finding { certainty: 99, ..one_launch().remove(0) }
    }

    #[test]
    fn a_mining_finding_without_a_labelled_launch_is_one_too_many() {
        let checks = of_set("plaso", &[], &[sure()]);
        assert_eq!(checks, [Check::new("no other mining finding (1)", false)]);
        assert!(of_set("plaso", &[], &one_launch())[0].holds, "a cold case is no finding");
    }

    #[test]
    fn where_nothing_was_found_nothing_is_as_expected() {
        assert!(of_set("invictus-ir-aws-dataset", &[], &[])[1..].iter().any(|check| !check.holds));
        assert_eq!(of_set(ATTACKER, &[], &[])[1], Check::new("one finding (0)", false));
    }

    #[test]
    fn the_story_of_a_case_is_asked_for_its_parts() {
        let holds: Vec<bool> =
            of_set(ATTACKER, &[], &[sure()])[1..].iter().map(|check| check.holds).collect();
        assert_eq!(
            holds,
            [true, false, false, false, false],
            "it runs, and is no p2.8xlarge of a stolen root"
        );
    }
}
