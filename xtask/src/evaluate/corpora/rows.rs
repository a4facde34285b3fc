//! The table of labelled rows.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use detect::Finding;
use detect::finding::{Moment, SignalTold};
use detect::score::Decibans;
use event::Time;
use event::time::DAY;
use serde_json::Value;

use super::super::claims::shown;
use super::sets::{ATTACKER, PANTHER, TESTS};

/// What a row is an example of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Mining compute was asked for.
    Launch,
    /// What the same thief did before.
    Precursor,
    /// An instance's credential off its instance.
    Theft,
    /// An ordinary launch.
    QuietLaunch,
    /// Worth a look, and no more.
    Watch,
    /// Of another log than the audit trail.
    Other,
}

/// One labelled record.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) set: String,
    pub(super) label: Label,
    word: String,
    /// Empty where the log has none that tells records apart.
    id: String,
    time: Option<Time>,
    name: String,
    principal: String,
    key: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time.map(|time| format!(" {time}")).unwrap_or_default();
        let who = self.principal.rsplit(':').next().unwrap_or_default();
        write!(f, "{} {}{time} {who} {}", self.word, self.name, self.id)
    }
}

impl Row {
    /// Whether `finding` names this very record.
    pub(super) fn is_shown_by(&self, finding: &Finding) -> bool {
        if !self.id.is_empty() {
            return shown(finding).contains(self.id.as_str());
        }
        let same = |moment: &&Moment| Some(moment.time) == self.time && moment.what.starts_with(&self.name);
        finding.timeline.iter().any(|moment| same(&moment))
    }

    /// The rules of `finding` that speak against somebody because of this very record.
    pub(super) fn proves(&self, finding: &Finding) -> Vec<&'static str> {
        let speaks =
            |signal: &&SignalTold| signal.decibans > Decibans::ZERO && signal.events.contains(&self.id);
        finding.signals.iter().filter(speaks).map(|signal| signal.rule).collect()
    }

    /// Whether `finding` names this record, or blames its key or instance at its time.
    pub(super) fn is_in(&self, finding: &Finding) -> bool {
        let at_its_time =
            self.time.is_none_or(|time| finding.first_seen <= time && time <= finding.last_seen);
        let session = self.principal.rsplit('/').next().filter(|session| session.starts_with("i-"));
        let blamed = finding.principals.iter().any(|principal| {
            principal.access_keys.contains(&self.key)
                || (session.is_some() && principal.instance_id.as_deref() == session)
        });
        self.is_shown_by(finding) || (at_its_time && blamed)
    }

    /// Whether a line of the story that stands for several calls may stand for this one.
    pub(super) fn is_in_a_run_of(&self, finding: &Finding) -> bool {
        let Some(time) = self.time else { return false };
        let mut runs =
            finding.timeline.iter().filter(|moment| moment.count > 1 && moment.what.starts_with(&self.name));
        runs.any(|moment| (0..=DAY).contains(&time.since(moment.time)))
    }
}

/// Reads the table below `folder`.
pub(super) fn read(folder: &Path) -> Result<Vec<Row>> {
    let path = folder.join("truth.tsv");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let tests = test_ids(folder)?;
    Ok(text.lines().skip(1).map(|line| row(line, &tests)).collect())
}

fn row(line: &str, tests: &BTreeMap<String, String>) -> Row {
    let mut fields = line.split('\t').map(str::trim);
    let mut next = || fields.next().unwrap_or_default().to_owned();
    let (corpus, word, id, time, _region, name, principal, key) =
        (next(), next(), next(), next(), next(), next(), next(), next());
    let label = match word.as_str() {
        "launch" => Label::Launch,
        "precursor" => Label::Precursor,
        "theft" => Label::Theft,
        "quiet-launch" => Label::QuietLaunch,
        "watch" => Label::Watch,
        _ => Label::Other,
    };
    // Panther's scenario numbers every record 1, and its tests are known by file and name.
    let (set, id) = match (corpus == PANTHER, id.as_str()) {
        (true, "1") => (ATTACKER.to_owned(), String::new()),
        (true, test) => (TESTS.to_owned(), tests.get(test).cloned().unwrap_or_default()),
        (false, _) => (corpus, id),
    };
    Row { set, label, word, id, time: Time::parse(&time), name, principal, key }
}

/// The `eventID` of each of Panther's tests, by `file / name`.
fn test_ids(folder: &Path) -> Result<BTreeMap<String, String>> {
    let path = folder.join(TESTS);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let tests = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let id = |test: &Value| {
        let name = format!("{} / {}", test["file"].as_str()?, test["test"].as_str()?);
        Some((name.trim().to_owned(), test["log"]["eventID"].as_str()?.to_owned()))
    };
    Ok(tests.filter_map(|test| id(&test)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{AT, INSTANCE, KEY, LAUNCH, one_launch};
    use super::*;

    /// A row of some corpus with these fields.
    fn of(id: &str, time: &str, principal: &str, key: &str) -> Row {
        row(
            &format!("x\tlaunch\t{id}\t{time}\teu-west-1\tRunInstances\t{principal}\t{key}"),
            &BTreeMap::new(),
        )
    }

    #[test]
    fn a_finding_shows_the_records_that_it_names() {
        let finding = &one_launch()[0];
        assert!(of(LAUNCH, AT, "", "").is_shown_by(finding));
        assert!(!of("another", AT, "", "").is_shown_by(finding));
        assert!(of("", AT, "", "").is_shown_by(finding));
    }

    #[test]
    fn a_record_that_is_not_named_is_in_a_finding_by_its_key_at_its_time() {
        let finding = &one_launch()[0];
        assert!(of("another", AT, "", KEY).is_in(finding));
        assert!(!of("another", "2026-03-01T03:00:00Z", "", KEY).is_in(finding));
        let session = format!("arn:aws:sts::111122223333:assumed-role/web/{INSTANCE}");
        assert!(
            !of("another", AT, &session, "").is_in(finding),
            "the instance is what was launched, not whose hand it was"
        );
    }

    #[test]
    fn a_row_of_a_scenario_is_known_by_its_time_and_one_of_a_test_by_its_name() {
        let tests = BTreeMap::from([("a.yml / Launch".to_owned(), "id-7".to_owned())]);
        let of = |id| {
            row(
                &format!(
                    "panther-analysis\tlaunch\t{id}\t2020-11-01T09:30:03Z\tus-east-1\tRunInstances\tarn:aws:iam::1:user/x\tAKIA"
                ),
                &tests,
            )
        };

        let scenario = of("1");
        assert_eq!(
            (scenario.set.as_str(), scenario.id.as_str(), scenario.label),
            (ATTACKER, "", Label::Launch)
        );
        assert_eq!(scenario.time, Time::parse("2020-11-01T09:30:03Z"));

        let test = of("a.yml / Launch");
        assert_eq!((test.set.as_str(), test.id.as_str(), test.key.as_str()), (TESTS, "id-7", "AKIA"));
    }

    #[test]
    fn rows_of_other_logs_have_no_label_here() {
        let of = |word: &str| row(&format!("x\t{word}\tid\t\t\t"), &BTreeMap::new()).label;
        assert_eq!([of("mining-dns"), of("quiet-launch")], [Label::Other, Label::QuietLaunch]);
    }
}
