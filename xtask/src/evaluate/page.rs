//! The marks as tables that are read in a terminal and on a page.

use drill::Kind;

use super::corpora::{Check, Marked};
use super::delay::Delay;
use super::exam::Run;
use super::tally::{Coverage, Share, Tally, by_scenario};

/// What stands above the marks on the page.
const PREFACE: &str = "\
<!-- Written by `cargo xtask evaluate --write`. -->

# Evaluation

The detector's exam. Every scenario of `minetrail drill list` is drawn for several made-up
organisations, read and judged as `minetrail scan` does, and marked against its truth; labelled
public logs are marked the same way, row by row. `cargo xtask evaluate --failures` shows each miss
with the weights behind it, `--check` holds the marks against the floors in
`xtask/src/evaluate/floors.rs`.

Drills are made by the people who write the rules, so take these marks as an upper bound.

How to read the tables:

- A finding is *raised* at certainty 50, *sure* at 80. *Lowest* is the least certain incident.
- *One case*: the incident is told by one finding, and that finding tells of no other incident.
- *Cause* and *outcome* are right where the finding's first answer is the truth's, or as good.
- *Instances*, *principals* and *keys*: found of those that are the thief's, and `+` those that are
  not. A service that acted for the thief is nobody's blame and not counted.
- *Fired after*: from the first malicious launch to the launch at which the finding fired, in seconds,
  in launch calls by then, and in dollars an hour of the EC2 instances that had started, with what they
  had cost. Less than zero: the preparation gave the thief away. Middle and longest of all incidents.
- *Reliability*: of all cases of all drills that claim so much certainty, raised or not, how many are
  attacks. Well calibrated, the last column lies in the first.

";

/// Returns the page that tells `marks`.
pub(super) fn page(marks: &str) -> String {
    format!("{PREFACE}{marks}")
}

/// Returns the marks of labelled logs and drills.
pub(super) fn marks(marked: &[Marked], runs: &[Run]) -> String {
    let all = Tally::of(runs);
    [sums(&all), attacks(runs), thefts(runs), ordinary(runs), reliability(&all), corpora(marked)].concat()
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
        "principals",
        "keys",
        "false",
        "fired after: middle",
        "longest",
    ];
    let mut tallies = by_scenario(runs, Kind::Attack);
    tallies.retain(|(_, tally)| tally.incidents > 0);
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
        coverage(tally.instances),
        coverage(tally.principals),
        coverage(tally.keys),
        tally.false_findings.to_string(),
        middle,
        longest,
    ]
}

/// Seconds, launch calls, and dollars an hour of what had started by then with what it had cost.
fn delay(delay: &Delay) -> String {
    format!("{} s, {} calls, ${:.2}/h ${:.2}", delay.seconds, delay.launches, delay.usd_per_hour, delay.usd)
}

/// Incidents in which nothing was launched.
fn thefts(runs: &[Run]) -> String {
    let mut rows = Vec::new();
    for (name, tally) in by_scenario(runs, Kind::Attack) {
        let kinds = [("instance credential stolen", tally.thefts), ("may be raised", tally.optional)];
        let some = kinds.into_iter().filter(|(_, raised)| raised.whole > 0);
        rows.extend(some.map(|(what, raised)| vec![name.to_owned(), what.to_owned(), share(raised)]));
    }
    if rows.is_empty() {
        return String::new();
    }
    format!("## Attacks without a launch\n\n{}\n", table(&["attack", "what", "raised"], rows))
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

fn corpora(marked: &[Marked]) -> String {
    if marked.is_empty() {
        return String::new();
    }
    let rows = marked
        .iter()
        .map(|set| {
            let verdicts = set.checks.iter().filter(|check| !check.is_story);
            let story = set.checks.iter().filter(|check| check.is_story);
            vec![
                set.set.to_owned(),
                format!("{}/{}", set.objects.0, set.objects.0 + set.objects.1),
                set.records.to_string(),
                set.rejected.values().sum::<u64>().to_string(),
                share(held(verdicts)),
                share(held(story)),
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
        "story told",
        "mining",
        "credential misuse",
        "highest not raised",
    ];
    format!("## Labelled public logs\n\n{}\n", table(&head, rows))
}

fn held<'a>(checks: impl Iterator<Item = &'a Check>) -> Share {
    let mut held = Share::default();
    checks.for_each(|check| held.count(check.holds));
    held
}

fn sums(all: &Tally) -> String {
    if all.runs == 0 {
        return String::new();
    }
    let Tally { runs, raised, incidents, sure, one_case, .. } = all;
    format!(
        "{runs} drills. Of {incidents} mining incidents {raised} are raised, {sure} are sure, {one_case} are one case; \
         the cause is right in {}, the outcome in {}. Thefts without a launch: {} raised. Ordinary life: {} false \
         findings, highest certainty {}; {} false findings of misuse. Faults: {}.\n\n",
        all.cause,
        all.outcome,
        share(all.thefts),
        all.false_findings,
        all.highest_ordinary,
        all.misuses,
        all.faults,
    )
}

fn share(share: Share) -> String {
    format!("{}/{}", share.part, share.whole)
}

/// What was found beside what there is stands behind it.
fn coverage(coverage: Coverage) -> String {
    let extra = if coverage.extra > 0 { format!(" +{}", coverage.extra) } else { String::new() };
    format!("{}{extra}", share(coverage.share))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_whatever_the_script() {
        let rows = vec![vec!["größer".to_owned(), "1".to_owned()], vec!["a".to_owned(), "10 000".to_owned()]];
        assert_eq!(
            table(&["name", "n"], rows),
            "| name   | n      |\n| ------ | ------ |\n| größer | 1      |\n| a      | 10 000 |\n"
        );
    }

    #[test]
    fn what_is_named_beside_the_truth_is_told_behind_it() {
        let found = |extra| Coverage { share: Share { part: 2, whole: 3 }, extra };
        assert_eq!([coverage(found(0)), coverage(found(6))], ["2/3", "2/3 +6"]);
    }

    #[test]
    fn nothing_is_said_of_what_was_not_asked() {
        assert_eq!([attacks(&[]), thefts(&[]), ordinary(&[]), corpora(&[])].concat(), "");
    }
}
