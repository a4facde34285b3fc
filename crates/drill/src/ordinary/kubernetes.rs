//! Kubernetes asking EC2 for nodes, in its three usual ways.

use jiff::Timestamp;
use serde_json::json;

use crate::actor::Actor;
use crate::agents;
use crate::calls::ec2::{self, Run, Template};
use crate::calls::fleet::{self, Fleet};
use crate::calls::groups::{self, Group};
use crate::calls::refusal::{DRY_RUN, Verdict};
use crate::calls::sts;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Returns the session of the service account `name` at `time`, renewed in that hour.
fn service_account(stage: &mut Stage, role: &str, name: &str, agent: &str, time: Timestamp) -> Actor {
    let account = stage.org.production().clone();
    let cluster = account.ids.fork("oidc").hex(32).to_uppercase();
    let provider = format!("oidc.eks.{}.amazonaws.com/id/{cluster}", account.home);
    let subject = format!("system:serviceaccount:kube-system:{name}");
    let address = account.vpc(&account.home).nat[0].clone();
    let session = time.as_nanosecond().to_string();
    let seen = (address.as_str(), agent);
    let role = account.role(role);
    sts::with_web_identity(&mut stage.log, time, &account.home, &role, &session, (&provider, &subject), seen)
}

/// Types a node pool allows, best fit first.
const POOL: &[&str] =
    &["c6i.2xlarge", "m6i.2xlarge", "c6a.2xlarge", "m5.2xlarge", "r6i.2xlarge", "c5.4xlarge"];

/// Writes Karpenter's weeks: probes each morning, single nodes all day, one large burst.
pub(super) fn karpenter(stage: &mut Stage) {
    for day in 0..stage.span.days {
        probe(stage, day);
        let bursts = if stage.span.is_weekend(day) { 1 } else { stage.rng.between(2, 4) };
        for _ in 0..bursts {
            let (hour, nodes) = (stage.rng.between(7, 19), stage.rng.between(1, 4));
            let minute = stage.rng.between(0, 59);
            burst(stage, stage.local(day, hour, minute), nodes);
        }
        if day % 7 == 2 {
            // A data team submits its weekly jobs all at once.
            burst(stage, stage.local(day, 10, 30), 25);
        }
    }
    burst(stage, stage.local(15, 11, 5), 60);
    stage.truth.note =
        "Karpenter: dry runs, refused dry runs and a burst of sixty nodes are its normal work".into();
}

/// Writes the dry runs with which Karpenter checks a node class.
fn probe(stage: &mut Stage, day: i64) {
    let time = stage.local(day, 5, 10);
    let actor = service_account(stage, "KarpenterController", "karpenter", &agents::karpenter(), time);
    let account = stage.org.production().clone();
    let template = template(stage);
    let fleet = node_fleet(stage, &template, 1);
    fleet::create_fleet(&mut stage.log, &actor, time + secs(1), &fleet, &Verdict::DryRun);
    let data = json!({"CreateLaunchTemplateRequest": {"LaunchTemplateName": template.name}});
    stage
        .log
        .call(&actor, time + secs(2), &account.home, "ec2", "CreateLaunchTemplate")
        .request(data)
        .error("Client.DryRunOperation", DRY_RUN)
        .send();
    // A node class that names a role Karpenter may not pass fails its check until somebody mends it.
    let verdict = if day == 4 || day == 5 { Verdict::Denied } else { Verdict::DryRun };
    let run = Run::new(&account, &account.home, POOL[1], 1).through(&template);
    ec2::run_instances(&mut stage.log, &actor, time + secs(3), &run, &verdict);
}

fn template(stage: &Stage) -> Template {
    let account = stage.org.production();
    let id = account.ids.fork("karpenter-template").resource("lt");
    Template { id, name: "karpenter.k8s.aws/default".into(), version: "1".into() }
}

fn node_fleet(stage: &Stage, template: &Template, target: u64) -> Fleet {
    let account = stage.org.production().clone();
    let name = stage.org.name.clone();
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    Fleet {
        region: account.home.clone(),
        account,
        template: template.clone(),
        machines: POOL.iter().map(|m| (*m).to_owned()).collect(),
        target,
        spot: true,
        kind: "instant",
        tags: vec![
            tag("karpenter.sh/nodepool", "default"),
            tag(&format!("kubernetes.io/cluster/{name}"), "owned"),
            tag("eks:eks-cluster-name", &name),
        ],
    }
}

/// Writes `nodes` nodes, one fleet each, and their end some hours later.
pub(crate) fn burst(stage: &mut Stage, time: Timestamp, nodes: i64) {
    let actor = service_account(stage, "KarpenterController", "karpenter", &agents::karpenter(), time);
    let (template, home) = (template(stage), stage.org.production().home.clone());
    let (mut at, mut running) = (time + secs(5), Vec::new());
    for _ in 0..nodes {
        let fleet = node_fleet(stage, &template, 1);
        let short = stage.rng.chance(6);
        let verdict = if short { Verdict::NoCapacity } else { Verdict::Granted };
        running.extend(fleet::create_fleet(&mut stage.log, &actor, at, &fleet, &verdict).instances);
        at += secs(stage.rng.between(1, 9));
    }
    let ended = time + mins(stage.rng.between(70, 300));
    let later = service_account(stage, "KarpenterController", "karpenter", &agents::karpenter(), ended);
    for some in running.chunks(3) {
        ec2::terminate(&mut stage.log, &later, ended + secs(20), &home, some);
    }
}

/// Writes EKS probing, then growing and shrinking a node group through Auto Scaling.
pub(super) fn node_group(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let service = "eks-nodegroup.amazonaws.com";
    let role = account.service_role(service, "AWSServiceRoleForAmazonEKSNodegroup");
    let group = Group::standing(&account, &account.home, "eks-general-nodes", "m5.4xlarge", "eks-node-role");
    for day in (0..stage.span.days).step_by(2) {
        let time = stage.local(day, 6, 40);
        let actor = role.for_service("EKS", service, time);
        let run = Run::new(&account, &account.home, "m5.4xlarge", 1).through(&group.template);
        ec2::run_instances(&mut stage.log, &actor, time, &run, &Verdict::DryRun);
        let size = if day == 14 { 24 } else { 4 };
        groups::update(&mut stage.log, &actor, time + secs(5), &group, (2, 40, 2 + size), &Verdict::Granted);
        let mut running = Vec::new();
        for launched in groups::scale_out(&mut stage.log, time + secs(40), &group, size) {
            running.extend(launched.instances);
        }
        groups::scale_in(&mut stage.log, time + hours(12), &group, &running);
    }
    stage.truth.note = "EKS managed node groups: dry runs and growth are the service's own".into();
}

/// Writes cluster-autoscaler setting the size of a group up and down.
pub(super) fn cluster_autoscaler(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let group = Group::standing(&account, &account.home, "eks-batch-nodes", "c5.4xlarge", "eks-node-role");
    let agent = agents::go("autoscaling");
    for day in 0..stage.span.days {
        for hour in [8, 11, 14, 17] {
            let (minute, nodes) = (stage.rng.between(0, 50), stage.rng.between(1, 8).unsigned_abs());
            let time = stage.local(day, hour, minute);
            let actor = service_account(stage, "cluster-autoscaler", "cluster-autoscaler", &agent, time);
            groups::set_desired(&mut stage.log, &actor, time + secs(2), &group, 3 + nodes, &Verdict::Granted);
            let mut running = Vec::new();
            for launched in groups::scale_out(&mut stage.log, time + secs(20), &group, nodes) {
                running.extend(launched.instances);
            }
            groups::scale_in(&mut stage.log, time + hours(2), &group, &running);
        }
    }
    stage.truth.note = "cluster-autoscaler: the role's daily work".into();
}
