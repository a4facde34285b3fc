//! `other-work`: flow logs show the case's machines at work with machines that the owner had before.
//!
//! Whoever launches to mine has no use for the neighbours: his machines speak to a pool and to nobody else. A build, a
//! render or a training fetches and delivers by the gigabyte, from databases, file servers and queues that were there
//! long before. A thief can make his own machines exchange anything; that a machine of the owner's answers in earnest,
//! hour after hour, is not his to write.
//!
//! Blind spots: work that only uses AWS's own services (S3, DynamoDB) looks like none. A thief who copies data from a
//! file server works, in a way: that is why this is a hint and never a verdict, and says nothing beside any sign of mining.

use super::Signal;
use super::guardduty_mining::guardduty_mining;
use super::pool_name::pool_name;
use super::pool_traffic::pool_traffic;
use crate::score::Decibans;
use crate::window::Window;

/// Hours in which a machine must have worked.
const HOURS_MIN: usize = 2;

/// Of the machines, the share that must have worked, one in so many.
const MACHINES_ONE_IN: usize = 2;

/// Returns a signal when at least half of the machines worked with older machines of the owner's, and none shows a sign of mining.
pub(crate) fn other_work(window: &Window<'_, '_>) -> Option<Signal> {
    let witnesses = &window.world.witnesses;
    if witnesses.is_empty() || witnesses.side().is_none_or(|side| side.flows.is_empty()) {
        return None;
    }
    let machines = window.machines();
    let own: std::collections::BTreeSet<&str> = machines.iter().map(|(machine, _)| machine.id).collect();
    let worked: Vec<_> = machines
        .iter()
        .filter_map(|(machine, event)| {
            let (hours, with) = witnesses.worked(machine, &|id| own.contains(id))?;
            (hours >= HOURS_MIN).then_some((machine, *event, hours, with))
        })
        .collect();
    if worked.is_empty() || worked.len() * MACHINES_ONE_IN < machines.len() {
        return None;
    }
    if pool_traffic(window).is_some() || pool_name(window).is_some() || guardduty_mining(window).is_some() {
        return None;
    }
    let (_, _, hours, with) = worked.first()?;
    let sentence = format!(
        "flow logs show {} of {} at work for {hours} hours with machines that were there before, such as {with}, and no line to a pool",
        worked.len(),
        super::plural(machines.len(), "machine", "machines"),
    );
    let launches: Vec<_> = worked.iter().map(|(_, event, _, _)| *event).collect();
    let since = launches.iter().map(|event| event.time).max()?;
    // One thief in ten might move the owner's own data about as well; most have no idea where it is.
    Some(Signal::beside(
        Decibans::new(-10),
        sentence,
        since,
        &launches,
        worked.iter().map(|(machine, ..)| format!("vpc-flow-logs:{}", machine.id)),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::other_work;

    const LAUNCH: &str = "-3d 08:00 flow i-files inside 10.0.9.9 50h
        10:00 render launches c5.4xlarge x2 => i-mine
        10:10 flow i-mine-1 inside 10.0.9.9 5h\n";

    #[test]
    fn speaks_of_machines_that_work_with_the_owners() {
        check(other_work, &format!("{LAUNCH} => -10: 1 of 2 machines at work"));
    }

    #[test]
    fn is_silent_beside_any_sign_of_mining() {
        check(other_work, &format!("{LAUNCH} 10:20 query i-mine-2 pool.supportxmr.com\n => silent"));
        check(other_work, &format!("{LAUNCH} 10:20 flow i-mine-2 203.0.113.77:3333 4h\n => silent"));
    }

    #[test]
    fn is_silent_when_the_others_are_as_new_as_they_are() {
        check(
            other_work,
            "
            10:00 mallory launches c5.4xlarge x2 => i-mine
            10:05 flow i-mine-2 inside 10.0.9.9 5h
            10:10 flow i-mine-1 inside 10.0.9.9 5h
            => silent
        ",
        );
    }
}
