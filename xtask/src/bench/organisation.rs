//! The made-up organisation whose trail the bench reads: accounts, roles, users, and where they call from.

use super::rng::Rng;

const ACCOUNTS: usize = 12;
const ROLES_AN_ACCOUNT: usize = 84;
const USERS_AN_ACCOUNT: usize = 14;

/// Regions, the busy ones several times.
const REGIONS: [&str; 12] = [
    "us-east-1",
    "us-east-1",
    "us-east-1",
    "us-east-1",
    "us-west-2",
    "us-west-2",
    "eu-west-1",
    "eu-west-1",
    "eu-central-1",
    "ap-southeast-1",
    "ap-northeast-1",
    "sa-east-1",
];

const WORK: [&str; 14] = [
    "orders", "payments", "search", "stock", "login", "invoices", "nightly", "events", "mail", "training",
    "edge", "maps", "tax", "audit",
];

const STAGES: [&str; 6] = ["live", "live-b", "test", "dev", "load", "spare"];

const PEOPLE: [&str; 7] = ["anna", "bela", "chen", "dora", "emre", "fatou", "goran"];

/// One who calls.
pub(super) struct Caller {
    pub(super) is_user: bool,
    pub(super) name: String,
    pub(super) id: String,
    /// Sessions of a role, or access keys of a user.
    pub(super) sessions: Vec<String>,
    pub(super) addresses: Vec<String>,
    pub(super) agent: String,
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) vpc: String,
    pub(super) machines: Vec<String>,
}

pub(super) struct Account {
    pub(super) id: String,
    pub(super) callers: Vec<Caller>,
}

/// Everything that is the same in all files.
pub(super) struct Organisation {
    pub(super) accounts: Vec<Account>,
}

impl Organisation {
    pub(super) fn new(seed: u64) -> Self {
        let accounts = (0..ACCOUNTS).map(|number| account(&mut Rng::of(seed, u64::MAX - number as u64)));
        Self { accounts: accounts.collect() }
    }
}

pub(super) fn region(rng: &mut Rng) -> &'static str {
    rng.pick(&REGIONS)
}

fn account(rng: &mut Rng) -> Account {
    let id = format!("{:012}", 100_000_000_000 + rng.next() % 900_000_000_000);
    let roles = (0..ROLES_AN_ACCOUNT).map(|number| {
        let name = format!("{}-{}", WORK[number % WORK.len()], STAGES[number / WORK.len()]);
        caller(rng, &id, name, false)
    });
    let mut callers: Vec<_> = roles.collect();
    for number in 0..USERS_AN_ACCOUNT {
        let name = format!("{}{}", PEOPLE[number % PEOPLE.len()], number / PEOPLE.len() + 1);
        callers.push(caller(rng, &id, name, true));
    }
    Account { id, callers }
}

fn caller(rng: &mut Rng, account: &str, name: String, is_user: bool) -> Caller {
    let sessions = match (is_user, rng.below(3)) {
        (true, _) => (0..2).map(|_| format!("AKIA{}", rng.capitals(16))).collect(),
        (false, 0) => (0..5).map(|_| format!("i-0{}", rng.hex(16))).collect(),
        (false, 1) => vec![format!("{name}-function")],
        (false, _) => (0..3).map(|_| format!("botocore-session-17{}", rng.below(99_999_999))).collect(),
    };
    Caller {
        is_user,
        id: format!("{}{}", if is_user { "AIDA" } else { "AROA" }, rng.capitals(17)),
        sessions,
        addresses: (0..if is_user { 3 } else { 7 }).map(|number| address(rng, number)).collect(),
        agent: agent(rng, is_user),
        bucket: format!("{name}-{}-store", &account[8..]),
        key: format!("arn:aws:kms:us-east-1:{account}:key/{}", rng.uuid()),
        vpc: format!("vpc-0{}", rng.hex(16)),
        machines: (0..12).map(|_| format!("i-0{}", rng.hex(16))).collect(),
        name,
    }
}

fn address(rng: &mut Rng, number: usize) -> String {
    let first = if number.is_multiple_of(2) { 10 } else { [3, 18, 34, 52, 81, 198][rng.below(6)] };
    format!("{first}.{}.{}.{}", rng.below(256), rng.below(256), rng.below(254) + 1)
}

fn agent(rng: &mut Rng, is_user: bool) -> String {
    let (minor, patch) = (rng.below(60), rng.below(400));
    match (is_user, rng.below(4)) {
        (true, 0) => "signin.amazonaws.com".to_owned(),
        (true, _) => format!(
            "aws-cli/2.{minor}.{} md/awscrt#0.27 ua/2.1 os/linux#6.1.{patch} md/arch#x86_64 lang/python#3.13.2 md/prompt#off md/command#ec2.describe-instances",
            patch % 9
        ),
        (false, 0) => format!(
            "Boto3/1.38.{minor} md/Botocore#1.38.{minor} ua/2.1 os/linux#6.1.{patch} md/arch#aarch64 lang/python#3.12.9 md/pyimpl#CPython m/Z,b,D cfg/retry-mode#standard Botocore/1.38.{minor}"
        ),
        (false, 1) => format!(
            "aws-sdk-go-v2/1.36.{minor} ua/2.1 os/linux lang/go#1.24.{} md/GOARCH#amd64 md/GOOS#linux api/s3#1.79.{minor} m/E,g",
            patch % 9
        ),
        (false, 2) => format!(
            "APN/1.0 HashiCorp/1.0 Terraform/1.11.{} (+https://www.terraform.io) terraform-provider-aws/5.{minor}.0 aws-sdk-go-v2/1.36.3 os/linux lang/go#1.23.7",
            patch % 5
        ),
        (false, _) => format!(
            "aws-sdk-java/2.31.{minor} md/io#sync md/http#Apache ua/2.1 os/Linux#5.15.{patch} lang/java#21.0.6 md/OpenJDK_64-Bit_Server_VM#21.0.6 vendor#Eclipse_Adoptium md/en"
        ),
    }
}
