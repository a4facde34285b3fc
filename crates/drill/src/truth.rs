//! What a drill really was: the answers the detector is examined against.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::time::iso;

/// The version of the form of [`Truth`].
pub const TRUTH_SCHEMA: &str = "minetrail.truth/1";
/// What every truth says of itself, since the records themselves carry no mark.
const NOTICE: &str = "Synthetic: made by minetrail's drill from a seed. No account, person, address or key in it \
                      is real; network ranges are real and carry no blame.";

/// Whether a scenario holds an attack that starts mining compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A credential is misused to start, or to try to start, mining compute.
    Attack,
    /// Nothing of the kind: the detector must keep quiet about mining.
    Ordinary,
}

/// The truth of one drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Always [`TRUTH_SCHEMA`].
    pub schema: String,
    /// The scenario's name.
    pub scenario: String,
    /// The seed it was written from.
    pub seed: u64,
    /// Attack or ordinary life.
    pub kind: Kind,
    /// Always true.
    pub synthetic: bool,
    /// A sentence that says so to people.
    pub notice: String,
    /// What a reader should know beside the numbers, such as `not mining`.
    pub note: String,
    /// What must be found. Empty where the kind is ordinary.
    pub incidents: Vec<Incident>,
}

/// One thing the detector should find.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// `mining-launch` or `credential-misuse`.
    pub kind: String,
    /// The right root cause.
    pub root_cause: String,
    /// Root causes that are as good an answer, the right one included.
    pub acceptable_root_causes: Vec<String>,
    /// `running` (something obtained still runs at the end), `ended` (something was obtained, nothing
    /// runs), `refused` (nothing was obtained, not all were dry runs) or `dry-run`; empty where nothing
    /// was asked for.
    pub outcome: String,
    /// Canonical ARNs of the principals the attacker acted as.
    pub principals: Vec<String>,
    /// Access keys the attacker used.
    pub access_keys: Vec<String>,
    /// When the first malicious launch-class call was made, refused or not.
    pub first_launch: Option<String>,
    /// The `eventID` of every malicious launch-class call, refused ones included.
    pub launch_event_ids: Vec<String>,
    /// All instances the attacker obtained, those of respawners included, whose ids the trail shows.
    pub instances: Vec<String>,
    /// The `eventID` of every launch an AWS service made for the attacker: by a group, fleet or stack.
    #[serde(default)]
    pub service_launch_event_ids: Vec<String>,
    /// Instances obtained beside those, whose ids CloudTrail left out because the response was too long.
    #[serde(default)]
    pub unseen_instances: u64,
    /// Regions of the launches.
    pub regions: Vec<String>,
    /// How many instances or tasks were asked for by the attacker's own calls, dry runs left out, where
    /// that can be counted.
    pub requested_instances: Option<u64>,
    /// Whether an evaluator should count the incident apart: nothing was launched, and reasonable people
    /// differ on whether a detector of launches ought to speak.
    #[serde(default)]
    pub optional: bool,
}

impl Truth {
    /// Returns the truth of `scenario` without incidents.
    pub(crate) fn new(scenario: &str, seed: u64, kind: Kind) -> Self {
        Self {
            schema: TRUTH_SCHEMA.into(),
            scenario: scenario.into(),
            seed,
            kind,
            synthetic: true,
            notice: NOTICE.into(),
            note: String::new(),
            incidents: Vec::new(),
        }
    }
}

impl Incident {
    /// Returns an incident of `kind` with `root_cause` and, so far, no evidence.
    pub(crate) fn new(kind: &str, root_cause: &str, outcome: &str) -> Self {
        Self {
            kind: kind.into(),
            root_cause: root_cause.into(),
            acceptable_root_causes: vec![root_cause.into()],
            outcome: outcome.into(),
            ..Self::default()
        }
    }

    /// Accepts `root_cause` as an answer too.
    pub(crate) fn accept(&mut self, root_cause: &str) {
        push_new(&mut self.acceptable_root_causes, root_cause);
    }

    /// Names `actor` as one the attacker acted as.
    pub(crate) fn blame(&mut self, actor: &Actor) {
        push_new(&mut self.principals, &actor.principal);
        push_new(&mut self.access_keys, &actor.key);
    }

    /// Notes an identity that was made to be used later, with its key if it got one.
    pub(crate) fn spare(&mut self, principal: &str, key: &str) {
        push_new(&mut self.principals, principal);
        push_new(&mut self.access_keys, key);
    }

    /// Notes a malicious launch-class call and what it obtained.
    pub(crate) fn add(&mut self, launched: &Launched) {
        self.launch_event_ids.push(launched.event_id.clone());
        self.seize(launched);
        push_new(&mut self.regions, &launched.region);
        let time = iso(launched.time);
        if self.first_launch.as_ref().is_none_or(|first| time < *first) {
            self.first_launch = Some(time);
        }
        if launched.requested > 0 {
            self.requested_instances = Some(self.requested_instances.unwrap_or(0) + launched.requested);
        }
    }

    /// Notes instances that a respawner of the attacker obtained through a service.
    pub(crate) fn obtained(&mut self, launched: &Launched) {
        self.service_launch_event_ids.push(launched.event_id.clone());
        self.seize(launched);
    }

    fn seize(&mut self, launched: &Launched) {
        for id in &launched.instances {
            push_new(&mut self.instances, id);
        }
    }
}

/// What one launch-class call came to.
#[derive(Debug, Clone)]
pub(crate) struct Launched {
    /// The record's `eventID`.
    pub(crate) event_id: String,
    pub(crate) time: Timestamp,
    pub(crate) region: String,
    /// Instances asked for by this call; 0 where the call does not say.
    pub(crate) requested: u64,
    /// Ids of the instances obtained.
    pub(crate) instances: Vec<String>,
}

/// Appends `text` unless it is empty or there already.
fn push_new(list: &mut Vec<String>, text: &str) {
    if !text.is_empty() && !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}
