//! What a hand was, became and touched, with how each thing is undone.

use detect::answers::actor::{Group, Touched};
use detect::finding::Link;

use super::super::ink::Ink;
use super::super::layout::{Page, Span, faint, left, plain, strong};
use super::super::{Style, safe, tell_left_out};
use super::{hand, not_kept, reading};
use crate::answers::Actor;
use crate::numbers::count;

/// How many links of a lineage, and how many things of a kind, are told.
const TOLD_MAX: usize = 40;
/// How many refused attempts of a kind are told: they need no undoing.
const REFUSED_TOLD_MAX: usize = 12;
/// How far everything is set in.
const INDENT: usize = 3;
/// Columns for a date, a time and the gap after them.
const TIME_COLUMNS: usize = 18;

/// Returns what a hand did.
#[must_use]
pub fn actor(actor: &Actor<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    page.rule();
    page.wrapped(1, vec![strong(safe::sentence(actor.asked))]);
    verdict(&mut page, actor);
    page.blank();
    hand::tell(&mut page, &actor.deeds.profile);
    not_kept(&mut page, actor.not_kept_from);
    if actor.limit_reached {
        let what = "It issued more credentials than can be followed: what the later ones did is not here.";
        page.labelled("NOT ALL", vec![Span::new(what, Ink::Notice)]);
    }
    if !actor.deeds.other_accounts.is_empty() {
        let accounts: Vec<Span> = actor
            .deeds
            .other_accounts
            .iter()
            .take(TOLD_MAX)
            .map(|account| Span::new(safe::name(account), Ink::Notice))
            .collect();
        page.labelled(
            "reached",
            [vec![plain("other accounts: ")], super::super::layout::listed(accounts)].concat(),
        );
    }
    links(&mut page, "where it came from", actor.came_from);
    links(&mut page, "what it issued and made", actor.became);
    for group in &actor.deeds.touched {
        tell(&mut page, group);
    }
    reading::tell(&mut page, actor.read);
    page.into_text()
}

/// Writes how much there is to undo, the first thing that is asked.
fn verdict(page: &mut Page<'_>, actor: &Actor<'_>) {
    if actor.deeds.profile.calls == 0 {
        return;
    }
    let parts: Vec<String> = actor
        .deeds
        .touched
        .iter()
        .filter(|group| !group.done.is_empty())
        .map(|group| format!("{} ({})", group.touch.title(), count(group.done.len() as u64)))
        .collect();
    let what = if parts.is_empty() {
        "Nothing that needs undoing in these logs.".to_owned()
    } else {
        format!("To look at and to undo: {}.", parts.join(", "))
    };
    page.wrapped(1, vec![Span::new(what, if parts.is_empty() { Ink::Plain } else { Ink::Notice })]);
}

fn links(page: &mut Page<'_>, title: &str, links: &[Link]) {
    if links.is_empty() {
        return;
    }
    page.section(title, "UTC");
    for link in links.iter().take(TOLD_MAX) {
        let body = vec![
            plain(safe::name(&link.from)),
            faint(format!(" {} ", safe::name(&link.by))),
            plain("→ "),
            strong(safe::name(&link.to)),
        ];
        page.hanging(lead(Some(link.time)), INDENT + TIME_COLUMNS, body);
    }
    tell_left_out(page, INDENT, links.len(), TOLD_MAX, "link");
}

fn lead(time: Option<event::Time>) -> Vec<Span> {
    let text = time.map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let minute: String = text.replace('T', " ").chars().take(16).collect();
    vec![plain(" ".repeat(INDENT)), faint(left(&minute, TIME_COLUMNS))]
}

fn tell(page: &mut Page<'_>, group: &Group) {
    page.section(group.touch.title(), "");
    for alike in group.done[..group.done.len().min(TOLD_MAX)].chunk_by(|a, b| a.undo == b.undo) {
        alike.iter().for_each(|touched| line(page, touched));
        let undo = alike[0].undo;
        page.wrapped(INDENT + TIME_COLUMNS, vec![Span::new(format!("→ {undo}"), Ink::For)]);
    }
    tell_left_out(page, INDENT, group.done.len(), TOLD_MAX, "thing");
    for touched in group.refused.iter().take(REFUSED_TOLD_MAX) {
        line(page, touched);
    }
    tell_left_out(page, INDENT, group.refused.len(), REFUSED_TOLD_MAX, "refused attempt");
}

fn line(page: &mut Page<'_>, touched: &Touched) {
    let ink = if touched.error.is_empty() { Ink::Strong } else { Ink::Plain };
    let mut body = vec![
        faint(format!("{}:", safe::name(&touched.service))),
        Span::new(safe::name(&touched.name), ink),
        plain(format!(" {}", safe::sentence(&touched.about))),
        faint(format!(" in {}", safe::name(&touched.region))),
    ];
    if touched.calls > 1 {
        body.push(strong(format!(" ×{}", count(touched.calls))));
    }
    if !touched.error.is_empty() {
        body.push(Span::new(format!(" {}", super::calls::ending(&touched.error)), Ink::Notice));
    }
    body.push(faint(format!(" by {} from {}", safe::name(&touched.by), safe::name(&touched.from))));
    page.hanging(lead(touched.first), INDENT + TIME_COLUMNS, body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_told_and_not_a_second() {
        let time = event::Time::parse("2026-05-10T23:35:07Z");
        let text: String = lead(time).iter().map(|span| format!("{span:?}")).collect();
        assert!(text.contains("2026-05-10 23:35 "), "{text}");
    }
}
