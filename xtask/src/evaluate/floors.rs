//! What the exam must come to, in one place.
//!
//! `--check` fails below any of these. A floor is raised when the detector has become better, and
//! lowered only with a reason beside it.

use super::corpora::Marked;
use super::tally::{BANDS, Share, Tally};

/// Mining incidents that must be raised, in percent.
///
/// Every attack here was seen in the wild or follows from one; one that is missed is a thief
/// nobody is told of.
const RAISED_PERCENT_MIN: usize = 100;

/// Mining incidents that must be sure, in percent.
const SURE_PERCENT_MIN: usize = 100;

/// Thefts of an instance's credential without a launch that must be raised, in percent.
const THEFTS_PERCENT_MIN: usize = 100;

/// Incidents told as one case of their own, in percent.
///
/// A thief in two findings is cleaned up by half.
const ONE_CASE_PERCENT_MIN: usize = 100;

/// Incidents with the right root cause on top, in percent.
const CAUSE_PERCENT_MIN: usize = 100;

/// Incidents with the right outcome, in percent.
const OUTCOME_PERCENT_MIN: usize = 100;

/// Instances of the thief that the findings name, in percent.
///
/// One that is left out runs on.
const INSTANCES_PERCENT_MIN: usize = 100;

/// Instances of the owner that findings of attacks may name.
///
/// Whoever follows the plan terminates them.
const INSTANCES_EXTRA_MAX: usize = 0;

/// Mining findings that ordinary life may cause.
///
/// One in these weeks of many organisations is one a month in each: after that nobody reads them.
const FALSE_FINDINGS_MAX: usize = 0;

/// Findings of misused credentials that belong to no incident.
///
/// No drill misuses an instance's credential beside its incidents; the crimes among ordinary life
/// use other credentials.
const MISUSES_MAX: usize = 0;

/// The highest certainty that ordinary life may reach.
///
/// Higher, and the next odd day of somebody is an alarm.
const ORDINARY_CERTAINTY_MAX: u8 = 45;

/// Of the cases that claim 90 or more, how many must be attacks, in percent.
///
/// The claim is its own floor.
const SURE_BAND_PERCENT_MIN: usize = 90;

/// Returns a line for each floor that is not met.
pub(super) fn unmet(all: &Tally, corpora: &[Marked]) -> Vec<String> {
    let of = |part| Share { part, whole: all.incidents };
    let shares = [
        ("mining incidents raised", of(all.raised), RAISED_PERCENT_MIN),
        ("mining incidents sure", of(all.sure), SURE_PERCENT_MIN),
        ("thefts raised", all.thefts, THEFTS_PERCENT_MIN),
        ("incidents told as one case", of(all.one_case), ONE_CASE_PERCENT_MIN),
        ("right root cause", of(all.cause), CAUSE_PERCENT_MIN),
        ("right outcome", of(all.outcome), OUTCOME_PERCENT_MIN),
        ("instances named", all.instances.share, INSTANCES_PERCENT_MIN),
        ("cases of 90 and more that are attacks", all.bands[BANDS - 1], SURE_BAND_PERCENT_MIN),
    ];
    let too_few = shares.into_iter().filter(|(_, share, least)| 100 * share.part < least * share.whole);
    let mut unmet: Vec<String> = too_few
        .map(|(what, share, least)| format!("{what}: {} of {}, wanted {least} %", share.part, share.whole))
        .collect();
    let ceilings = [
        ("instances of the owner in findings", all.instances.extra, INSTANCES_EXTRA_MAX),
        ("false findings", all.false_findings, FALSE_FINDINGS_MAX),
        ("false findings of misuse", all.misuses, MISUSES_MAX),
        ("highest certainty of ordinary life", all.highest_ordinary.into(), ORDINARY_CERTAINTY_MAX.into()),
        ("drills with faults", all.faults, 0),
    ];
    let too_many = ceilings.into_iter().filter(|(_, number, most)| number > most);
    unmet.extend(too_many.map(|(what, number, most)| format!("{what}: {number}, at most {most}")));
    for set in corpora {
        let wrong = set.checks.iter().filter(|check| !check.holds && !check.is_story);
        unmet.extend(wrong.map(|check| format!("{}: {}", set.set, check.what)));
    }
    unmet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exam_without_questions_is_passed() {
        assert_eq!(unmet(&Tally::default(), &[]), Vec::<String>::new());
    }

    #[test]
    fn a_missed_incident_and_a_false_finding_are_named() {
        let mut tally = Tally { incidents: 2, raised: 1, sure: 2, one_case: 2, ..Tally::default() };
        (tally.cause, tally.outcome, tally.false_findings) = (2, 2, 3);
        assert_eq!(
            unmet(&tally, &[]),
            ["mining incidents raised: 1 of 2, wanted 100 %", "false findings: 3, at most 0"]
        );
    }
}
