//! The worked example of `docs/reading-a-finding.md`, held against the drill that it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::exam::{read_text, text};

const PAGE: &str = "docs/reading-a-finding.md";
const SCENARIO: &str = "forged-request-token";
const SEED: u64 = 7;

/// What a rule weighs alone, and what of it counts, in tenths of a deciban.
type Weights = BTreeMap<String, (i64, i64)>;

#[test]
fn the_example_adds_up_as_the_page_says() {
    let (finding, page) = (example(), page(PAGE));
    let judged: Weights = finding
        .signals
        .iter()
        .map(|signal| {
            let [alone, counts] =
                [signal.full_decibans, signal.decibans].map(|weight| tenths(weight.as_f64()));
            (signal.rule.to_owned(), (alone, counts))
        })
        .collect();
    let (told, sum) = table(&page);
    assert_eq!(told, judged, "{PAGE} tells another calculation than {SCENARIO}, seed {SEED}");
    assert_eq!(sum, tenths(finding.score.sum.as_f64()), "{PAGE} tells another sum");
    let certainty = format!("certainty {}**", finding.certainty);
    assert!(page.contains(&certainty), "{PAGE} tells another certainty than {certainty:?}");
    assert!(
        page.contains(&headline(&finding)),
        "{PAGE} shows another headline than {:?}",
        headline(&finding)
    );
}

fn example() -> detect::Finding {
    let drill = drill::write(SCENARIO, SEED).expect("a scenario of the list");
    let facts = read_text(&text(&drill.records)).facts;
    detect::judge(&facts, &[]).into_iter().next().expect("the example is a finding")
}

fn page(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(path).expect("the page is there")
}

/// Urgency and title, as the program prints them.
fn headline(finding: &detect::Finding) -> String {
    format!("{}   {}", finding.urgency, finding.title)
}

/// Reads the rows of the page's table: rules, what they weigh alone, what counts; and the sum.
fn table(page: &str) -> (Weights, i64) {
    let from = page.split("### The example, added up").nth(1).expect("the heading is there");
    let (mut weights, mut sum) = (Weights::new(), 0);
    for line in from.lines().take_while(|line| !line.starts_with("##")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, rules, alone, counts, ..] = cells[..] else { continue };
        if rules == "**sum**" {
            sum = number(counts.trim_matches('*'));
        }
        let rules = rules.split(", ").filter_map(|rule| rule.strip_prefix('`')?.strip_suffix('`'));
        for (rule, alone) in rules.zip(alone.split(", ")) {
            weights.insert(rule.to_owned(), (number(alone), number(counts)));
        }
    }
    (weights, sum)
}

fn number(text: &str) -> i64 {
    let text = text.replace('−', "-");
    tenths(text.trim_start_matches('+').parse().unwrap_or_else(|_| panic!("{text:?} is no weight")))
}

fn tenths(decibans: f64) -> i64 {
    (decibans * 10.0).round() as i64
}
