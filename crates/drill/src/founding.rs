//! Founds an organisation from a seed: how many accounts, which regions, who works there.

use crate::addresses::{self, Network};
use crate::agents;
use crate::organisation::{Account, Egress, Fleet, Instance, Job, Organisation, Person};
use crate::rng::Rng;

const NAMES: &[&str] =
    &["northwind", "calder", "bluefin", "orchard", "tessera", "kestrel", "marlow", "fjordly"];
const FIRST: &[&str] =
    &["ada", "ben", "chen", "dana", "emil", "fatima", "goran", "hana", "ivan", "jo", "kofi", "lena"];
const LAST: &[&str] =
    &["moreau", "okafor", "lindqvist", "tanaka", "fischer", "novak", "silva", "haddad", "weber"];
const FUNCTIONS: &[&str] = &["thumbnailer", "order-events", "mail-relay", "geo-lookup", "nightly-report"];
const CONTAINERS: &[&str] = &["checkout", "catalogue", "recommender"];

/// A part of the world a company works in.
struct Seat {
    utc_offset: i64,
    regions: &'static [&'static str],
    office: Network,
    home: Network,
}

const SEATS: &[Seat] = &[
    Seat {
        utc_offset: -5,
        regions: &["us-east-1", "us-west-2", "us-east-2"],
        office: Network::OfficeAmerica,
        home: Network::HomeAmerica,
    },
    Seat {
        utc_offset: -8,
        regions: &["us-west-2", "us-east-1"],
        office: Network::OfficeAmerica,
        home: Network::HomeAmerica,
    },
    Seat {
        utc_offset: 1,
        regions: &["eu-central-1", "eu-west-1", "eu-north-1"],
        office: Network::OfficeEurope,
        home: Network::HomeEurope,
    },
    Seat {
        utc_offset: 0,
        regions: &["eu-west-1", "eu-west-2", "us-east-1"],
        office: Network::OfficeEurope,
        home: Network::HomeEurope,
    },
    Seat {
        utc_offset: 8,
        regions: &["ap-southeast-1", "ap-northeast-1"],
        office: Network::OfficeAsia,
        home: Network::HomeAsia,
    },
];

/// Returns the organisation of this stream of chance.
pub(crate) fn found(mut rng: Rng) -> Organisation {
    let seat = rng.pick(SEATS);
    let used = rng.between(1, i64::try_from(seat.regions.len()).unwrap_or(1));
    let regions: Vec<String> =
        seat.regions.iter().take(usize::try_from(used).unwrap_or(1)).map(|r| (*r).to_owned()).collect();
    let accounts = accounts(&mut rng, &regions);
    let scope_fields = rng.chance(50);
    let production = accounts[0].clone();
    let legacy = production.user(rng.pick::<&str>(&["svc-reporting", "svc-erp-export", "backup-sync"]));
    let legacy_network = *rng.pick(&[Network::Hosting, seat.office]);
    let name = (*rng.pick(NAMES)).to_owned();
    Organisation {
        utc_offset: seat.utc_offset,
        office: (0..2).map(|_| addresses::address(&mut rng, seat.office)).collect(),
        corporate_vpn: addresses::address(&mut rng, seat.office),
        people: people(&mut rng, &name, seat.home),
        fleets: fleets(&mut rng, &production, scope_fields),
        builder: builder(&mut rng, &production, scope_fields),
        functions: some(&mut rng, FUNCTIONS, 3),
        containers: some(&mut rng, CONTAINERS, 2),
        legacy,
        legacy_address: addresses::address(&mut rng, legacy_network),
        accounts,
        scope_fields,
        name,
    }
}

/// Returns one to four accounts.
fn accounts(rng: &mut Rng, regions: &[String]) -> Vec<Account> {
    (0..rng.between(1, 4))
        .map(|_| {
            let id = rng.account();
            let ids = rng.fork(&id);
            Account { id, home: regions[0].clone(), regions: regions.to_vec(), ids }
        })
        .collect()
}

/// Returns one person of each job, and up to three more engineers.
fn people(rng: &mut Rng, company: &str, home: Network) -> Vec<Person> {
    let mut jobs = vec![Job::Admin, Job::Engineer, Job::Scientist, Job::OnCall];
    jobs.extend((0..rng.below(4)).map(|_| Job::Engineer));
    let mut first = FIRST.to_vec();
    rng.shuffle(&mut first);
    jobs.into_iter()
        .zip(first)
        .map(|(job, first)| {
            let name = format!("{first}.{}", rng.pick(LAST));
            let email = format!("{name}@{company}.example");
            Person { name, email, job, home: addresses::address(rng, home), browser: agents::browser(rng) }
        })
        .collect()
}

/// Returns the web fleet, and a fleet of workers that read queues.
fn fleets(rng: &mut Rng, account: &Account, scope_fields: bool) -> Vec<Fleet> {
    let egress = *rng.pick(&[Egress::Nat, Egress::Nat, Egress::Endpoint]);
    let web = *rng.pick(&["m6i.large", "c6i.xlarge", "m7g.large"]);
    let worker = *rng.pick(&["c6i.large", "r6i.large", "m5.xlarge"]);
    let web_egress = if rng.chance(25) { Egress::Elastic } else { egress };
    let region = account.home.clone();
    let kinds = [("web", web, web_egress, agents::boto3(rng)), ("worker", worker, egress, agents::java())];
    kinds
        .into_iter()
        .map(|(name, machine, egress, agent)| {
            let role = account.role(&format!("{name}-instance-role"));
            let count = rng.between(3, 5);
            let instances = (0..count)
                .map(|_| Instance::new(rng, account, &region, &role).with_egress(egress, scope_fields))
                .collect();
            Fleet { name: name.into(), region: region.clone(), machine: machine.into(), instances, agent }
        })
        .collect()
}

/// Returns the build server: its own public address, and a role that may start machines.
fn builder(rng: &mut Rng, account: &Account, scope_fields: bool) -> Instance {
    let role = account.role("build-server-role");
    Instance::new(rng, account, &account.home, &role).with_egress(Egress::Elastic, scope_fields)
}

/// Returns `count` of `names` in random order.
fn some(rng: &mut Rng, names: &[&str], count: usize) -> Vec<String> {
    let mut all = names.to_vec();
    rng.shuffle(&mut all);
    all.into_iter().take(count).map(str::to_owned).collect()
}
