//! Ordinary life that looks like an attack to somebody: each a way detectors cried wolf.
//!
//! Most strike on days 12 to 15, with history before; some are habits that run through all weeks.
//! A few are crimes that are not mining, where a mining finding would be as wrong.

mod beside;
pub(crate) mod builds;
mod crime;
pub(crate) mod data;
mod growth;
mod habits;
pub(crate) mod kubernetes;
mod moves;
mod network;
mod people;
mod quiet;
mod recovery;
mod stacks;

use crate::stage::Stage;
use crate::{Kind, Scenario};

/// Returns an ordinary scenario.
const fn ordinary(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    play: fn(&mut Stage),
) -> Scenario {
    Scenario { name, kind: Kind::Ordinary, summary, source, play }
}

/// All ordinary scenarios: name, summary, source, play.
const SCENARIOS: &[Scenario] = &[
    ordinary("quiet-weeks", "nothing beyond ordinary life", "what every trail holds", quiet::play),
    ordinary(
        "karpenter-bursts",
        "Karpenter probes with dry runs and starts nodes in bursts",
        "aws/karpenter-provider-aws #8754, moto #114",
        kubernetes::karpenter,
    ),
    ordinary(
        "eks-node-group-probes",
        "EKS checks its permissions with dry runs before a managed node group grows",
        "Panther test of EKS node group dry runs",
        kubernetes::node_group,
    ),
    ordinary(
        "cluster-autoscaler",
        "cluster-autoscaler sets a group's size many times a day",
        "Panther and Splunk notes on Auto Scaling",
        kubernetes::cluster_autoscaler,
    ),
    ordinary(
        "sale-scale-up",
        "the owner raises a group from 40 to 300 for a sale, and lowers it after",
        "Auto Scaling practice",
        growth::sale,
    ),
    ordinary(
        "quota-then-growth",
        "the platform team asks for more vCPUs and uses them days later",
        "Service Quotas practice",
        growth::quota_first,
    ),
    ordinary(
        "spot-rebalancing",
        "spot machines are taken back and replaced one for one",
        "EC2 spot rebalance recommendations",
        growth::spot_rebalancing,
    ),
    ordinary(
        "blue-green",
        "a second fleet is started beside the first, which ends",
        "deployment practice",
        growth::blue_green,
    ),
    ordinary(
        "machines-at-work",
        "an engineer's forty machines work with a file server, as flow logs show",
        "rendering practice",
        beside::work,
    ),
    ordinary(
        "sample-findings",
        "somebody makes sample findings of GuardDuty to try out an alarm",
        "GuardDuty's create-sample-findings",
        beside::samples,
    ),
    ordinary(
        "load-test",
        "an engineer runs 200 machines for two hours",
        "load testing practice",
        growth::load_test,
    ),
    ordinary(
        "jenkins-agents",
        "a build server's instance role starts dozens of machines a day",
        "Jenkins EC2 plugin; Panther PR #545",
        builds::jenkins,
    ),
    ordinary(
        "packer-images",
        "Packer on the build server bakes images at night, in two regions",
        "Packer amazon-ebs",
        builds::packer,
    ),
    ordinary(
        "quota-hit-by-runners",
        "runners with an instance role hit the vCPU quota for an hour and retry",
        "CI practice",
        builds::runners_hit_quota,
    ),
    ordinary(
        "terraform-second-region",
        "Terraform builds in a region for the first time, with profile races",
        "Invictus aws_dataset: Terraform's own retries",
        builds::terraform,
    ),
    ordinary(
        "pulumi-from-hosting",
        "a deployment bot with a user's key runs on rented servers",
        "simple-container-com/api #277",
        builds::pulumi,
    ),
    ordinary(
        "stack-sets",
        "CloudFormation StackSets start the same fleet in several regions",
        "Elastic detection-rules PR #5913",
        stacks::stack_sets,
    ),
    ordinary(
        "landing-zone",
        "a new account is set up: default networks deleted and services enabled in all regions",
        "AWS Control Tower, Landing Zone Accelerator #260",
        stacks::landing_zone,
    ),
    ordinary(
        "ecs-deployment",
        "a container service is deployed and doubled",
        "ECS practice; AWS catalogue T1496.A006 look-alike",
        stacks::ecs_deployment,
    ),
    ordinary(
        "batch-nightly",
        "AWS Batch goes from none to 2,000 vCPUs every night",
        "pacbot #254",
        data::batch,
    ),
    ordinary(
        "emr-sixty-nodes",
        "an EMR cluster of sixty nodes runs on three evenings",
        "Splunk and Elastic notes",
        data::emr,
    ),
    ordinary(
        "model-training",
        "a data scientist trains on ml.p4d.24xlarge and runs a large Glue job",
        "SageMaker and Glue practice",
        data::training,
    ),
    ordinary(
        "scientist-first-gpu",
        "a data scientist starts two p4d.24xlarge for the first time, short of capacity",
        "Scout2 #162; p4d capacity",
        data::first_gpu,
    ),
    ordinary(
        "nightly-compute",
        "a job starts thirty c5.9xlarge every night for weeks",
        "render and risk farms",
        data::nightly,
    ),
    ordinary(
        "disaster-recovery-service",
        "Elastic Disaster Recovery starts a dormant region's machines",
        "AWS DRS launch path",
        recovery::service,
    ),
    ordinary(
        "disaster-recovery-by-hand",
        "the on-call engineer fails over to a dormant region by hand at night",
        "failover practice",
        recovery::by_hand,
    ),
    ordinary(
        "monday-restart",
        "sixty development machines are started on Monday morning",
        "office-hours schedules",
        recovery::monday,
    ),
    ordinary(
        "launch-wizard",
        "the console's wizard tries dry runs before a larger machine starts",
        "EC2 console behaviour",
        people::wizard,
    ),
    ordinary(
        "travelling-admin",
        "an admin's sessions move between office, VPN, hotel and train",
        "Prowler PR #5166",
        people::travelling,
    ),
    ordinary(
        "newcomer",
        "a new engineer in a country without colleagues starts a first machine",
        "hiring",
        people::newcomer,
    ),
    ordinary(
        "gaming-demo",
        "a sales engineer starts eight GPU machines for a day's demo in the event's region",
        "trade fairs",
        people::demo,
    ),
    ordinary(
        "egress-many-ways",
        "instance credentials are seen through NAT, endpoint, own address and the company's VPN",
        "Elastic PR #3920 and #4425, GuardDuty docs",
        network::many_ways,
    ),
    ordinary(
        "service-probes",
        "AWS services and scanners fail at thousands of calls",
        "simple-container-com/api #277",
        habits::probes,
    ),
    ordinary(
        "resize-fleet",
        "the team moves its machines to larger types, one after the other",
        "rightsizing",
        habits::resize,
    ),
    ordinary(
        "ses-abuse",
        "a stolen key sends mail; not mining",
        "Invictus, Wiz on SES abuse",
        crime::ses_abuse,
    ),
    ordinary(
        "data-theft",
        "a stolen key lists and reads buckets; not mining",
        "Vectra, Invictus",
        crime::data_theft,
    ),
    ordinary(
        "reconnaissance-denied",
        "a foreign key asks thousands of questions and is refused; not mining",
        "Elastic and Panther reconnaissance rules",
        crime::reconnaissance,
    ),
    ordinary(
        "supplier-onboarding",
        "an admin makes a role for a supplier's account, whose tool takes it up and starts spot machines",
        "Spot.io, CAST AI, Databricks onboarding",
        moves::supplier,
    ),
    ordinary(
        "build-server-moves",
        "the build server moves to another hoster; for a day both start agents with the one key",
        "migrations",
        moves::build_server_moves,
    ),
    ordinary(
        "load-test-in-five-regions",
        "an engineer in the office starts load generators in five regions, for an hour",
        "distributed load testing",
        moves::load_test_worldwide,
    ),
    ordinary(
        "capacity-hunt",
        "an autoscaler with an instance role is refused for want of capacity sixty times and takes other families",
        "spot interruption storms",
        moves::capacity_hunt,
    ),
    ordinary(
        "team-with-new-quota",
        "a new machine-learning team asks for a GPU quota in code and starts four machines two days later",
        "Service Quotas practice, SSO",
        moves::team_with_quota,
    ),
    ordinary(
        "key-user-at-home",
        "an engineer with a long-term key works from home for the first time and starts a test cluster",
        "home office",
        moves::key_user_at_home,
    ),
    ordinary(
        "autoscaler-upgraded",
        "a cluster's autoscaler is replaced by Karpenter: new program, new machine families, dry runs",
        "Karpenter migration guide",
        moves::autoscaler_upgraded,
    ),
    ordinary(
        "cloudshell",
        "an engineer starts machines from CloudShell: Amazon's address, another program, the same person",
        "AWS CloudShell",
        moves::cloudshell,
    ),
    ordinary(
        "engineer-abroad",
        "an engineer signs in from a hotel abroad and starts the training run of every week there",
        "travel",
        moves::engineer_abroad,
    ),
];

/// Returns all ordinary scenarios.
pub(crate) fn scenarios() -> Vec<Scenario> {
    SCENARIOS.to_vec()
}
