//! Why a call failed, sorted by what the failure proves.
//!
//! An over-quota or out-of-capacity launch proves permission and intent; only a refusal for
//! lack of permission proves that the caller had none. A dry run that "failed" succeeded.

use serde::Serialize;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// A dry run that would have succeeded: permission confirmed at no cost.
    DryRun,
    /// No permission.
    Unauthorized,
    /// A quota of vCPUs, instances or spot requests.
    Quota,
    /// AWS had no such machine free.
    Capacity,
    /// The account or its payment is not verified, or it is blocked.
    Verification,
    /// The region, type or service is not enabled or not offered here.
    Unavailable,
    /// Too many calls.
    Throttled,
    /// A parameter was wrong.
    Invalid,
    /// Something else.
    Other,
}

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failure {
    /// What it proves.
    pub kind: FailureKind,
    /// `errorCode` as written.
    pub code: String,
    /// `errorMessage` as written, without encoded authorization text, at most [`MESSAGE_BYTES_MAX`].
    pub message: String,
}

/// Bytes of an error message that are kept.
///
/// Fewer, and the resource's arn is cut off; more, and encoded authorization text fills memory.
pub const MESSAGE_BYTES_MAX: usize = 400;

impl Failure {
    /// Reads `errorCode` and `errorMessage`. Returns `None` when the call succeeded.
    #[must_use]
    pub fn classify(code: Option<&str>, message: Option<&str>) -> Option<Self> {
        let code = code.filter(|code| !code.is_empty());
        let message = message.filter(|message| !message.is_empty());
        if code.is_none() && message.is_none() {
            return None;
        }
        let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
        let kept = message.split("Encoded authorization failure message").next().unwrap_or_default().trim();
        let end = kept.floor_char_boundary(MESSAGE_BYTES_MAX);
        Some(Self { kind: kind_of(code, message), code: code.to_owned(), message: kept[..end].to_owned() })
    }

    /// Whether the call was refused (a dry run that would have succeeded was not).
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.kind != FailureKind::DryRun
    }
}

fn kind_of(code: &str, message: &str) -> FailureKind {
    let code = code.rsplit(['.', '#', ':']).next().unwrap_or(code);
    let has = |part: &str| code.contains(part);
    let says = |part: &str| message.contains(part);
    if has("DryRun") {
        return FailureKind::DryRun;
    }
    if has("Unauthorized")
        || has("AccessDenied")
        || has("NotAuthorized")
        || has("Forbidden")
        || has("AuthFailure")
        || says("is not authorized to perform")
    {
        return FailureKind::Unauthorized;
    }
    if has("PendingVerification")
        || has("Blocked")
        || has("NotVerified")
        || says("not verified")
        || says("not been verified")
        || says("account is blocked")
    {
        return FailureKind::Verification;
    }
    if has("InsufficientInstanceCapacity")
        || has("InsufficientCapacity")
        || has("InsufficientHostCapacity")
        || has("InsufficientReserved")
        || says("not have sufficient")
        || has("UnfulfillableCapacity")
    {
        return FailureKind::Capacity;
    }
    if has("Throttl") || has("RequestLimitExceeded") || has("TooManyRequests") || has("SlowDown") {
        return FailureKind::Throttled;
    }
    if has("LimitExceeded")
        || has("CountExceeded")
        || has("QuotaExceeded")
        || has("LimitsExceeded")
        || has("ResourceLimit")
        || has("VcpuLimit")
        || says("vCPU capacity")
        || says("exceeded your")
    {
        return FailureKind::Quota;
    }
    if has("OptInRequired")
        || has("Unsupported")
        || has("SubscriptionRequired")
        || has("UnrecognizedClient")
        || has("NotAvailable")
        || has("InvalidClientToken")
    {
        return FailureKind::Unavailable;
    }
    if has("Invalid")
        || has("Validation")
        || has("Missing")
        || has("Malformed")
        || has("NotFound")
        || has("Parameter")
        || has("ClientException")
    {
        return FailureKind::Invalid;
    }
    FailureKind::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: &str, message: &str) -> FailureKind {
        Failure::classify(Some(code), Some(message)).expect("a code is a failure").kind
    }

    #[test]
    fn tells_apart_what_each_refusal_proves() {
        for (code, message, expected) in [
            (
                "Client.DryRunOperation",
                "Request would have succeeded, but DryRun flag is set.",
                FailureKind::DryRun,
            ),
            ("Client.UnauthorizedOperation", "", FailureKind::Unauthorized),
            ("AccessDeniedException", "", FailureKind::Unauthorized),
            ("Client.VcpuLimitExceeded", "", FailureKind::Quota),
            ("Client.InstanceLimitExceeded", "", FailureKind::Quota),
            ("MaxSpotInstanceCountExceeded", "", FailureKind::Quota),
            ("ResourceLimitExceeded", "", FailureKind::Quota),
            ("Server.InsufficientInstanceCapacity", "", FailureKind::Capacity),
            (
                "InsufficientInstanceCapacityException",
                "We currently do not have sufficient p3.16xlarge capacity",
                FailureKind::Capacity,
            ),
            ("Client.PendingVerification", "", FailureKind::Verification),
            ("Client.Blocked", "", FailureKind::Verification),
            ("InvalidInputException", "Your account is not verified.", FailureKind::Verification),
            ("Client.RequestLimitExceeded", "", FailureKind::Throttled),
            ("Client.OptInRequired", "", FailureKind::Unavailable),
            ("Client.Unsupported", "", FailureKind::Unavailable),
            ("Client.InvalidParameterValue", "", FailureKind::Invalid),
            ("InternalFailure", "", FailureKind::Other),
        ] {
            assert_eq!(kind(code, message), expected, "{code} {message}");
        }
    }

    #[test]
    fn success_is_no_failure() {
        assert_eq!(Failure::classify(None, None), None);
        assert_eq!(Failure::classify(Some(""), Some("")), None);
    }

    #[test]
    fn encoded_authorization_text_is_not_kept() {
        let failure = Failure::classify(
            Some("Client.UnauthorizedOperation"),
            Some("no. Encoded authorization failure message: AAAA"),
        );
        assert_eq!(failure.expect("a failure").message, "no.");
    }
}
