//! People whose ways look odd: wizards, travel, first days, demonstrations.

use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::{prepare, sign_in};
use crate::life::people;
use crate::organisation::{Job, Person};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Writes the launch wizard: preparation, dry runs, one mistake, then one larger machine.
pub(super) fn wizard(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let (org, engineer) = (stage.org.clone(), stage.org.person(Job::Engineer).clone());
    let time = stage.local(14, 15, 22);
    let actor = sign_in::sso_console(&mut stage.log, &org, &engineer, &account, time, &engineer.home);
    let names =
        ["DescribeImages", "DescribeInstanceTypes", "DescribeKeyPairs", "DescribeVpcs", "DescribeSubnets"];
    let at = prepare::look_around(&mut stage.log, &actor, time + secs(20), &account.home, &names, 2);
    prepare::create_key_pair(&mut stage.log, &actor, at + secs(40), &account.home, "reports-2026");
    let place = (&account, account.home.as_str());
    let group =
        prepare::create_security_group(&mut stage.log, &actor, at + secs(80), place, "launch-wizard-4");
    prepare::open_port(&mut stage.log, &actor, at + secs(81), &account.home, &group, (22, "0.0.0.0/0"));
    let run = Run::new(&account, &account.home, "r6i.8xlarge", 1).with_key("reports-2026");
    ec2::run_instances(&mut stage.log, &actor, at + secs(82), &run, &Verdict::DryRun);
    ec2::run_instances(&mut stage.log, &actor, at + secs(84), &run, &Verdict::Quota(256));
    let smaller = Run::new(&account, &account.home, "r6i.4xlarge", 1).with_key("reports-2026");
    ec2::run_instances(&mut stage.log, &actor, at + secs(190), &smaller, &Verdict::DryRun);
    ec2::run_instances(&mut stage.log, &actor, at + secs(192), &smaller, &Verdict::Granted);
    stage.truth.note = "the console's own dry runs, one quota error, one machine".into();
}

/// Writes an admin on the move: the same session from two or three networks within minutes, and the
/// ordinary starts and stops that go with the job.
pub(super) fn travelling(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let (org, admin) = (stage.org.clone(), stage.org.person(Job::Admin).clone());
    for day in 0..stage.span.days {
        if stage.span.is_weekend(day) {
            continue;
        }
        let time = stage.local(day, 9, 15);
        let places = [
            org.office_on(day).to_owned(),
            org.corporate_vpn.clone(),
            addresses::address(&mut stage.rng, Network::HomeEurope),
            addresses::address(&mut stage.rng, Network::Vpn),
        ];
        let first = stage.rng.pick(&places).clone();
        let mut actor = sign_in::sso_terminal(&mut stage.log, &org, &admin, &account, time, &first);
        for minute in [3, 6, 40, 95] {
            let place = stage.rng.pick(&places).clone();
            actor = actor.at(&place);
            people::browse(stage, &actor, time + mins(minute), &account);
        }
        if day % 3 == 2 {
            let run = Run::new(&account, &account.home, "m6i.xlarge", 2).tagged("Name", "bastion");
            let launched =
                ec2::run_instances(&mut stage.log, &actor, time + mins(120), &run, &Verdict::Granted);
            ec2::terminate(&mut stage.log, &actor, time + hours(5), &account.home, &launched.instances);
        }
    }
    stage.truth.note = "one person, one session, many networks".into();
}

/// Writes a new engineer's first days: sign-in from a new country, help pages, one modest machine.
pub(super) fn newcomer(stage: &mut Stage) {
    let account = stage.org.sandbox().clone();
    let org = stage.org.clone();
    let home = addresses::address(&mut stage.rng, Network::HomeElsewhere);
    let person = Person {
        name: "nia.petrov".into(),
        email: format!("nia.petrov@{}.example", org.name),
        job: Job::Engineer,
        home: home.clone(),
        browser: agents::browser(&mut stage.rng),
    };
    for day in [14, 15, 16] {
        let time = stage.local(day, 10, 30);
        let actor = sign_in::sso_console(&mut stage.log, &org, &person, &account, time, &home);
        people::browse(stage, &actor, time + secs(12), &account);
        if day == 15 {
            prepare::create_key_pair(&mut stage.log, &actor, time + mins(9), &account.home, "nia-laptop");
            let run = Run::new(&account, &account.home, "m5.2xlarge", 2).with_key("nia-laptop");
            ec2::run_instances(&mut stage.log, &actor, time + mins(11), &run, &Verdict::DryRun);
            ec2::run_instances(&mut stage.log, &actor, time + mins(11) + secs(3), &run, &Verdict::Granted);
        }
    }
    stage.truth.note = "a new colleague abroad".into();
}

/// Writes eight GPU machines for a fair, in the region nearest to it, for nine hours.
pub(super) fn demo(stage: &mut Stage) {
    let account = stage.org.sandbox().clone();
    let (org, engineer) = (stage.org.clone(), stage.org.person(Job::Engineer).clone());
    let region = if account.home == "eu-west-2" { "eu-central-1" } else { "eu-west-2" };
    let hotel = addresses::address(&mut stage.rng, Network::HomeEurope);
    // The evening before, one machine to try the set-up; in the morning the rest.
    let eve = stage.local(13, 18, 5);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &engineer, &account, eve, &hotel);
    let trial = Run::new(&account, region, "g5.4xlarge", 1).with_user_data().tagged("Name", "fair-trial");
    let trial = ec2::run_instances(&mut stage.log, &actor, eve + mins(15), &trial, &Verdict::Granted);
    ec2::terminate(&mut stage.log, &actor, eve + mins(70), region, &trial.instances);
    let time = stage.local(14, 7, 30);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &engineer, &account, time, &hotel);
    let run = Run::new(&account, region, "g5.4xlarge", 8).with_user_data().tagged("Name", "fair-seat");
    let launched = ec2::run_instances(&mut stage.log, &actor, time + mins(2), &run, &Verdict::Granted);
    let end = time + hours(9);
    ec2::terminate(&mut stage.log, &actor, end, region, &launched.instances);
    stage.truth.note = "try one, then eight, elsewhere, and gone by evening: a demonstration".into();
}
