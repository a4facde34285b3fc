//! What was launched where: a table by region and type, and what launches again by itself.

use std::cmp::Reverse;

use detect::Finding;
use detect::finding::{Launches, Place, Respawner};

use super::ink::Ink;
use super::layout::{GUTTER, Page, Span, faint, left, listed, plain, right, strong, width};
use super::{safe, tell_left_out};
use crate::numbers::{count, counted};
use crate::words::word;

/// How many rows the table has. Seventeen regions with a type each fit.
const PLACES_TOLD_MAX: usize = 20;
/// How many machines are named. Enough to look at one; all of them are for a script.
const INSTANCES_TOLD_MAX: usize = 6;
/// How many respawners are told. A known campaign made fourteen groups.
const RESPAWNERS_TOLD_MAX: usize = 16;
/// How many reasons of refusal.
const REFUSALS_TOLD_MAX: usize = 6;

/// Columns for a type at most: `fargate 16 vCPU / 32 GB`. Less where the page is narrow.
const UNIT_COLUMNS_MAX: usize = 24;
/// Columns for a region at most: `ap-southeast-1`.
const REGION_COLUMNS_MAX: usize = 14;
/// Columns for a number, and how many there are.
const NUMBER_COLUMNS: usize = 8;
const NUMBERS: usize = 5;
/// How far everything is set in.
const INDENT: usize = 3;

/// Writes the table, the reasons of refusal, the machines and the respawners.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    let launches = &finding.launches;
    if launches.places.is_empty() && launches.respawners.is_empty() {
        return;
    }
    page.section("launched", "");
    if !launches.places.is_empty() {
        table(page, launches);
    }
    refusals(page, launches);
    instances(page, launches);
    respawners(page, launches);
}

/// The columns of the table, measured once.
struct Columns {
    region: usize,
    unit: usize,
}

impl Columns {
    fn over(page: &Page<'_>, launches: &Launches) -> Self {
        let (told, _) = told(&launches.places);
        let region = told.iter().map(|place| width(&place.region)).max().unwrap_or(0);
        let unit = told.iter().map(|place| width(&place.unit)).max().unwrap_or(0);
        let region = region.clamp("region".len(), REGION_COLUMNS_MAX);
        let taken = INDENT + region + 2 + NUMBERS * NUMBER_COLUMNS;
        let room = page.columns().saturating_sub(taken).min(UNIT_COLUMNS_MAX);
        Self { region, unit: unit.clamp("type".len(), room) }
    }

    fn row(&self, region: &str, unit: &str, numbers: Vec<Span>) -> Vec<Span> {
        let (region, unit) = (left(region, self.region), left(unit, self.unit));
        let mut row = vec![plain(format!("{}{region}  {unit}", " ".repeat(INDENT)))];
        row.extend(numbers);
        row
    }
}

fn table(page: &mut Page<'_>, launches: &Launches) {
    let columns = Columns::over(page, launches);
    let titles = ["asked", "started", "ended", "running", "refused"];
    let titles = titles.map(|title| faint(right(title, NUMBER_COLUMNS))).to_vec();
    page.line(columns.row("region", "type", titles));

    let (told, rest) = told(&launches.places);
    let several = launches.places.iter().any(|place| place.account != launches.places[0].account);
    let mut account = None;
    for place in told {
        if several && account != Some(&place.account) {
            account = Some(&place.account);
            page.wrapped(INDENT, vec![faint(format!("account {}", safe::name(&place.account)))]);
        }
        page.line(columns.row(&place.region, &place.unit, numbers(place)));
    }
    if !rest.is_empty() {
        let what = format!("… {} more", count(rest.len() as u64));
        page.line(columns.row(&what, "", numbers(&sum(&rest))));
    }
    if launches.places.len() > 1 {
        let all: Vec<&Place> = launches.places.iter().collect();
        page.line(columns.row("all", "", numbers(&sum(&all))));
    }
}

/// Returns the places to tell, and those that are only added up: the smaller ones, where there are too many.
fn told(places: &[Place]) -> (Vec<&Place>, Vec<&Place>) {
    let mut told: Vec<&Place> = places.iter().collect();
    if told.len() <= PLACES_TOLD_MAX {
        return (told, Vec::new());
    }
    told.sort_by_key(|place| (Reverse(place.requested), *place));
    let rest = told.split_off(PLACES_TOLD_MAX);
    (told, rest)
}

fn numbers(place: &Place) -> Vec<Span> {
    let running = place.started.saturating_sub(place.ended);
    let cell = |number: u64, ink: Ink| match number {
        0 => faint(right("·", NUMBER_COLUMNS)),
        _ => Span::new(right(&count(number), NUMBER_COLUMNS), ink),
    };
    vec![
        cell(place.requested, Ink::Plain),
        cell(place.started, Ink::Plain),
        cell(place.ended, Ink::Plain),
        cell(running, Ink::Against),
        cell(place.refused, Ink::Plain),
    ]
}

/// Returns the sum of places, without a name.
fn sum(places: &[&Place]) -> Place {
    let add =
        |number: fn(&Place) -> u64| places.iter().map(|place| number(place)).fold(0, u64::saturating_add);
    Place {
        account: String::new(),
        region: String::new(),
        unit: String::new(),
        requested: add(|place| place.requested),
        started: add(|place| place.started),
        ended: add(|place| place.ended),
        refused: add(|place| place.refused),
    }
}

fn refusals(page: &mut Page<'_>, launches: &Launches) {
    if launches.refusals.is_empty() {
        return;
    }
    // The commonest reason first; equal ones keep their alphabetical order.
    let mut reasons: Vec<(&String, &u64)> = launches.refusals.iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(a.1));
    let told = reasons.iter().take(REFUSALS_TOLD_MAX);
    let told = told.map(|(reason, calls)| {
        plain(format!("{} in {}", safe::name(reason), counted(**calls, "call"))).whole()
    });
    page.hanging(vec![faint("   refused by")], GUTTER, listed(told.collect()));
    tell_left_out(page, GUTTER, reasons.len(), REFUSALS_TOLD_MAX, "reason");
}

fn instances(page: &mut Page<'_>, launches: &Launches) {
    if launches.instances.is_empty() {
        return;
    }
    let told = launches.instances.iter().take(INSTANCES_TOLD_MAX);
    let told = told.map(|instance| plain(safe::name(instance)).whole()).collect();
    page.hanging(vec![faint("   ids")], GUTTER, listed(told));
    tell_left_out(page, GUTTER, launches.instances.len(), INSTANCES_TOLD_MAX, "machine");
}

fn respawners(page: &mut Page<'_>, launches: &Launches) {
    for (place, respawner) in launches.respawners.iter().take(RESPAWNERS_TOLD_MAX).enumerate() {
        let lead = if place == 0 { "   respawning" } else { "" };
        page.hanging(vec![faint(lead)], GUTTER, respawner_told(respawner, launches.accounts.len() > 1));
    }
    tell_left_out(page, GUTTER, launches.respawners.len(), RESPAWNERS_TOLD_MAX, "respawner");
}

fn respawner_told(respawner: &Respawner, several_accounts: bool) -> Vec<Span> {
    let Respawner { kind, name, account, region, max, ended } = respawner;
    let of = if several_accounts { format!(" of {}", safe::name(account)) } else { String::new() };
    let what = format!("{} {} in {}{of}", word(kind), safe::name(name), safe::name(region));
    let state = match (ended, max) {
        (true, _) => faint("ended"),
        (false, Some(max)) => Span::new(format!("may grow to {}", counted(*max, "machine")), Ink::Notice),
        (false, None) => strong("no ceiling known"),
    };
    vec![plain(what), plain(": "), state.whole()]
}
