//! Ordinary life that other logs tell of: work among machines, and alarms that are only tried out.

use crate::agents;
use crate::beside::{Beside, Talk, later};
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::sign_in;
use crate::organisation::Job;
use crate::stage::Stage;
use crate::time::{hours, mins};

/// Writes an engineer's forty machines that fetch and deliver at a file server, as flow logs show.
pub(super) fn work(stage: &mut Stage) {
    let account = stage.org.sandbox().clone();
    let (org, engineer) = (stage.org.clone(), stage.org.person(Job::Engineer).clone());
    let time = stage.local(14, 13, 20);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &engineer, &account, time, org.office_on(14));
    let actor = actor.with_agent(&agents::cli(&mut account.ids.fork("render"), "ec2.run-instances"));
    let run = Run::new(&account, &account.home, "c5.4xlarge", 40).at_least(40).tagged("Name", "render");
    let launched = ec2::run_instances(&mut stage.log, &actor, time + mins(5), &run, &Verdict::Granted);
    let ended = time + hours(5);
    ec2::terminate(&mut stage.log, &actor, ended, &account.home, &launched.instances);
    let (mut beside, files) = (Beside::new(&account, &account.home), ("10.20.4.9", 2049));
    let standing = account.ids.fork("standing worker").resource("i");
    beside.talks(&standing, files, (later(time, -4 * 1_440), 600), Talk::Working);
    for machine in &launched.instances {
        beside.talks(machine, files, (later(launched.time, 5), 270), Talk::Working);
    }
    stage.beside.push(beside);
    stage.truth.note = "flow logs show the machines at work with a file server that was there before".into();
}

/// Writes samples of GuardDuty's findings, which somebody made to try out an alarm.
pub(super) fn samples(stage: &mut Stage) {
    let web = stage.org.web().instances.clone();
    let time = stage.local(14, 11, 5);
    let mut beside = Beside::new(&web[0].account, &web[0].region);
    for machine in web.iter().take(3) {
        for kind in [
            "CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "CryptoCurrency:EC2/BitcoinTool.B",
            "Impact:EC2/BitcoinDomainRequest.Reputation",
        ] {
            beside.sample(&machine.id, kind, time);
        }
    }
    stage.beside.push(beside);
    stage.truth.note = "sample findings prove nothing".into();
}
