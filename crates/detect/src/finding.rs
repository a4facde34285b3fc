//! A finding: a case as it is told to people and machines.
//!
//! One type feeds every printer. Field names and order are the published contract
//! `minetrail.finding/1`: fields are added, never renamed or removed, within one version.
//! Text fields hold what records said, raw: whoever prints them makes them safe.

use std::collections::BTreeMap;

use event::Time;
use serde::Serialize;

use crate::corroboration::Corroboration;
use crate::score::Decibans;

/// The contract's name and version.
pub const SCHEMA: &str = "minetrail.finding/1";

/// What kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Compute was asked for with a credential that is likely stolen or abused.
    MiningLaunch,
    /// An instance credential was used off its instance; nothing was launched.
    CredentialMisuse,
    /// A machine mines, and no launch explains it: one that was there was hijacked.
    MiningTraffic,
}

/// How bad, by urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Urgency 0 to 19.
    Informational,
    /// 20 to 39.
    Low,
    /// 40 to 59.
    Medium,
    /// 60 to 79.
    High,
    /// 80 and more.
    Critical,
}

/// What became of the launches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// At least one machine runs as far as the logs tell.
    Running,
    /// Machines ran, and all ended.
    Ended,
    /// Everything was refused.
    Refused,
    /// Only dry runs.
    DryRun,
    /// Respawners or reservations were made, no machine was seen yet; or no launch at all.
    Mixed,
}

/// How the credential came into the wrong hands, or whose right hands it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A credential that the metadata service issued to an instance.
    CompromisedInstanceToken,
    /// A long-term access key.
    CompromisedAccessKey,
    /// A console sign-in.
    CompromisedConsoleSession,
    /// A temporary credential of a role (task, function, federated session, assumed role).
    CompromisedRoleSession,
    /// Own people or software with more power than the job needs.
    OverPermissiveRole,
    /// Automation that is meant to do this.
    AuthorisedAutomation,
    /// Somebody is on a machine that was there before.
    CompromisedMachine,
}

/// One cause and its share of the explanation, 0 to 1; shares add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseShare {
    /// The cause.
    pub cause: Cause,
    /// Its share.
    pub share: f64,
}

/// What a principal did in the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The credential that the lineage goes back to.
    Origin,
    /// A hand that acted.
    Actor,
    /// A service that launched on their behalf.
    Service,
}

/// A principal of the case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Principal {
    /// Its canonical arn (or `service:NAME` and the like).
    pub arn: String,
    /// Its account; empty where unknown.
    pub account: String,
    /// What it did.
    pub role: Role,
    /// The access keys it used in the case, sorted.
    pub access_keys: Vec<String>,
    /// The instance whose credential it is.
    pub instance_id: Option<String>,
    /// By which field the instance is known.
    pub attribution: Option<event::Attribution>,
}

/// What kind of network an address is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkKind {
    /// A hosting company.
    Hosting,
    /// A commercial VPN.
    Vpn,
    /// A Tor exit.
    Tor,
    /// An AWS address.
    Aws,
    /// A household or mobile network.
    Residential,
    /// Through a VPC endpoint, or a private address.
    Endpoint,
    /// An AWS service.
    Service,
    /// Not known.
    Unknown,
    /// A network that the user named as an own one.
    Own,
    /// Somebody else's: it is known whose, and no list says what kind of company that is.
    Other,
}

/// Where the case's calls came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Origin {
    /// The address as recorded.
    pub address: String,
    /// The network's name, where known: the user's own name for it, `AWS` and the region, or who announces it.
    pub network: String,
    /// Its kind.
    pub kind: NetworkKind,
    /// Who announces the address, where a database was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autonomous_system: Option<AutonomousSystem>,
    /// The region, of an address of AWS's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_region: Option<String>,
}

/// A part of the internet under one hand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AutonomousSystem {
    /// Its number.
    pub number: u32,
    /// Its organisation's name; empty where the database has none.
    pub name: String,
}

/// A respawner of the case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Respawner {
    /// `asg`, `fleet`, `ecs-service` …
    pub kind: event::event::RespawnerKind,
    /// Its name or id.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The most machines it may grow to, where known.
    pub max: Option<u64>,
    /// It was deleted or set to zero.
    pub ended: bool,
}

/// What was launched where, for one region and machine type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The machine type; `unknown` where no record says.
    #[serde(rename = "type")]
    pub unit: String,
    /// How many were asked for.
    pub requested: u64,
    /// How many started.
    pub started: u64,
    /// How many of them ended.
    pub ended: u64,
    /// How many were refused.
    pub refused: u64,
}

/// The launches of the case in numbers. Counts are machines, except `calls`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Launches {
    /// Launch calls, of any outcome, by the hands of the case (calls made by services are not counted).
    pub calls: u64,
    /// Machines asked for.
    pub requested: u64,
    /// Machines that started.
    pub started: u64,
    /// Machines that were refused.
    pub refused: u64,
    /// Machines asked for in dry runs.
    pub dry_run: u64,
    /// Machines that started and ended.
    pub ended: u64,
    /// vCPUs asked for.
    pub vcpus_requested: f64,
    /// vCPUs that started.
    pub vcpus_started: f64,
    /// GPUs and other accelerators asked for.
    pub accelerators_requested: u64,
    /// GPUs and other accelerators that started.
    pub accelerators_started: u64,
    /// Regions in which compute was asked for, sorted.
    pub regions: Vec<String>,
    /// Accounts, sorted.
    pub accounts: Vec<String>,
    /// Machines that started, by type; where none did, machines asked for, by type.
    pub types: BTreeMap<String, u64>,
    /// Every machine that started, sorted.
    pub instances: Vec<String>,
    /// What launches again by itself.
    pub respawners: Vec<Respawner>,
    /// By account, region and type.
    pub places: Vec<Place>,
    /// Refused calls, by reason.
    pub refusals: BTreeMap<String, u64>,
}

/// What it costs, in US dollars, rounded to the cent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Always `USD`.
    pub currency: &'static str,
    /// What runs now costs an hour.
    pub per_hour: f64,
    /// What it cost from each start to its end, or to the end of the logs.
    pub so_far: f64,
    /// What the next 24 hours cost if nothing is done.
    pub next_24h: f64,
    /// An hour with every respawner grown to its ceiling.
    pub ceiling_per_hour: f64,
    /// An hour of everything that was asked for, obtained or not.
    pub asked_per_hour: f64,
    /// Until when `so_far` counts.
    pub as_of: Option<Time>,
    /// Which price list.
    pub prices: &'static str,
    /// What was assumed, one sentence each.
    pub assumptions: Vec<String>,
    /// How it came to `so_far`: from the first start to the end of the logs, at most [`crate::curve::POINTS_MAX`] points.
    pub curve: Vec<CostPoint>,
    /// What bills say the machines cost, where they were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed: Option<Billed>,
    /// When something about cost could first have told, where bills, budgets or anomalies were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_alert: Option<FirstAlert>,
}

/// One point of the burn curve; between two points the curve is straight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CostPoint {
    /// When.
    pub time: Time,
    /// What it had cost by then, in US dollars.
    pub so_far: f64,
    /// What ran from then on, in US dollars an hour.
    pub per_hour: f64,
}

/// What bills say the machines of a case cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Billed {
    /// What was billed, rounded to the cent.
    pub cost: f64,
    /// Its list price by the bill itself, where the bill tells it.
    pub list_price: Option<f64>,
    /// Hours of machines that were billed.
    pub machine_hours: u64,
    /// Until when bills were read.
    pub until: Option<Time>,
}

/// The first moment at which something about cost could have told.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FirstAlert {
    /// When.
    pub time: Time,
    /// `budgets`, `cost-anomaly` or `bills`.
    pub source: &'static str,
    /// Nothing was seen at that moment: it is when a bill can tell at the earliest.
    pub is_estimate: bool,
    /// Minutes after the first launch.
    pub delay_minutes: u64,
    /// What the machines had cost by then, at list price, rounded to the cent.
    pub spent_by_then: f64,
    /// All of it in a sentence.
    pub says: String,
}

/// One reason for or against.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SignalTold {
    /// The rule.
    pub rule: &'static str,
    /// Its group.
    pub group: &'static str,
    /// What it adds, after the group's ceiling.
    pub decibans: Decibans,
    /// What it would add without the ceiling.
    pub full_decibans: Decibans,
    /// The sentence.
    pub sentence: String,
    /// Since when it is true.
    pub since: Time,
    /// The records that prove it.
    pub events: Vec<String>,
    /// ATT&CK technique ids of version 18 that it shows.
    #[serde(skip)]
    pub techniques: &'static [&'static str],
}

/// The score's two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScoreTold {
    /// What every lineage starts from.
    pub prior: Decibans,
    /// Prior and signals.
    pub sum: Decibans,
}

/// ATT&CK technique ids, sorted, in two versions of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Attack {
    /// Version 18.
    pub v18: Vec<String>,
    /// Version 19.
    pub v19: Vec<String>,
}

/// One line of the story.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment {
    /// When.
    pub time: Time,
    /// The record.
    pub event: String,
    /// The principal, account and region, and what happened.
    pub what: String,
    /// How many alike records this line stands for.
    pub count: u64,
}

/// How one credential came from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Link {
    /// When.
    pub time: Time,
    /// The record.
    pub event: String,
    /// From whom: principal.
    pub from: String,
    /// To whom: principal or respawner.
    pub to: String,
    /// By what: `AssumeRole`, `CreateAccessKey`, `CreateAutoScalingGroup` …
    pub by: String,
}

/// Something to do, in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Action {
    /// What, in one sentence.
    pub what: String,
    /// Why now.
    pub why: String,
    /// Commands that do it; to be read before they are run.
    pub commands: Vec<String>,
}

/// Whether a step to verify is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionState {
    /// The logs answer it.
    Answered,
    /// A person must.
    Open,
}

/// One step to verify a finding: a question, and what the logs say to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Question {
    /// The question.
    pub question: String,
    /// The answer; of an open question, where to look and what to look for.
    pub answer: String,
    /// Who answers it.
    pub state: QuestionState,
    /// The records that show it.
    pub events: Vec<String>,
}

/// Why a finding is not raised although it crossed the threshold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Suppressed {
    /// The name of the approved workload or suppression.
    pub by: String,
    /// Its reason as written in the configuration.
    pub reason: String,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// UUIDv5 of the case key: the same case keeps its id.
    pub id: String,
    /// Grows with what is known of the case.
    pub revision: u64,
    /// What kind.
    pub kind: Kind,
    /// A headline.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// 0 to 99: sort by this.
    pub urgency: u8,
    /// 0 to 99: how sure.
    pub certainty: u8,
    /// 0 to 99: how costly.
    pub threat: u8,
    /// The band of the urgency.
    pub severity: Severity,
    /// Why it is not raised.
    pub suppressed: Option<Suppressed>,
    /// Possible causes, likeliest first.
    pub root_cause: Vec<CauseShare>,
    /// What became of it.
    pub outcome: Outcome,
    /// The first record of the case.
    pub first_seen: Time,
    /// The last.
    pub last_seen: Time,
    /// The launch at which the sum first crossed the threshold.
    pub fired_at: Time,
    /// Who.
    pub principals: Vec<Principal>,
    /// From where.
    pub origins: Vec<Origin>,
    /// What was launched.
    pub launches: Launches,
    /// What it costs.
    pub cost: Cost,
    /// Why we say so, strongest first, exculpation last.
    pub signals: Vec<SignalTold>,
    /// The arithmetic.
    pub score: ScoreTold,
    /// ATT&CK.
    pub attack: Attack,
    /// The story.
    pub timeline: Vec<Moment>,
    /// How credentials and launches hang together.
    pub lineage: Vec<Link>,
    /// The steps to verify, answered where logs can answer. Empty where nobody asked.
    pub verify: Vec<Question>,
    /// What to do first, in order.
    pub actions: Vec<Action>,
    /// Days of records of these accounts and regions before the case's windows.
    pub history_days: u32,
    /// What was not visible.
    pub caveats: Vec<String>,
    /// What other logs than the trail covered of the case, and what they say. Empty where none was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corroboration: Vec<Corroboration>,
}
