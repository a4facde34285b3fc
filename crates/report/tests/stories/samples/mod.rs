//! Sample findings: small builders, and the stories that the pages are shown for.

mod fleet;
pub(crate) mod hostile;
mod misuse;
mod refused;
mod respawners;
mod summary;

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::{
    Action, Attack, Cause, CauseShare, Cost, Kind, Launches, Link, Moment, NetworkKind, Origin, Outcome,
    Place, Principal, Question, QuestionState, Role, SCHEMA, ScoreTold, Severity, SignalTold,
};
use detect::score::{Decibans, PRIOR, certainty};
use event::{Attribution, Time};

pub(crate) use self::fleet::{gpu_fleet, six_thousand, suppressed};
pub(crate) use self::misuse::misuse;
pub(crate) use self::refused::refused_only;
pub(crate) use self::respawners::respawners;
pub(crate) use self::summary::summary;

/// The account of all stories.
pub(crate) const ACCOUNT: &str = "441212345678";

/// The moment that `text` spells, on the day of all stories where it is a time of day.
pub(crate) fn at(text: &str) -> Time {
    let whole = if text.contains('T') { text.to_owned() } else { format!("2026-03-14T{text}Z") };
    Time::parse(&whole).unwrap_or_else(|| panic!("{text} is no time"))
}

/// An event id that looks like one and differs by `number`.
pub(crate) fn id(number: u32) -> String {
    let scattered = number.wrapping_mul(2_654_435_761);
    format!("{scattered:08x}-4c1d-4a5e-9b7f-{:012x}", u64::from(number) + 0x00c0_ffee)
}

/// Owned words.
pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// A finding of `title` with nothing in it yet.
pub(crate) fn finding(title: &str, summary: &str) -> Finding {
    Finding {
        schema: SCHEMA,
        id: "5f0c9a2e-6d1b-5b8e-9a0f-2f6f3c1d7e84".to_owned(),
        revision: 1,
        kind: Kind::MiningLaunch,
        title: title.to_owned(),
        summary: summary.to_owned(),
        urgency: 50,
        certainty: 0,
        threat: 0,
        severity: Severity::Medium,
        suppressed: None,
        root_cause: Vec::new(),
        outcome: Outcome::Mixed,
        first_seen: at("02:59:58"),
        last_seen: at("02:59:58"),
        fired_at: at("02:59:58"),
        principals: Vec::new(),
        origins: Vec::new(),
        launches: Launches::default(),
        cost: Cost { currency: "USD", prices: "us-east-1 on-demand list, 2026-07-20", ..Cost::default() },
        signals: Vec::new(),
        score: ScoreTold { prior: PRIOR, sum: PRIOR },
        attack: Attack::default(),
        timeline: Vec::new(),
        lineage: Vec::new(),
        verify: Vec::new(),
        actions: Vec::new(),
        history_days: 0,
        caveats: Vec::new(),
        corroboration: Vec::new(),
    }
}

/// Gives a finding its signals, and the score that they add up to.
pub(crate) fn judged(mut finding: Finding, signals: Vec<SignalTold>) -> Finding {
    let sum = PRIOR + signals.iter().map(|signal| signal.decibans).sum::<Decibans>();
    finding.score.sum = sum;
    finding.certainty = certainty(sum);
    finding.signals = signals;
    finding
}

/// Gives a finding its urgency, threat and the severity that follows.
pub(crate) fn urgent(mut finding: Finding, urgency: u8, threat: u8) -> Finding {
    finding.urgency = urgency;
    finding.threat = threat;
    finding.severity = match urgency {
        0..20 => Severity::Informational,
        20..40 => Severity::Low,
        40..60 => Severity::Medium,
        60..80 => Severity::High,
        _ => Severity::Critical,
    };
    finding
}

/// A signal that no ceiling has touched, from `rule group tenths since`, its sentence and its events.
pub(crate) fn signal(what: &'static str, sentence: &str, events: std::ops::Range<u32>) -> SignalTold {
    let words: Vec<&'static str> = what.split(' ').collect();
    let [rule, group, tenths, since] = words[..] else { panic!("{what} is no signal") };
    let decibans = Decibans::tenths(tenths.parse().expect("tenths of a deciban"));
    SignalTold {
        rule,
        group,
        decibans,
        full_decibans: decibans,
        sentence: sentence.to_owned(),
        since: at(since),
        events: events.map(id).collect(),
        techniques: &[],
    }
}

/// The same signal, of which its group's ceiling lets `tenths` through.
pub(crate) fn capped(signal: SignalTold, tenths: i32) -> SignalTold {
    SignalTold { decibans: Decibans::tenths(tenths), ..signal }
}

/// Causes with their shares in percent.
pub(crate) fn causes(shares: &[(Cause, u32)]) -> Vec<CauseShare> {
    shares
        .iter()
        .map(|(cause, percent)| CauseShare { cause: *cause, share: f64::from(*percent) / 100.0 })
        .collect()
}

/// A user or role of the account, with its keys.
pub(crate) fn principal(name: &str, role: Role, keys: &[&str]) -> Principal {
    Principal {
        arn: format!("arn:aws:iam::{ACCOUNT}:{name}"),
        account: ACCOUNT.to_owned(),
        role,
        access_keys: words(keys),
        instance_id: None,
        attribution: None,
    }
}

/// The same principal, known as an instance's.
pub(crate) fn of_instance(principal: Principal, instance: &str, by: Attribution) -> Principal {
    Principal { instance_id: Some(instance.to_owned()), attribution: Some(by), ..principal }
}

/// An address.
pub(crate) fn origin(address: &str, network: &str, kind: NetworkKind) -> Origin {
    let (address, network) = (address.to_owned(), network.to_owned());
    Origin { address, network, kind, autonomous_system: None, aws_region: None }
}

/// A row of the launch table: asked, started, ended, refused.
pub(crate) fn place(region: &str, unit: &str, [requested, started, ended, refused]: [u64; 4]) -> Place {
    let (account, region, unit) = (ACCOUNT.to_owned(), region.to_owned(), unit.to_owned());
    Place { account, region, unit, requested, started, ended, refused }
}

/// Launches whose totals are the sums of `places`.
pub(crate) fn launches(calls: u64, places: Vec<Place>) -> Launches {
    let mut regions: Vec<String> = places.iter().map(|place| place.region.clone()).collect();
    regions.sort();
    regions.dedup();
    let mut types = BTreeMap::new();
    for place in &places {
        *types.entry(place.unit.clone()).or_default() += place.started;
    }
    Launches {
        calls,
        requested: places.iter().map(|place| place.requested).sum(),
        started: places.iter().map(|place| place.started).sum(),
        refused: places.iter().map(|place| place.refused).sum(),
        ended: places.iter().map(|place| place.ended).sum(),
        regions,
        accounts: vec![ACCOUNT.to_owned()],
        types,
        places,
        ..Launches::default()
    }
}

/// A line of the story that stands for `count` records.
pub(crate) fn moment(time: &str, event: u32, what: &str, count: u64) -> Moment {
    Moment { time: at(time), event: id(event), what: what.to_owned(), count }
}

/// A link between principals, whose names are completed to arns where they are no ids.
pub(crate) fn link(time: &str, event: u32, from: &str, by: &str, to: &str) -> Link {
    let full = |name: &str| {
        if name.contains('/') { format!("arn:aws:iam::{ACCOUNT}:{name}") } else { name.to_owned() }
    };
    Link { time: at(time), event: id(event), from: full(from), to: full(to), by: by.to_owned() }
}

/// A step.
pub(crate) fn action(what: &str, why: &str, commands: &[&str]) -> Action {
    let commands = commands.iter().map(|&command| command.to_owned()).collect();
    Action { what: what.to_owned(), why: why.to_owned(), commands }
}

/// An answer of the logs, with its records.
pub(crate) fn answered(question: &str, answer: &str, events: std::ops::Range<u32>) -> Question {
    let (question, answer) = (question.to_owned(), answer.to_owned());
    Question { question, answer, state: QuestionState::Answered, events: events.map(id).collect() }
}

/// A question that a person must answer.
pub(crate) fn open(question: &str, answer: &str) -> Question {
    Question { state: QuestionState::Open, ..answered(question, answer, 0..0) }
}
