//! People and jobs that need a great deal of compute for their work.

use jiff::Timestamp;
use serde_json::json;

use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::groups::{self, Group};
use crate::calls::managed;
use crate::calls::refusal::Verdict;
use crate::calls::{prepare, sign_in};
use crate::organisation::Job;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Writes AWS Batch: a scheduled function submits, Batch sizes its own group, at dawn all is gone.
pub(super) fn batch(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let service = "batch.amazonaws.com";
    let role = account.service_role(service, "AWSServiceRoleForBatch");
    let mut group =
        Group::standing(&account, &account.home, "nightly-Batch-asg", "c5.18xlarge", "ecsInstanceRole");
    group.name = format!("{}-asg-{}", stage.org.name, account.ids.fork("batch").uuid());
    for day in 0..stage.span.days {
        let time = stage.local(day, 1, 5);
        let org = stage.org.clone();
        let submitter = org.function(&org.functions[0], time);
        let job = managed::batch_job(&account.id, &account.home, &format!("risk-{day}"), "nightly", 900);
        managed::launch(&mut stage.log, &submitter, time, &account.home, &job, &Verdict::Granted);
        let actor = role.for_service("aws-batch", service, time);
        // 28 machines of 72 vCPUs are the two thousand the environment allows.
        let mut running = Vec::new();
        for (step, size) in [(2, 8), (5, 20), (9, 28)] {
            let at = time + mins(step);
            groups::update(&mut stage.log, &actor, at, &group, (0, size, size), &Verdict::Granted);
            let more = size - running.len() as u64;
            for launched in groups::scale_out(&mut stage.log, at + secs(12), &group, more) {
                running.extend(launched.instances);
            }
        }
        groups::update(&mut stage.log, &actor, time + hours(4), &group, (0, 0, 0), &Verdict::Granted);
        groups::scale_in(&mut stage.log, time + hours(4) + secs(15), &group, &running);
    }
    stage.truth.note = "AWS Batch: two thousand vCPUs every night".into();
}

/// Writes EMR clusters of sixty nodes, asked for by the scheduler's role.
pub(super) fn emr(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let service = "elasticmapreduce.amazonaws.com";
    for day in [3, 9, 15] {
        let time = stage.local(day, 19, 30);
        let org = stage.org.clone();
        let scheduler = org.task(&org.containers[0], time);
        let flow =
            managed::job_flow(&account.id, &account.home, &format!("sessions-{day}"), "r5.4xlarge", 60);
        managed::launch(&mut stage.log, &scheduler, time, &account.home, &flow, &Verdict::Granted);
        let actor = account.role("EMR_DefaultRole").for_service("CCSSession", service, time + secs(20));
        let id = format!("j-{}", stage.rng.base32(13));
        let mut running = Vec::new();
        for (machine, count, group) in
            [("m6i.2xlarge", 1, "MASTER"), ("r5.4xlarge", 30, "CORE"), ("r5.4xlarge", 30, "CORE")]
        {
            let run = Run::new(&account, &account.home, machine, count)
                .with_profile("EMR_EC2_DefaultRole")
                .tagged("aws:elasticmapreduce:job-flow-id", &id)
                .tagged("aws:elasticmapreduce:instance-group-role", group);
            let at = time + secs(40 + stage.rng.between(0, 20));
            running.extend(ec2::run_instances(&mut stage.log, &actor, at, &run, &Verdict::Granted).instances);
        }
        let later = account.role("EMR_DefaultRole").for_service("CCSSession", service, time + hours(3));
        ec2::terminate(&mut stage.log, &later, time + hours(3), &account.home, &running);
    }
    stage.truth.note = "EMR: sixty nodes on three evenings, asked for by the scheduler".into();
}

/// Writes a data scientist's training on large machines, notebooks before, and a large Glue job.
pub(super) fn training(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let (org, scientist) = (stage.org.clone(), stage.org.person(Job::Scientist).clone());
    let jobs = [
        (1, "ml.g5.2xlarge", 1),
        (6, "ml.g5.12xlarge", 1),
        (10, "ml.p4d.24xlarge", 1),
        (14, "ml.p4d.24xlarge", 4),
    ];
    for (day, machine, count) in jobs {
        let time = stage.local(day, 10, 45);
        let address = if day % 2 == 0 { org.office_on(day).to_owned() } else { scientist.home.clone() };
        let actor = sign_in::sso_terminal(&mut stage.log, &org, &scientist, &account, time, &address);
        let actor = actor.with_agent(&agents::boto3(&mut account.ids.fork("notebook")));
        for name in ["ListTrainingJobs", "DescribeTrainingJob"] {
            stage.log.call(&actor, time + mins(3), &account.home, "sagemaker", name).send();
        }
        let job = managed::training_job(&account.id, &account.home, &format!("ranker-{day}"), machine, count);
        managed::launch(&mut stage.log, &actor, time + mins(9), &account.home, &job, &Verdict::Granted);
        network_of_training(stage, time + mins(10), count);
    }
    let time = stage.local(15, 9, 30);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &scientist, &account, time, org.office_on(15));
    let run = managed::glue_run(&account.id, &account.home, "features", "G.4X", 80);
    managed::launch(&mut stage.log, &actor, time + mins(6), &account.home, &run, &Verdict::Granted);
    stage.truth.note = "training grows over weeks in the hands of the person whose work it is".into();
}

/// Writes SageMaker putting its machines into the network of the account.
fn network_of_training(stage: &mut Stage, time: Timestamp, count: u64) {
    let account = stage.org.production().clone();
    let service = "sagemaker.amazonaws.com";
    let actor = account.role("AmazonSageMaker-ExecutionRole").for_service("SageMaker", service, time);
    for _ in 0..count {
        let subnet = account.vpc(&account.home).subnets[0].id.clone();
        let request = json!({"subnetId": subnet, "description": "[Do not delete] SageMaker ENI"});
        stage.log.call(&actor, time, &account.home, "ec2", "CreateNetworkInterface").request(request).send();
    }
}

/// Writes a data scientist's first two p4d machines: short of capacity in one zone, in another, then
/// in a second region, where they start.
pub(super) fn first_gpu(stage: &mut Stage) {
    let account = stage.org.sandbox().clone();
    let (org, scientist) = (stage.org.clone(), stage.org.person(Job::Scientist).clone());
    let time = stage.local(14, 11, 8);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &scientist, &account, time, org.office_on(14));
    let actor = actor.with_agent(&agents::cli(&mut account.ids.fork("gpu"), "ec2.run-instances"));
    let home = account.home.clone();
    let other = if home == "us-east-1" { "us-west-2" } else { "us-east-1" };
    prepare::describe(&mut stage.log, &actor, time + mins(1), &home, "DescribeInstanceTypeOfferings");
    prepare::quota(&mut stage.log, &actor, time + mins(2), &home, "GetServiceQuota", "L-417A185B").send();
    let mut at = time + mins(6);
    for subnet in [0, 1, 2, 0] {
        let run = gpu_run(stage, &home).in_subnet(subnet);
        ec2::run_instances(&mut stage.log, &actor, at, &run, &Verdict::NoCapacity);
        at += secs(stage.rng.between(50, 160));
    }
    prepare::create_key_pair(&mut stage.log, &actor, at, other, &format!("{}-gpu", scientist.name));
    let run = gpu_run(stage, other);
    ec2::run_instances(&mut stage.log, &actor, at + mins(2), &run, &Verdict::NoCapacity);
    let launched =
        ec2::run_instances(&mut stage.log, &actor, at + mins(3), &run.in_subnet(1), &Verdict::Granted);
    let end = at + hours(31);
    let actor =
        sign_in::sso_terminal(&mut stage.log, &org, &scientist, &account, end - mins(4), &scientist.home);
    ec2::terminate(&mut stage.log, &actor, end, other, &launched.instances);
    stage.truth.note = "first GPU work of a person whose work it is; size alone cannot decide".into();
}

fn gpu_run(stage: &Stage, region: &str) -> Run {
    let scientist = stage.org.person(Job::Scientist);
    Run::new(stage.org.sandbox(), region, "p4d.24xlarge", 2)
        .with_key(&format!("{}-gpu", scientist.name))
        .tagged("project", "ranker-v3")
        .tagged("owner", &scientist.email)
}

/// Writes thirty machines every night.
pub(super) fn nightly(stage: &mut Stage) {
    every_night(stage, "c5.9xlarge", 30);
    stage.truth.note = "the same thirty machines every night".into();
}

/// Writes `count` machines started by a scheduled function every night and ended before work.
pub(crate) fn every_night(stage: &mut Stage, machine: &str, count: u64) {
    let account = stage.org.production().clone();
    for day in 0..stage.span.days {
        let time = stage.local(day, 2, 0);
        let org = stage.org.clone();
        let actor = org.function(&org.functions[1], time);
        let run = Run::new(&account, &account.home, machine, count)
            .with_profile("render-node-role")
            .with_user_data()
            .tagged("Name", "render-node");
        let launched = ec2::run_instances(&mut stage.log, &actor, time, &run, &Verdict::Granted);
        let later = org.function(&org.functions[1], time + hours(4));
        ec2::terminate(&mut stage.log, &later, time + hours(4), &account.home, &launched.instances);
    }
}
