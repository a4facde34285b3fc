//! Text that attackers wrote, in every field that can hold it.

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::{Attack, Moment, Suppressed};
use proptest::prelude::*;
use report::Summary;
use report::html::html;
use report::summary::{FailedObject, RejectedRecord};
use scraper::Html;

use crate::samples;
use crate::structure::all;

/// What a page must never take for its own.
const ATTACKS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</title></style></svg></details><iframe src=https://evil.example></iframe>",
    "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">all clear</a>",
    "<!-- --><![CDATA[<b>]]><?x?>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "{{ 7*7 }}{% raw %}&lt;b&gt;&#60;b&#62;",
    "role/\u{202e}nimda\u{202c}\u{2066}adm\u{200b}in\u{feff}",
    "a\0b\u{7f}c\td\u{1b}[2J\u{85}\u{2028}",
    "x\" style=\"position:fixed;inset:0\" onmouseover=\"alert(1)",
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
    for respawner in &mut told.launches.respawners {
        (respawner.name, respawner.account, respawner.region) = (poison(), poison(), poison());
    }
    (told.launches.regions, told.launches.accounts) = (vec![poison()], vec![poison(), poison()]);
    told.launches.types = BTreeMap::from([(poison(), 7)]);
    told.launches.instances = vec![poison(); 3];
    told.launches.refusals = BTreeMap::from([(poison(), 7)]);
    told.cost.assumptions = vec![poison()];
    for signal in &mut told.signals {
        (signal.sentence, signal.events) = (poison(), vec![poison(), format!("{text}2")]);
    }
    told.attack = Attack { v18: vec![poison()], v19: vec![poison()] };
    let moment = |number: i64| Moment {
        time: samples::at("03:00:00").plus(number),
        event: format!("{text}{number}"),
        what: poison(),
        count: 2,
    };
    told.timeline = (0..40).map(moment).collect();
    for (place, link) in told.lineage.iter_mut().enumerate() {
        (link.event, link.by) = (poison(), poison());
        (link.from, link.to) = (format!("arn:aws:iam::{text}:{place}{text}"), format!("{text}{place}"));
    }
    told.actions = samples::gpu_fleet().actions;
    for action in &mut told.actions {
        (action.what, action.why, action.commands) = (poison(), poison(), vec![format!("aws '{text}'"); 9]);
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
    (summary.coverage.accounts, summary.coverage.regions) = (vec![poison()], vec![poison()]);
    for gap in &mut summary.coverage.gaps {
        (gap.account, gap.region) = (poison(), poison());
    }
    for table in &mut summary.tables {
        (table.name, table.date) = (poison(), poison());
    }
    summary
}

/// The page of two findings and a suppressed one, poisoned.
pub(crate) fn poisoned_page(text: &str) -> String {
    let mut suppressed = poisoned(text);
    suppressed.suppressed = Some(Suppressed { by: text.to_owned(), reason: text.to_owned() });
    let findings = [poisoned(text), poisoned(text), suppressed];
    html(&findings, &poisoned_summary(text, &findings))
}

/// Every element with its attributes' names, in order: all that a browser acts on.
fn skeleton(page: &Html) -> Vec<String> {
    let elements = all(page, "*").into_iter();
    elements
        .map(|element| {
            let names = element.value().attrs().map(|(name, _)| name);
            format!("{} {}", element.value().name(), names.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// Holds a page to what no text may change.
fn assert_harmless(page: &str, text: &str) {
    let parsed = Html::parse_document(page);
    assert_eq!(parsed.errors, Vec::<String>::new(), "{text:?}");
    for forbidden in [
        "script",
        "iframe",
        "img",
        "link",
        "object",
        "embed",
        "form",
        "base",
        "input",
        "audio",
        "video",
        "use",
        "image",
        "foreignObject",
        "[style]",
    ] {
        assert!(all(&parsed, forbidden).is_empty(), "{text:?} made {forbidden}");
    }
    for element in all(&parsed, "*") {
        for (name, value) in element.value().attrs() {
            assert!(
                !name.starts_with("on")
                    && !["src", "srcset", "xlink:href", "background", "action"].contains(&name),
                "{text:?} made {name}"
            );
            let is_ours =
                value.starts_with('#') || value.starts_with("https://attack.mitre.org/techniques/T");
            assert!(name != "href" || is_ours, "{text:?} made a link to {value}");
            let number_or_word = |character: char| character.is_ascii_alphanumeric() || character == '-';
            assert!(name != "id" || value.chars().all(number_or_word), "{text:?} made an id {value}");
        }
    }
    assert!(!page.chars().any(is_hidden), "{text:?} got through");
}

/// Judged apart from the code under test, by plain ranges.
fn is_hidden(character: char) -> bool {
    matches!(u32::from(character),
        0..=9 | 0x0b..=0x1f | 0x7f..0xa0 | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe0000..=0xe0fff)
}

#[test]
fn no_field_makes_an_element() {
    let plain = poisoned_page("harmless");
    let expected = skeleton(&Html::parse_document(&plain));
    for attack in ATTACKS {
        let page = poisoned_page(attack);
        assert_harmless(&page, attack);
        // A command that cannot be shown is withheld, which is an element for another.
        if !attack.chars().any(is_hidden) && !attack.contains([' ', '\t']) {
            let made = skeleton(&Html::parse_document(&page));
            let difference = made.iter().zip(&expected).position(|(made, expected)| made != expected);
            assert_eq!(difference.map(|place| &made[place.saturating_sub(5)..=place]), None, "{attack:?}");
            assert_eq!(made.len(), expected.len(), "{attack:?}");
        }
    }
}

#[test]
fn hidden_characters_are_shown_by_their_number() {
    let page = poisoned_page("adm\u{200b}in\u{202e}");
    assert!(page.contains(r"adm\u{200b}in\u{202e}"));
    assert!(page.contains("has characters that cannot be shown"), "a command with them is withheld");
}

#[test]
fn a_megabyte_in_every_field_does_not_make_a_page_that_no_browser_opens() {
    let page = poisoned_page(&"A".repeat(1 << 20));
    assert!(page.len() < 600_000, "{} bytes", page.len());
}

#[test]
fn the_policy_forbids_whatever_the_page_does_not_use() {
    let page = poisoned_page("harmless");
    let parsed = Html::parse_document(&page);
    let policy = all(&parsed, "meta[http-equiv=Content-Security-Policy]");
    let policy = policy[0].value().attr("content").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
    let first = all(&parsed, "head > *");
    assert_eq!(
        first[1].value().attr("http-equiv"),
        Some("Content-Security-Policy"),
        "it stands before all that it governs"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_at_all_makes_an_element(raw in any::<String>(), markup in "[<>&\"'/=a-z \u{202e}]{0,40}") {
        for text in [raw, markup] {
            assert_harmless(&poisoned_page(&text), &text);
        }
    }
}
