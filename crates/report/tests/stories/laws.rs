//! What holds for every page.

use detect::Finding;
use detect::finding::Moment;
use event::Time;
use proptest::prelude::*;
use report::Summary;
use report::text::{self, Style};
use unicode_width::UnicodeWidthStr;

use crate::hostile::poisoned_pair;
use crate::pages::without_colour;
use crate::poisoned_summary::poisoned_summary;
use crate::samples;

/// Text as attackers write it: anything, with a liking for what moves a terminal, and long words.
fn hostile_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(
            prop_oneof![
                proptest::char::range('\0', '\u{9f}'),
                proptest::char::range('\u{2000}', '\u{206f}'),
                proptest::char::range('\u{600}', '\u{6ff}'),
                proptest::char::range('\u{4e00}', '\u{4eff}'),
                proptest::char::range('\u{1f300}', '\u{1f6ff}'),
                Just(' '),
                Just('A'),
            ],
            0..600
        )
        .prop_map(String::from_iter),
        (0_usize..3_000).prop_map(|length| "word/".repeat(length)),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    (0_usize..220, any::<bool>(), any::<bool>()).prop_map(|(columns, color, ascii)| Style {
        columns,
        color,
        hyperlinks: false,
        ascii,
    })
}

fn samples() -> impl Strategy<Value = Finding> {
    prop_oneof![
        Just(samples::gpu_fleet()),
        Just(samples::refused_only()),
        Just(samples::respawners()),
        Just(samples::misuse()),
        Just(samples::suppressed()),
        Just(samples::six_thousand()),
    ]
}

fn assert_safe_and_narrow(findings: &[Finding], summary: &Summary, style: &Style) {
    let page = text::findings(findings, summary, style);
    let plain = without_colour(&page);
    assert!(!plain.chars().any(|character| character.is_control() && character != '\n'), "{plain:?}");
    assert!(style.color || plain == page, "colour was not asked for");
    assert!(!style.ascii || page.is_ascii(), "only ASCII was asked for");
    let columns = style.columns.clamp(72, 160);
    for line in plain.lines() {
        assert!(
            line.width() <= columns || is_one_word_of_a_command(line, findings),
            "{} > {columns}: {line:?}",
            line.width()
        );
        assert_eq!(line, line.trim_end(), "nothing to see at the end of a line");
    }
}

/// The one exception: a word of a command is never broken.
fn is_one_word_of_a_command(line: &str, findings: &[Finding]) -> bool {
    let word = line.trim().trim_end_matches(" \\");
    let commands = findings.iter().flat_map(|finding| &finding.actions).flat_map(|action| &action.commands);
    commands.into_iter().any(|command| command.contains(word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_text_neither_widens_a_page_nor_controls_a_terminal(raw in hostile_text(), style in style()) {
        let findings = poisoned_pair(&raw);
        assert_safe_and_narrow(&findings, &poisoned_summary(&raw, &findings), &style);
    }

    #[test]
    fn every_story_fits_every_page(findings in proptest::collection::vec(samples(), 0..4), style in style()) {
        assert_safe_and_narrow(&findings, &samples::summary(&findings), &style);
    }

    #[test]
    fn the_order_of_the_findings_does_not_matter(mut urgencies in proptest::collection::vec((0_u8..100, 0_u32..9), 0..6), style in style()) {
        let told = |urgencies: &[(u8, u32)]| -> String {
            let findings: Vec<Finding> = urgencies
                .iter()
                .map(|(urgency, number)| Finding { id: samples::id(*number), ..samples::urgent(samples::misuse(), *urgency, 5) })
                .collect();
            text::findings(&findings, &samples::summary(&findings), &style)
        };
        let forward = told(&urgencies);
        urgencies.reverse();
        prop_assert_eq!(told(&urgencies), forward);
    }

    #[test]
    fn a_story_tells_its_length_however_long_it_is(length in 1_usize..400, fired in 0_usize..400) {
        let mut told = samples::misuse();
        told.timeline = (0..length)
            .map(|place| Moment { time: Time::from_seconds(place as i64), event: samples::id(7), what: format!("step {place}."), count: 1 })
            .collect();
        told.fired_at = Time::from_seconds(fired.min(length - 1) as i64);
        let page = text::findings(&[told.clone()], &samples::summary(&[told]), &Style::plain(80));
        let shown = page.matches("  step ").count();
        let left_out: usize = page
            .lines()
            .filter(|line| line.contains("left out here"))
            .map(|line| line.trim_start_matches(['…', ' ']).split(' ').next().unwrap().parse::<usize>().unwrap())
            .sum();
        prop_assert_eq!(shown + left_out, length);
        prop_assert!(shown <= 25);
        prop_assert_eq!(page.matches("crosses the threshold").count(), 1);
    }
}
