//! Cases, as stories: what happened, one line a call, and what the finding says.
//!
//! The language of the lines is that of the rules' stories, and is told in `src/rules/story/script.rs`.

mod answers;
mod approvals;
mod causes;
mod corroborated;
mod incidents;
mod laws;
mod limits;
mod lineages;
mod misuses;
mod money;
mod networks;
mod numbers;
mod outcomes;
mod respawners;
mod telling;
mod time;

#[path = "../../src/rules/story/beside.rs"]
mod beside;
#[path = "../../src/rules/story/known.rs"]
mod known;
#[path = "../../src/rules/story/record.rs"]
mod record;
#[path = "../../src/rules/story/script.rs"]
mod script;

use detect::approval::ApprovedWorkload;
use detect::finding::Kind;
use detect::{Facts, Finding, Taken};
use event::limits::Limits;
use event::skim::{Reader, RecordSink, Rejected, Skimmed};
use serde_json::Value;

use script::Story;

/// From this certainty on, a finding is raised.
const HOT: u8 = 50;

/// A stolen instance token: two weeks of ordinary life, then eight GPU machines from nowhere.
const TOKEN: &str = "
    history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
    10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2 => i-mine
";

/// A stolen key: two weeks of ordinary deployments, then eight GPU machines from nowhere.
const KEY: &str = "
    history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform => i-own
    10:00 deploy launches p4d.24xlarge x8 at 203.0.113.9 => i-mine
";

/// Reads records as every record is read.
fn facts(records: &[Value]) -> Facts {
    let text = serde_json::to_vec(&serde_json::json!({ "Records": records })).expect("records are JSON");
    let mut collector = Collector::default();
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    reader.finish(&text, &mut collector);
    collector.0
}

#[derive(Default)]
struct Collector(Facts);

impl RecordSink for Collector {
    fn record(&mut self, record: &Skimmed<'_>) {
        if let Taken::Rejected(reason) = self.0.take(record) {
            panic!("a record of the story was rejected: {reason}");
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("a record of the story was not read: {}", rejected.reason);
    }
}

/// All findings of a story, hot and cold.
fn judged(text: &str) -> Vec<Finding> {
    let story = Story::read(text);
    assert!(story.expected.is_none(), "what is expected of a case is said beside the story");
    let approved = Value::Array(story.approved);
    let approved: Vec<ApprovedWorkload> = serde_json::from_value(approved).expect("an approval is one");
    let mut facts = facts(&story.records);
    for beside in &story.beside {
        beside.read(|fact| {
            facts.take_side(fact);
        });
    }
    detect::judge(&facts.with_networks(story.known.networks()), &approved)
}

/// The findings of a story that are raised.
fn raised(text: &str) -> Vec<Finding> {
    let mut findings = judged(text);
    findings.retain(|finding| finding.certainty >= HOT);
    findings
}

/// The one finding of a story that is raised.
#[track_caller]
fn one(text: &str) -> Finding {
    let mut findings = raised(text);
    let all: Vec<String> = judged(text).iter().map(told).collect();
    assert_eq!(findings.len(), 1, "one finding should be raised of\n{}", all.join("\n"));
    findings.remove(0)
}

/// Asserts that nothing is raised.
#[track_caller]
fn is_quiet(text: &str) {
    let all: Vec<String> = judged(text).iter().map(told).collect();
    assert!(raised(text).is_empty(), "nothing should be raised of\n{}", all.join("\n"));
}

/// A finding in a few lines, for whoever reads a failed test.
fn told(finding: &Finding) -> String {
    let signals: Vec<String> = finding
        .signals
        .iter()
        .map(|signal| format!("    {} {}: {}", signal.decibans, signal.rule, signal.sentence))
        .collect();
    let kind = if finding.kind == Kind::MiningLaunch { "" } else { "misuse, " };
    format!("  {} ({kind}{}%): {}\n{}", finding.title, finding.certainty, finding.summary, signals.join("\n"))
}

/// The principals of a finding, by the last part of their arns.
fn principals(finding: &Finding) -> Vec<String> {
    let name = |arn: &str| arn.rsplit(['/', ':']).next().unwrap_or(arn).to_owned();
    finding.principals.iter().map(|principal| name(&principal.arn)).collect()
}

/// Whether a rule speaks in a finding.
fn speaks(finding: &Finding, rule: &str) -> bool {
    finding.signals.iter().any(|signal| signal.rule == rule)
}
