//! Calls in order: a heading wherever the hand changes, a line for each run of alike calls.

use detect::answers::Call;

use super::super::ink::Ink;
use super::super::layout::{Page, Span, faint, left, plain, right, strong};
use super::super::safe;
use crate::numbers::count;

/// How far everything is set in.
const INDENT: usize = 3;
/// Columns for a time of day and the gap after it.
const CLOCK_COLUMNS: usize = 10;
/// Columns for a region: `ap-northeast-1` is the longest common one.
const REGION_COLUMNS: usize = 14;
/// Columns for what a call was, in a one-line list.
const NAME_COLUMNS: usize = 34;

/// Writes calls, which must be in order.
pub(super) fn tell(page: &mut Page<'_>, calls: &[Call]) {
    if calls.is_empty() {
        return;
    }
    page.section("in order", "UTC");
    let (mut day, mut hand) = (None, None);
    for run in calls.chunk_by(is_alike) {
        let call = &run[0];
        if day != Some(call.time.map(event::Time::day)) {
            day = Some(call.time.map(event::Time::day));
            page.wrapped(INDENT, vec![faint(date(call))]);
        }
        if hand != Some(hand_of(call)) {
            hand = Some(hand_of(call));
            heading(page, call);
        }
        line(page, call, run.len());
    }
}

/// Whether two calls in a row are told as one.
fn is_alike(a: &Call, b: &Call) -> bool {
    let key = |call: &Call| {
        (
            call.name.clone(),
            call.service.clone(),
            call.region.clone(),
            call.account.clone(),
            call.error.clone(),
            call.about.clone(),
            call.time.map(event::Time::day),
        )
    };
    key(a) == key(b) && hand_of(a) == hand_of(b)
}

/// What a hand is told apart by. Programs write the command into their agent, so its family counts.
fn hand_of(call: &Call) -> [String; 5] {
    let agent = detect::profile::agent_family(&call.agent);
    let [principal, session, key, address] =
        [&call.principal, &call.session, &call.key, &call.address].map(|text| text.to_string());
    [principal, session, key, address, agent]
}

fn heading(page: &mut Page<'_>, call: &Call) {
    let mut parts = vec![plain(safe::name(detect::timeline::short(&call.principal)))];
    if !call.session.is_empty() {
        parts.push(plain(format!("/{}", safe::name(&call.session))));
    }
    if !call.key.is_empty() {
        parts.push(faint(format!(" · {}", safe::name(&call.key))));
    }
    if !call.address.is_empty() {
        parts.push(faint(format!(" · {}", safe::name(&call.address))));
    }
    let agent = detect::profile::agent_family(&call.agent);
    if !agent.is_empty() {
        parts.push(faint(format!(" · {}", safe::name(&agent))));
    }
    page.hanging(vec![plain(" ".repeat(INDENT)), faint("── ")], INDENT + 3, parts);
}

fn line(page: &mut Page<'_>, call: &Call, times: usize) {
    let lead = vec![plain(" ".repeat(INDENT)), faint(left(&clock(call), CLOCK_COLUMNS))];
    let mut body = what(call);
    if times > 1 {
        body.push(strong(format!(" ×{}", count(times as u64))));
    }
    let columns = REGION_COLUMNS.max(call.region.len().min(20));
    let room = page.columns() - INDENT - CLOCK_COLUMNS - 2 - columns;
    page.beside(lead, &body, room, vec![plain("  "), faint(right(&call.region, columns))]);
}

/// What was done, to what, and how it ended.
fn what(call: &Call) -> Vec<Span> {
    let ink = if call.changes && call.error.is_empty() { Ink::Strong } else { Ink::Plain };
    let mut body =
        vec![faint(format!("{}:", safe::name(&call.service))), Span::new(safe::name(&call.name), ink)];
    if !call.about.is_empty() {
        body.push(plain(format!(" {}", safe::sentence(&call.about))));
    }
    if !call.error.is_empty() {
        body.push(Span::new(format!(" {}", ending(&call.error)), Ink::Notice));
    }
    if !call.invoked_by.is_empty() {
        body.push(faint(format!(" by {}", safe::name(&call.invoked_by))));
    }
    body
}

/// How a failed call ended: a dry run is a success that nobody pays for.
pub(super) fn ending(error: &str) -> String {
    if error.ends_with("DryRunOperation") {
        return "dry run: it would have been allowed".to_owned();
    }
    format!("refused: {}", safe::name(error))
}

/// A call on one line, in columns that stay where they are.
pub(super) fn one_line(call: &Call) -> Vec<Span> {
    let time = call.time.map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let name = format!("{}:{}", &*call.service, &*call.name);
    let who = match (detect::timeline::short(&call.principal), &*call.session) {
        (name, "") => name.to_owned(),
        (name, session) => format!("{name}/{session}"),
    };
    let mut spans = vec![
        faint(left(&time, 20)),
        plain("  "),
        plain(left(&call.account, 12)),
        plain("  "),
        plain(left(&call.region, REGION_COLUMNS)),
        plain("  "),
        strong(left(&name, NAME_COLUMNS)),
        plain("  "),
        plain(safe::name(&who)),
    ];
    for text in [&call.address, &call.about] {
        if !text.is_empty() {
            spans.extend([plain("  "), plain(safe::name(text))]);
        }
    }
    if !call.error.is_empty() {
        spans.extend([plain("  "), Span::new(safe::name(&call.error), Ink::Notice)]);
    }
    spans.extend([plain("  "), faint(safe::name(&call.event))]);
    spans
}

fn date(call: &Call) -> String {
    match call.time {
        None => "at an unknown time".to_owned(),
        Some(time) => time.to_string().chars().take_while(|letter| *letter != 'T').collect(),
    }
}

fn clock(call: &Call) -> String {
    let text = call.time.map(|time| time.to_string()).unwrap_or_default();
    text.split_once('T').map_or(String::new(), |(_, clock)| clock.trim_end_matches('Z').to_owned())
}
