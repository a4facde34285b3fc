//! A raid: a thief at work with a clock, and the incident it adds up to.
//!
//! Every step writes its record and notes in the incident what it means, so a scenario cannot forget
//! to tell the truth. The outcome follows from what was obtained and what still runs at the end.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::actor::{Actor, User};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::fleet::{self, Fleet};
use crate::calls::groups::{self, Group, Sizes};
use crate::calls::managed::{self, Managed};
use crate::calls::prepare;
use crate::calls::refusal::Verdict;
use crate::calls::sign_in::{self, SignIn};
use crate::organisation::Account;
use crate::rng::Rng;
use crate::stage::Stage;
use crate::time::secs;
use crate::truth::{Incident, Launched};

/// A thief with a credential, somewhere, at some moment.
#[derive(Debug)]
pub(super) struct Raid<'a> {
    pub(super) stage: &'a mut Stage,
    /// Where the thief acts.
    pub(super) account: Account,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
    pub(super) incident: Incident,
    tool: Tool,
    /// Addresses the thief changes through, one a call; empty where the actor's own stays.
    pub(super) rotation: Vec<String>,
    /// Instances that still run, by account and region.
    pub(super) running: BTreeMap<(String, String), Vec<String>>,
    /// Granted launches of services whose machines have no ids in the trail.
    pub(super) managed_running: u64,
    managed_obtained: bool,
    refused: bool,
}

/// What the thief types on.
#[derive(Debug)]
enum Tool {
    /// Software with one agent, the actor's.
    Software,
    /// The AWS CLI of a desktop, whose agent names each command.
    Desktop(Rng),
    /// The AWS CLI on a host in AWS.
    Host,
}

impl<'a> Raid<'a> {
    /// Begins a raid on the production account by `actor` at `now`.
    pub(super) fn begin(stage: &'a mut Stage, actor: Actor, now: Timestamp, root_cause: &str) -> Self {
        let account = stage.org.production().clone();
        let mut raid = Self {
            stage,
            account,
            actor,
            now,
            incident: Incident::new("mining-launch", root_cause, ""),
            tool: Tool::Software,
            rotation: Vec::new(),
            running: BTreeMap::new(),
            managed_running: 0,
            managed_obtained: false,
            refused: false,
        };
        raid.incident.blame(&raid.actor);
        raid
    }

    /// Lets the thief use the AWS CLI.
    pub(super) fn with_cli(mut self) -> Self {
        self.tool = Tool::Desktop(self.stage.rng.fork("thief's computer"));
        self
    }

    /// Lets the thief use the AWS CLI of a host in AWS.
    pub(super) fn with_cli_on_host(mut self) -> Self {
        self.tool = Tool::Host;
        self
    }

    /// Moves the raid to `account`, which the actor has come into.
    pub(super) fn move_to(&mut self, account: &Account) {
        self.account = account.clone();
    }

    /// Continues as `actor`, with the actor's own agent.
    pub(super) fn act_as(&mut self, actor: Actor) {
        self.incident.blame(&actor);
        self.actor = actor;
        self.tool = Tool::Software;
    }

    /// Continues as `actor` with the same client as before.
    pub(super) fn switch_to(&mut self, actor: Actor) {
        self.incident.blame(&actor);
        self.actor = actor;
    }

    /// Lets between `low` and `high` seconds pass.
    pub(super) fn pause(&mut self, low: i64, high: i64) {
        self.now += secs(self.stage.rng.between(low, high));
    }

    /// Lets `time` pass.
    pub(super) fn wait(&mut self, time: SignedDuration) {
        self.now += time;
    }

    /// Returns the thief as the record of operation `name` of `service` shows the client.
    pub(super) fn caller(&mut self, service: &str, name: &str) -> Actor {
        let command = format!("{service}.{}", kebab(name));
        let actor = match &self.tool {
            Tool::Software => self.actor.clone(),
            Tool::Desktop(rng) => self.actor.clone().with_agent(&agents::cli(&mut rng.clone(), &command)),
            Tool::Host => self.actor.clone().with_agent(&agents::cli_on_instance(&command)),
        };
        if self.rotation.is_empty() {
            return actor;
        }
        self.rotation.rotate_left(1);
        actor.at(&self.rotation[0])
    }

    /// Returns a request for `count` machines with start-up commands, as miners make it.
    pub(super) fn want(&self, region: &str, machine: &str, count: u64) -> Run {
        Run::new(&self.account, region, machine, count).with_user_data()
    }

    /// Writes a call that is no launch, with `request`.
    pub(super) fn call(&mut self, region: &str, service: &str, name: &str, request: Value) {
        let caller = self.caller(service, name);
        self.stage.log.call(&caller, self.now, region, service, name).request(request).send();
    }

    /// Writes a call that is refused for want of permission.
    pub(super) fn denied(&mut self, region: &str, service: &str, name: &str) {
        let caller = self.caller(service, name);
        let resource = format!("arn:aws:{service}:{region}:{}:*", self.account.id);
        self.stage.log.call(&caller, self.now, region, service, name).denied(&resource).send();
    }

    /// Writes `GetCallerIdentity`.
    pub(super) fn who_am_i(&mut self, region: &str) {
        self.call(region, "sts", "GetCallerIdentity", Value::Null);
    }

    /// Writes reading calls of EC2, `gap` seconds apart.
    pub(super) fn look(&mut self, region: &str, names: &[&str], gap: i64) {
        for name in names {
            let caller = self.caller("ec2", name);
            prepare::describe(&mut self.stage.log, &caller, self.now, region, name);
            self.now += secs(gap);
        }
    }

    /// Writes a key pair and an open security group of these names.
    pub(super) fn open_doors(&mut self, region: &str, key: &str, group: &str, port: u64) {
        let caller = self.caller("ec2", "CreateKeyPair");
        prepare::create_key_pair(&mut self.stage.log, &caller, self.now, region, key);
        self.pause(1, 4);
        self.security_group(region, group, port);
    }

    /// Writes a security group that lets the world in at `port`.
    pub(super) fn security_group(&mut self, region: &str, name: &str, port: u64) {
        let caller = self.caller("ec2", "CreateSecurityGroup");
        let place = (&self.account, region);
        let id = prepare::create_security_group(&mut self.stage.log, &caller, self.now, place, name);
        self.pause(1, 3);
        let caller = self.caller("ec2", "AuthorizeSecurityGroupIngress");
        prepare::open_port(&mut self.stage.log, &caller, self.now, region, &id, (port, "0.0.0.0/0"));
        self.pause(1, 3);
    }

    /// Writes `RunInstances`.
    pub(super) fn run(&mut self, run: &Run, verdict: &Verdict) -> Vec<String> {
        let caller = self.caller("ec2", "RunInstances");
        let launched = ec2::run_instances(&mut self.stage.log, &caller, self.now, run, verdict);
        self.take(launched, verdict)
    }

    /// Writes `RunInstances` whose answer is so long that the trail leaves it out.
    pub(super) fn run_unseen(&mut self, run: &Run) {
        let caller = self.caller("ec2", "RunInstances");
        let mut launched = ec2::run_instances(&mut self.stage.log, &caller, self.now, run, &Verdict::Granted);
        self.incident.unseen_instances += launched.instances.len() as u64;
        launched.instances.clear();
        self.managed_running += 1;
        self.managed_obtained = true;
        self.incident.add(&launched);
    }

    /// Writes `CreateFleet`.
    pub(super) fn fleet(&mut self, fleet: &Fleet, verdict: &Verdict) -> Vec<String> {
        let caller = self.caller("ec2", "CreateFleet");
        let launched = fleet::create_fleet(&mut self.stage.log, &caller, self.now, fleet, verdict);
        self.take(launched, verdict)
    }

    /// Writes `CreateAutoScalingGroup`.
    pub(super) fn group(&mut self, group: &Group, sizes: Sizes, verdict: &Verdict) {
        let caller = self.caller("autoscaling", "CreateAutoScalingGroup");
        let launched = groups::create(&mut self.stage.log, &caller, self.now, group, sizes, verdict);
        self.take(launched, verdict);
    }

    /// Writes what Auto Scaling launches for the thief's `group`, `after` from now.
    pub(super) fn scales(&mut self, group: &Group, after: SignedDuration, count: u64) -> Vec<String> {
        let launched = groups::scale_out(&mut self.stage.log, self.now + after, group, count);
        launched.iter().flat_map(|some| self.obtain(some)).collect()
    }

    /// Notes a launch that a service made for the thief.
    pub(super) fn obtain(&mut self, launched: &Launched) -> Vec<String> {
        self.incident.obtained(launched);
        self.keep(&launched.region, &launched.instances);
        launched.instances.clone()
    }

    /// Writes a call of a managed service that asks for compute.
    pub(super) fn order(&mut self, region: &str, managed: &Managed, verdict: &Verdict) {
        let caller = self.caller(managed.service, managed.name);
        let launched = managed::launch(&mut self.stage.log, &caller, self.now, region, managed, verdict);
        if verdict.is_granted() {
            self.managed_running += 1;
            self.managed_obtained = true;
        }
        self.take(launched, verdict);
    }

    /// Writes a call of a managed service that only prepares.
    pub(super) fn stage_up(&mut self, region: &str, managed: &Managed) {
        let caller = self.caller(managed.service, managed.name);
        managed::launch(&mut self.stage.log, &caller, self.now, region, managed, &Verdict::Granted);
    }

    /// Notes a launch-class call of the thief and returns the instances it obtained.
    pub(super) fn take(&mut self, mut launched: Launched, verdict: &Verdict) -> Vec<String> {
        match verdict {
            Verdict::Granted => {}
            // A dry run asks whether, not for how many.
            Verdict::DryRun => launched.requested = 0,
            _ => self.refused = true,
        }
        self.incident.add(&launched);
        self.keep(&launched.region, &launched.instances);
        launched.instances
    }

    fn keep(&mut self, region: &str, ids: &[String]) {
        if !ids.is_empty() {
            let place = (self.account.id.clone(), region.to_owned());
            self.running.entry(place).or_default().extend_from_slice(ids);
        }
    }

    /// Writes the thief ending `ids`.
    pub(super) fn terminate(&mut self, region: &str, ids: &[String]) {
        let caller = self.caller("ec2", "TerminateInstances");
        for some in ids.chunks(50) {
            ec2::terminate(&mut self.stage.log, &caller, self.now, region, some);
        }
        self.gone(ids);
    }

    /// Notes that `ids` run no more.
    pub(super) fn gone(&mut self, ids: &[String]) {
        self.running.retain(|_, some| {
            some.retain(|id| !ids.contains(id));
            !some.is_empty()
        });
    }

    /// Writes a password sign-in of `user` from where the thief sits, and returns the console session.
    pub(super) fn sign_in(&mut self, user: &User, address: &str, outcome: SignIn) -> Actor {
        let browser = agents::browser(&mut self.stage.rng.fork("thief's browser"));
        let key = self.stage.log.ids().iam_id("ASIA", &user.account);
        let mut actor = user.session(&key, self.now).at(address).with_agent(&browser).in_console();
        if outcome == SignIn::WithMfa {
            actor = actor.with_mfa();
        }
        sign_in::console_login(&mut self.stage.log, &actor, self.now, "us-east-1", outcome);
        actor
    }

    /// Ends the raid and admits what it came to.
    pub(super) fn finish(mut self) {
        if self.incident.launch_event_ids.is_empty() {
            return self.stage.admit(self.incident);
        }
        let obtained = !self.incident.instances.is_empty() || self.managed_obtained;
        let runs = !self.running.is_empty() || self.managed_running > 0;
        self.incident.outcome = match (runs, obtained, self.refused) {
            (true, ..) => "running",
            (false, true, _) => "ended",
            (false, false, true) => "refused",
            (false, false, false) => "dry-run",
        }
        .into();
        self.stage.admit(self.incident);
    }
}

/// Returns `RunInstances` as the CLI spells it, `run-instances`; API dates of Lambda are left out.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars().take_while(|c| !c.is_ascii_digit()) {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_operations_as_the_cli_does() {
        assert_eq!(kebab("RunInstances"), "run-instances");
        assert_eq!(kebab("CreateFunction20150331"), "create-function");
    }
}
