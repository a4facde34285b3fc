//! `above-own-history`: far more power than this lineage ever started in a day.
//!
//! Whatever the job is, it has a size. A CI role that starts ten small machines a day and then
//! two hundred has another job now, or another master.
//!
//! Blind spots: without history there is nothing to be above; a lineage that never launched is
//! told by `first-launch-ever`.

use super::{Signal, when_reached};
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// How many times the busiest earlier day counts as far more, and as far beyond. Growth doubles; it does not leap.
const FAR_MORE: u64 = 4;
const FAR_BEYOND: u64 = 20;

/// Less than this an hour is not worth comparing: four times nothing is nothing.
const MICRO_USD_PER_HOUR_MIN: u64 = 2_000_000;

/// Below this an hour, many times little is a larger test machine.
const LARGE_MICRO_USD_PER_HOUR: u64 = 5_000_000;

/// Returns a signal when the window wants at least four times the busiest earlier day of the lineage.
pub(crate) fn above_own_history(window: &Window<'_, '_>) -> Option<Signal> {
    let (now, before) = (window.tally.wanted, window.history.past.busiest_day());
    if before.micro_usd_per_hour == 0 || now.micro_usd_per_hour < MICRO_USD_PER_HOUR_MIN {
        return None;
    }
    let times = now.micro_usd_per_hour / before.micro_usd_per_hour;
    let full = match times {
        0..FAR_MORE => return None,
        FAR_MORE..FAR_BEYOND => 3,
        _ if now.micro_usd_per_hour < LARGE_MICRO_USD_PER_HOUR => 3,
        _ => 6,
    };
    // One or two launches are a trial, and no measure of a job.
    let trial = window.history.past.launch_days() < USUAL_DAYS as usize;
    let full = Decibans::new(full).scaled(1, if trial { 2 } else { 1 });
    let sentence = format!(
        "{times} times the power of its busiest day before (${:.2} an hour against ${:.2}), {}",
        now.usd_per_hour(),
        before.usd_per_hour(),
        window.history.told(),
    );
    let rows: Vec<_> = window.asks().filter(|row| !row.lines.is_empty()).collect();
    let events: Vec<_> = rows.iter().map(|row| row.event).collect();
    let far = before.micro_usd_per_hour.saturating_mul(FAR_MORE).max(MICRO_USD_PER_HOUR_MIN);
    let since = when_reached(&rows, far, |row| row.requested().micro_usd_per_hour);
    Some(Signal::proved_by(window.history.weigh(full), sentence, &events)?.since(since))
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::above_own_history;

    #[test]
    fn speaks_at_four_times_the_busiest_day() {
        check(
            above_own_history,
            "
            history 20 days: builds launches m5.large x10 lives 40m
            10:00 builds launches m5.large x40
            => + since 10:00: 4 times the power of its busiest day before ($3.84 an hour against $0.96), in 20 days
        ",
        );
    }

    #[test]
    fn is_silent_about_growth_that_doubles() {
        check(
            above_own_history,
            "
            history 20 days: builds launches m5.large x10 lives 40m
            10:00 builds launches m5.large x39
            => silent
        ",
        );
    }

    #[test]
    fn four_times_nothing_is_nothing() {
        check(
            above_own_history,
            "
            history 20 days: builds launches t3.micro
            10:00 builds launches t3.micro x100
            => silent
        ",
        );
    }

    #[test]
    fn has_nothing_to_compare_with_where_there_was_no_before() {
        check(
            above_own_history,
            "
            10:00 builds launches p4d.24xlarge x40
            => silent
        ",
        );
    }

    #[test]
    fn one_day_of_history_says_less_than_a_fortnight() {
        let more = "
            history 14 days: builds launches m5.large x10
            10:00 builds launches m5.large x40
        ";
        let less = "
            history 1 days: builds launches m5.large x10
            10:00 builds launches m5.large x40
        ";
        assert!(weight(above_own_history, more) > weight(above_own_history, less));
    }
}
