//! How it went: a picture of when the calls came, and the calls in order.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::Moment;

use super::chart::{Bar, Percent, Scale, Tick};
use super::headline::date_and_clock;
use super::left_out;
use super::records::{Records, Reference};
use super::shown::Shown;
use crate::numbers::{count, counted, stretch};

/// How many lines are told from the beginning, which shows how they came in.
const FIRST_TOLD_MAX: usize = 12;
/// How many from the end, which shows what they were doing last.
const LAST_TOLD_MAX: usize = 6;
/// How many lines are told at all, with those that are folded away.
///
/// Fewer, and a campaign of 576 calls is cut; more, and one finding outweighs the page.
const LINES_TOLD_MAX: usize = 700;
/// How many bars the picture has. Each is a twelfth of an inch wide on a laptop.
const BARS: i64 = 72;

/// The story.
#[derive(Template)]
#[template(path = "report/story.html")]
pub(super) struct Story {
    activity: Option<Activity>,
    parts: Vec<Part>,
    left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Story {}

/// Lines that are told, or folded away together.
struct Part {
    /// How many lines are folded away; `None` where they are open.
    folded: Option<String>,
    lines: Vec<Line>,
}

struct Line {
    /// The day, where it is not the day of the line before.
    day: Option<String>,
    clock: String,
    machine: String,
    what: Shown,
    times: Option<String>,
    fired: bool,
    record: Reference,
}

/// When the calls came.
struct Activity {
    bars: Vec<Column>,
    fired: Percent,
    ticks: Vec<Tick>,
    most: String,
    told: String,
}

struct Column {
    bar: Bar,
    y: Percent,
    height: Percent,
}

impl Story {
    /// The story of `finding`.
    pub(super) fn of(finding: &Finding, records: &Records<'_>) -> Self {
        let story = &finding.timeline;
        let mut parts: Vec<Part> = Vec::new();
        let mut day = None;
        for (place, moment) in story.iter().take(LINES_TOLD_MAX).enumerate() {
            let is_folded = !is_open(finding, place);
            if parts.last().is_none_or(|part| part.folded.is_some() != is_folded) {
                parts.push(Part { folded: is_folded.then(String::new), lines: Vec::new() });
            }
            let is_new = day != Some(moment.time.day());
            day = Some(moment.time.day());
            let part = parts.last_mut().expect("one was pushed");
            part.lines.push(line(finding, moment, place, is_new, records));
        }
        for part in &mut parts {
            part.folded = part.folded.take().map(|_| counted(part.lines.len() as u64, "more line"));
        }
        Self { activity: activity(finding), parts, left_out: left_out(story.len(), LINES_TOLD_MAX) }
    }
}

/// Whether the line at `place` is open: the beginning, the end, and where the verdict fell.
fn is_open(finding: &Finding, place: usize) -> bool {
    let all = finding.timeline.len().min(LINES_TOLD_MAX);
    all <= FIRST_TOLD_MAX + LAST_TOLD_MAX + 4
        || place < FIRST_TOLD_MAX
        || place + LAST_TOLD_MAX >= all
        || is_where_it_fired(finding, place)
}

/// Whether the line at `place` is that of the launch that crossed the threshold: of one second, the launch comes last.
fn is_where_it_fired(finding: &Finding, place: usize) -> bool {
    let at = |place: usize| finding.timeline[place].time == finding.fired_at;
    at(place) && (place + 1 == finding.timeline.len() || !at(place + 1))
}

fn line(finding: &Finding, moment: &Moment, place: usize, is_new_day: bool, records: &Records<'_>) -> Line {
    let (date, clock) = date_and_clock(moment.time);
    Line {
        day: is_new_day.then_some(date),
        clock,
        machine: moment.time.to_string(),
        what: Shown::sentence(&moment.what),
        times: (moment.count > 1).then(|| count(moment.count)),
        fired: is_where_it_fired(finding, place),
        record: records.refer(&moment.event),
    }
}

/// Returns the picture; `None` where all of it is one moment.
fn activity(finding: &Finding) -> Option<Activity> {
    let story = &finding.timeline;
    let first = story.iter().map(|moment| moment.time).min()?;
    let last = story.iter().map(|moment| moment.time).max()?;
    let length = last.since(first);
    if length <= 0 {
        return None;
    }
    let mut records = [0_u64; BARS as usize];
    for moment in story {
        let bar =
            (moment.time.since(first).saturating_mul(BARS) / length.saturating_add(1)).clamp(0, BARS - 1);
        let counted = &mut records[bar as usize];
        *counted = counted.saturating_add(moment.count);
    }
    let most = records.iter().copied().max().unwrap_or(0);
    let (across, up) = (Scale::new(0.0, BARS as f64), Scale::new(0.0, most as f64));
    let drawn = records.iter().enumerate().filter(|(_, records)| **records > 0);
    let bars = drawn.map(|(place, records)| column(place, *records as f64, across, up)).collect();
    let fired = Scale::new(0.0, length as f64).at(finding.fired_at.since(first) as f64);
    let ticks = [(0.0, first), (1.0, last)].map(|(share, time)| {
        let (date, clock) = date_and_clock(time);
        let same_day = first.day() == last.day();
        Tick::new(Percent::of(share), if same_day { clock } else { format!("{date} {clock}") })
    });
    let sum = records.iter().copied().fold(0, u64::saturating_add);
    Some(Activity {
        bars,
        fired,
        ticks: ticks.into(),
        most: counted(most, "record"),
        told: format!("{} in {}", counted(sum, "record"), stretch(length)),
    })
}

fn column(place: usize, records: f64, across: Scale, up: Scale) -> Column {
    // One call must be seen beside a thousand.
    let height = up.at(records).at_least(Percent::of(0.04));
    let begin = place as f64;
    Column { bar: across.bar(begin, begin + 0.8), y: height.rest(), height }
}
