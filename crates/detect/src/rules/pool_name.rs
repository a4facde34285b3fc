//! `pool-name`: a machine of the case asked for the name of a mining pool.
//!
//! Nobody stumbles over a pool. A machine that was launched today and asks for one today means to mine; one that asks
//! for dozens checks a list, as scanners and filters do, and a miner inside a web page is a page somebody looked at.
//!
//! Blind spots: names that are on no list; pools that are reached by address, or over a resolver of the thief's own.

use catalog::MiningClass;
use event::Time;
use event::time::HOUR;

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;
use crate::witness::PoolQuery;

/// So many pools, and the asker checks a list: no miner needs more than it has fallbacks. Names below one listed name are
/// one pool: who mines what pays best asks for a name an algorithm.
const LIST_POOLS_MIN: usize = 12;

/// What a name of a pool weighs that was asked for and was there.
const PLAIN: Decibans = Decibans::new(28);

/// How soon after its launch a machine asks for a pool that it was launched for.
///
/// Shorter, and a miner that is set up by hand is missed; longer, and a server that is broken into was launched to mine.
const SOON: i64 = 3 * HOUR;

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
    let weight = |event: &event::Event, query: &PoolQuery<'_>| weigh(query) + soon(event.time, query);
    let (id, event, query) = asked.iter().max_by(|(id, event, query), (other_id, other_event, other)| {
        // Of equals the first.
        let place = |id, query: &PoolQuery<'_>| (query.asked.first, id, query.name.to_owned());
        let weights = weight(event, query).cmp(&weight(other_event, other));
        weights.then_with(|| place(*other_id, other).cmp(&place(*id, query)))
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
        weight(event, query),
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
        _ if query.pools >= LIST_POOLS_MIN => Decibans::new(4),
        MiningClass::Browser => Decibans::new(4),
        MiningClass::Pool if query.asked.is_missing => Decibans::new(14),
        MiningClass::Pool => PLAIN,
    }
}

/// What it weighs more that the name was asked for so soon after the launch.
///
/// A machine that is days old may have been broken into, whoever launched it. Nobody breaks into one within hours of its
/// birth, or so seldom that an owner who mines in the open is likelier.
fn soon(launched: Time, query: &PoolQuery<'_>) -> Decibans {
    let is_pools = weigh(query) == PLAIN;
    if is_pools && query.asked.first.since(launched) <= SOON { Decibans::new(5) } else { Decibans::ZERO }
}

/// What was asked, to stand behind the machine.
pub(crate) fn told(query: &PoolQuery<'_>) -> String {
    let what = match query.asked.class {
        _ if query.pools >= LIST_POOLS_MIN => {
            return format!(
                "asked for the names of {} pools, as who checks a list does; one is {}",
                query.pools, query.name
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
    // Else it is an alias of the listed name.
    let alias = if query.name.ends_with(&*query.asked.listed) {
        String::new()
    } else {
        format!("which stands for {}, ", query.asked.listed)
    };
    format!("asked for {}, {alias}{what}{outcome}", query.name)
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
                &format!("{LAUNCH} 10:05 query i-mine-1 {name}\n => +33 since 10:05: i-mine-1 asked for"),
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
            &format!("{LAUNCH} 10:05 query i-mine-1 pool.supportxmr.com blocked\n => +33: a firewall"),
        );
    }

    #[test]
    fn whoever_asks_for_a_dozen_pools_checks_a_list() {
        let pools = [
            "2miners.com",
            "c3pool.com",
            "ethermine.org",
            "f2pool.com",
            "hashvault.pro",
            "herominers.com",
            "minexmr.com",
            "moneroocean.stream",
            "nanopool.org",
            "nicehash.com",
            "supportxmr.com",
            "unmineable.com",
        ];
        let names: String = pools.map(|pool| format!("10:05 query i-mine-1 pool.{pool}\n")).concat();
        check(pool_name, &format!("{LAUNCH}{names} => +4: as who checks a list does"));
    }

    #[test]
    fn many_names_of_one_pool_are_no_list() {
        let names: String = (0..20).map(|n| format!("10:05 query i-mine-1 a{n}.nicehash.com\n")).collect();
        check(pool_name, &format!("{LAUNCH}{names} => +33: asked for a0.nicehash.com"));
    }

    #[test]
    fn whoever_asks_long_after_the_launch_may_have_been_broken_into() {
        check(pool_name, &format!("{LAUNCH} 18:05 query i-mine-1 pool.supportxmr.com\n => +28: asked for"));
    }

    #[test]
    fn a_pool_behind_a_name_of_ones_own_is_told_with_both() {
        check(
            pool_name,
            &format!(
                "{LAUNCH} 10:05 query i-mine-1 cdn.example.net alias=pool.supportxmr.com\n => +33: asked for cdn.example.net, which stands for"
            ),
        );
    }

    #[test]
    fn is_silent_about_other_machines() {
        check(pool_name, &format!("{LAUNCH} 10:05 query i-other pool.supportxmr.com\n => silent"));
    }
}
