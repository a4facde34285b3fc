//! Text that attackers wrote, in every field that can hold it.

use proptest::prelude::*;
use report::html::html;
use scraper::Html;

use crate::poisoned_summary::poisoned_summary;
use crate::samples::hostile::{attacks, poisoned, poisoned_suppressed};
use crate::structure::all;

/// The page of two findings and a suppressed one, poisoned.
pub(crate) fn poisoned_page(text: &str) -> String {
    let findings = [poisoned(text), poisoned(text), poisoned_suppressed(text)];
    html(&findings, &poisoned_summary(text, &findings))
}

/// Every element with its attributes' names, in order: all that a browser acts on.
fn skeleton(page: &Html) -> Vec<String> {
    // Words of a command are elements where they are short.
    let elements = all(page, ":not(code > span)").into_iter();
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
    for attack in attacks() {
        let page = poisoned_page(&attack);
        assert_harmless(&page, &attack);
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
