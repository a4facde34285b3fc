//! The marks as tables that are read in a terminal and on a page.

use drill::Kind;

use super::corpora::Marked;
use super::exam::Run;
use super::marks::Delay;
use super::tally::{Share, Tally, by_scenario};

/// Returns the marks of all drills.
pub(super) fn drills(runs: &[Run]) -> String {
    let all = Tally::of(runs);
    [attacks(runs), ordinary(runs), reliability(&all), sums(&all)].concat()
}

fn attacks(runs: &[Run]) -> String {
    let head = [
        "attack",
        "incidents",
        "≥ 50",
        "≥ 80",
        "lowest",
        "one case",
        "cause",
        "outcome",
        "instances",
        "extra",
        "principals",
        "keys",
        "false",
        "fired after: middle",
        "longest",
    ];
    let mut tallies = by_scenario(runs, Kind::Attack);
    if tallies.is_empty() {
        return String::new();
    }
    let attacks: Vec<&Run> = runs.iter().filter(|run| run.kind == Kind::Attack).collect();
    tallies.push(("all", Tally::of(attacks)));
    let rows = tallies.iter().map(|(name, tally)| attack_row(name, tally)).collect();
    format!("## Attacks\n\n{}\n", table(&head, rows))
}

fn attack_row(name: &str, tally: &Tally) -> Vec<String> {
    let (middle, longest) =
        tally.middle_and_longest().map_or_else(Default::default, |(a, b)| (delay(&a), delay(&b)));
    vec![
        name.to_owned(),
        tally.incidents.to_string(),
        tally.raised.to_string(),
        tally.sure.to_string(),
        tally.lowest.map(|lowest| lowest.to_string()).unwrap_or_default(),
        tally.one_case.to_string(),
        tally.cause.to_string(),
        tally.outcome.to_string(),
        share(tally.instances),
        tally.instances_extra.to_string(),
        share(tally.principals),
        share(tally.keys),
        tally.false_findings.to_string(),
        middle,
        longest,
    ]
}

/// Seconds, launch calls, and dollars an hour of what had started by then with what it had cost.
fn delay(delay: &Delay) -> String {
    format!("{} s, {} calls, ${:.2}/h ${:.2}", delay.seconds, delay.launches, delay.usd_per_hour, delay.usd)
}

fn ordinary(runs: &[Run]) -> String {
    let tallies = by_scenario(runs, Kind::Ordinary);
    if tallies.is_empty() {
        return String::new();
    }
    let mut rows: Vec<Vec<String>> = tallies
        .iter()
        .map(|(name, tally)| {
            let numbers = [tally.runs, tally.false_findings, tally.highest_ordinary.into(), tally.misuses];
            std::iter::once((*name).to_owned()).chain(numbers.map(|number| number.to_string())).collect()
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row[3].parse::<u8>().unwrap_or(u8::MAX)));
    let head = ["ordinary life", "runs", "false findings", "highest certainty", "credential misuse"];
    format!("## Ordinary life\n\n{}\n", table(&head, rows))
}

fn reliability(all: &Tally) -> String {
    let rows = all
        .bands
        .iter()
        .enumerate()
        .map(|(band, cases)| {
            let observed = if cases.whole == 0 { String::new() } else { percent(*cases) };
            vec![
                format!("{}–{}", band * 10, band * 10 + 9),
                cases.whole.to_string(),
                cases.part.to_string(),
                observed,
            ]
        })
        .collect();
    let head = ["claimed certainty", "cases", "attacks", "observed share"];
    format!("## Reliability\n\n{}\n", table(&head, rows))
}

/// Returns the marks of all labelled logs.
pub(super) fn corpora(marked: &[Marked]) -> String {
    let rows = marked
        .iter()
        .map(|set| {
            let right = set.checks.iter().filter(|check| check.holds).count();
            vec![
                set.set.to_owned(),
                format!("{}/{}", set.objects.0, set.objects.0 + set.objects.1),
                set.records.0.to_string(),
                set.records.1.to_string(),
                format!("{right}/{}", set.checks.len()),
                set.mining.to_string(),
                set.misuses.to_string(),
                set.hottest_cold.to_string(),
            ]
        })
        .collect();
    let head = [
        "logs",
        "files read",
        "records",
        "rejected",
        "as labelled",
        "mining",
        "credential misuse",
        "highest not raised",
    ];
    format!("## Labelled public logs\n\n{}\n", table(&head, rows))
}

fn sums(all: &Tally) -> String {
    format!(
        "{} drills: {} of {} mining incidents raised, {} sure; {} false findings; ordinary life reaches {}; \
         thefts without a launch raised {}; incidents that may be raised {}; {} with faults\n",
        all.runs,
        all.raised,
        all.incidents,
        all.sure,
        all.false_findings,
        all.highest_ordinary,
        share(all.thefts),
        share(all.optional),
        all.faults,
    )
}

fn share(share: Share) -> String {
    format!("{}/{}", share.part, share.whole)
}

fn percent(share: Share) -> String {
    format!("{:.0} %", 100.0 * share.part as f64 / share.whole.max(1) as f64)
}

/// Returns a Markdown table whose columns stand under each other.
pub(super) fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut lines: Vec<Vec<String>> = vec![head.iter().map(|&name| name.to_owned()).collect()];
    lines.extend(rows);
    let wide =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0).max(3);
    let widths: Vec<usize> = (0..head.len()).map(wide).collect();
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());
    let cell = |(text, width): (&String, &usize)| format!(" {text:<width$} |");
    lines
        .iter()
        .map(|line| format!("|{}\n", line.iter().zip(&widths).map(cell).collect::<String>()))
        .collect()
}
