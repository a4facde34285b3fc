//! What it costs: so far, and with each further hour; and when a bill would have told.
//!
//! The past is the finding's own curve, which turns where machines start and end.
//!
//! Blind spots: prices are a list's, and a bill has more on it; what a budget would have told
//! depends on its threshold, which no log holds, so only when it could have is drawn.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::Cost;
use event::Time;
use event::time::{DAY, HOUR};

use super::chart::{Bar, Percent, Scale, Tick, round_values};
use super::headline::readable;
use super::left_out;
use super::shown::Shown;
use crate::numbers::{dollars, stretch};

/// How long after use the cost data that budgets and anomaly alerts look at is there, in seconds.
///
/// Budgets are evaluated when cost data is updated: up to three times a day, typically 8 to 12 hours
/// after the update before (AWS Cost Management user guide). So 8 hours is early.
const BILLED_AFTER: i64 = 8 * HOUR;
/// How far the curve looks ahead, in seconds.
const AHEAD: i64 = DAY;
/// The hours ahead that the table tells.
const HOURS_TOLD: [u32; 4] = [1, 6, 12, 24];
/// How many assumptions are told.
const ASSUMPTIONS_TOLD_MAX: usize = 12;
/// The plane in which the curve is drawn, in units; it is stretched to the chart.
const PLANE: f64 = 1_000.0;

/// The money.
#[derive(Template)]
#[template(path = "report/cost.html")]
pub(super) struct CostTold {
    sentence: String,
    rates: Vec<Rate>,
    burn: Option<Burn>,
    basis: Vec<String>,
    assumptions: Vec<Shown>,
    assumptions_left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for CostTold {}

/// What an hour costs, if.
struct Rate {
    label: &'static str,
    ink: &'static str,
    bar: Bar,
    told: String,
}

/// The curve.
struct Burn {
    past: String,
    /// What is to come; `None` where nothing runs.
    ahead: Option<String>,
    ceiling: Option<String>,
    area: String,
    /// Where the logs end; `None` beyond the picture.
    now: Option<Percent>,
    now_anchor: &'static str,
    lines: Vec<Line>,
    times: Vec<Tick>,
    alert: Option<Percent>,
    alert_told: String,
    rows: Vec<Row>,
    has_ceiling: bool,
    told: String,
}

struct Line {
    y: Percent,
    label: String,
}

/// What it will have cost.
struct Row {
    when: String,
    sum: String,
    at_ceiling: String,
}

impl CostTold {
    /// The money of `finding`.
    pub(super) fn of(finding: &Finding) -> Self {
        let cost = &finding.cost;
        let assumptions = &cost.assumptions;
        Self {
            sentence: sentence(cost),
            rates: rates(cost),
            burn: burn(finding),
            basis: [alerted(cost), basis(cost)].concat(),
            assumptions: assumptions
                .iter()
                .take(ASSUMPTIONS_TOLD_MAX)
                .map(|text| Shown::sentence(text))
                .collect(),
            assumptions_left_out: left_out(assumptions.len(), ASSUMPTIONS_TOLD_MAX),
        }
    }
}

fn sentence(cost: &Cost) -> String {
    match (cost.per_hour > 0.0, cost.so_far > 0.0) {
        (true, _) => format!(
            "{} so far. Each further hour costs {}; the next 24 hours cost {} if nothing is done.",
            dollars(cost.so_far),
            dollars(cost.per_hour),
            dollars(cost.next_24h),
        ),
        (false, true) => {
            format!("{} in all. Nothing runs now, as far as the logs tell.", dollars(cost.so_far))
        }
        (false, false) => "Nothing yet, as far as the logs tell.".to_owned(),
    }
}

/// Returns the rates that tell something: now, all that was asked for, all grown to its ceiling.
fn rates(cost: &Cost) -> Vec<Rate> {
    let ceiling = if cost.ceiling_per_hour > cost.per_hour { cost.ceiling_per_hour } else { 0.0 };
    let rates = [
        ("running now", "against", cost.per_hour),
        ("all that was asked for", "asked", cost.asked_per_hour),
        ("all respawners grown", "asked", ceiling),
    ];
    let most = rates.iter().map(|(_, _, rate)| *rate).fold(0.0, f64::max);
    let scale = Scale::new(0.0, most);
    let told = rates.into_iter().filter(|(_, _, rate)| most > 0.0 && *rate > 0.0);
    told.map(|(label, ink, rate)| Rate {
        label,
        ink,
        bar: scale.bar(0.0, rate),
        told: format!("{} an hour", dollars(rate)),
    })
    .collect()
}

/// Returns the curve; `None` where nothing ever ran.
fn burn(finding: &Finding) -> Option<Burn> {
    let cost = &finding.cost;
    let as_of = cost.as_of.filter(|_| cost.per_hour > 0.0 || cost.so_far > 0.0)?;
    let runs = cost.per_hour > 0.0;
    let past = as_of.since(finding.first_seen).max(1);
    let end = if runs { past.saturating_add(AHEAD) } else { after_the_last(finding, past) };
    let total = cost.so_far + cost.next_24h;
    // Some room above the curve, for the labels.
    let (across, up) = (Scale::new(0.0, end as f64), Scale::new(0.0, total * 1.08));
    let plane = Plane { across, up };
    let so_far = so_far(finding, past);
    let (now, then) = ((past as f64, cost.so_far), (end as f64, total));
    let below = so_far.iter().copied().chain([then, (end as f64, 0.0)]).collect::<Vec<_>>();
    let has_ceiling = runs && cost.ceiling_per_hour > cost.per_hour;
    let now_at = Some(across.at(past as f64)).filter(|_| past <= end);
    let end_told = match (runs, past <= end) {
        (true, _) => "+24 hours".to_owned(),
        (false, true) => "end of the logs".to_owned(),
        (false, false) => readable(finding.first_seen.plus(end)),
    };
    Some(Burn {
        past: plane.line(&so_far),
        ahead: runs.then(|| plane.line(&[now, then])),
        area: plane.line(&below),
        ceiling: has_ceiling
            .then(|| plane.toward(now, cost.ceiling_per_hour / HOUR as f64, (end as f64, total * 1.08))),
        now: now_at,
        now_anchor: now_at.map_or("", |at| Tick::new(at, String::new()).anchor),
        // The base line is zero, and needs no label.
        lines: round_values(total, 4)
            .into_iter()
            .skip(1)
            .map(|value| Line { y: up.at(value).rest(), label: dollars(value) })
            .collect(),
        times: vec![
            Tick::new(Percent::of(0.0), "first record".to_owned()),
            Tick::new(Percent::of(1.0), end_told),
        ],
        alert: Some(across.at(BILLED_AFTER as f64)).filter(|_| BILLED_AFTER <= end),
        alert_told: alert(finding, past),
        rows: HOURS_TOLD.iter().filter(|_| runs).map(|hours| row(*hours, cost, has_ceiling)).collect(),
        has_ceiling,
        told: told(cost, past, as_of),
    })
}

fn told(cost: &Cost, past: i64, as_of: Time) -> String {
    let so_far = format!(
        "From the first record {} took {} to {}",
        dollars(cost.so_far),
        stretch(past),
        readable(as_of)
    );
    match cost.per_hour > 0.0 {
        true => format!("{so_far}; 24 hours later it is {}.", dollars(cost.so_far + cost.next_24h)),
        false => format!("{so_far}; nothing runs now."),
    }
}

/// What it had cost, from the first record to the end of the logs, in seconds and dollars.
fn so_far(finding: &Finding, past: i64) -> Vec<(f64, f64)> {
    let points = finding.cost.curve.iter().map(|point| {
        let seconds = point.time.since(finding.first_seen).clamp(0, past);
        (seconds as f64, point.so_far)
    });
    std::iter::once((0.0, 0.0)).chain(points).chain([(past as f64, finding.cost.so_far)]).collect()
}

/// A plane in which positions are units and not percent, as paths need them.
struct Plane {
    across: Scale,
    up: Scale,
}

impl Plane {
    fn line(&self, points: &[(f64, f64)]) -> String {
        let units = |percent: Percent| format!("{:.1}", percent.share() * PLANE);
        let points = points
            .iter()
            .map(|(x, y)| format!("{},{}", units(self.across.at(*x)), units(self.up.at(*y).rest())));
        points.collect::<Vec<_>>().join(" ")
    }

    /// A line from `from` that rises by `slope`, until it leaves the plane at one of `ends`.
    fn toward(&self, from: (f64, f64), slope: f64, ends: (f64, f64)) -> String {
        let until_top = (ends.1 - from.1) / slope;
        let run = until_top.min(ends.0 - from.0);
        self.line(&[from, (from.0 + run, from.1 + slope * run)])
    }
}

/// Returns when cost data could first have told, with what it had cost by then.
fn alert(finding: &Finding, past: i64) -> String {
    let cost = &finding.cost;
    // Where the logs end earlier, the sum goes on at the present rate.
    let by_then = if past >= BILLED_AFTER {
        between(&so_far(finding, past), BILLED_AFTER as f64)
    } else {
        cost.so_far + cost.per_hour * (BILLED_AFTER - past) as f64 / HOUR as f64
    };
    format!(
        "Budgets are evaluated when cost data comes, some 8 to 12 hours apart: an alert could tell after about {} at the earliest, if its threshold is below that.",
        dollars(by_then)
    )
}

/// Returns where the picture of what ended ends: a quarter beyond the last change, or with the logs.
fn after_the_last(finding: &Finding, past: i64) -> i64 {
    let last =
        so_far(finding, past).iter().find(|(_, sum)| *sum >= finding.cost.so_far).map(|(at, _)| *at as i64);
    last.map_or(past, |last| last.saturating_add(last / 4).clamp(1, past))
}

/// The height of a curve at `x`, straight between its points.
fn between(curve: &[(f64, f64)], x: f64) -> f64 {
    let after = curve.partition_point(|point| point.0 < x);
    match (curve.get(after.wrapping_sub(1)), curve.get(after)) {
        (Some(a), Some(b)) if b.0 > a.0 => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        (_, Some(only)) | (Some(only), None) => only.1,
        (None, None) => 0.0,
    }
}

fn row(hours: u32, cost: &Cost, has_ceiling: bool) -> Row {
    let share = f64::from(hours) / 24.0;
    let at_ceiling = cost.so_far + cost.ceiling_per_hour * f64::from(hours);
    Row {
        when: if hours == 1 { "in 1 hour".to_owned() } else { format!("in {hours} hours") },
        sum: dollars(cost.so_far + cost.next_24h * share),
        at_ceiling: if has_ceiling { dollars(at_ceiling) } else { String::new() },
    }
}

/// What bills say, and when something about cost could first have told.
fn alerted(cost: &Cost) -> Vec<String> {
    let billed = cost.billed.as_ref().map(|billed| {
        let list = billed.list_price.map_or(String::new(), |list| format!(" (list price {})", dollars(list)));
        format!("Billed: {}{list} for {} machine hours.", dollars(billed.cost), billed.machine_hours)
    });
    let alert = cost.first_alert.as_ref().map(|alert| format!("Cost alerts: {}.", alert.says));
    billed.into_iter().chain(alert).collect()
}

fn basis(cost: &Cost) -> Vec<String> {
    if cost.per_hour <= 0.0 && cost.so_far <= 0.0 && cost.asked_per_hour <= 0.0 {
        return Vec::new();
    }
    let counted = cost.as_of.map(|as_of| format!("Counted until {}.", readable(as_of)));
    let prices = (!cost.prices.is_empty()).then(|| format!("Prices: {}.", cost.prices));
    counted.into_iter().chain(prices).collect()
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn a_curve_is_straight_between_its_points() {
        let curve = [(0.0, 0.0), (10.0, 0.0), (20.0, 50.0)];
        assert_eq!([5.0, 15.0, 20.0, 99.0].map(|x| between(&curve, x)), [0.0, 25.0, 50.0, 50.0]);
        assert_eq!(between(&[], 1.0), 0.0);
    }
}
