//! `pool-name`: a machine of the case asked for the name of a mining pool.
//!
//! Nobody stumbles over a pool. A machine that was launched today and asks for one today means to mine; one that asks
//! for dozens checks a list, as scanners and filters do, and a miner inside a web page is a page somebody looked at.
//!
//! Blind spots: names that are on no list; pools that are reached by address, or over a resolver of the thief's own.

use catalog::MiningClass;

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;
use crate::witness::PoolQuery;

/// So many listed names, and the asker checks a list: no miner needs more pools than it has fallbacks.
const LIST_NAMES_MIN: usize = 12;

/// Returns a signal when a machine that was launched in the window asked for a pool.
pub(crate) fn pool_name(window: &Window<'_, '_>) -> Option<Signal> {
    if window.world.witnesses.is_empty() {
        return None;
    }
    let machines = window.machines();
    let asked: Vec<_> = machines
        .iter()
        .flat_map(|(machine, event)| {
            let queries = window.world.witnesses.queries(machine).into_iter();
            queries.map(move |query| (machine.id, *event, query))
        })
        .collect();
    let (id, event, query) = asked.iter().max_by(|(id, _, query), (other_id, _, other)| {
        // Of equals the first.
        let place = |id, query: &PoolQuery<'_>| (query.asked.first, id, query.name.to_owned());
        weigh(query).cmp(&weigh(other)).then_with(|| place(*other_id, other).cmp(&place(*id, query)))
    })?;
    let askers: std::collections::BTreeSet<&str> = asked.iter().map(|(id, _, _)| *id).collect();
    let others = match askers.len() {
        0 | 1 => String::new(),
        several => {
            format!("; {} of the case did the same", plural(several - 1, "other machine", "other machines"))
        }
    };
    let names = asked.iter().filter(|(other, _, _)| other == id);
    Some(Signal::beside(
        weigh(query),
        format!("{id} {}{others}", told(query)),
        query.asked.first,
        &[event],
        names.map(|(id, _, query)| reference(id, query)),
    ))
}

/// What it weighs that a machine of the case asked for a name.
///
/// Of machines that are launched and ask for a pool within their life, hundreds mine for each that does not. A name
/// that never existed is a pool that is gone, or a list that is checked.
pub(crate) fn weigh(query: &PoolQuery<'_>) -> Decibans {
    match query.asked.class {
        _ if query.names >= LIST_NAMES_MIN => Decibans::new(4),
        MiningClass::Browser => Decibans::new(4),
        MiningClass::Pool if query.asked.is_missing => Decibans::new(14),
        MiningClass::Pool => Decibans::new(28),
    }
}

/// What was asked, to stand behind the machine.
pub(crate) fn told(query: &PoolQuery<'_>) -> String {
    let what = match query.asked.class {
        _ if query.names >= LIST_NAMES_MIN => {
            return format!(
                "asked for {} names of pools, as who checks a list does; one is {}",
                query.names, query.name
            );
        }
        MiningClass::Pool => "the name of a mining pool",
        MiningClass::Browser => "the name of a miner inside web pages",
    };
    let outcome = match (query.asked.is_blocked, query.asked.is_missing) {
        (true, _) => ", and a firewall stood before it",
        (false, true) => ", which did not exist",
        (false, false) => "",
    };
    format!("asked for {}, {what}{outcome}", query.name)
}

/// What proves it, as a reference into the query logs.
pub(crate) fn reference(id: &str, query: &PoolQuery<'_>) -> String {
    format!("resolver-query-logs:{id}:{}", query.name)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::pool_name;

    const LAUNCH: &str = "10:00 mallory launches t3.micro x2 => i-mine\n";

    #[test]
    fn speaks_of_a_name_below_a_pools_in_any_spelling() {
        for name in ["pool.supportxmr.com", "XMR-EU1.nanopool.org.", "supportxmr.com"] {
            check(
                pool_name,
                &format!("{LAUNCH} 10:05 query i-mine-1 {name}\n => +28 since 10:05: i-mine-1 asked for"),
            );
        }
    }

    #[test]
    fn is_silent_about_look_alikes_and_nodes() {
        for name in [
            "notsupportxmr.com",
            "supportxmr.com.example.org",
            "dynamodb.us-west-2.amazonaws.com",
            "seed.bitcoin.sipa.be",
        ] {
            check(pool_name, &format!("{LAUNCH} 10:05 query i-mine-1 {name}\n => silent"));
        }
    }

    #[test]
    fn a_miner_in_a_page_and_a_name_that_is_gone_weigh_less() {
        check(
            pool_name,
            &format!("{LAUNCH} 10:05 query i-mine-1 cdn.coinhive.com\n => +4: inside web pages"),
        );
        check(
            pool_name,
            &format!("{LAUNCH} 10:05 query i-mine-1 pool.supportxmr.com missing\n => +14: did not exist"),
        );
        check(
            pool_name,
            &format!("{LAUNCH} 10:05 query i-mine-1 pool.supportxmr.com blocked\n => +28: a firewall"),
        );
    }

    #[test]
    fn whoever_asks_for_a_dozen_pools_checks_a_list() {
        let names: String = (0..12).map(|n| format!("10:05 query i-mine-1 p{n}.nanopool.org\n")).collect();
        check(pool_name, &format!("{LAUNCH}{names} => +4: as who checks a list does"));
    }

    #[test]
    fn is_silent_about_other_machines() {
        check(pool_name, &format!("{LAUNCH} 10:05 query i-other pool.supportxmr.com\n => silent"));
    }
}
