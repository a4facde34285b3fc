//! Text that attackers wrote, in every field that can hold it.

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::Suppressed;
use report::Summary;
use report::summary::{FailedObject, RejectedRecord};
use report::text::{self, Style};

use crate::samples;

/// What a terminal must never be sent.
const ATTACKS: [&str; 12] = [
    "\u{1b}[2J\u{1b}[H\u{1b}[31mALL CLEAR",
    "\u{1b}]8;;https://evil.example\u{7}arn:aws:iam::111122223333:role/x\u{1b}]8;;\u{7}",
    "\u{1b}]52;c;Y3VybA==\u{7}",
    "\u{9b}31mred\u{9b}0m",
    "evil\rSEVERITY=info",
    "x\n 1 raised, and then closed by alice",
    "role/\u{202e}nimda\u{202c}",
    "\u{2066}isolated\u{2069}",
    "adm\u{200b}in\u{feff}",
    "a\0b\u{7f}c\td",
    "Z\u{351}\u{301}\u{36b}a\u{e0041}l\u{2028}g\u{2029}o",
    "ไทย 中文字符 \u{1f600}\u{200d}\u{1f525} العربية",
];

/// Puts `text` into every field of a finding that a record can reach.
pub(crate) fn poisoned(text: &str) -> Finding {
    let mut told = samples::respawners();
    let poison = || text.to_owned();
    (told.id, told.title, told.summary) = (poison(), poison(), poison());
    for principal in &mut told.principals {
        (principal.arn, principal.account, principal.instance_id) = (poison(), poison(), Some(poison()));
        principal.access_keys = vec![poison(); 3];
    }
    for origin in &mut told.origins {
        (origin.address, origin.network) = (poison(), poison());
    }
    for place in &mut told.launches.places {
        (place.account, place.region, place.unit) = (poison(), poison(), poison());
    }
    told.launches.places[0].account = "another".to_owned();
    for respawner in &mut told.launches.respawners {
        (respawner.name, respawner.account, respawner.region) = (poison(), poison(), poison());
    }
    told.launches.regions = vec![poison()];
    told.launches.accounts = vec![poison(), poison()];
    told.launches.types = BTreeMap::from([(poison(), 7)]);
    told.launches.instances = vec![poison(); 3];
    told.launches.refusals = BTreeMap::from([(poison(), 7)]);
    told.cost.assumptions = vec![poison()];
    for signal in &mut told.signals {
        (signal.sentence, signal.events) = (poison(), vec![poison()]);
    }
    told.attack.v18 = vec![poison()];
    told.timeline = samples::gpu_fleet().timeline;
    for moment in &mut told.timeline {
        (moment.what, moment.event) = (poison(), poison());
    }
    for (place, link) in told.lineage.iter_mut().enumerate() {
        (link.event, link.by) = (poison(), poison());
        (link.from, link.to) = (format!("arn:aws:iam::{text}:{place}{text}"), format!("{text}{place}"));
    }
    told.actions = samples::gpu_fleet().actions;
    for action in &mut told.actions {
        (action.what, action.why, action.commands) =
            (poison(), poison(), vec![poison(), format!("aws '{text}'")]);
    }
    told.caveats = vec![poison()];
    told
}

/// A summary with `text` wherever a file name or a record can put it.
pub(crate) fn poisoned_summary(text: &str, findings: &[Finding]) -> Summary {
    let mut summary = samples::summary(findings);
    let poison = || text.to_owned();
    summary.skipped = BTreeMap::from([(poison(), 7)]);
    summary.failed = vec![FailedObject { object: poison(), reason: poison() }];
    summary.rejected = vec![RejectedRecord { object: poison(), record: 1, reason: poison() }];
    summary.limits_reached = BTreeMap::from([(poison(), 7)]);
    summary.coverage.accounts = vec![poison()];
    summary.coverage.regions = vec![poison()];
    for gap in &mut summary.coverage.gaps {
        (gap.account, gap.region) = (poison(), poison());
    }
    for table in &mut summary.tables {
        (table.name, table.date) = (poison(), poison());
    }
    summary
}

/// A finding and its suppressed twin, poisoned.
pub(crate) fn poisoned_pair(text: &str) -> [Finding; 2] {
    let mut suppressed = poisoned(text);
    suppressed.suppressed = Some(Suppressed { by: text.to_owned(), reason: text.to_owned() });
    [poisoned(text), suppressed]
}

#[test]
fn no_field_reaches_the_terminal_as_it_was_written() {
    for attack in ATTACKS {
        let findings = poisoned_pair(attack);
        let summary = poisoned_summary(attack, &findings);
        let page = text::findings(&findings, &summary, &Style::plain(80));
        let offender = page.chars().find(|character| *character != '\n' && is_dangerous(*character));
        assert_eq!(offender, None, "{attack:?}");
    }
}

/// Judged apart from the code under test, by plain ranges.
fn is_dangerous(character: char) -> bool {
    matches!(u32::from(character),
        0..0x20 | 0x7f..0xa0 | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0x300..0x370
        | 0xe0000..=0xe0fff)
}

#[test]
fn a_page_of_hostile_text_is_still_a_page() {
    let attack = ATTACKS[0..7].concat();
    let findings = poisoned_pair(&attack);
    let summary = poisoned_summary(&attack, &findings);
    insta::assert_snapshot!("hostile_80", text::findings(&findings, &summary, &Style::plain(80)));
}

#[test]
fn a_megabyte_in_every_field_does_not_fill_the_screen() {
    let findings = poisoned_pair(&"A".repeat(1 << 20));
    let summary = poisoned_summary(&"A".repeat(1 << 20), &findings);
    let page = text::findings(&findings, &summary, &Style::plain(80));
    assert!(page.len() < 80_000, "{} bytes", page.len());
}
