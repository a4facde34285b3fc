//! What stands on the page, in which order, and that it is well made.

use detect::Finding;
use detect::finding::{Kind, Launches, Outcome};
use report::Summary;
use report::html::html;
use scraper::{ElementRef, Html, Selector};

use crate::samples;

/// The page for these findings.
pub(crate) fn page(findings: &[Finding]) -> String {
    html(findings, &samples::summary(findings))
}

/// Every element that `selector` finds.
pub(crate) fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

/// The text of an element, with its white space made plain.
pub(crate) fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Headings, lists, tables and charts with their text: what a reader hears, one line each.
fn outline(page: &str) -> String {
    let page = Html::parse_document(page);
    let said = "h1, h2, h3, h4, .lead, .numbers div, .facts dt, .facts dd, .waterfall li > .what, .waterfall .weight, .waterfall .said, \
                .story li, .tree .by, .tree .node, svg title, svg desc, tr, figcaption, summary, .checks p, ol.steps p, pre, .ids li, .causes .said, footer p";
    let mut lines = Vec::new();
    for element in all(&page, said) {
        let class = element
            .value()
            .attr("class")
            .map_or(String::new(), |class| format!(".{}", class.replace(' ', ".")));
        lines.push(format!("{}{class}: {}", element.value().name(), text(element)));
    }
    lines.join("\n")
}

#[test]
fn a_stolen_instance_token_told_in_full() {
    insta::assert_snapshot!("gpu_fleet", outline(&page(&[samples::gpu_fleet()])));
}

#[test]
fn every_story_is_html_without_a_parse_error() {
    let stories = [
        vec![],
        vec![samples::gpu_fleet()],
        vec![samples::refused_only()],
        vec![samples::respawners(), samples::misuse(), samples::suppressed()],
        vec![samples::six_thousand()],
    ];
    for story in stories {
        let parsed = Html::parse_document(&page(&story));
        assert_eq!(parsed.errors, Vec::<String>::new(), "{} findings", story.len());
    }
}

#[test]
fn the_sections_follow_the_order_in_which_an_analyst_asks() {
    let page = page(&[samples::gpu_fleet(), samples::misuse()]);
    let page = Html::parse_document(&page);
    for finding in all(&page, "article.finding") {
        let heading = Selector::parse("h3").unwrap();
        let headings: Vec<String> = finding.select(&heading).map(text).collect();
        assert_eq!(
            headings,
            [
                "Why we say so",
                "How it began and went on",
                "Where",
                "What it costs",
                "Possible root causes",
                "Steps to verify",
                "What to do, in order",
                "ATT&CK",
                "Caveats",
                "Records and ids"
            ]
        );
    }
}

#[test]
fn several_findings_begin_with_an_overview_and_one_does_not() {
    let several = page(&[samples::misuse(), samples::gpu_fleet()]);
    let several = Html::parse_document(&several);
    let titles: Vec<String> = all(&several, ".overview .line-title").into_iter().map(text).collect();
    let told: Vec<String> = all(&several, "article h2 > bdi").into_iter().map(text).collect();
    assert_eq!(titles, told, "the overview lists what follows, in its order");
    assert!(titles[0].contains("GPU fleet"), "the most urgent comes first: {titles:?}");
    let one = page(&[samples::gpu_fleet()]);
    assert!(all(&Html::parse_document(&one), ".overview").is_empty());
}

#[test]
fn what_is_below_the_threshold_is_counted_and_what_is_suppressed_has_its_reason() {
    let mut quiet = samples::misuse();
    (quiet.certainty, quiet.title) = (49, "This is not shown".to_owned());
    let page = page(&[quiet, samples::suppressed()]);
    assert!(!page.contains("This is not shown"));
    assert!(page.contains("1 below certainty 50"));
    assert!(page.contains("Nightly rendering, approved by Ana until 2026-06-30."));
}

#[test]
fn nothing_found_is_no_comfort_where_nothing_was_read() {
    let page = html(&[], &Summary::default());
    assert!(page.contains("this says nothing about your accounts"));
}

#[test]
fn an_interrupted_run_and_totals_that_do_not_add_up_are_said_at_the_top() {
    let mut summary = samples::summary(&[]);
    summary.partial = true;
    summary.records.duplicate += 1;
    let page = html(&[], &summary);
    let page = Html::parse_document(&page);
    let warnings: Vec<String> = all(&page, "header .warning").into_iter().map(text).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].starts_with("Partial") && warnings[1].starts_with("Our fault"), "{warnings:?}");
}

#[test]
fn every_link_leads_somewhere_and_every_id_is_there_once() {
    let page = page(&[samples::gpu_fleet(), samples::respawners(), samples::six_thousand()]);
    let page = Html::parse_document(&page);
    let mut ids: Vec<&str> = all(&page, "[id]").iter().filter_map(|element| element.value().id()).collect();
    let links = all(&page, "a[href]");
    assert!(links.len() > 100);
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "an id is there twice");
    for link in links {
        let href = link.value().attr("href").unwrap();
        let is_technique = href.starts_with("https://attack.mitre.org/techniques/T");
        let leads = href.strip_prefix('#').is_some_and(|id| ids.binary_search(&id).is_ok());
        assert!(is_technique || leads, "{href}");
    }
}

#[test]
fn every_chart_has_a_name_and_headings_leave_no_step_out() {
    let page = page(&[samples::gpu_fleet(), samples::respawners()]);
    let page = Html::parse_document(&page);
    let charts = all(&page, "svg[role=img]");
    assert!(charts.len() > 20, "{}", charts.len());
    for chart in charts {
        let first = chart.child_elements().next().expect("a chart has content");
        assert!(first.value().name() == "title" && !text(first).is_empty(), "{}", chart.html());
    }
    let levels =
        all(&page, "h1, h2, h3, h4").into_iter().map(|heading| heading.value().name().as_bytes()[1] - b'0');
    let mut above = 0;
    for level in levels {
        assert!(level <= above + 1, "h{level} follows h{above}");
        above = level;
    }
    for landmark in ["html[lang=en]", "header", "main", "nav[aria-label]", "footer"] {
        assert!(!all(&page, landmark).is_empty(), "{landmark} is missing");
    }
}

#[test]
fn a_ceiling_that_held_something_back_is_visible() {
    let page = page(&[samples::gpu_fleet()]);
    let page = Html::parse_document(&page);
    let capped: Vec<String> = all(&page, ".capped").into_iter().map(text).collect();
    assert_eq!(capped, ["+6.0 alone: the ceiling of power holds it at +1.0"]);
    assert_eq!(all(&page, "rect.lost").len(), 1);
}

#[test]
fn nothing_ahead_is_drawn_where_nothing_runs() {
    let mut ended = samples::gpu_fleet();
    (ended.outcome, ended.cost.per_hour, ended.cost.next_24h) = (Outcome::Ended, 0.0, 0.0);
    let ahead = "<polyline class=\"ahead\"";
    assert!(page(&[ended.clone()]).contains("<polyline class=\"past\"") && !page(&[ended]).contains(ahead));
    assert!(page(&[samples::gpu_fleet()]).contains(ahead));
    let mut nothing = samples::gpu_fleet();
    nothing.cost = detect::finding::Cost::default();
    assert!(!page(&[nothing]).contains("<figure class=\"burn\">"));
}

#[test]
fn a_misused_credential_without_a_launch_has_no_empty_tables() {
    let mut told = samples::misuse();
    (told.kind, told.launches) = (Kind::CredentialMisuse, Launches::default());
    let page = page(&[told]);
    assert!(page.contains("No compute was asked for."));
    assert!(!page.contains("Machines by region and type"));
}

#[test]
fn six_thousand_machines_make_a_page_that_opens_at_once() {
    let page = page(&[samples::six_thousand()]);
    assert!(page.len() < 900_000, "{} bytes", page.len());
    let parsed = Html::parse_document(&page);
    let open = all(&parsed, ".story > li").len() - all(&parsed, "details .story > li").len();
    assert!(open < 40, "{open} lines stand open");
    assert!(page.contains("more machines") || page.contains("more: --format json"), "what is cut is said");
}

#[test]
fn a_hundred_findings_are_forty_in_full_and_a_line_for_each() {
    let findings: Vec<Finding> =
        (0..100).map(|number| Finding { id: samples::id(number), ..samples::misuse() }).collect();
    let page = page(&findings);
    let parsed = Html::parse_document(&page);
    assert_eq!((all(&parsed, "article").len(), all(&parsed, ".overview li").len()), (40, 100));
    assert!(page.contains("60 more findings are in the overview alone"));
}

#[test]
fn the_order_of_the_findings_does_not_matter() {
    let [a, b] = [samples::gpu_fleet(), samples::misuse()];
    assert_eq!(page(&[a.clone(), b.clone()]), page(&[b, a]));
}
