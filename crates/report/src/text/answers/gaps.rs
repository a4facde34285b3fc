//! What the logs do not show, the gravest first.

use std::collections::BTreeMap;

use detect::answers::gaps::{Missing, Tampering};
use detect::coverage::Gap;

use super::super::ink::Ink;
use super::super::layout::{Page, Span, dotted, faint, listed, plain, strong};
use super::super::{Style, safe, tell_left_out};
use super::reading;
use crate::answers::GapsTold;
use crate::numbers::{count, counted, stretch};

/// How many gaps, and how many calls against trails, are told, the longest or first ones.
const TOLD_MAX: usize = 30;
/// How many accounts are named beside what they lack.
const ACCOUNTS_TOLD_MAX: usize = 12;
/// How far everything is set in.
const INDENT: usize = 3;

/// Returns what the logs do not show.
#[must_use]
pub fn gaps(told: &GapsTold<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    page.rule();
    headline(&mut page, told);
    page.blank();
    covered(&mut page, told);
    tampering(&mut page, &told.gaps.tampering);
    silent(&mut page, &told.gaps.silent);
    missing(&mut page, &told.gaps.missing);
    passed_over(&mut page, told);
    reading::tell(&mut page, told.read);
    page.into_text()
}

fn headline(page: &mut Page<'_>, told: &GapsTold<'_>) {
    let (silent, missing) = (told.gaps.silent.len() as u64, told.gaps.missing.len() as u64);
    let unread = told.read.objects.failed + told.read.rejected;
    let what = if silent + missing + unread == 0 {
        "No gap that these logs themselves could show.".to_owned()
    } else {
        format!(
            "Silent times: {}. Kinds of records that are missing: {}. Files and records that could not be read: {}.",
            count(silent),
            count(missing),
            count(unread),
        )
    };
    page.wrapped(1, vec![strong(what)]);
}

fn covered(page: &mut Page<'_>, told: &GapsTold<'_>) {
    let gaps = told.gaps;
    let span = match (gaps.first, gaps.last) {
        (Some(first), Some(last)) => {
            plain(format!("{first} to {last} ({})", stretch(last.since(first)))).whole()
        }
        _ => Span::new("no record with a time", Ink::Notice),
    };
    page.labelled("covered", vec![span]);
    for (what, names) in [("account", &gaps.accounts), ("region", &gaps.regions)] {
        let named = names.iter().take(TOLD_MAX).map(|name| plain(safe::name(name)).whole()).collect();
        let number = faint(format!("{}: ", counted(names.len() as u64, what))).whole();
        page.unlabelled([vec![number], listed(named)].concat());
        tell_left_out(page, super::super::layout::GUTTER, names.len(), TOLD_MAX, what);
    }
    if gaps.limit_reached {
        page.labelled(
            "NOT ALL",
            vec![Span::new("more places than can be remembered: some are not here", Ink::Notice)],
        );
    }
}

/// Writes who switched logs off: silence after that is no accident.
fn tampering(page: &mut Page<'_>, tampering: &[Tampering]) {
    if tampering.is_empty() {
        return;
    }
    page.section("calls against trails and detectors", "UTC");
    for Tampering { time, account, region, name, principal, error, event: _ } in
        tampering.iter().take(TOLD_MAX)
    {
        let mut body = vec![
            strong(safe::name(name)),
            plain(format!(" in {} of {}", safe::name(region), safe::name(account))),
            faint(format!(" by {}", safe::name(detect::timeline::short(principal)))),
        ];
        if !error.is_empty() {
            body.push(Span::new(format!(" refused: {}", safe::name(error)), Ink::Notice));
        }
        page.hanging(vec![plain(" ".repeat(INDENT)), faint(format!("{time}  "))], INDENT + 22, body);
    }
    tell_left_out(page, INDENT, tampering.len(), TOLD_MAX, "call");
}

fn silent(page: &mut Page<'_>, silent: &[Gap]) {
    if silent.is_empty() {
        return;
    }
    page.section("silence where there usually are records", "longest first");
    let mut longest: Vec<&Gap> = silent.iter().collect();
    longest.sort_by_key(|gap| (gap.from.since(gap.until), *gap));
    for Gap { account, region, from, until } in longest.into_iter().take(TOLD_MAX) {
        let what = vec![
            Span::new(stretch(until.since(*from)), Ink::Notice).whole(),
            plain(format!("  {} of {}", safe::name(region), safe::name(account))),
            faint(format!("  {from} to {until}")),
        ];
        page.wrapped(INDENT, what);
    }
    tell_left_out(page, INDENT, silent.len(), TOLD_MAX, "shorter stretch");
}

/// Writes each kind once, with the accounts that lack it: an organisation has a thousand.
fn missing(page: &mut Page<'_>, missing: &[Missing]) {
    if missing.is_empty() {
        return;
    }
    page.section("records that are missing", "");
    let mut kinds: BTreeMap<&str, Vec<&Missing>> = BTreeMap::new();
    for one in missing {
        kinds.entry(one.kind).or_default().push(one);
    }
    for (kind, all) in kinds {
        let first = all[0];
        page.wrapped(INDENT, vec![strong(kind), plain(format!("  {}", safe::sentence(&first.what)))]);
        page.wrapped(INDENT + 2, vec![faint(format!("→ {}", first.remedy))]);
        if all.len() > 1 {
            let accounts = all.iter().skip(1).take(ACCOUNTS_TOLD_MAX).map(|one| plain(place(one)).whole());
            page.wrapped(INDENT + 2, [vec![faint("likewise: ")], listed(accounts.collect())].concat());
            tell_left_out(page, INDENT + 2, all.len() - 1, ACCOUNTS_TOLD_MAX, "like it");
        }
    }
}

fn place(missing: &Missing) -> String {
    match missing.region.as_str() {
        "" => safe::name(&missing.account),
        region => format!("{} in {}", safe::name(&missing.account), safe::name(region)),
    }
}

fn passed_over(page: &mut Page<'_>, told: &GapsTold<'_>) {
    for (label, reasons) in [("skipped", &told.skipped), ("limits", &told.limits_reached)] {
        if !reasons.is_empty() {
            let parts =
                reasons.iter().map(|(reason, times)| plain(format!("{reason} ×{}", count(*times))).whole());
            page.blank();
            page.labelled(label, dotted(parts.collect()));
        }
    }
}
