//! Deployments that reach many regions, accounts or containers at once.

use serde_json::{Value, json};

use crate::calls::groups::{self, Group};
use crate::calls::managed;
use crate::calls::refusal::Verdict;
use crate::calls::{sign_in, sts};
use crate::life::pipeline;
use crate::organisation::{Account, Job};
use crate::rng::Rng;
use crate::stage::Stage;
use crate::time::{mins, secs};

/// Where the organisation's edge software runs.
const EDGE: &[&str] = &["us-east-1", "eu-central-1", "ap-southeast-1", "sa-east-1", "ap-south-1"];

/// Writes an admin's StackSet: CloudFormation makes the same group in five regions of each account.
pub(super) fn stack_sets(stage: &mut Stage) {
    let (org, admin) = (stage.org.clone(), stage.org.person(Job::Admin).clone());
    let account = org.production().clone();
    let time = stage.local(14, 14, 50);
    let actor = sign_in::sso_console(&mut stage.log, &org, &admin, &account, time, org.office_on(14));
    let request = json!({"stackSetName": "edge-probe", "permissionModel": "SELF_MANAGED"});
    let name = "CreateStackSet";
    stage.log.call(&actor, time + mins(3), &account.home, "cloudformation", name).request(request).send();
    let request = json!({"stackSetName": "edge-probe", "regions": EDGE, "accounts": [account.id]});
    let name = "CreateStackInstances";
    stage.log.call(&actor, time + mins(4), &account.home, "cloudformation", name).request(request).send();
    let service = "cloudformation.amazonaws.com";
    let mut at = time + mins(6);
    for region in EDGE {
        let role = account.role("AWSCloudFormationStackSetExecutionRole");
        let session = stage.rng.uuid();
        let key = account.key(&session);
        let actor = role.session(&session, &key, at).invoked_by(service);
        let stack = managed::stack(&account.id, region, "StackSet-edge-probe");
        managed::launch(&mut stage.log, &actor, at, region, &stack, &Verdict::Granted);
        let group = Group::standing(&account, region, "edge-probe", "c6i.xlarge", "edge-probe-role");
        groups::create(&mut stage.log, &actor, at + secs(40), &group, (3, 6, 3), &Verdict::Granted);
        groups::scale_out(&mut stage.log, at + secs(60), &group, 3);
        at += secs(stage.rng.between(5, 60));
    }
    stage.truth.note = "StackSets: one order by the owner, five regions".into();
}

/// Regions a landing zone touches in a new account.
const ALL: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// Writes the setting-up of a new account by the management account's role, region after region,
/// and the first machines of its owners the day after.
pub(super) fn landing_zone(stage: &mut Stage) {
    let org = stage.org.clone();
    let fresh = new_account(&mut stage.rng, org.production());
    let management = org.production().clone();
    let start = stage.local(13, 11, 0);
    let function = org.function(&org.functions[0], start);
    let name = "CreateAccount";
    let request =
        json!({"accountName": "HIDDEN_DUE_TO_SECURITY_REASONS", "email": "HIDDEN_DUE_TO_SECURITY_REASONS"});
    stage.log.call(&function, start, "us-east-1", "organizations", name).request(request).send();
    let role = fresh.role("OrganizationAccountAccessRole");
    let at = start + mins(5);
    let actor = sts::assume_role(&mut stage.log, &function, at, &management.home, &role, "landing-zone");
    let mut at = at + secs(3);
    for region in ALL {
        prepare_region(stage, &actor, at, region, &fresh);
        at += secs(stage.rng.between(6, 20));
    }
    let day = stage.local(14, 10, 10);
    let admin = org.person(Job::Admin).clone();
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &admin, &fresh, day, org.office_on(14));
    let group = Group::standing(&fresh, &fresh.home, "team-app", "m6i.xlarge", "team-app-role");
    groups::create(&mut stage.log, &actor, day + mins(8), &group, (2, 8, 4), &Verdict::Granted);
    groups::scale_out(&mut stage.log, day + mins(9), &group, 4);
    stage.truth.note = "a new account: every region touched, no history, nothing wrong".into();
}

/// Returns an account nobody has seen before.
fn new_account(rng: &mut Rng, like: &Account) -> Account {
    let id = rng.account();
    Account { ids: rng.fork(&id), id, home: like.home.clone(), regions: like.regions.clone() }
}

/// Writes one region's part: the default network goes, recorder and guards come.
fn prepare_region(
    stage: &mut Stage,
    actor: &crate::actor::Actor,
    time: jiff::Timestamp,
    region: &str,
    account: &Account,
) {
    let vpc = account.vpc(region).id;
    let calls: [(&str, &str, Value); 7] = [
        (
            "ec2",
            "DescribeVpcs",
            json!({"filterSet": {"items": [{"name": "is-default", "valueSet": {"items": [{"value": "true"}]}}]}}),
        ),
        ("ec2", "DeleteInternetGateway", json!({"internetGatewayId": vpc.replace("vpc", "igw")})),
        ("ec2", "DeleteSubnet", json!({"subnetId": vpc.replace("vpc", "subnet")})),
        ("ec2", "DeleteVpc", json!({"vpcId": vpc})),
        ("ec2", "EnableEbsEncryptionByDefault", json!({"EnableEbsEncryptionByDefaultRequest": ""})),
        ("config", "PutConfigurationRecorder", json!({"configurationRecorder": {"name": "default"}})),
        ("guardduty", "CreateDetector", json!({"enable": true})),
    ];
    for (at, (service, name, request)) in calls.into_iter().enumerate() {
        let time = time + secs(i64::try_from(at).unwrap_or(0));
        stage.log.call(actor, time, region, service, name).request(request).send();
    }
}

/// Writes the pipeline deploying container services, one of which doubles for good reason.
pub(super) fn ecs_deployment(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let (cluster, name) = (stage.org.name.clone(), stage.org.containers[0].clone());
    for (day, revision, count) in [(2, 91, 24), (6, 92, 24), (10, 93, 24), (14, 94, 60)] {
        let time = stage.local(day, 16, 5);
        let actor = pipeline::federate(stage, time);
        let image = format!("{}.dkr.ecr.{}.amazonaws.com/{name}:{revision}", account.id, account.home);
        let definition = managed::task_definition(&account.id, &account.home, &name, &image, 4096, 8192);
        managed::launch(
            &mut stage.log,
            &actor,
            time + secs(30),
            &account.home,
            &definition,
            &Verdict::Granted,
        );
        let update = managed::ecs_update(&account.id, &account.home, &cluster, &name, revision, count);
        managed::launch(&mut stage.log, &actor, time + secs(35), &account.home, &update, &Verdict::Granted);
        // A migration runs as single tasks beside the service.
        let task = managed::run_task(&account.id, &account.home, &cluster, &format!("{name}-migrate"), 2);
        managed::launch(&mut stage.log, &actor, time + secs(50), &account.home, &task, &Verdict::Granted);
    }
    stage.truth.note = "container deployments by the pipeline".into();
}
