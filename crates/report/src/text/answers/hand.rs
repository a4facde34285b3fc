//! What calls have in common, in a dozen labelled lines.

use detect::answers::hand::{Count, Hand};

use super::super::facts::origin_told;
use super::super::ink::Ink;
use super::super::layout::{Page, Span, dotted, faint, listed, plain, strong};
use super::counted_values;
use crate::numbers::{count, counted, stretch};

/// How many values of a list are told: enough for an attacker's, few enough for a screen.
const VALUES_TOLD_MAX: usize = 8;

/// Writes a profile.
pub(super) fn tell(page: &mut Page<'_>, hand: &Hand) {
    if hand.calls == 0 {
        page.wrapped(1, vec![strong("No such call in these logs.")]);
        return;
    }
    page.labelled("calls", numbers(hand));
    if let (Some(first), Some(last)) = (hand.first, hand.last) {
        let days = format!("on {}", counted(hand.days, "day"));
        let span = format!("{first} to {last} ({})", stretch(last.since(first)));
        page.labelled("seen", dotted(vec![plain(span).whole(), plain(days).whole()]));
    }
    for (label, values) in lists(hand) {
        if !values.is_empty() {
            page.labelled(label, counted_values(values, VALUES_TOLD_MAX));
        }
        if label == "from" {
            origins(page, hand);
        }
    }
    launched(page, hand);
}

fn lists(hand: &Hand) -> [(&'static str, &[Count]); 11] {
    // Networks say something only where several addresses share them.
    let networks: &[Count] = if hand.networks.len() < hand.addresses.len() { &hand.networks } else { &[] };
    [
        ("principals", &hand.principals),
        ("sessions", &hand.sessions),
        ("keys", &hand.keys),
        ("instances", &hand.instances),
        ("from", &hand.addresses),
        ("networks", networks),
        ("with", &hand.agents),
        ("accounts", &hand.accounts),
        ("regions", &hand.regions),
        ("what", &hand.names),
        ("errors", &hand.errors),
    ]
}

/// Writes where the addresses are, as far as is known.
fn origins(page: &mut Page<'_>, hand: &Hand) {
    if hand.origins.is_empty() {
        return;
    }
    let told = hand.origins.iter().take(VALUES_TOLD_MAX).map(|origin| plain(origin_told(origin)).whole());
    page.labelled("whose", listed(told.collect()));
}

fn numbers(hand: &Hand) -> Vec<Span> {
    let changes = if hand.changes > 0 { Ink::Strong } else { Ink::Plain };
    let mut parts = vec![
        strong(count(hand.calls)).whole(),
        Span::new(format!("{} changed something", count(hand.changes)), changes).whole(),
        plain(format!("{} only read", count(hand.reads))).whole(),
        plain(format!("{} failed", count(hand.failed))).whole(),
    ];
    if hand.by_service > 0 {
        parts.push(plain(format!("{} by an AWS service on its behalf", count(hand.by_service))).whole());
    }
    dotted(parts)
}

fn launched(page: &mut Page<'_>, hand: &Hand) {
    if hand.asked.is_empty() && hand.started == 0 && hand.launches_refused + hand.dry_runs == 0 {
        return;
    }
    let ink = if hand.started > 0 { Ink::Against } else { Ink::Plain };
    let mut parts = vec![Span::new(format!("{} started", count(hand.started)), ink).whole()];
    let asked = hand.asked.iter().take(VALUES_TOLD_MAX);
    parts.extend(
        asked.map(|asked| plain(format!("{} × {} asked for", count(asked.calls), asked.value)).whole()),
    );
    if hand.launches_refused > 0 {
        parts.push(plain(counted(hand.launches_refused, "refused call")).whole());
    }
    if hand.dry_runs > 0 {
        parts.push(plain(counted(hand.dry_runs, "dry run")).whole());
    }
    parts.extend(
        super::super::left_out(hand.asked.len(), VALUES_TOLD_MAX)
            .map(|more| faint(format!("{more} more types"))),
    );
    page.labelled("launched", dotted(parts));
}
