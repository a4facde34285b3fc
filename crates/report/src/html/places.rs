//! Where: machines by region, by type, what launches again by itself, and why calls were refused.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::{Launches, Place, Respawner};

use super::chart::{Bar, Scale};
use super::left_out;
use super::shown::Shown;
use crate::numbers::{count, counted};
use crate::words::word;

/// How many regions are drawn. All that AWS has fit.
const REGIONS_TOLD_MAX: usize = 40;
/// How many rows the table by region and type has. Seventeen regions with ten types each fit.
const ROWS_TOLD_MAX: usize = 200;
/// How many rows stand open.
const ROWS_OPEN_MAX: usize = 20;
/// How many respawners are told. A known campaign made fourteen groups.
const RESPAWNERS_TOLD_MAX: usize = 60;
/// How many of them stand open.
const RESPAWNERS_OPEN_MAX: usize = 6;
/// How many reasons of refusal.
const REFUSALS_TOLD_MAX: usize = 12;

/// Regions, types, respawners, refusals.
#[derive(Template)]
#[template(path = "report/places.html")]
pub(super) struct Places {
    regions: Vec<Region>,
    regions_left_out: Option<String>,
    rows: Vec<Row>,
    rows_are_folded: bool,
    rows_left_out: Option<String>,
    total: Numbers,
    respawners: Vec<RespawnerTold>,
    /// How many there are, where they are folded away.
    respawners_folded: Option<String>,
    respawners_left_out: Option<String>,
    refusals: Vec<Refusal>,
    refusals_left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Places {}

/// Machines, as they are told.
struct Numbers {
    asked: String,
    started: String,
    ended: String,
    running: String,
    refused: String,
}

struct Region {
    name: Shown,
    running: Bar,
    ended: Bar,
    refused: Bar,
    told: String,
}

struct Row {
    place: Shown,
    unit: Shown,
    numbers: Numbers,
}

struct RespawnerTold {
    kind: String,
    name: Shown,
    place: Shown,
    state: String,
}

struct Refusal {
    reason: Shown,
    calls: String,
}

/// Machines, counted.
#[derive(Clone, Copy, Default)]
struct Sum {
    asked: u64,
    started: u64,
    ended: u64,
    refused: u64,
}

impl Sum {
    fn add(&mut self, place: &Place) {
        self.asked = self.asked.saturating_add(place.requested);
        self.started = self.started.saturating_add(place.started);
        self.ended = self.ended.saturating_add(place.ended);
        self.refused = self.refused.saturating_add(place.refused);
    }

    fn running(self) -> u64 {
        self.started.saturating_sub(self.ended)
    }

    /// All that is drawn for it.
    fn length(self) -> u64 {
        self.started.max(self.ended).saturating_add(self.refused)
    }

    fn told(self) -> Numbers {
        let numbers = [self.asked, self.started, self.ended, self.running(), self.refused];
        let [asked, started, ended, running, refused] =
            numbers.map(|number| if number == 0 { "·".to_owned() } else { count(number) });
        Numbers { asked, started, ended, running, refused }
    }
}

impl Places {
    /// Where the machines of `finding` are.
    pub(super) fn of(finding: &Finding) -> Self {
        let launches = &finding.launches;
        let several_accounts = launches.accounts.len() > 1;
        let (regions, all_regions) = regions(launches, several_accounts);
        let mut places: Vec<&Place> = launches.places.iter().collect();
        places.sort_by_key(|place| (Reverse(place.requested), *place));
        let mut total = Sum::default();
        places.iter().for_each(|place| total.add(place));
        let mut refusals: Vec<_> = launches.refusals.iter().collect();
        refusals.sort_by_key(|(_, calls)| Reverse(**calls));
        Self {
            regions,
            regions_left_out: left_out(all_regions, REGIONS_TOLD_MAX),
            rows: places.iter().take(ROWS_TOLD_MAX).map(|place| row(place, several_accounts)).collect(),
            rows_are_folded: places.len() > ROWS_OPEN_MAX,
            rows_left_out: left_out(places.len(), ROWS_TOLD_MAX),
            total: total.told(),
            respawners: launches
                .respawners
                .iter()
                .take(RESPAWNERS_TOLD_MAX)
                .map(|told| respawner(told, several_accounts))
                .collect(),
            respawners_folded: (launches.respawners.len() > RESPAWNERS_OPEN_MAX)
                .then(|| counted(launches.respawners.len() as u64, "respawner")),
            respawners_left_out: left_out(launches.respawners.len(), RESPAWNERS_TOLD_MAX),
            refusals: refusals
                .iter()
                .take(REFUSALS_TOLD_MAX)
                .map(|(reason, calls)| refusal(reason, **calls))
                .collect(),
            refusals_left_out: left_out(refusals.len(), REFUSALS_TOLD_MAX),
        }
    }
}

fn row(place: &Place, several_accounts: bool) -> Row {
    let mut sum = Sum::default();
    sum.add(place);
    Row { place: place_name(place, several_accounts), unit: Shown::name(&place.unit), numbers: sum.told() }
}

fn place_name(place: &Place, several_accounts: bool) -> Shown {
    if several_accounts {
        return Shown::name(&format!("{} of {}", place.region, place.account));
    }
    Shown::name(&place.region)
}

/// Returns the regions by size, the largest first, on one scale; and how many there are in all.
fn regions(launches: &Launches, several_accounts: bool) -> (Vec<Region>, usize) {
    let mut sums: BTreeMap<Shown, Sum> = BTreeMap::new();
    for place in &launches.places {
        sums.entry(place_name(place, several_accounts)).or_default().add(place);
    }
    let most = sums.values().map(|sum| sum.length()).max().unwrap_or(0);
    let scale = Scale::new(0.0, most as f64);
    let all = sums.len();
    let mut sums: Vec<(Shown, Sum)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| (Reverse(sum.length()), Reverse(sum.asked)));
    let regions = sums.into_iter().take(REGIONS_TOLD_MAX).map(|(name, sum)| region(name, sum, scale));
    (regions.collect(), all)
}

fn region(name: Shown, sum: Sum, scale: Scale) -> Region {
    let running = sum.running() as f64;
    let gone = running + sum.ended as f64;
    let refused = gone + sum.refused as f64;
    let numbers = [(sum.running(), "running"), (sum.ended, "ended"), (sum.refused, "refused")];
    let told = numbers.iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, what)| format!("{} {what}", count(*number))).collect();
    let asked = format!("{} asked for", count(sum.asked));
    Region {
        name,
        running: scale.bar(0.0, running),
        ended: scale.bar(running, gone),
        refused: scale.bar(gone, refused),
        told: if told.is_empty() { asked } else { told.join(", ") },
    }
}

fn respawner(respawner: &Respawner, several_accounts: bool) -> RespawnerTold {
    let of = if several_accounts { format!(" of {}", respawner.account) } else { String::new() };
    RespawnerTold {
        kind: word(&respawner.kind),
        name: Shown::name(&respawner.name),
        place: Shown::name(&format!("{}{of}", respawner.region)),
        state: match (respawner.ended, respawner.max) {
            (true, _) => "ended".to_owned(),
            (false, Some(max)) => format!("may grow to {}", counted(max, "machine")),
            (false, None) => "no ceiling known".to_owned(),
        },
    }
}

fn refusal(reason: &str, calls: u64) -> Refusal {
    Refusal { reason: Shown::name(reason), calls: counted(calls, "call") }
}
