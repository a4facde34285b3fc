//! Attacks that start, or try to start, mining compute.
//!
//! How to write one: a function `pub(super) fn name(stage: &mut Stage)` in the file of its kind, and a
//! row in [`SCENARIOS`]. Ordinary life of [`LIFE_DAYS`](crate::stage::LIFE_DAYS) days has been written
//! when it is called. Strike on day 12 to 16, so that there is history before. Take what is stolen from
//! the organisation, begin a [`Raid`](raid::Raid) with it, and let the raid make the calls: it writes
//! each record and notes in the incident what it means. `finish` works out the outcome.
//!
//! What counts: instances a thief's own calls or respawners obtained, owners' machines the thief
//! started again included; launch-class calls are those that ask for compute or for a respawner,
//! not those that prepare (templates, clusters, definitions, projects, stacks).

mod aftermath;
mod ambersquid;
mod beside;
mod campaign;
mod consoles;
mod containers;
mod dangerdev;
mod evasion;
mod habits;
mod leaked;
mod mining;
mod places;
mod raid;
mod respawners;
mod scarleteel;
mod services;
mod sessions;
mod sysdig;
mod tokens;
mod unit42;

use crate::stage::Stage;
use crate::{Kind, Scenario};

/// Returns an attack.
const fn attack(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    play: fn(&mut Stage),
) -> Scenario {
    Scenario { name, kind: Kind::Attack, summary, source, play }
}

/// All attacks: name, summary, source, play.
const SCENARIOS: &[Scenario] = &[
    attack(
        "public-repository-key",
        "a key pushed to a public repository starts compute and GPU machines in four regions",
        "the detection's own example",
        leaked::public_repository,
    ),
    attack(
        "forged-request-token",
        "a web server's token, stolen through request forgery, starts GPU machines off the instance",
        "the detection's own example",
        tokens::forgery,
    ),
    attack(
        "elektra-leak",
        "a leaked key asks in all regions, 400 calls in seven minutes",
        "Unit 42 2023-10-30",
        leaked::elektra,
    ),
    attack(
        "root-key-monero",
        "the root user's key starts ten machines, ended after 37 minutes",
        "Expel 2020-07",
        leaked::root_key,
    ),
    attack("repository-key-244", "a leaked key starts 244 machines in three days", "DXC 2017", leaked::dxc),
    attack(
        "six-hundred-in-three-hours",
        "a leaked key starts 600 machines in three hours and asks for mail",
        "Hacker News 45664999",
        leaked::six_hundred,
    ),
    attack(
        "ec2-grouper",
        "PowerShell with a leaked key: numbered security groups, five regions",
        "Fortinet, EC2 Grouper",
        leaked::grouper,
    ),
    attack(
        "logs-begin-with-the-attack",
        "the first record of the logs is the thief's",
        "a trail switched on too late",
        leaked::no_history,
    ),
    attack(
        "token-from-another-aws-region",
        "an instance token used from Amazon's own addresses in another region",
        "GuardDuty's exfiltration inside AWS",
        tokens::from_aws_elsewhere,
    ),
    attack(
        "token-through-foreign-endpoint",
        "an instance token used through a VPC endpoint of the thief's account",
        "hackingthe.cloud, steal keys undetected",
        tokens::foreign_endpoint,
    ),
    attack(
        "on-the-compromised-host",
        "a thief on the host itself: own address, own token, foreign deeds",
        "remote code execution on an instance",
        tokens::on_the_host,
    ),
    attack(
        "token-refused-everywhere",
        "a worker's token without launch rights asks in seventeen regions",
        "AWS CIRT 2023-08-31, Elastic",
        tokens::token_refused_everywhere,
    ),
    attack(
        "token-for-data",
        "an instance token used off its instance to read data, no launch",
        "Vectra, Elastic; not mining",
        tokens::token_for_data,
    ),
    attack(
        "token-for-looking-around",
        "an instance token used from foreign AWS addresses to look around, no launch",
        "GuardDuty's exfiltration inside AWS; not mining",
        tokens::token_for_looking,
    ),
    attack(
        "containers-and-groups-2025",
        "an admin-like key makes fifty clusters, fourteen groups up to 999 and guards them against ending",
        "AWS Security 2025-12, GuardDuty",
        campaign::play,
    ),
    attack(
        "task-role-refused",
        "a container's role tries six launches, all refused",
        "AWS CIRT 2023-08-31",
        containers::task_role,
    ),
    attack(
        "containers-in-seventeen-regions",
        "a stolen key starts 850 large tasks in two minutes",
        "Datadog 2024-01-19, case B",
        containers::seventeen_regions,
    ),
    attack(
        "tasks-in-the-owners-cluster",
        "a stolen key runs tasks in the cluster that is there, ten a call",
        "ECS Fargate abuse",
        containers::run_task,
    ),
    attack(
        "admin-in-eleven-seconds",
        "a key mints an admin, the console asks for two r6i.metal; AWS verifies first",
        "Datadog 2024-01-19, case A",
        consoles::eleven_seconds,
    ),
    attack(
        "storage-browser-to-console",
        "a storage browser's key mints a user, who clicks until thirteen p3.16xlarge run in five regions",
        "Permiso 2022",
        consoles::storage_browser,
    ),
    attack(
        "quota-climb-stopped",
        "a leaked key leads to the console and a larger quota; stopped before a launch",
        "Expel 2022-04-05",
        consoles::quota_climb,
    ),
    attack(
        "quotas-then-gpus",
        "a console session asks for quotas in four regions and uses them nine hours later",
        "Microsoft 2023-07-25",
        consoles::quotas_first,
    ),
    attack(
        "stolen-sign-on-cookie",
        "an engineer's single sign-on session, stolen and used in parallel from a VPN",
        "session theft by infostealers",
        consoles::stolen_cookie,
    ),
    attack(
        "scarleteel",
        "a node's token, refused, mints a key of an admin, which asks for 42 machines",
        "Sysdig 2023-07",
        scarleteel::play,
    ),
    attack(
        "dangerdev",
        "mail first, a dormant fortnight, a small test, three p3.16xlarge, Lightsail after containment",
        "Invictus 2024-01-31",
        dangerdev::play,
    ),
    attack(
        "ambersquid",
        "builds, containers, notebooks, image pipelines and small groups in sixteen regions",
        "Sysdig 2023-09",
        ambersquid::play,
    ),
    attack(
        "meson-five-hundred-micros",
        "five hundred micro machines a call in most regions, for their bandwidth",
        "Sysdig 2024-03-11",
        sysdig::meson,
    ),
    attack(
        "admin-in-eight-minutes",
        "a replaced function, nineteen identities, an address a call, one p4d for five minutes",
        "Sysdig 2026-02-03",
        sysdig::eight_minutes,
    ),
    attack(
        "keys-on-the-crm-host",
        "keys from a web server read the bill first, start new and stopped machines",
        "Unit 42 2023-08",
        unit42::sugarcrm,
    ),
    attack(
        "function-credential-off-cloud",
        "a function's credential, used from a home line, starts GPU machines",
        "Unit 42 2022-12",
        unit42::function_credential,
    ),
    attack(
        "one-p5-after-a-test",
        "one p5.48xlarge after a t3.micro: two machines in all",
        "Invictus, test then scale",
        evasion::one_large,
    ),
    attack(
        "slow-miner",
        "one g4dn.12xlarge every fifty minutes of two working days, with a build server's key",
        "count rules evaded",
        evasion::slow,
    ),
    attack(
        "many-small-in-many-regions",
        "eight small machines a call, three calls a region, seventeen regions",
        "size rules evaded",
        evasion::many_small,
    ),
    attack(
        "everything-refused",
        "340 launches over all regions in four minutes, no permission for any",
        "captured bursts of refused launches",
        evasion::all_refused,
    ),
    attack(
        "everything-over-quota",
        "quotas, verification and closed regions stop every launch",
        "Datadog, Permiso, Invictus",
        evasion::all_over_quota,
    ),
    attack(
        "only-dry-runs",
        "a thief asks in six regions whether it would work, and no more",
        "AWS Security 2025-12, probing",
        evasion::only_dry_runs,
    ),
    attack(
        "group-that-grows",
        "a thief makes one group and goes; Auto Scaling launches for two days",
        "AWS Security 2025-12",
        respawners::growing_group,
    ),
    attack(
        "spot-fleets",
        "spot fleets in three regions, launched by their service",
        "spot miners",
        respawners::spot_fleet,
    ),
    attack(
        "instant-fleets",
        "instant fleets of GPU machines in four regions, one over quota",
        "EC2 Fleet abuse",
        respawners::instant_fleet,
    ),
    attack(
        "owners-group-enlarged",
        "a web server's token enlarges the web fleet's own group with another template",
        "Auto Scaling hijack",
        respawners::standing_group,
    ),
    attack(
        "machines-in-a-stack",
        "stacks in three regions: CloudFormation launches for the thief",
        "AMBERSQUID-class",
        respawners::stack,
    ),
    attack(
        "node-group-in-the-cluster",
        "a node group of c6i.16xlarge in the owner's cluster",
        "EKS abuse",
        respawners::node_group,
    ),
    attack(
        "gpu-notebooks",
        "SageMaker notebooks with GPUs in three regions",
        "AMBERSQUID-class, AWS playbook for SageMaker",
        services::notebooks,
    ),
    attack(
        "batch-thousand-jobs",
        "a Batch environment of 4,096 vCPUs and a thousand jobs",
        "Elastic rule on SubmitJob",
        services::batch,
    ),
    attack(
        "emr-for-mining",
        "two EMR clusters of forty nodes in dormant regions",
        "EMR abuse",
        services::clusters,
    ),
    attack(
        "lightsail-in-ten-regions",
        "Lightsail's largest in ten regions until the limit says no",
        "Invictus 2024-01-31, quarantine policy",
        services::lightsail,
    ),
    attack(
        "builds-that-mine",
        "build projects of the largest size, started again every seven hours",
        "AMBERSQUID-class",
        services::build_projects,
    ),
    attack(
        "training-that-mines",
        "training jobs on ml.g5.48xlarge in a dormant region",
        "SageMaker abuse",
        services::training,
    ),
    attack(
        "pipeline-session-stolen",
        "a deploy role's session leaves the build machine and launches",
        "stolen CI sessions",
        sessions::pipeline_session,
    ),
    attack(
        "through-the-organisation-role",
        "a management key enters a member account and launches there",
        "quarantine policy, AssumeRole",
        sessions::across_accounts,
    ),
    attack(
        "one-key-two-hands",
        "thief and owner launch with the same key at the same time",
        "shared automation keys",
        sessions::one_key_two_hands,
    ),
    attack(
        "key-turned-into-session",
        "a key is exchanged for a session token, which launches from elsewhere",
        "GetSessionToken abuse",
        sessions::session_token,
    ),
    attack(
        "small-machines-at-a-pool",
        "ten small machines by a stolen key; flow and resolver logs show them at a mining pool",
        "GuardDuty's findings on traffic of miners",
        mining::after_launch,
    ),
    attack(
        "web-server-begins-to-mine",
        "a web server that was there is hijacked and mines; the trail shows nothing",
        "GuardDuty's findings on traffic of miners; no launch",
        mining::hijacked,
    ),
    attack(
        "phished-with-second-factor",
        "an admin's console session, phished with its second factor, switches on regions and uses them",
        "adversary-in-the-middle phishing",
        consoles::phished,
    ),
    attack(
        "owner-launches-beside",
        "a thief launches with a key, client and region that its owner launches with the same morning",
        "shared long-term keys",
        beside::owner_beside,
    ),
    attack(
        "patient-onlooker",
        "a thief looks around every night for two weeks before launching from the same place",
        "access sold after a while; long dwell times",
        beside::patient,
    ),
    attack(
        "one-machine-an-hour",
        "a program's stolen key starts one c5.4xlarge every seventy minutes in the account's own region",
        "count and region rules evaded",
        beside::hourly,
    ),
    attack(
        "terminal-session-carried-away",
        "an engineer's command-line session, copied to a rented server while the engineer works on",
        "session theft by infostealers",
        beside::session_carried_away,
    ),
    attack(
        "role-opened-to-a-foreign-account",
        "a stolen key opens a role to the thief's account, which takes it up and launches",
        "hackingthe.cloud, persistence by role trust",
        beside::opened_role,
    ),
    attack(
        "spree-without-before",
        "the logs begin with six regions asked for three c5.24xlarge each within a minute",
        "a trail switched on too late",
        beside::spree,
    ),
    attack(
        "key-of-hosted-runners",
        "the key of build machines whose address always changes starts the same machines, more and elsewhere",
        "leaked CI secrets",
        beside::runner_key,
    ),
];

/// Returns all attacks.
pub(crate) fn scenarios() -> Vec<Scenario> {
    SCENARIOS.to_vec()
}
