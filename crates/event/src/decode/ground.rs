//! The ground for a launch: quotas, regions, keys, networks, images, clusters, pipelines.
//!
//! Blind spots: a support case hides its text, so what limit it is about is guessed from
//! its category.

use crate::event::{Detail, Prepare, QuotaAsk};
use crate::launch::call::{Call, Node, kept};
use crate::launch::{Row, detail, frequent};

pub(super) const ROWS: &[Row] = &[
    frequent("servicequotas", "GetServiceQuota", |call| quota(call, false)),
    frequent("servicequotas", "GetAWSDefaultServiceQuota", |call| quota(call, false)),
    frequent("servicequotas", "ListServiceQuotas", |call| quota(call, false)),
    frequent("servicequotas", "ListAWSDefaultServiceQuotas", |call| quota(call, false)),
    detail("servicequotas", "RequestServiceQuotaIncrease", |call| quota(call, true)),
    detail("servicequotas", "PutServiceQuotaIncreaseRequestIntoTemplate", |call| quota(call, true)),
    detail("support", "CreateCase", create_case),
    detail("account", "EnableRegion", enable_region),
    detail("ec2", "CreateKeyPair", |_| Some(Detail::Prepare(Prepare::KeyPair))),
    detail("ec2", "ImportKeyPair", |_| Some(Detail::Prepare(Prepare::KeyPair))),
    detail("ec2", "CreateSecurityGroup", |_| Some(Detail::Prepare(Prepare::SecurityGroup))),
    detail("ec2", "AuthorizeSecurityGroupIngress", ingress),
    detail("ec2", "CreateDefaultVpc", |_| Some(Detail::Prepare(Prepare::Network))),
    detail("ec2", "CreateDefaultSubnet", |_| Some(Detail::Prepare(Prepare::Network))),
    detail("ec2", "CreateVpc", |_| Some(Detail::Prepare(Prepare::Network))),
    detail("ec2", "CreateSubnet", |_| Some(Detail::Prepare(Prepare::Network))),
    detail("ec2", "CreateImage", |_| Some(Detail::Prepare(Prepare::Image))),
    detail("ec2", "CopyImage", |_| Some(Detail::Prepare(Prepare::Image))),
    detail("ec2", "RegisterImage", |_| Some(Detail::Prepare(Prepare::Image))),
    detail("ec2", "ModifyImageAttribute", |_| Some(Detail::Prepare(Prepare::Image))),
    detail("iam", "CreateServiceLinkedRole", |_| Some(Detail::Prepare(Prepare::ServiceLinkedRole))),
    detail("ecs", "CreateCluster", |_| Some(Detail::Prepare(Prepare::Cluster))),
    detail("batch", "CreateJobQueue", |_| Some(Detail::Prepare(Prepare::Cluster))),
    detail("codecommit", "CreateRepository", |_| Some(Detail::Prepare(Prepare::Pipeline))),
    detail("codepipeline", "CreatePipeline", |_| Some(Detail::Prepare(Prepare::Pipeline))),
    detail("amplify", "CreateApp", |_| Some(Detail::Prepare(Prepare::Pipeline))),
    detail("amplify", "CreateBranch", |_| Some(Detail::Prepare(Prepare::Pipeline))),
    detail("amplify", "CreateBackendEnvironment", |_| Some(Detail::Prepare(Prepare::Pipeline))),
    detail("sagemaker", "CreateDomain", |_| Some(Detail::Prepare(Prepare::ManagedGround))),
    detail("sagemaker", "CreateNotebookInstanceLifecycleConfig", |_| {
        Some(Detail::Prepare(Prepare::ManagedGround))
    }),
    detail("sagemaker", "CreateStudioLifecycleConfig", |_| Some(Detail::Prepare(Prepare::ManagedGround))),
];

fn quota(call: &Call<'_>, raise: bool) -> Option<Detail> {
    let request = call.request;
    // A refusal names `arn:aws:servicequotas:REGION:ACCOUNT:SERVICE/CODE`.
    let refused = super::resource_in(call.message()).and_then(|arn| arn.rsplit(':').next()?.split_once('/'));
    let service = request.get("serviceCode").text().or(refused.map(|(service, _)| service));
    let code = request.get("quotaCode").text().or(refused.map(|(_, code)| code));
    let (service, code) = (service.unwrap_or_default(), code.unwrap_or_default());
    let compute = match code {
        // The whole list of a service holds its compute quotas too.
        "" => COMPUTE_SERVICES.contains(&service),
        _ => catalog::is_compute_quota(service, code),
    };
    let desired = request.get("desiredValue").number().filter(|_| raise);
    Some(Detail::Quota(QuotaAsk { service: kept(service), code: kept(code), desired, compute, raise }))
}

/// Services whose quotas are mostly about compute.
const COMPUTE_SERVICES: &[&str] =
    &["ec2", "fargate", "sagemaker", "lightsail", "batch", "codebuild", "lambda"];

/// A support case about a limit asks for a quota the slow way; any other case is nobody's business.
fn create_case(call: &Call<'_>) -> Option<Detail> {
    let service = call.request.get("serviceCode").text().unwrap_or_default();
    let category = call.request.get("categoryCode").text().unwrap_or_default();
    let about_limits =
        [service, category].iter().any(|text| text.contains("limit") || text.contains("quota"));
    if !about_limits {
        return None;
    }
    let about = format!("{service} {category}").to_ascii_lowercase();
    let compute =
        ["ec2", "compute", "instance", "fargate", "sagemaker"].iter().any(|word| about.contains(word));
    let raise = true;
    let service = if compute { "ec2".to_owned() } else { kept(category) };
    Some(Detail::Quota(QuotaAsk { service, code: String::new(), desired: None, compute, raise }))
}

fn enable_region(call: &Call<'_>) -> Option<Detail> {
    Some(Detail::EnableRegion { region: call.request.get("regionName").owned().unwrap_or_default() })
}

fn ingress(call: &Call<'_>) -> Option<Detail> {
    let world = |node: Node<'_>| {
        let cidr = node.first_of(&["cidrIp", "cidrIpv6"]).text();
        cidr.is_some_and(|cidr| cidr == "0.0.0.0/0" || cidr == "::/0")
    };
    let permissions = call.request.get("ipPermissions").list();
    let ranges = permissions.iter().flat_map(|permission| {
        ["ipRanges", "ipv6Ranges"].into_iter().flat_map(|name| permission.get(name).list())
    });
    let open = world(call.request) || ranges.into_iter().any(world);
    let what = if open { Prepare::IngressFromAnywhere } else { Prepare::Ingress };
    Some(Detail::Prepare(what))
}
