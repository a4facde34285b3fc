//! A made-up organisation: accounts, networks, machines, software and people.
//!
//! Most things are derived from a label (`account.role("web")`, `account.vpc("eu-west-1")`): the
//! same label gives the same ids in one drill, so a scenario may name what it needs without
//! anything having been set up, and two scenarios never disturb each other's ids.

use jiff::Timestamp;

use crate::actor::{Actor, Role, User};
use crate::addresses;
use crate::agents;
use crate::rng::Rng;
use crate::time::secs;

/// How long the metadata service keeps giving out one credential, in seconds.
const INSTANCE_CREDENTIAL_SECONDS: i64 = 6 * 3600;
/// Services an organisation with VPC endpoints reaches through them; the rest goes through NAT.
const ENDPOINT_SERVICES: &[&str] = &["ssm", "kms", "secretsmanager", "sqs", "logs", "ecr", "sts"];

/// One organisation with everything that acts in it.
#[derive(Debug, Clone)]
pub(crate) struct Organisation {
    /// A short lower-case name.
    pub(crate) name: String,
    /// Hours its working day is ahead of UTC.
    pub(crate) utc_offset: i64,
    /// At least one; the first is production.
    pub(crate) accounts: Vec<Account>,
    /// Addresses the offices are seen from.
    pub(crate) office: Vec<String>,
    /// The address the company's own VPN is seen from.
    pub(crate) corporate_vpn: String,
    /// At least four, with one of each [`Job`].
    pub(crate) people: Vec<Person>,
    /// Groups of like instances in production; the first is the web fleet with scaling.
    pub(crate) fleets: Vec<Fleet>,
    /// A build server with its own address and role in production's home region.
    pub(crate) builder: Instance,
    /// Names of Lambda functions in production.
    pub(crate) functions: Vec<String>,
    /// Names of ECS services in production.
    pub(crate) containers: Vec<String>,
    /// The legacy integration, an IAM user with a key years old.
    pub(crate) legacy: User,
    /// Where the legacy integration runs: a server outside AWS.
    pub(crate) legacy_address: String,
    /// Whether records of instances name the resource their credential was issued to.
    pub(crate) scope_fields: bool,
}

/// One AWS account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: String,
    /// The region most things are in.
    pub(crate) home: String,
    /// Regions in daily use; the first is `home`.
    pub(crate) regions: Vec<String>,
    /// Source of everything derived by label.
    pub(crate) ids: Rng,
}

/// A network of an account in one region.
#[derive(Debug, Clone)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) region: String,
    /// Second part of its private addresses, `10.octet.0.0/16`.
    pub(crate) octet: usize,
    pub(crate) subnets: Vec<Subnet>,
    /// Public addresses of its NAT gateways.
    pub(crate) nat: Vec<String>,
    pub(crate) security_group: String,
    /// The interface endpoint, where the organisation has some.
    pub(crate) endpoint: String,
}

/// A subnet and its zone.
#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) zone: String,
}

/// How calls of an instance leave its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Egress {
    /// Its own public address.
    Elastic,
    /// The NAT gateway of its network.
    Nat,
    /// A VPC endpoint where the service has one, else the NAT gateway.
    Endpoint,
}

/// One virtual machine.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) account: Account,
    pub(crate) region: String,
    pub(crate) role: Role,
    pub(crate) private_address: String,
    pub(crate) egress: Egress,
    /// Its own address; not seen where it leaves through NAT.
    pub(crate) public_address: String,
    /// The NAT gateway of its zone.
    pub(crate) nat_address: String,
    /// `1.0` or `2.0`.
    pub(crate) delivery: String,
    scope_fields: bool,
}

/// Instances that do the same work.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) machine: String,
    pub(crate) instances: Vec<Instance>,
    pub(crate) agent: String,
}

/// What somebody does for a living.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    /// Runs the platform; has every right.
    Admin,
    /// Builds software.
    Engineer,
    /// Trains models.
    Scientist,
    /// Answers the pager.
    OnCall,
}

/// Somebody who signs in through the organisation's identity provider.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// `ada.moreau`.
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) job: Job,
    /// The address of the line at home.
    pub(crate) home: String,
    pub(crate) browser: String,
}

impl Organisation {
    /// Returns the production account.
    pub(crate) fn production(&self) -> &Account {
        &self.accounts[0]
    }

    /// Returns the last account, where people try things; production if it is the only one.
    pub(crate) fn sandbox(&self) -> &Account {
        self.accounts.last().expect("an organisation has an account")
    }

    /// Returns the web fleet, the one with scaling.
    pub(crate) fn web(&self) -> &Fleet {
        &self.fleets[0]
    }

    /// Returns somebody who works as `job`.
    pub(crate) fn person(&self, job: Job) -> &Person {
        self.people.iter().find(|person| person.job == job).expect("one of each job")
    }

    /// Returns the office address people use on `day`; a company with two lines changes at times.
    pub(crate) fn office_on(&self, day: i64) -> &str {
        let at = usize::try_from(day.rem_euclid(5)).unwrap_or(0) / 4;
        &self.office[at % self.office.len()]
    }

    /// Returns the role `person` gets in `account` through single sign-on.
    pub(crate) fn sso_role(&self, person: &Person, account: &Account) -> Role {
        let set = match person.job {
            Job::Admin => "AdministratorAccess",
            Job::Engineer => "PowerUserAccess",
            Job::Scientist => "DataScience",
            Job::OnCall => "OnCallOperator",
        };
        let suffix = account.ids.fork(set).hex(16);
        let mut role = account.role(&format!("AWSReservedSSO_{set}_{suffix}"));
        role.path = match account.home.as_str() {
            "us-east-1" => "/aws-reserved/sso.amazonaws.com/".into(),
            region => format!("/aws-reserved/sso.amazonaws.com/{region}/"),
        };
        role
    }

    /// Returns `person` at the command line in `account`, from `address`, signed in at `since`.
    pub(crate) fn at_terminal(
        &self,
        person: &Person,
        account: &Account,
        since: Timestamp,
        address: &str,
    ) -> Actor {
        let label = format!("cli:{}:{since}", person.name);
        let agent = agents::cli(&mut account.ids.fork(&person.name), "sts.get-caller-identity");
        self.sso_role(person, account)
            .session(&person.email, &account.key(&label), since)
            .at(address)
            .with_agent(&agent)
    }

    /// Returns `person` in the console of `account`, from `address`, signed in at `since`.
    pub(crate) fn at_console(
        &self,
        person: &Person,
        account: &Account,
        since: Timestamp,
        address: &str,
    ) -> Actor {
        let label = format!("console:{}:{since}", person.name);
        let role = self.sso_role(person, account);
        role.session(&person.email, &account.key(&label), since)
            .at(address)
            .with_agent(&person.browser)
            .in_console()
    }

    /// Returns the running function `name` of production with its credential of that hour.
    pub(crate) fn function(&self, name: &str, time: Timestamp) -> Actor {
        let account = self.production();
        let issued = floor(time, 3 * 3600);
        let arn = format!("arn:aws:lambda:{}:{}:function:{name}", account.home, account.id);
        let address = addresses::aws(&mut account.ids.fork(&format!("{name}:{issued}")), &account.home);
        account
            .role(&format!("{name}-role"))
            .session(name, &account.key(&format!("{name}:{issued}")), issued)
            .at(&address)
            .with_agent(&agents::boto3_in_lambda())
            .in_scope_of("AWS::Lambda::Function", &arn)
    }

    /// Returns a task of the ECS service `name` of production with its credential of that day.
    pub(crate) fn task(&self, name: &str, time: Timestamp) -> Actor {
        let account = self.production();
        let issued = floor(time, 6 * 3600);
        let task = account.ids.fork(&format!("task:{name}:{}", floor(time, 3 * 86_400))).hex(32);
        let arn = format!("arn:aws:ecs:{}:{}:task/{}/{task}", account.home, account.id, self.name);
        account
            .role(&format!("{name}-task-role"))
            .session(&task, &account.key(&format!("{task}:{issued}")), issued)
            .at(&account.vpc(&account.home).nat[0])
            .with_agent(&agents::java())
            .in_scope_of("AWS::ECS::Task", &arn)
    }
}

impl Account {
    /// Returns the role called `name`, in the path `/`.
    pub(crate) fn role(&self, name: &str) -> Role {
        let id = self.ids.fork(&format!("role:{name}")).principal_id("AROA");
        Role { account: self.id.clone(), name: name.into(), path: "/".into(), id }
    }

    /// Returns the service-linked role `name` of `service`, which is a full service name.
    pub(crate) fn service_role(&self, service: &str, name: &str) -> Role {
        let mut role = self.role(name);
        role.path = format!("/aws-service-role/{service}/");
        role
    }

    /// Returns the IAM user called `name` with its first access key.
    pub(crate) fn user(&self, name: &str) -> User {
        let mut ids = self.ids.fork(&format!("user:{name}"));
        let (id, key) = (ids.principal_id("AIDA"), ids.iam_id("AKIA", &self.id));
        User { account: self.id.clone(), name: name.into(), id, key }
    }

    /// Returns the temporary access key that `label` stands for.
    pub(crate) fn key(&self, label: &str) -> String {
        self.ids.fork(&format!("key:{label}")).iam_id("ASIA", &self.id)
    }

    /// Returns the image that `label` stands for in `region`.
    pub(crate) fn image(&self, label: &str, region: &str) -> String {
        self.ids.fork(&format!("image:{label}:{region}")).resource("ami")
    }

    /// Returns the network of this account in `region`.
    pub(crate) fn vpc(&self, region: &str) -> Vpc {
        let mut ids = self.ids.fork(&format!("vpc:{region}"));
        let zones = ["a", "b", "c"];
        Vpc {
            id: ids.resource("vpc"),
            region: region.into(),
            octet: 16 + ids.below(200),
            subnets: zones
                .map(|z| Subnet { id: ids.resource("subnet"), zone: format!("{region}{z}") })
                .to_vec(),
            nat: (0..2).map(|_| addresses::aws(&mut ids, region)).collect(),
            security_group: ids.resource("sg"),
            endpoint: ids.resource("vpce"),
        }
    }
}

impl Vpc {
    /// Returns a private address in subnet `at`.
    pub(crate) fn private_address(&self, rng: &mut Rng, at: usize) -> String {
        format!("10.{}.{}.{}", self.octet, at * 16 + rng.below(16), rng.between(5, 250))
    }
}

impl Instance {
    /// Returns a new instance in `region` with `role`.
    pub(crate) fn new(rng: &mut Rng, account: &Account, region: &str, role: &Role) -> Self {
        let vpc = account.vpc(region);
        Self {
            id: rng.resource("i"),
            account: account.clone(),
            region: region.into(),
            role: role.clone(),
            private_address: vpc.private_address(rng, 0),
            egress: Egress::Nat,
            public_address: addresses::aws(rng, region),
            nat_address: rng.pick(&vpc.nat).clone(),
            // A machine set up years ago still uses the first version of the metadata service.
            delivery: if rng.chance(15) { "1.0" } else { "2.0" }.into(),
            scope_fields: false,
        }
    }

    /// Returns the same instance with `egress` and, if told to, the issuer named in its records.
    pub(crate) fn with_egress(mut self, egress: Egress, scope_fields: bool) -> Self {
        self.egress = egress;
        self.scope_fields = scope_fields;
        self
    }

    /// Returns when the credential in use at `time` was issued.
    pub(crate) fn issued_at(&self, time: Timestamp) -> Timestamp {
        let shift = self.account.ids.fork(&self.id).between(0, INSTANCE_CREDENTIAL_SECONDS - 1);
        floor(time - secs(shift), INSTANCE_CREDENTIAL_SECONDS) + secs(shift)
    }

    /// Returns the access key in use at `time`.
    pub(crate) fn key_at(&self, time: Timestamp) -> String {
        self.account.key(&format!("{}:{}", self.id, self.issued_at(time)))
    }

    /// Returns the instance's credential in use at `time`, without address and agent: as a thief
    /// would carry it away.
    pub(crate) fn credential_at(&self, time: Timestamp) -> Actor {
        let actor = self
            .role
            .session(&self.id, &self.key_at(time), self.issued_at(time))
            .with_delivery(&self.delivery);
        if !self.scope_fields {
            return actor;
        }
        let arn = format!("arn:aws:ec2:{}:{}:instance/{}", self.region, self.account.id, self.id);
        actor.in_scope_of("AWS::EC2::Instance", &arn)
    }

    /// Returns the instance itself calling `service` at `time`, seen from where its network lets
    /// calls out.
    pub(crate) fn actor(&self, time: Timestamp, service: &str) -> Actor {
        let actor = self.credential_at(time);
        match self.egress {
            Egress::Elastic => actor.at(&self.public_address),
            Egress::Endpoint if ENDPOINT_SERVICES.contains(&service) => {
                actor.via_endpoint(&self.account.vpc(&self.region).endpoint, &self.private_address)
            }
            Egress::Nat | Egress::Endpoint => actor.at(&self.nat_address),
        }
    }
}

/// Returns the last multiple of `seconds` (since 1970) that is not after `time`.
pub(crate) fn floor(time: Timestamp, seconds: i64) -> Timestamp {
    let second = time.as_second();
    Timestamp::from_second(second - second.rem_euclid(seconds))
        .expect("earlier than a valid time of this century")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::time::{Span, hours};

    fn instance(egress: Egress) -> Instance {
        let mut rng = Rng::new(1);
        let id = rng.account();
        let (home, regions) = ("eu-west-1".to_owned(), vec!["eu-west-1".to_owned()]);
        let account = Account { ids: rng.fork(&id), id, home, regions };
        let role = account.role("web");
        Instance::new(&mut rng, &account, "eu-west-1", &role).with_egress(egress, false)
    }

    #[test]
    fn an_instance_keeps_its_key_for_six_hours_and_then_gets_another() {
        let web = instance(Egress::Nat);
        let issued = web.issued_at(Span::new(2, 3).at(1, 12, 0));
        assert_eq!(web.key_at(issued), web.key_at(issued + secs(6 * 3600 - 1)));
        assert_ne!(web.key_at(issued), web.key_at(issued + hours(6)));
    }

    #[test]
    fn a_credential_carries_delivery_and_instance_whoever_holds_it() {
        let web = instance(Egress::Nat);
        let thief = web.credential_at(Span::new(2, 3).at(1, 12, 0)).at("203.0.113.9").with_agent("curl/8");
        assert_eq!(thief.identity()["sessionContext"]["ec2RoleDelivery"], web.delivery.as_str());
        assert!(thief.principal_id().ends_with(&web.id));
        assert_eq!(thief.principal, web.role.arn());
    }

    #[test]
    fn calls_leave_by_the_way_the_network_has_for_the_service() {
        let time = Span::new(2, 3).at(1, 12, 0);
        let web = instance(Egress::Endpoint);
        assert_eq!(web.actor(time, "ssm").address(), web.private_address);
        assert!(web.actor(time, "ssm").endpoint().is_some());
        assert_eq!(web.actor(time, "ec2").address(), web.nat_address);
        let own = instance(Egress::Elastic);
        assert_eq!(own.actor(time, "ssm").address(), own.public_address);
    }

    #[test]
    fn the_same_label_means_the_same_thing() {
        let account = instance(Egress::Nat).account;
        assert_eq!(account.role("deploy").id, account.role("deploy").id);
        assert_eq!(account.vpc("sa-east-1").nat, account.vpc("sa-east-1").nat);
        assert_ne!(account.user("ann").key, account.user("bob").key);
    }
}
