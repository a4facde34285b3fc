//! `pool-traffic`: a machine of the case holds a line outside as a miner does, or exchanged packets with a listed address.
//!
//! The behaviour is told by [`steady`](crate::witness::steady): one connection held for long, both ways, little, with
//! something in it. A port that pools use adds weight to it, a pool's name more. A port alone is nothing.
//!
//! Blind spots: a pool inside a VPN or behind the thief's own proxy that also carries other traffic; flow logs that are
//! switched off.

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;
use crate::witness::{PoolLine, SERVERS_MIN};

/// From so many on, it is one of mining's own.
const SERVERS_MANY: u64 = 20;

/// Machines of one case with a line to the same place, from which they say so together.
const COMPANY_MIN: usize = 3;

/// Returns a signal when a machine that was launched in the window holds such a line.
pub(crate) fn pool_traffic(window: &Window<'_, '_>) -> Option<Signal> {
    if window.world.witnesses.is_empty() {
        return None;
    }
    let machines = window.machines();
    let lines: Vec<_> = machines
        .iter()
        .flat_map(|(machine, event)| {
            let lines = window.world.witnesses.lines(machine).into_iter();
            lines.map(move |line| (machine.id, *event, line))
        })
        .collect();
    let (id, _, line) = lines.iter().max_by(|(id, _, line), (other_id, _, other)| {
        // Of equals the first.
        weigh(line).cmp(&weigh(other)).then_with(|| (other.span, *other_id).cmp(&(line.span, *id)))
    })?;
    let same: Vec<_> =
        lines.iter().filter(|(_, _, other)| (other.peer, other.port) == (line.peer, line.port)).collect();
    let company = if same.len() >= COMPANY_MIN { Decibans::new(4) } else { Decibans::ZERO };
    let others = match same.len() {
        0 | 1 => String::new(),
        several => {
            format!(", and so did {} of the case", plural(several - 1, "other machine", "other machines"))
        }
    };
    Some(Signal::beside(
        weigh(line) + company,
        format!("{id} {}{others}", told(line)),
        line.span.0,
        &same.iter().map(|(_, event, _)| *event).collect::<Vec<_>>(),
        same.iter().map(|(_, _, line)| line.reference()),
    ))
}

/// What a line weighs.
///
/// What is held for minutes may be a visit, and counts only where pools are known to be.
/// Of connections outside that are held for hours with a trickle both ways, most are agents, chats and queues; on a
/// machine that somebody launched to do nothing else, one in ten times a miner's is a fair guess. A port that dozens
/// of pools use and few others do is worth about as much again as half of that; an address that a pool's name was
/// answered with leaves little doubt.
pub(crate) fn weigh(line: &PoolLine<'_>) -> Decibans {
    let held = match line.stretch.map_or(0, |stretch| stretch.minutes()) {
        0 => Decibans::ZERO,
        1..10 => Decibans::new(2),
        10..30 => Decibans::new(5),
        30..120 => Decibans::new(9),
        _ => Decibans::new(12),
    };
    let held = if line.is_on_busy_port() { held.scaled(1, 2) } else { held };
    let port = match line.servers {
        _ if line.stretch.is_none() => Decibans::ZERO,
        SERVERS_MANY.. => Decibans::new(9),
        SERVERS_MIN.. => Decibans::new(6),
        _ => Decibans::ZERO,
    };
    let named = if line.name.is_some() || line.is_listed { Decibans::new(15) } else { Decibans::ZERO };
    held + port + named
}

/// What a line did, to stand behind the machine.
pub(crate) fn told(line: &PoolLine<'_>) -> String {
    let place = match line.peer {
        std::net::IpAddr::V4(peer) => format!("{peer}:{}", line.port),
        std::net::IpAddr::V6(peer) => format!("[{peer}]:{}", line.port),
    };
    let did = match line.stretch {
        Some(stretch) => format!(
            "held a line to {place} for {}, both ways and never more than {} a minute, as miners do",
            lasted(stretch.minutes()),
            bytes(stretch.rate),
        ),
        None => format!("exchanged packets with {place}"),
    };
    let known = match (line.name, line.is_listed) {
        (Some(name), _) => format!("; the name {name} was answered with that address"),
        (None, true) => "; the address is on your list of pools".to_owned(),
        (None, false) if line.servers >= SERVERS_MIN => format!("; pools use port {}", line.port),
        (None, false) => String::new(),
    };
    did + &known
}

pub(crate) fn lasted(minutes: i64) -> String {
    match minutes {
        1 => "1 minute".to_owned(),
        0..90 => format!("{minutes} minutes"),
        90..2_880 => format!("{} hours", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1_440),
    }
}

fn bytes(rate: u32) -> String {
    if rate < 10_000 { format!("{rate} bytes") } else { format!("{} KB", rate.div_ceil(1_000)) }
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::pool_traffic;

    const LAUNCH: &str = "10:00 mallory launches c5.4xlarge => i-mine\n";

    #[test]
    fn speaks_of_a_line_held_for_hours_on_a_port_of_pools() {
        check(
            pool_traffic,
            "
            10:00 mallory launches c5.4xlarge => i-mine
            10:10 flow i-mine 203.0.113.77:3333 6h
            => +21 since 10:10: i-mine held a line to 203.0.113.77:3333 for 6 hours, both ways
        ",
        );
    }

    #[test]
    fn a_miner_on_port_80_is_not_overheard() {
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:80 6h\n => +6: for 6 hours"));
    }

    #[test]
    fn is_silent_about_a_sender_to_a_port_of_pools_all_day() {
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:7777 20h sends\n => silent"));
    }

    #[test]
    fn is_silent_about_a_sender_that_is_thanked_and_about_a_node_of_a_currency() {
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:7777 20h thanked\n => silent"));
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:8333 20h\n => silent"));
    }

    #[test]
    fn some_minutes_say_something_only_where_pools_are() {
        check(
            pool_traffic,
            &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:3333 6m\n => +11: for 6 minutes"),
        );
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:4321 6m\n => silent"));
        check(
            pool_traffic,
            &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:4321 12m\n => +5: for 12 minutes"),
        );
    }

    #[test]
    fn a_shell_that_is_left_open_says_less_than_a_line_to_nowhere() {
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:22 6h\n => +6: for 6 hours"));
    }

    #[test]
    fn is_silent_about_a_download_and_about_who_asks_anew_every_minute() {
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:3333 3h bulk\n => silent"));
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:3333 3h polls\n => silent"));
    }

    #[test]
    fn is_silent_about_another_machine_and_about_the_time_before_the_launch() {
        check(pool_traffic, &format!("{LAUNCH} 10:10 flow i-other 203.0.113.77:3333 6h\n => silent"));
        check(pool_traffic, &format!("{LAUNCH} 02:10 flow i-mine 203.0.113.77:3333 3h\n => silent"));
    }

    #[test]
    fn a_name_that_was_answered_with_the_address_weighs_more_than_the_port() {
        let plain = weight(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:4321 6h"));
        let port = weight(pool_traffic, &format!("{LAUNCH} 10:10 flow i-mine 203.0.113.77:3333 6h"));
        let named = weight(
            pool_traffic,
            &format!(
                "{LAUNCH} 10:09 query i-mine xmr.nanopool.org 203.0.113.77\n 10:10 flow i-mine 203.0.113.77:4321 6h"
            ),
        );
        assert!(plain < port && port < named, "{plain} {port} {named}");
    }

    #[test]
    fn machines_that_do_the_same_say_so_together() {
        check(
            pool_traffic,
            "
            10:00 mallory launches c5.4xlarge x3 => i-mine
            10:10 flow i-mine-1 203.0.113.77:3333 6h
            10:10 flow i-mine-2 203.0.113.77:3333 6h
            10:10 flow i-mine-3 203.0.113.77:3333 6h
            => +25: and so did 2 other machines of the case
        ",
        );
    }
}
