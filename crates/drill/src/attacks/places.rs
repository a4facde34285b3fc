//! Where thieves are and where they go.

use crate::actor::{Actor, User};
use crate::addresses::{self, Network};
use crate::agents;
use crate::organisation::{Account, Instance};
use crate::stage::Stage;
use crate::time::{hours, mins};

/// Regions every account has without asking for them.
pub(super) const REGIONS: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "sa-east-1",
];

/// Returns the regions `account` has nothing in.
pub(super) fn dormant(account: &Account) -> Vec<&'static str> {
    REGIONS.into_iter().filter(|region| !account.regions.iter().any(|used| used == region)).collect()
}

/// Returns an address in a network of `kind`.
pub(super) fn seat(stage: &mut Stage, kind: Network) -> String {
    addresses::address(&mut stage.rng, kind)
}

/// Returns Python's SDK on the thief's computer.
pub(super) fn boto(stage: &Stage) -> String {
    agents::boto3(&mut stage.rng.fork("thief's sdk"))
}

/// Returns the thief of the long-term key of `user`, in a network of `kind`, with Python's SDK.
pub(super) fn thief_of(stage: &mut Stage, user: &User, kind: Network) -> Actor {
    let address = seat(stage, kind);
    user.actor().at(&address).with_agent(&boto(stage))
}

/// Returns the thief of the integration's key, which is years old and may do more than it should.
pub(super) fn thief_of_integration(stage: &mut Stage, kind: Network) -> Actor {
    let user = stage.org.legacy.clone();
    thief_of(stage, &user, kind)
}

/// Returns a moment after `time` at which the credential of `instance` is fresh, so that a stolen one
/// lasts for some hours.
pub(super) fn when_fresh(instance: &Instance, time: jiff::Timestamp) -> jiff::Timestamp {
    instance.issued_at(time) + hours(6) + mins(21)
}
