//! One line for every miss: what is wrong, and what the finding said.

use super::corpora::{Check, Marked};
use super::exam::{RAISED, Run, SURE};
use super::marks::{Compared, Marks};

/// Ordinary life that comes this near to being raised is shown too.
///
/// Lower, and the list is full of cold cases; higher, and a rule that becomes a little louder
/// raises what nobody saw coming.
const NEAR_MISS: u8 = 25;

/// Names told of one list.
///
/// Fewer, and the pattern in them does not show; more, and one fleet fills the screen.
const NAMES_MAX: usize = 3;

/// Returns a line for each miss of `run`; none where all is well.
pub(super) fn misses(run: &Run) -> Vec<String> {
    let title = format!("{}#{}", run.scenario, run.seed);
    let mut lines: Vec<String> =
        run.faults.iter().take(NAMES_MAX).map(|fault| format!("{title} FAULT {fault}")).collect();
    for (at, marks) in run.marks.iter().enumerate() {
        let faults = faults(marks);
        if !faults.is_empty() {
            let which = if run.marks.len() > 1 { format!("/{}", at + 1) } else { String::new() };
            let said = marks.told.as_ref().map_or("no case at all".to_owned(), ToString::to_string);
            lines.push(format!("{title}{which} {}\n    {said}", faults.join("; ")));
            lines.extend(marks.findings.iter().skip(1).map(|told| format!("    {told}")));
        }
    }
    lines.extend(run.false_findings.iter().map(|told| format!("{title} FALSE\n    {told}")));
    lines.extend(run.misuses.iter().map(|told| format!("{title} MISUSE\n    {told}")));
    let near = run.hottest_ordinary.as_ref().filter(|told| (NEAR_MISS..RAISED).contains(&told.certainty));
    lines.extend(near.map(|told| format!("{title} NEAR\n    {told}")));
    lines
}

/// Returns a line for each miss in a set of labelled logs, and behind them what was found there.
pub(super) fn misses_in(marked: &Marked) -> Vec<String> {
    let Marked { set, checks, told, rejected, .. } = marked;
    let word = |check: &Check| if check.is_story { "UNTOLD" } else { "WRONG" };
    let wrong = checks.iter().filter(|check| !check.holds);
    let mut lines: Vec<String> = wrong.map(|check| format!("{set} {} {}", word(check), check.what)).collect();
    if !lines.is_empty() {
        let raised = told.iter().filter(|told| told.certainty >= RAISED);
        lines.extend(raised.map(|told| format!("    {told}")));
    }
    let near = told.iter().filter(|told| (NEAR_MISS..RAISED).contains(&told.certainty));
    lines.extend(near.map(|told| format!("{set} NEAR\n    {told}")));
    lines.extend(rejected.iter().map(|(reason, count)| format!("{set} REJECTED {count} records: {reason}")));
    lines
}

/// What is wrong with how one incident was found. An optional one may be missed.
fn faults(marks: &Marks) -> Vec<String> {
    match marks.certainty {
        0..RAISED if marks.optional => return Vec::new(),
        0..RAISED => return vec![format!("MISSED (truth: {}, {})", marks.cause.truth, marks.outcome.truth)],
        _ => {}
    }
    let mut faults = Vec::new();
    let mut say = |wrong: bool, what: String| faults.extend(wrong.then_some(what));
    say(marks.certainty < SURE, "WEAK".to_owned());
    say(marks.findings.len() > 1, format!("SPLIT in {}", marks.findings.len()));
    say(marks.merged, "MERGED with another incident".to_owned());
    say(!marks.cause.is_right, format!("CAUSE is {}", marks.cause.truth));
    say(!marks.outcome.is_right, format!("OUTCOME is {}", marks.outcome.truth));
    if let Some((asked, told)) = marks.requested {
        say(asked != told, format!("ASKED is {asked}"));
    }
    faults.extend(difference("INSTANCES", &marks.instances));
    faults.extend(difference("PRINCIPALS", &marks.principals));
    faults.extend(difference("KEYS", &marks.keys));
    faults
}

fn difference(what: &str, compared: &Compared) -> Option<String> {
    let (missing, extra) = (names("missing", &compared.missing), names("extra", &compared.extra));
    let whole = compared.found + compared.missing.len();
    (!missing.is_empty() || !extra.is_empty()).then(|| format!("{what}{missing}{extra} of {whole}"))
}

fn names(what: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<&str> =
        names.iter().take(NAMES_MAX).map(|name| name.rsplit(':').next().unwrap_or(name)).collect();
    let more = if names.len() > NAMES_MAX { " …" } else { "" };
    format!(" {} {what} ({}{more})", names.len(), shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::marks::Answer;
    use super::*;

    fn found(certainty: u8) -> Marks {
        let right = Answer { truth: "running".to_owned(), is_right: true };
        Marks { mining: true, certainty, cause: right.clone(), outcome: right, ..Marks::default() }
    }

    #[test]
    fn an_incident_found_as_it_is_has_no_faults() {
        assert_eq!(faults(&found(99)), Vec::<String>::new());
    }

    #[test]
    fn a_missed_incident_says_only_that() {
        let missed = Marks { merged: true, ..found(49) };
        assert_eq!(faults(&missed), ["MISSED (truth: running, running)"]);
        assert_eq!(faults(&Marks { optional: true, ..missed }), Vec::<String>::new());
    }

    #[test]
    fn names_are_cut_to_what_tells_them_apart() {
        let missing = ["arn:aws:iam::1:user/kim", "i-2", "i-3", "i-4"].map(str::to_owned).to_vec();
        let instances = Compared { found: 1, missing, extra: Vec::new() };
        let marks = Marks { instances, requested: Some((9, 8)), ..found(79) };
        assert_eq!(faults(&marks), ["WEAK", "ASKED is 9", "INSTANCES 4 missing (user/kim i-2 i-3 …) of 5"]);
    }
}
