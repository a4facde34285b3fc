//! Why a finding is what it is: evidence for and against, the arithmetic, and what would change it.
//!
//! The explanation is the calculation, written out. Two kinds of "otherwise" stand beside it, and
//! neither is made up: without each signal the weights are added up again under the same
//! ceilings; with one fact changed the lineage is judged again, by the same rules (`otherwise`).
//!
//! Blind spots: a finding read from a file has no facts behind it, so only signals can be left out.

mod otherwise;

use detect::case::Case;
use detect::finding::Finding;
use detect::misuse;
use detect::rules::{Group, counted};
use detect::score::{Decibans, certainty};
use detect::world::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The contract's name and version.
pub const SCHEMA: &str = "minetrail.explanation/1";

/// From this certainty on a finding is raised, unless the caller asks for another.
pub const RAISED: u8 = 50;

/// A finding, explained.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The finding's id.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// How sure.
    pub certainty: u8,
    /// What any lineage starts from.
    pub prior: Decibans,
    /// The evidence: what speaks against the owner first, then what speaks for the owner.
    pub evidence: Vec<Weight>,
    /// Each group, and what its ceiling held back.
    pub groups: Vec<GroupSum>,
    /// Prior and evidence.
    pub sum: Decibans,
    /// The sum and the certainty, written out.
    pub formula: Vec<String>,
    /// The verdict without each signal.
    pub without: Vec<Otherwise>,
    /// The verdict with one fact changed, judged again; empty where only the finding is at hand.
    pub otherwise: Vec<Otherwise>,
}

/// One reason, weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// The rule.
    pub rule: String,
    /// Its group.
    pub group: String,
    /// What it says.
    pub sentence: String,
    /// Since when it is true.
    pub since: String,
    /// What it weighs alone.
    pub alone: Decibans,
    /// What its group's ceiling lets count.
    pub counted: Decibans,
    /// The records that prove it.
    pub events: Vec<String>,
}

/// A group of signals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupSum {
    /// Its name.
    pub group: String,
    /// What its signals weigh alone, added up.
    pub alone: Decibans,
    /// The most that it may add.
    pub ceiling: Decibans,
    /// What it adds.
    pub counted: Decibans,
}

/// The verdict, had one thing been otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Otherwise {
    /// What would be otherwise, as `had …` or `without …`.
    pub had: String,
    /// The sum then.
    pub sum: Decibans,
    /// The certainty then.
    pub certainty: u8,
    /// The finding would be raised where it is not, or not raised where it is.
    pub changes_verdict: bool,
}

/// What an explanation needs of a finding, as its contract spells it.
#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    title: String,
    kind: String,
    certainty: u8,
    suppressed: Option<Value>,
    score: Score,
    signals: Vec<Signal>,
}

#[derive(Debug, Deserialize)]
struct Score {
    prior: f64,
    sum: f64,
}

#[derive(Debug, Deserialize)]
struct Signal {
    rule: String,
    group: String,
    decibans: f64,
    full_decibans: f64,
    sentence: String,
    since: String,
    events: Vec<String>,
}

/// Explains a finding that is spelled by its contract, `minetrail.finding/1`.
///
/// # Errors
/// Says which field is missing or of another kind.
pub fn explain(finding: &Value) -> Result<Explanation, serde_json::Error> {
    let told = Told::deserialize(finding)?;
    Ok(told.explained())
}

/// Explains a finding with its case: the facts are at hand, and are changed one by one.
#[must_use]
pub fn explain_case(finding: &Finding, case: Option<&Case<'_, '_>>, world: &World<'_>) -> Explanation {
    let value = serde_json::to_value(finding).expect("a finding has only text keys");
    let mut explanation = explain(&value).expect("a finding is spelled by its contract");
    let was_raised = explanation.certainty >= RAISED && finding.suppressed.is_none();
    let judged = case.map(|case| otherwise::otherwise(case.lead(), world)).unwrap_or_default();
    let verdicts = judged.into_iter().map(|(had, judged)| (had, judged.sum, judged.approved.is_some()));
    explanation.otherwise = told(verdicts, was_raised);
    explanation
}

/// What had been otherwise, with the sum and whether it is approved then; what changes the verdict comes first.
fn told(verdicts: impl Iterator<Item = (String, Decibans, bool)>, was_raised: bool) -> Vec<Otherwise> {
    let mut told: Vec<Otherwise> = verdicts
        .map(|(had, sum, approved)| {
            let certainty = certainty(sum);
            let is_raised = certainty >= RAISED && !approved;
            Otherwise { had, sum, certainty, changes_verdict: is_raised != was_raised }
        })
        .collect();
    told.sort_by_key(|other| !other.changes_verdict);
    told
}

impl Told {
    fn explained(self) -> Explanation {
        let evidence: Vec<Weight> = self.signals.iter().map(weight).collect();
        let (prior, sum) = (decibans(self.score.prior), decibans(self.score.sum));
        let is_approved = self.suppressed.is_some();
        let without = self.without(prior).into_iter().map(|(had, sum)| (had, sum, is_approved));
        let without = told(without, self.certainty >= RAISED && !is_approved);
        Explanation {
            schema: SCHEMA,
            groups: if self.is_misuse() { Vec::new() } else { groups(&evidence) },
            formula: formula(prior, &evidence, sum, self.certainty),
            id: self.id,
            title: self.title,
            certainty: self.certainty,
            prior,
            evidence,
            sum,
            without,
            otherwise: Vec::new(),
        }
    }

    /// A misuse is judged by provenance alone, under a ceiling of its own.
    fn is_misuse(&self) -> bool {
        self.kind == "credential-misuse"
    }

    /// The sum without each signal.
    fn without(&self, prior: Decibans) -> Vec<(String, Decibans)> {
        let named = self.signals.iter().enumerate();
        named
            .map(|(left_out, signal)| {
                let others = self.signals.iter().enumerate().filter(|(place, _)| *place != left_out);
                let alone: Vec<(Group, &str, Decibans)> = others
                    .map(|(_, other)| {
                        (group(&other.group), other.rule.as_str(), decibans(other.full_decibans))
                    })
                    .collect();
                let added: Decibans = if self.is_misuse() {
                    alone.iter().map(|(_, _, weight)| *weight).sum::<Decibans>().min(misuse::CEILING)
                } else {
                    counted(&alone).into_iter().sum()
                };
                (signal.rule.clone(), prior + added)
            })
            .collect()
    }
}

fn weight(signal: &Signal) -> Weight {
    Weight {
        rule: signal.rule.clone(),
        group: signal.group.clone(),
        sentence: signal.sentence.clone(),
        since: signal.since.clone(),
        alone: decibans(signal.full_decibans),
        counted: decibans(signal.decibans),
        events: signal.events.clone(),
    }
}

/// A group that a later version may know counts like the weakest of ours.
fn group(name: &str) -> Group {
    Group::ALL.into_iter().find(|group| group.name() == name).unwrap_or(Group::Entrenchment)
}

fn decibans(number: f64) -> Decibans {
    Decibans::tenths((number * 10.0).round() as i32)
}

fn groups(evidence: &[Weight]) -> Vec<GroupSum> {
    let of = |group: &Group| {
        let signals = evidence.iter().filter(|weight| weight.group == group.name());
        let (alone, counted) =
            signals.clone().fold((Decibans::ZERO, Decibans::ZERO), |(alone, counted), weight| {
                (alone + weight.alone, counted + weight.counted)
            });
        let told = GroupSum { group: group.name().to_owned(), alone, ceiling: group.ceiling(), counted };
        (signals.count() > 0).then_some(told)
    };
    Group::ALL.iter().filter_map(of).collect()
}

/// The sum and the certainty, as somebody would check them with a pencil.
fn formula(prior: Decibans, evidence: &[Weight], sum: Decibans, certainty: u8) -> Vec<String> {
    let terms: String = evidence.iter().map(|weight| signed(weight.counted)).collect();
    let odds = 10_f64.powf(-sum.as_f64() / 10.0);
    let exact = 100.0 / (1.0 + odds);
    let bound = if exact >= 100.0 { ", and never more than 99" } else { "" };
    vec![
        format!("{prior}{terms} = {sum} dB"),
        format!(
            "100 / (1 + 10^({:.1}/10)) = {exact:.4}, rounded down{bound}: certainty {certainty}",
            -sum.as_f64()
        ),
    ]
}

fn signed(weight: Decibans) -> String {
    let number = weight.as_f64();
    format!(" {} {:.1}", if number < 0.0 { '-' } else { '+' }, number.abs())
}
