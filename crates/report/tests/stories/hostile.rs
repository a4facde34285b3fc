//! Text that attackers wrote, in every field that can hold it.

use detect::Finding;
use report::text::{self, Style};

use crate::poisoned_summary::poisoned_summary;
use crate::samples::hostile::{ATTACKS, attacks, poisoned, poisoned_suppressed};

/// A finding and its suppressed twin, poisoned.
pub(crate) fn poisoned_pair(text: &str) -> [Finding; 2] {
    [poisoned(text), poisoned_suppressed(text)]
}

#[test]
fn no_field_reaches_the_terminal_as_it_was_written() {
    for attack in attacks() {
        let findings = poisoned_pair(&attack);
        let summary = poisoned_summary(&attack, &findings);
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
    let attack = ATTACKS[14..22].concat();
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
