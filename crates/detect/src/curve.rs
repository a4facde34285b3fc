//! The burn curve: what a case had cost, from its first machine to the end of the logs.
//!
//! The sum is straight between two moments at which a machine starts or ends, so these moments are
//! the curve. Where there are more of them than anybody can see, evenly spaced moments stand for
//! them.
//!
//! Blind spots: those of the cost; a machine whose end is not in the logs runs on.

use std::collections::BTreeSet;

use event::Time;

use crate::cost::{Machine, cost_by, dollars};
use crate::finding::CostPoint;

/// Points of one curve.
///
/// Fewer, and a burst within an hour looks like a slope; more, and six thousand starts fill a
/// finding that is sent by mail.
pub const POINTS_MAX: usize = 60;

/// Returns the curve; empty where nothing ever ran.
pub(crate) fn curve(machines: &[Machine], as_of: Time) -> Vec<CostPoint> {
    let Some(first) = machines.iter().map(|machine| machine.from).min() else { return Vec::new() };
    let ends = machines.iter().filter_map(|machine| machine.until);
    let turns: BTreeSet<Time> =
        machines.iter().map(|machine| machine.from).chain(ends).filter(|time| *time < as_of).collect();
    let mut times: Vec<Time> =
        if turns.len() < POINTS_MAX { turns.into_iter().collect() } else { evenly(first, as_of) };
    times.push(as_of.max(first));
    times.into_iter().map(|time| point(machines, time)).collect()
}

fn evenly(first: Time, last: Time) -> Vec<Time> {
    let steps = i64::try_from(POINTS_MAX - 1).unwrap_or(i64::MAX);
    (0..steps).map(|step| first.plus(last.since(first) * step / steps)).collect()
}

fn point(machines: &[Machine], time: Time) -> CostPoint {
    let runs = |machine: &&Machine| machine.from <= time && machine.until.is_none_or(|until| until > time);
    let per_hour: u64 = machines.iter().filter(runs).map(|machine| machine.power.micro_usd_per_hour).sum();
    CostPoint { time, so_far: dollars(cost_by(machines, time)), per_hour: dollars(u128::from(per_hour)) }
}

#[cfg(test)]
mod tests {
    use catalog::Power;
    use event::time::HOUR;

    use super::*;

    fn machine(dollars_per_hour: u64, from: i64, until: Option<i64>) -> Machine {
        let power =
            Power { millivcpus: 16_000, accelerators: 0, micro_usd_per_hour: dollars_per_hour * 1_000_000 };
        let hour = |hours: i64| Time::from_seconds(hours * HOUR);
        Machine { power, from: hour(from), until: until.map(hour) }
    }

    fn told(machines: &[Machine], as_of: i64) -> Vec<(i64, f64, f64)> {
        let curve = curve(machines, Time::from_seconds(as_of * HOUR));
        curve.iter().map(|point| (point.time.seconds() / HOUR, point.so_far, point.per_hour)).collect()
    }

    #[test]
    fn turns_where_machines_start_and_end() {
        let machines = [machine(10, 1, None), machine(4, 2, Some(5))];
        assert_eq!(told(&machines, 6), [(1, 0.0, 10.0), (2, 10.0, 14.0), (5, 52.0, 10.0), (6, 62.0, 10.0)]);
    }

    #[test]
    fn nothing_that_ran_is_no_curve() {
        assert_eq!(told(&[], 6), []);
    }

    #[test]
    fn six_thousand_starts_are_sixty_points_that_rise_to_the_sum() {
        let machines: Vec<Machine> = (0..6_000).map(|hour| machine(1, hour, Some(hour + 2))).collect();
        let curve = told(&machines, 6_002);
        assert_eq!(curve.len(), POINTS_MAX);
        assert!(curve.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1));
        assert_eq!(curve.last(), Some(&(6_002, 12_000.0, 0.0)));
    }
}
