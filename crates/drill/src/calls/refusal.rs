//! How AWS says no to a launch, in its own words.

use crate::log::Call;

/// What becomes of a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It works.
    Granted,
    /// A dry run that would have worked.
    DryRun,
    /// No permission.
    Denied,
    /// The vCPU quota, given here, is too small.
    Quota(u64),
    /// The zone has no such machines left.
    NoCapacity,
    /// The account is being verified by AWS.
    Pending,
    /// Too many spot requests.
    SpotLimit,
    /// Too many calls.
    Throttled,
    /// An instance profile made moments ago is not known everywhere yet.
    UnknownProfile(String),
    /// Anything else: code and message.
    Other(&'static str, String),
}

impl Verdict {
    /// Tells whether the call obtained something.
    pub(crate) fn is_granted(&self) -> bool {
        *self == Self::Granted
    }

    /// Turns `call` into the failure this verdict stands for; a granted call stays as it is.
    ///
    /// `machine` and `zone` appear in the messages, `resource` in that of a missing permission.
    pub(crate) fn apply<'a>(&self, call: Call<'a>, machine: &str, zone: &str, resource: &str) -> Call<'a> {
        let (code, message) = match self {
            Self::Granted => return call,
            Self::Denied => return call.denied(resource),
            Self::DryRun => ("Client.DryRunOperation", DRY_RUN.to_owned()),
            Self::Quota(limit) => ("Client.VcpuLimitExceeded", quota_message(*limit)),
            Self::NoCapacity => ("Server.InsufficientInstanceCapacity", capacity_message(machine, zone)),
            Self::Pending => ("Client.PendingVerification", PENDING.to_owned()),
            Self::SpotLimit => {
                ("Client.MaxSpotInstanceCountExceeded", "Max spot instance count exceeded".to_owned())
            }
            Self::Throttled => ("Client.RequestLimitExceeded", "Request limit exceeded.".to_owned()),
            Self::UnknownProfile(name) => ("Client.InvalidParameterValue", profile_message(name)),
            Self::Other(code, message) => (*code, message.clone()),
        };
        call.error(code, &message)
    }
}

/// What EC2 says when a dry run would have worked.
pub(crate) const DRY_RUN: &str = "Request would have succeeded, but DryRun flag is set.";

const PENDING: &str = "Your request for accessing resources in this region is being validated, and you \
                       will not be able to launch additional resources in this region until the \
                       validation is complete. We will notify you by email once your request has been \
                       validated. While normally resolved within minutes, please allow up to 4 hours for \
                       this process to complete.";

fn quota_message(limit: u64) -> String {
    format!(
        "You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the \
         instance bucket that the specified instance type belongs to. Please visit \
         http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
    )
}

fn capacity_message(machine: &str, zone: &str) -> String {
    format!(
        "We currently do not have sufficient {machine} capacity in the Availability Zone you requested \
         ({zone}). Our system will be working on provisioning additional capacity. You can currently get \
         {machine} capacity by not specifying an Availability Zone in your request."
    )
}

fn profile_message(name: &str) -> String {
    format!(
        "Value ({name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
    )
}
