//! One fact changed, and the lineage judged again at the moment that decided.
//!
//! Each change is made to a copy of the facts; then everything is indexed and judged as it always
//! is. What had belonged to earlier findings still does: a supposed past is the owner's.
//!
//! Blind spots: a change is made to the notable events of the deciding window; what was only
//! skimmed keeps its place in the profiles. Each change costs a copy of the facts.

use std::collections::BTreeMap;

use detect::Facts;
use detect::approval::ApprovedWorkload;
use detect::case::{Judged, Part, Standing, THRESHOLD, judge_at, lineages, standing};
use detect::ledger::Row;
use detect::profile::{Feature, Habit, agent_family, network_of};
use detect::timeline::short;
use detect::window::WINDOW;
use detect::world::World;
use event::event::{Launch, Unit};
use event::time::DAY;
use event::{Address, Detail, Event, Time};

/// Numbers of earlier days for which a habit is supposed: usual, a working week, and a strong habit.
const HABIT_DAYS: [i64; 3] = [3, 5, 8];

/// An address of nobody: RFC 5737 keeps it for documents.
const NOBODYS: &str = "192.0.2.66";

/// The machine that is supposed where something small is: two vCPUs, ten cents an hour.
const SMALL: &str = "m5.large";

/// What had been otherwise, and the verdict then.
pub(super) fn otherwise(part: &Part<'_, '_>, world: &World<'_>) -> Vec<(String, Judged)> {
    let trial = Trial::new(part, world);
    let mut told = vec![
        trial.habit(),
        trial.usual_place(),
        trial.usual_program(),
        trial.second_factor(),
        trial.one_machine(),
        trial.small_machines(),
        trial.usual_region(),
        trial.nothing_refused(),
        trial.approved(),
    ];
    if part.hottest.sum < THRESHOLD {
        told.push(trial.strange_place());
    }
    told.into_iter().flatten().collect()
}

/// The moment that decided, and what it rests on.
struct Trial<'a, 'f> {
    world: &'a World<'f>,
    root: &'a str,
    at: Time,
    standing: Standing,
    /// The launches of the window.
    rows: Vec<&'a Row<'f>>,
    /// Everything notable that a hand did in the window, launches included.
    hands: Vec<&'f Event>,
    who: &'f str,
}

impl<'a, 'f> Trial<'a, 'f> {
    fn new(part: &'a Part<'_, 'f>, world: &'a World<'f>) -> Self {
        let at = part.hottest.at;
        let within = |time: Time| time > at.plus(-WINDOW) && time <= at;
        let rows: Vec<&Row<'f>> = part.lineage.rows.iter().filter(|row| within(row.event.time)).collect();
        let launches = rows.iter().filter(|row| !row.by_service).map(|row| row.event);
        let acts = part.lineage.acts.iter().copied();
        let acts = acts.filter(|act| within(act.time) && !act.actor.is_service_made() && !is_packed(act));
        let hands: Vec<&Event> = launches.chain(acts).collect();
        Self {
            world,
            root: &part.lineage.root.key,
            at,
            standing: standing(world, part.lineage, at),
            who: hands.first().map_or("", |event| event.actor.principal.as_str()),
            rows,
            hands,
        }
    }

    /// Judges again, with facts that `change` has changed.
    fn judge(&self, had: String, change: impl FnOnce(&mut Facts)) -> Option<(String, Judged)> {
        let mut facts = self.world.facts.clone();
        change(&mut facts);
        self.judge_facts(&facts, self.world.approved).map(|judged| (had, judged))
    }

    fn judge_facts(&self, facts: &Facts, approved: &[ApprovedWorkload]) -> Option<Judged> {
        let told = facts.told();
        let world = World::new(facts, &told, approved);
        let lineages = lineages(&world);
        let lineage = lineages.iter().find(|lineage| lineage.root.key == self.root)?;
        Some(judge_at(&world, lineage, self.at, &self.standing))
    }

    fn by_hand(&self) -> impl Iterator<Item = &'a Row<'f>> + '_ {
        self.rows.iter().copied().filter(|row| !row.by_service)
    }

    /// The same launches by the owner on days before: the fewest that change the verdict, else the most.
    fn habit(&self) -> Option<(String, Judged)> {
        self.by_hand().next()?;
        let mut last = None;
        for days in HABIT_DAYS {
            let had = format!(
                "had {} started these machines on {days} of the days before, from where it usually works",
                short(self.who)
            );
            last = self.judge(had, |facts| {
                for day in 1..=days {
                    self.by_hand().for_each(|row| facts.suppose(self.earlier(row.event, day)));
                }
            });
            if last.as_ref().is_some_and(|(_, judged)| judged.sum < THRESHOLD) {
                break;
            }
        }
        last
    }

    /// A launch as the owner would have made it days before.
    fn earlier(&self, event: &Event, days: i64) -> Event {
        let mut event = self.moved(event).unwrap_or_else(|| event.clone());
        if let Some(agent) = self.usual_agent() {
            event.agent = agent;
        }
        event.time = event.time.plus(-days * DAY);
        event.id = format!("supposed:{days}:{}", event.id);
        event.shared_id = None;
        event.failure = None;
        if let Detail::Launch(launch) = &mut event.detail {
            for got in &mut launch.got {
                got.id = format!("{}-{days}", got.id);
            }
        }
        event
    }

    /// The same calls from where the credential usually works.
    fn usual_place(&self) -> Option<(String, Judged)> {
        let moved: Vec<(&Event, Event)> =
            self.hands.iter().filter_map(|event| self.moved(event).map(|moved| (*event, moved))).collect();
        let address = moved.first().map(|(_, moved)| moved.address.to_string())?;
        let had = format!("had the calls come from {address}, where {} usually works", short(self.who));
        self.judge(had, |facts| moved.iter().for_each(|(event, moved)| facts.replace(event, moved.clone())))
    }

    /// The event from its credential's usual place; `None` where that is its place, or none is known.
    fn moved(&self, event: &Event) -> Option<Event> {
        let network = network_of(&event.address.to_string());
        let (address, endpoint) = self.usual_place_of(event)?;
        (network_of(&address) != network).then(|| Event {
            address: Address::parse(&address),
            endpoint: (!endpoint.is_empty()).then_some(endpoint),
            ..event.clone()
        })
    }

    fn usual_place_of(&self, event: &Event) -> Option<(String, String)> {
        let own = event.actor.instance.as_ref().and_then(|instance| self.world.facts.instance(&instance.id));
        if let Some(profile) = own {
            let seen = profile.places.iter().filter(|used| used.seen.first.time < self.before());
            let usual =
                seen.max_by_key(|used| (used.seen.days.iter().count(), std::cmp::Reverse(used.place())));
            let place = usual?.place();
            return Some((place.address.to_owned(), place.endpoint.to_owned()));
        }
        let profile = self.world.facts.profile(&event.actor.principal)?;
        usual(&profile.addresses, self.before()).map(|address| (address, String::new()))
    }

    fn before(&self) -> Time {
        self.at.plus(-WINDOW)
    }

    /// The same calls from an address that nobody uses.
    fn strange_place(&self) -> Option<(String, Judged)> {
        let had = format!("had the calls come from an address that nobody here uses ({NOBODYS})");
        self.changed(had, |event| {
            (event.address, event.endpoint) = (Address::parse(NOBODYS), None);
        })
    }

    /// The same calls by the program that the principal usually works with.
    fn usual_program(&self) -> Option<(String, Judged)> {
        let agent = self.usual_agent()?;
        let used = agent_family(&self.hands.first()?.agent);
        if agent == used {
            return None;
        }
        let had = format!("had {agent} made the calls, which {} usually works with", short(self.who));
        self.changed(had, |event| event.agent.clone_from(&agent))
    }

    fn usual_agent(&self) -> Option<String> {
        usual(&self.world.facts.profile(self.who)?.agents, self.before())
    }

    /// The same session with a second factor; machines have none.
    fn second_factor(&self) -> Option<(String, Judged)> {
        let could = |event: &&Event| {
            let actor = &event.actor;
            actor.instance.is_none()
                && actor.workload.is_none()
                && !actor.web_identity
                && actor.mfa != Some(true)
        };
        if !self.hands.iter().all(could) {
            return None;
        }
        self.changed("had the session begun with a second factor".to_owned(), |event| {
            event.actor.mfa = Some(true);
            if let Detail::Login(login) = &mut event.detail {
                login.mfa = Some(true);
            }
        })
    }

    /// One machine instead of all.
    fn one_machine(&self) -> Option<(String, Judged)> {
        let first = self.by_hand().find(|row| !row.is_slip())?;
        if self.rows.len() == 1 && first.count(|line| line.requested) <= 1 {
            return None;
        }
        let mut one = first.event.clone();
        if let Detail::Launch(launch) = &mut one.detail {
            launch.asks.truncate(1);
            launch.asks.iter_mut().for_each(|ask| (ask.min, ask.max) = (ask.min.min(1), 1));
            launch.got.truncate(1);
            launch.ceiling = launch.ceiling.map(|_| 1);
        }
        self.judge("had it asked for one machine, once".to_owned(), |facts| {
            self.rows.iter().for_each(|row| facts.forget(row.event));
            facts.suppose(one);
        })
    }

    /// As many machines, of a small kind.
    fn small_machines(&self) -> Option<(String, Judged)> {
        let known = detect_unit(SMALL);
        let small = |event: &mut Event| {
            if let Detail::Launch(launch) = &mut event.detail {
                shrink(launch, &known);
            }
        };
        if !self.rows.iter().any(|row| row.is_mining_grade()) {
            return None;
        }
        let had = format!("had it asked for as many {SMALL}");
        self.judge(had, |facts| {
            for row in &self.rows {
                let mut event = row.event.clone();
                small(&mut event);
                facts.replace(row.event, event);
            }
        })
    }

    /// Everything in the region in which the account usually works.
    fn usual_region(&self) -> Option<(String, Judged)> {
        let first = self.by_hand().next()?;
        let account = self.world.facts.account(&first.event.account)?;
        let region = usual(&account.changed_regions, self.before())?;
        if self.by_hand().all(|row| row.event.region == region) {
            return None;
        }
        let had = format!("had it stayed in {region}, where the account usually works");
        self.changed(had, |event| event.region.clone_from(&region))
    }

    /// Nothing refused.
    fn nothing_refused(&self) -> Option<(String, Judged)> {
        self.by_hand().find(|row| row.event.failure.is_some())?;
        self.changed("had nothing been refused or tried in dry runs".to_owned(), |event| event.failure = None)
    }

    /// Approved in the configuration.
    fn approved(&self) -> Option<(String, Judged)> {
        self.by_hand().next()?;
        let mut principals: Vec<String> =
            self.hands.iter().map(|event| event.actor.principal.clone()).collect();
        principals.sort();
        principals.dedup();
        let mut approved = self.world.approved.to_vec();
        approved.push(ApprovedWorkload {
            name: "supposed".to_owned(),
            reason: "supposed".to_owned(),
            expires: self.at.plus(DAY).to_string(),
            principals,
            accounts: Vec::new(),
            regions: Vec::new(),
            types: Vec::new(),
            usd_per_hour_max: f64::MAX,
        });
        let judged = self.judge_facts(self.world.facts, &approved)?;
        Some((
            "had the configuration approved it: it is marked as approved, and told all the same".to_owned(),
            judged,
        ))
    }

    /// Judges again with a change made to everything that hands did.
    fn changed(&self, had: String, change: impl Fn(&mut Event)) -> Option<(String, Judged)> {
        self.judge(had, |facts| {
            for event in &self.hands {
                let mut changed = (*event).clone();
                change(&mut changed);
                facts.replace(event, changed);
            }
        })
    }
}

/// Look-ups and issued credentials are kept packed, and stay as they are.
fn is_packed(event: &Event) -> bool {
    matches!(event.detail, Detail::Look(_) | Detail::Issue(_))
}

/// The value seen on the most days before `time`; of equals, the least by text.
fn usual(feature: &Feature<Habit>, time: Time) -> Option<String> {
    let mut by_days: BTreeMap<(std::cmp::Reverse<usize>, &str), ()> = BTreeMap::new();
    for (value, seen) in feature.iter().filter(|(value, seen)| !value.is_empty() && seen.first < time) {
        let days = seen.days.iter().filter(|day| *day <= time.day()).count();
        by_days.insert((std::cmp::Reverse(days), value), ());
    }
    by_days.into_keys().next().map(|(_, value)| value.to_owned())
}

fn detect_unit(name: &str) -> Unit {
    let known = catalog::instance_type(name);
    Unit { name: name.to_owned(), power: known.power, inferred: known.inferred }
}

fn shrink(launch: &mut Launch, unit: &Unit) {
    launch.asks.iter_mut().for_each(|ask| ask.unit = Some(unit.clone()));
    launch.got.iter_mut().for_each(|got| got.unit = Some(unit.clone()));
}
