//! `mining-traffic`: a machine mines, and no launch explains it: it was there before, and was hijacked.
//!
//! The same rules that corroborate a launch judge every machine that side logs know. Without a launch there is less to
//! go by, so a name that was asked for once, or a held line on a port of the web, raises nothing.
//!
//! Blind spots: those of the rules; and machines whose launch and mining are both older than the logs look like hijacked ones.

use std::collections::{BTreeMap, BTreeSet};

use event::Time;
use event::side::Alert;
use event::time::{DAY, HOUR};

use crate::actions::{Machines, actions};
use crate::attack::attack;
use crate::corroboration::{Question, corroboration};
use crate::finding::{
    Cause, CauseShare, Cost, Finding, Kind, Launches, Moment, Outcome, Principal, Role, SCHEMA, ScoreTold,
    SignalTold,
};
use crate::rules::{RULES, guardduty_mining, pool_name, pool_traffic};
use crate::score::{Decibans, PRIOR, certainty};
use crate::tell::{id_of, severity, urgency};
use crate::witness::{Machine, PoolLine, PoolQuery};
use crate::world::World;

/// The most that side logs may add where nothing else speaks.
const CEILING: Decibans = Decibans::new(40);

/// A line held for so long is nobody's download, in minutes.
const LONG_MINUTES: i64 = 120;

/// A name that is asked for again after so long is no accident.
const AGAIN: i64 = HOUR;

/// What side logs know about one machine.
#[derive(Debug, Default)]
struct Suspect<'w, 'f> {
    account: &'f str,
    lines: Vec<&'w PoolLine<'f>>,
    queries: Vec<PoolQuery<'f>>,
    alerts: Vec<&'f Alert>,
}

/// One judged machine.
struct Judged<'f> {
    name: &'f str,
    account: &'f str,
    /// What it speaks to: machines that speak to the same are one finding.
    place: String,
    first: Time,
    last: Time,
    signals: Vec<SignalTold>,
    sum: Decibans,
}

/// Judges every machine of side logs; `told` says which instances are already in a case.
pub(crate) fn traffic<'f>(world: &World<'f>, told: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut by_place: BTreeMap<(String, String), Vec<Judged<'f>>> = BTreeMap::new();
    for (name, suspect) in suspects(world).into_iter().filter(|(name, _)| !told(name)) {
        let Some(judged) = judge(name, &suspect) else { continue };
        if judged.sum >= Decibans::ZERO {
            by_place.entry((judged.account.to_owned(), judged.place.clone())).or_default().push(judged);
        }
    }
    by_place.into_values().filter_map(|judged| tell(&judged, world)).collect()
}

/// Everything that is known, by machine: its instance's id, else its interface's, else its address.
fn suspects<'w, 'f>(world: &'w World<'f>) -> BTreeMap<&'f str, Suspect<'w, 'f>> {
    let mut all: BTreeMap<&'f str, Suspect<'w, 'f>> = BTreeMap::new();
    for line in world.witnesses.all_lines() {
        let interface = line.interface;
        let known = || world.instance_of(&interface.id).or_else(|| at(world, line));
        let name = interface.instances.last().map(|name| &**name).or_else(known).unwrap_or(&interface.id);
        let suspect = all.entry(name).or_default();
        suspect.account = suspect.account.max(&interface.account);
        suspect.lines.push(line);
    }
    for (account, asker, query) in world.witnesses.all_queries() {
        let suspect = all.entry(asker).or_default();
        suspect.account = suspect.account.max(account);
        suspect.queries.push(query);
    }
    for (instance, alerts) in world.witnesses.alerted() {
        let suspect = all.entry(instance).or_default();
        for alert in alerts {
            suspect.account = suspect.account.max(&alert.account);
            suspect.alerts.push(alert);
        }
    }
    all
}

/// The instance that had an address of the line's interface when the line began.
fn at<'f>(world: &World<'f>, line: &PoolLine<'f>) -> Option<&'f str> {
    world.instance_at(&line.interface.account, &line.interface.addresses, line.span.0)
}

fn judge<'f>(name: &'f str, suspect: &Suspect<'_, 'f>) -> Option<Judged<'f>> {
    let line = suspect
        .lines
        .iter()
        .max_by(|a, b| weigh_line(a).cmp(&weigh_line(b)).then_with(|| b.span.cmp(&a.span)));
    let query = suspect
        .queries
        .iter()
        .max_by(|a, b| weigh_query(a).cmp(&weigh_query(b)).then_with(|| b.name.cmp(a.name)));
    let alert = suspect
        .alerts
        .iter()
        .max_by(|a, b| weigh_alert(a).cmp(&weigh_alert(b)).then_with(|| b.id.cmp(&a.id)));
    let mut signals = Vec::new();
    if let Some(line) = line.filter(|line| !line.is_on_busy_port() || line.name.is_some() || line.is_listed) {
        let new = if line.is_new { "; it had no such line for a day before" } else { "" };
        let sentence = format!("{name} {}{new}", pool_traffic::told(line));
        signals.push(signal("pool-traffic", weigh_line(line), sentence, line.span.0, line.reference()));
    }
    if let Some(query) = query {
        let sentence = format!("{name} {}", pool_name::told(query));
        signals.push(signal(
            "pool-name",
            weigh_query(query),
            sentence,
            query.asked.first,
            pool_name::reference(name, query),
        ));
    }
    if let Some(alert) = alert {
        let sentence = guardduty_mining::told(alert);
        signals.push(signal(
            "guardduty-mining",
            weigh_alert(alert),
            sentence,
            alert.created,
            guardduty_mining::reference(alert),
        ));
    }
    signals.retain(|signal| signal.decibans > Decibans::ZERO);
    signals.sort_by_key(|signal| (std::cmp::Reverse(signal.decibans), signal.rule));
    hold(&mut signals);
    let added: Decibans = signals.iter().map(|signal| signal.decibans).sum();
    let spans = suspect.lines.iter().map(|line| line.span);
    let spans = spans.chain(suspect.queries.iter().map(|query| (query.asked.first, query.asked.last)));
    let spans: Vec<(Time, Time)> =
        spans.chain(suspect.alerts.iter().map(|alert| (alert.first, alert.last))).collect();
    Some(Judged {
        name,
        account: suspect.account,
        place: place(line.copied(), query, alert.copied()),
        first: spans.iter().map(|(first, _)| *first).min()?,
        last: spans.iter().map(|(_, last)| *last).max()?,
        signals,
        sum: PRIOR + added,
    })
}

/// Holds the sum to its ceiling, the strongest first.
fn hold(signals: &mut [SignalTold]) {
    let mut left = CEILING;
    for signal in signals {
        signal.decibans = signal.decibans.min(left);
        left = left - signal.decibans;
    }
}

/// What the machine speaks to, by the best name there is.
fn place(line: Option<&PoolLine<'_>>, query: Option<&PoolQuery<'_>>, alert: Option<&Alert>) -> String {
    let of_line =
        line.map(|line| line.name.map_or_else(|| format!("{}:{}", line.peer, line.port), str::to_owned));
    let of_query = query.map(|query| query.name.to_owned());
    of_line.or(of_query).or_else(|| alert.map(|alert| alert.name.clone())).unwrap_or_default()
}

/// Without a launch a line must have more to show: that it is long, and that it is new.
fn weigh_line(line: &PoolLine<'_>) -> Decibans {
    let long = line.stretch.is_some_and(|stretch| stretch.minutes() >= LONG_MINUTES);
    let long = if long { Decibans::new(4) } else { Decibans::ZERO };
    let new = if line.is_new && line.stretch.is_some() { Decibans::new(6) } else { Decibans::ZERO };
    pool_traffic::weigh(line) + long + new
}

/// Without a launch one query may be somebody's curiosity; one that comes again is a program's.
fn weigh_query(query: &PoolQuery<'_>) -> Decibans {
    let again = query.asked.last.since(query.asked.first) >= AGAIN;
    let full = pool_name::weigh(query);
    match full {
        strong if strong >= Decibans::new(28) && again => Decibans::new(26),
        strong if strong >= Decibans::new(28) => Decibans::new(18),
        weak => weak,
    }
}

/// Somebody at AWS decided that this is worth an alarm; so it is worth one here.
fn weigh_alert(alert: &Alert) -> Decibans {
    let full = guardduty_mining::weigh(alert);
    if full >= Decibans::new(24) { Decibans::new(26) } else { full }
}

fn signal(
    rule: &'static str,
    weight: Decibans,
    sentence: String,
    since: Time,
    reference: String,
) -> SignalTold {
    let techniques = RULES.iter().find(|known| known.name == rule).map_or(&[][..], |known| known.techniques);
    SignalTold {
        rule,
        group: "corroboration",
        decibans: weight,
        full_decibans: weight,
        sentence,
        since,
        events: vec![reference],
        techniques,
    }
}

fn tell(all: &[Judged<'_>], world: &World<'_>) -> Option<Finding> {
    let worst = all.iter().max_by_key(|judged| (judged.sum, std::cmp::Reverse(judged.name)))?;
    let (first, last) =
        (all.iter().map(|judged| judged.first).min()?, all.iter().map(|judged| judged.last).max()?);
    let (launches, per_hour) = machines(all, world);
    let certainty = certainty(worst.sum);
    let threat = 30 + u8::try_from(all.len().min(10)).unwrap_or(10) * 2;
    let urgency = urgency(certainty, threat);
    let what = crate::rules::plural(all.len(), "machine", "machines");
    let mut finding = Finding {
        schema: SCHEMA,
        id: id_of(&format!("mining-traffic|{}|{}|{}", worst.account, worst.place, first.day())),
        revision: u64::try_from(all.iter().map(|judged| judged.signals.len()).sum::<usize>())
            .unwrap_or(1)
            .max(1),
        kind: Kind::MiningTraffic,
        title: if all.len() == 1 {
            "A machine mines that nobody launched to mine".to_owned()
        } else {
            format!("{} machines mine that nobody launched to mine", all.len())
        },
        summary: format!(
            "{what} of account {} reached {} between {first} and {last}; {}.",
            worst.account,
            worst.place,
            explained(worst, world)
        ),
        urgency,
        certainty,
        threat,
        severity: severity(urgency),
        suppressed: None,
        root_cause: vec![CauseShare { cause: Cause::CompromisedMachine, share: 1.0 }],
        outcome: Outcome::Running,
        first_seen: first,
        last_seen: last,
        fired_at: worst.signals.iter().map(|signal| signal.since).min().unwrap_or(first),
        principals: principals(all, world),
        origins: Vec::new(),
        launches,
        cost: Cost {
            currency: "USD",
            per_hour,
            next_24h: per_hour * 24.0,
            as_of: Some(last),
            prices: catalog::PRICES,
            ..Cost::default()
        },
        attack: attack(&worst.signals),
        signals: worst.signals.clone(),
        score: ScoreTold { prior: PRIOR, sum: worst.sum },
        timeline: moments(all),
        lineage: Vec::new(),
        actions: Vec::new(),
        history_days: world.facts.coverage().days_before(worst.account, first),
        caveats: vec![
            "side logs show that a machine speaks to a pool, not which program does: look at the machine"
                .to_owned(),
        ],
        corroboration: Vec::new(),
        verify: Vec::new(),
    };
    finding.corroboration = covered(all, world, &finding);
    finding.actions = actions(&finding, &by_region(all, world));
    Some(finding)
}

/// What the trail knows of how the machine came to be there.
fn explained(judged: &Judged<'_>, world: &World<'_>) -> String {
    match world.launch_of_machine(judged.name) {
        Some(launch) => format!(
            "{} launched {} at {}, and nothing else about that is suspicious: either somebody got into it, or it was launched to mine",
            launch.actor.principal, judged.name, launch.time
        ),
        None => "no launch in these logs explains it: somebody got into a machine that was there".to_owned(),
    }
}

fn covered(
    all: &[Judged<'_>],
    world: &World<'_>,
    finding: &Finding,
) -> Vec<crate::corroboration::Corroboration> {
    let seen: Vec<Machine<'_>> = all
        .iter()
        .map(|judged| world.machine_from(judged.name, judged.account, judged.first.plus(-DAY)))
        .collect();
    corroboration(&Question {
        witnesses: &world.witnesses,
        machines: &seen,
        accounts: all.iter().map(|judged| judged.account).collect(),
        first: finding.first_seen,
        signals: &finding.signals,
    })
}

/// The machines of the finding, and what they cost an hour where the trail knows their type.
fn machines(all: &[Judged<'_>], world: &World<'_>) -> (Launches, f64) {
    let mut launches = Launches {
        instances: all
            .iter()
            .map(|judged| judged.name.to_owned())
            .filter(|name| name.starts_with("i-"))
            .collect(),
        accounts: all
            .iter()
            .map(|judged| judged.account.to_owned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        ..Launches::default()
    };
    launches.instances.sort();
    let units = all.iter().filter_map(|judged| world.machine(judged.name, judged.first));
    let micros: u64 = units.map(|unit| unit.power.micro_usd_per_hour).sum();
    (launches, (micros as f64 / 10_000.0).round() / 100.0)
}

fn by_region(all: &[Judged<'_>], world: &World<'_>) -> Machines {
    let mut machines = Machines::new();
    for judged in all.iter().filter(|judged| judged.name.starts_with("i-")) {
        let region = world.region_of_machine(judged.name).unwrap_or("REGION");
        machines.entry(region.to_owned()).or_default().push(judged.name.to_owned());
    }
    machines
}

/// The roles of the machines: whoever is on a machine has its credentials.
fn principals(all: &[Judged<'_>], world: &World<'_>) -> Vec<Principal> {
    let mut principals: Vec<Principal> = all
        .iter()
        .filter_map(|judged| Some((judged, world.facts.instance(judged.name)?)))
        .flat_map(|(judged, profile)| {
            profile.roles.iter().map(move |(role, _)| Principal {
                arn: role.to_owned(),
                account: role.split(':').nth(4).unwrap_or_default().to_owned(),
                role: Role::Actor,
                access_keys: Vec::new(),
                instance_id: Some(judged.name.to_owned()),
                attribution: Some(event::Attribution::SessionName),
            })
        })
        .collect();
    principals.sort();
    principals
}

fn moments(all: &[Judged<'_>]) -> Vec<Moment> {
    let told = all.iter().flat_map(|judged| &judged.signals).map(|signal| Moment {
        time: signal.since,
        event: signal.events.first().cloned().unwrap_or_default(),
        what: signal.sentence.clone(),
        count: 1,
    });
    let mut moments: Vec<Moment> = told.collect();
    moments.sort();
    moments.dedup();
    moments
}
