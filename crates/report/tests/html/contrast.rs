//! Whether the colours of the style sheet can be read, by day, at night and on paper.

use std::collections::BTreeMap;

/// The least contrast that small text needs (WCAG 2.2, level AA).
const CONTRAST_MIN: f64 = 4.5;

/// Reads the colours that a block of the style sheet names.
fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
    let rules = block.split([';', '{', '}']).filter_map(|rule| rule.trim().split_once(": #"));
    let opaque = rules.filter(|(_, digits)| digits.len() == 6);
    opaque
        .map(|(name, digits)| (name.trim(), [0, 2, 4].map(|place| channel(&digits[place..place + 2]))))
        .collect()
}

/// Returns a channel of a colour as light, 0 to 1.
fn channel(digits: &str) -> f64 {
    let share = f64::from(u8::from_str_radix(digits, 16).expect("two hexadecimal digits")) / 255.0;
    if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |[red, green, blue]: [f64; 3]| 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

#[test]
fn every_text_can_be_read_by_day_at_night_and_on_paper() {
    let style = include_str!("../../templates/report/report.css");
    let blocks: Vec<_> =
        style.split(":root").skip(1).map(|block| colours(&block[..block.find('}').unwrap()])).collect();
    assert_eq!(blocks.len(), 3, "day, night, paper");
    for (block, when) in blocks.iter().zip(["by day", "at night", "on paper"]) {
        let on_page =
            ["--text", "--muted", "--link", "--against", "--for", "--notice"].map(|ink| (ink, "--paper"));
        let raised = ["--text", "--muted", "--against"].map(|ink| (ink, "--raised"));
        let badges = ["--critical", "--high", "--medium", "--low", "--informational"]
            .map(|badge| ("--on-badge", badge));
        for (ink, ground) in on_page.into_iter().chain(raised).chain(badges) {
            let contrast = contrast(block[ink], block[ground]);
            assert!(contrast >= CONTRAST_MIN, "{ink} on {ground} {when}: {contrast:.2}");
        }
    }
}
