//! The pages as a person sees them, whole.

use detect::Finding;
use report::Summary;
use report::text::{self, Style};

use crate::samples;

/// Compares the page for these findings, at 80 and at 140 columns, with what was approved.
fn assert_pages(story: &str, findings: &[Finding], summary: &Summary) {
    for columns in [80, 140] {
        let page = text::findings(findings, summary, &Style::plain(columns));
        insta::assert_snapshot!(format!("{story}_{columns}"), page);
    }
}

#[test]
fn a_stolen_instance_token_starts_a_gpu_fleet() {
    let findings = [samples::gpu_fleet()];
    assert_pages("gpu_fleet", &findings, &samples::summary(&findings));
}

#[test]
fn an_attempt_that_was_refused_throughout() {
    let findings = [samples::refused_only()];
    assert_pages("refused_only", &findings, &samples::summary(&findings));
}

#[test]
fn groups_that_may_grow_to_999_machines() {
    let findings = [samples::respawners()];
    assert_pages("respawners", &findings, &samples::summary(&findings));
}

#[test]
fn a_credential_off_its_instance_that_launched_nothing() {
    let findings = [samples::misuse()];
    assert_pages("misuse", &findings, &samples::summary(&findings));
}

#[test]
fn several_findings_one_of_them_suppressed_one_below_the_threshold() {
    let mut quiet = samples::misuse();
    quiet.certainty = 49;
    quiet.title = "This is not printed".to_owned();
    let findings = [samples::suppressed(), samples::misuse(), quiet, samples::gpu_fleet()];
    let page = text::findings(&findings, &samples::summary(&findings), &Style::plain(80));
    assert!(!page.contains("This is not printed"), "it is below the threshold");
    assert!(page.find("GPU fleet") < page.find("off its instance"), "the most urgent comes first");
    let end = page.rfind("──").expect("the summary follows a rule");
    insta::assert_snapshot!("several_80", &page[end..]);
}

#[test]
fn only_suppressed_findings() {
    let findings = [samples::suppressed()];
    assert_pages("only_suppressed", &findings, &samples::summary(&findings));
}

#[test]
fn nothing_was_found() {
    assert_pages("nothing", &[], &samples::summary(&[]));
}

#[test]
fn nothing_was_found_because_nothing_was_read() {
    let page = text::findings(&[], &Summary::default(), &Style::plain(80));
    insta::assert_snapshot!("nothing_read_80", page);
}

#[test]
fn an_interrupted_run_says_so_and_so_does_one_whose_totals_do_not_add_up() {
    let mut summary = samples::summary(&[]);
    summary.partial = true;
    summary.records.duplicate += 1;
    summary.elapsed_seconds = None;
    let page = text::findings(&[], &summary, &Style::plain(80));
    insta::assert_snapshot!("partial_80", page);
}

#[test]
fn six_thousand_machines_take_no_more_room_than_sixty() {
    let findings = [samples::six_thousand()];
    let summary = samples::summary(&findings);
    assert_pages("six_thousand", &findings, &summary);
    for columns in [80, 140] {
        let page = text::findings(&findings, &summary, &Style::plain(columns));
        assert!(page.lines().count() < 275, "{} lines", page.lines().count());
        assert!(page.len() < 24_000, "{} bytes", page.len());
    }
}

#[test]
fn colour_says_nothing_that_is_not_said_without_it() {
    let findings = [samples::gpu_fleet(), samples::refused_only(), samples::suppressed()];
    let summary = samples::summary(&findings);
    for columns in [80, 140] {
        let style = Style { color: true, ..Style::plain(columns) };
        let page = text::findings(&findings, &summary, &style);
        // The escape character is shown as a picture of itself: a snapshot is read in terminals too.
        insta::assert_snapshot!(format!("colour_{columns}"), page.replace('\u{1b}', "␛"));
        assert_eq!(without_colour(&page), text::findings(&findings, &summary, &Style::plain(columns)));
    }
}

/// Removes the sequences that choose a colour, and nothing else.
pub(crate) fn without_colour(page: &str) -> String {
    let mut parts = page.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (codes, text) = part.split_once('m').expect("a colour ends in m");
        assert!(codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{codes:?} is no colour");
        plain.push_str(text);
    }
    plain
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let findings = [samples::respawners()];
    let style = Style { ascii: true, ..Style::plain(80) };
    let page = text::findings(&findings, &samples::summary(&findings), &style);
    assert!(page.is_ascii());
    insta::assert_snapshot!("ascii_80", page);
}

#[test]
fn a_link_leads_to_the_technique_and_nowhere_else() {
    let mut told = samples::gpu_fleet();
    told.attack.v18 = vec!["T1496.001".to_owned(), "T1\u{1b}\\evil".to_owned(), "Txyz".to_owned()];
    told.attack.v19 = told.attack.v18.clone();
    let style = Style { hyperlinks: true, ..Style::plain(80) };
    let page = text::findings(&[told.clone()], &samples::summary(&[told]), &style);
    assert_eq!(page.matches("\u{1b}]8;;h").count(), 1);
    assert!(page.contains("\u{1b}]8;;https://attack.mitre.org/techniques/T1496/001/\u{1b}\\T1496.001"));
    assert!(page.contains(r"T1\u{1b}\evil"));
}
