//! An event: what minetrail understood of a notable record.
//!
//! Most records are only skimmed into profiles. The few that launch compute, issue
//! credentials, open or close doors, or look around before a launch are decoded whole and
//! kept as events. An event states what the record proves and nothing that needs other
//! records: joining is `detect`'s work.

use catalog::Power;
use serde::Serialize;

use crate::actor::{Actor, Address};
use crate::failure::Failure;
use crate::time::Time;

/// A decoded record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When the call completed.
    pub time: Time,
    /// `eventID` where it looks like a UUID, else `content:` and a hash of the record.
    pub id: String,
    /// The same action's copy in another account carries the same value.
    pub shared_id: Option<String>,
    /// For a late or corrected record, the id of the event it replaces.
    pub replaces: Option<String>,
    /// The account that received the event.
    pub account: String,
    /// `awsRegion` as written.
    pub region: String,
    /// The service without its domain: `ec2`.
    pub source: String,
    /// `eventName`.
    pub name: String,
    /// Who called.
    pub actor: Actor,
    /// From where.
    pub address: Address,
    /// The caller's user agent. The caller chose it.
    pub agent: String,
    /// `vpcEndpointId`, where the call came through one.
    pub endpoint: Option<String>,
    /// Why it failed; `None` for success.
    pub failure: Option<Failure>,
    /// What it was.
    pub detail: Detail,
}

impl Event {
    /// Whether the call did what it asked.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.failure.is_none()
    }
}

/// What a notable call was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// It asked for compute.
    Launch(Box<Launch>),
    /// It stored what later launches will start: launch template, launch configuration, task or job definition.
    Template(Box<Template>),
    /// It ended compute or shrank what launches it.
    End(End),
    /// It protected instances from termination or stopping, or lifted that.
    Protect(Protect),
    /// It issued a credential.
    Issue(Issue),
    /// Somebody signed in to the console.
    Login(Login),
    /// It made or strengthened an identity.
    Mint(Mint),
    /// It asked for, or looked up, a quota.
    Quota(QuotaAsk),
    /// It enabled a region for the account.
    EnableRegion {
        /// The region.
        region: String,
    },
    /// It weakened the audit trail or a detector.
    Tamper,
    /// It opened a function to the world.
    PublicUrl {
        /// The function's name.
        function: String,
    },
    /// It put code or a command into the hands of another role: a function's code, an instance by Systems Manager.
    HandOver(HandOver),
    /// It told which addresses an instance, VPC or NAT gateway has.
    Reach(Reach),
    /// It prepared the ground for a launch.
    Prepare(Prepare),
    /// It looked around.
    Look(Look),
}

/// What a launch call makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Makes {
    /// Instances, now.
    Instances,
    /// Tasks, jobs, notebooks, builds, clusters of a managed service, now.
    Managed,
    /// Something that launches by itself from now on.
    Respawner,
    /// It enlarges a respawner.
    Enlarges,
    /// It starts what was stopped.
    Restarts,
    /// It gives a stopped machine another size.
    Resizes,
    /// It reserves or buys capacity.
    Reserves,
}

/// How compute is paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Market {
    /// On demand, or not said.
    #[default]
    OnDemand,
    /// Spot.
    Spot,
}

/// A kind of machine, in the one measure of power.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// As the API names it: `g5.48xlarge`, `ml.p4d.24xlarge`, `fargate 16 vCPU / 32 GB`, `BUILD_GENERAL1_2XLARGE`.
    pub name: String,
    /// What one of it is.
    pub power: Power,
    /// The catalogue did not know it and inferred its size.
    pub inferred: bool,
}

/// One line of what a call asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    /// The machine; `None` where a template, a definition or a respawner names it.
    pub unit: Option<Unit>,
    /// The least that the caller would accept.
    pub min: u64,
    /// The most that the caller asked for now (maximum count, desired capacity, target).
    pub max: u64,
}

/// One instance that a call obtained.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Started {
    /// `i-…`, or the name of a task, notebook, build or job.
    pub id: String,
    /// Its machine; `None` if neither request nor response says.
    pub unit: Option<Unit>,
    /// Its private address.
    pub private_address: Option<std::net::IpAddr>,
    /// Its public address, where the response already has one.
    pub public_address: Option<std::net::IpAddr>,
    /// Its IPv6 addresses.
    pub v6_addresses: Vec<std::net::Ipv6Addr>,
    /// Its interfaces, `eni-…`.
    pub interfaces: Vec<String>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its image.
    pub image: Option<String>,
}

/// A stored description of what to launch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateRef {
    /// `lt-…`
    LaunchTemplateId(String),
    /// A launch template's name.
    LaunchTemplateName(String),
    /// A launch configuration's name.
    LaunchConfiguration(String),
    /// A task definition: `family`, without revision or arn.
    TaskDefinition(String),
    /// A Batch job definition, without revision or arn.
    JobDefinition(String),
    /// A SageMaker endpoint configuration.
    EndpointConfig(String),
    /// A build project.
    BuildProject(String),
    /// A Glue job.
    GlueJob(String),
    /// A notebook instance, stopped instance or other machine made earlier, by its id or name.
    Machine(String),
}

/// What launches again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RespawnerKind {
    /// An Auto Scaling group.
    Asg,
    /// An EC2 Fleet.
    Fleet,
    /// A Spot Fleet.
    SpotFleet,
    /// A persistent or one-time spot request.
    SpotRequest,
    /// An ECS service.
    EcsService,
    /// An EKS managed node group.
    Nodegroup,
    /// An EKS cluster (Auto Mode).
    EksCluster,
    /// A Batch compute environment.
    BatchEnvironment,
    /// An EMR cluster.
    EmrCluster,
    /// A CloudFormation stack.
    Stack,
    /// A capacity provider of ECS or Lambda.
    CapacityProvider,
    /// A SageMaker endpoint.
    Endpoint,
    /// A fleet of CodeBuild, GameLift, AppStream and their like.
    ServiceFleet,
}

/// One respawner, within an account and region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RespawnerRef {
    /// What it is.
    pub kind: RespawnerKind,
    /// Its name or id, without arn.
    pub name: String,
}

/// A call that asked for compute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Launch {
    /// What the call makes.
    pub makes: Makes,
    /// What was asked for, now.
    pub asks: Vec<Ask>,
    /// What was obtained, as far as the response tells.
    pub got: Vec<Started>,
    /// The response was cut or omitted, so that `got` may be short although the call succeeded.
    pub response_omitted: bool,
    /// What the asks without a unit refer to.
    pub template: Option<TemplateRef>,
    /// The respawner that this call makes or enlarges.
    pub respawner: Option<RespawnerRef>,
    /// Further respawners of the same kind that this one call makes (spot requests).
    pub also: Vec<RespawnerRef>,
    /// The respawner on whose behalf a service made this call (tag, client token, request id, name).
    pub made_by: Option<RespawnerRef>,
    /// The most machines a respawner may grow to.
    pub ceiling: Option<u64>,
    /// How it is paid for.
    pub market: Market,
    /// The machine image or container image.
    pub image: Option<String>,
    /// Termination or stop protection was asked for.
    pub protected: bool,
    /// The instance profile or role that the machines get.
    pub profile: Option<String>,
    /// The key pair's name.
    pub key_name: Option<String>,
    /// The call carried user data (CloudTrail hides what).
    pub user_data: bool,
    /// The request itself asks for a metadata service that requires tokens (IMDSv2).
    pub tokens_required: bool,
    /// The request says that it is a dry run, whatever came of it.
    pub dry_run: bool,
    /// The call says that its capacity is a count of vCPUs (or weighted units), not of machines.
    ///
    /// Set only where no machine is known to divide by: then `asks` (without unit) and
    /// `ceiling` are in that measure. Where one is known, they are machines and this is not set.
    pub weighted: bool,
}

impl Default for Launch {
    fn default() -> Self {
        Self {
            makes: Makes::Instances,
            asks: Vec::new(),
            got: Vec::new(),
            response_omitted: false,
            template: None,
            respawner: None,
            also: Vec::new(),
            made_by: None,
            ceiling: None,
            market: Market::OnDemand,
            image: None,
            protected: false,
            profile: None,
            key_name: None,
            user_data: false,
            tokens_required: false,
            dry_run: false,
            weighted: false,
        }
    }
}

/// A stored description of what to launch, as it was stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    /// All names it can be referred to by.
    pub refs: Vec<TemplateRef>,
    /// The machines it names, strongest first; empty where it names none.
    pub units: Vec<Unit>,
    /// How many machines one launch from it starts: an endpoint's instances, a job's workers; else 1.
    pub count: u64,
    /// The machine image or container image.
    pub image: Option<String>,
    /// It carries user data.
    pub user_data: bool,
    /// It asks for termination protection.
    pub protected: bool,
    /// The instance profile.
    pub profile: Option<String>,
}

impl Default for Template {
    fn default() -> Self {
        Self {
            refs: Vec::new(),
            units: Vec::new(),
            count: 1,
            image: None,
            user_data: false,
            protected: false,
            profile: None,
        }
    }
}

/// How compute was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndKind {
    /// Terminated, deleted.
    Terminated,
    /// Stopped: costs end, and it may start again.
    Stopped,
    /// A respawner was deleted.
    RespawnerDeleted,
    /// A respawner was set to a smaller size.
    RespawnerShrunk,
}

/// A call that ended compute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// How.
    pub kind: EndKind,
    /// Instances (or tasks, notebooks …) by id.
    pub ids: Vec<String>,
    /// The respawner.
    pub respawner: Option<RespawnerRef>,
    /// Its new size, where shrunk.
    pub size: Option<u64>,
}

/// A call that set or lifted protection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Protect {
    /// The instances.
    pub instances: Vec<String>,
    /// Set (`true`) or lifted.
    pub on: bool,
}

/// How a credential was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssueKind {
    /// `AssumeRole`.
    AssumeRole,
    /// `AssumeRoleWithSAML`.
    Saml,
    /// `AssumeRoleWithWebIdentity`, `GetWebIdentityToken` and pod identity.
    WebIdentity,
    /// `GetSessionToken`.
    SessionToken,
    /// `GetFederationToken`, `GetSigninToken`.
    FederationToken,
    /// `CreateAccessKey`.
    AccessKey,
    /// IAM Identity Center's `GetRoleCredentials`.
    Sso,
    /// `AssumeRoot`.
    Root,
}

/// A call that issued (or was refused) a credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// How.
    pub kind: IssueKind,
    /// The key that was issued; `None` on failure or where masked.
    pub key: Option<String>,
    /// Whom it speaks for: the role's or user's arn as far as it can be told, else the user's bare name.
    pub principal: Option<String>,
    /// The session name the caller chose.
    pub session: Option<String>,
}

/// A console sign-in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login {
    /// It succeeded.
    pub success: bool,
    /// A second factor was used; `None` where not said.
    pub mfa: Option<bool>,
}

/// What was done to an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MintKind {
    /// A user was made.
    User,
    /// A user got a console password, or a new one.
    LoginProfile,
    /// A role was made.
    Role,
    /// A role's trust was rewritten.
    Trust,
    /// Permissions were attached or written.
    Permission,
    /// An instance profile was made or bound to a machine.
    InstanceProfile,
    /// An identity provider was added.
    Provider,
    /// Another account was made or invited.
    Account,
}

/// A call that made or strengthened an identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mint {
    /// What.
    pub kind: MintKind,
    /// The identity: an arn where one can be told, else its bare name.
    pub target: String,
    /// The policy's name or arn.
    pub policy: Option<String>,
    /// The permissions are those of an administrator (a known managed policy, or `*` on `*`).
    pub admin: bool,
}

/// A question about, or a request for, a quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaAsk {
    /// The service, such as `ec2`.
    pub service: String,
    /// The code, such as `L-1216C47A`; empty where the whole list was read.
    pub code: String,
    /// What was asked for; `None` for a look-up.
    pub desired: Option<u64>,
    /// The quota limits compute (vCPUs of EC2, Fargate and their like).
    pub compute: bool,
    /// It asked to raise the quota; else it only looked.
    pub raise: bool,
}

/// A call that lets its caller act as another identity's workload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandOver {
    /// It wrote a function's code or made the function.
    Function {
        /// The function's name.
        name: String,
        /// Its execution role, where the call says it.
        role: Option<String>,
    },
    /// It ran a command on instances, or opened a session on one.
    Instances {
        /// Their ids; empty where the call chose them by tag.
        ids: Vec<String>,
    },
}

/// What a record tells about whose an address is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// An Elastic IP or interface of an instance.
    Instance {
        /// `i-…`
        instance: String,
        /// The address, where the record has it.
        address: Option<std::net::IpAddr>,
        /// The Elastic IP's allocation, to be joined with the one that has its address.
        allocation: Option<String>,
    },
    /// An Elastic IP was allocated.
    Allocation {
        /// `eipalloc-…`
        allocation: String,
        /// The address.
        address: std::net::IpAddr,
    },
    /// A NAT gateway.
    Nat {
        /// The VPC, where the record has it.
        vpc: Option<String>,
        /// The address, where the record has it.
        address: Option<std::net::IpAddr>,
        /// The Elastic IP it uses.
        allocation: Option<String>,
    },
    /// A VPC endpoint.
    Endpoint {
        /// `vpce-…`
        endpoint: String,
        /// The VPC.
        vpc: Option<String>,
    },
}

/// What was prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prepare {
    /// A key pair was made or imported.
    KeyPair,
    /// A security group was made.
    SecurityGroup,
    /// A security group was opened.
    Ingress,
    /// A security group was opened to the whole world.
    IngressFromAnywhere,
    /// A VPC or subnet was made.
    Network,
    /// An image was made, copied or shared.
    Image,
    /// A service-linked role was made.
    ServiceLinkedRole,
    /// A cluster was made for tasks or jobs to come.
    Cluster,
    /// A code repository, app, pipeline or project was made for builds to come.
    Pipeline,
    /// A domain, notebook lifecycle configuration or other ground for managed compute.
    ManagedGround,
}

/// What was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Which machines, prices, zones or regions there are.
    Compute,
    /// Who am I, who else is there, what may I do.
    Identity,
    /// What the account spends, and what would be noticed.
    Spend,
    /// What the detectors have found.
    Detectors,
    /// What else can be abused (mail quota, models).
    Abuse,
}
