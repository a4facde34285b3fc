//! Look-ups that come before a launch.
//!
//! All of them are everyday calls of tools and consoles; what counts is who makes them,
//! for the first time, and close to what. The cost services are here as a whole, because
//! every reading of theirs tells what would be noticed.

use crate::event::Look::{Abuse, Compute, Detectors, Identity, Spend};
use crate::launch::{Row, look};

pub(super) const ROWS: &[Row] = &[
    look("ec2", "DescribeRegions", Compute),
    look("ec2", "DescribeAvailabilityZones", Compute),
    look("ec2", "DescribeAccountAttributes", Compute),
    look("ec2", "DescribeInstanceTypes", Compute),
    look("ec2", "DescribeInstanceTypeOfferings", Compute),
    look("ec2", "DescribeImages", Compute),
    look("ec2", "DescribeSpotPriceHistory", Compute),
    look("ec2", "GetSpotPlacementScores", Compute),
    look("ec2", "GetInstanceTypesFromInstanceRequirements", Compute),
    look("ec2", "DescribeCapacityBlockOfferings", Compute),
    look("ec2", "DescribeReservedInstancesOfferings", Compute),
    look("autoscaling", "DescribeAccountLimits", Compute),
    look("account", "ListRegions", Compute),
    look("account", "GetRegionOptStatus", Compute),
    look("lightsail", "GetRegions", Compute),
    look("lightsail", "GetBundles", Compute),
    look("pricing", "GetProducts", Compute),
    look("sts", "GetCallerIdentity", Identity),
    look("iam", "SimulatePrincipalPolicy", Identity),
    look("iam", "SimulateCustomPolicy", Identity),
    look("iam", "GetAccountAuthorizationDetails", Identity),
    look("iam", "GetAccountSummary", Identity),
    look("iam", "GetUser", Identity),
    look("iam", "ListUsers", Identity),
    look("iam", "ListRoles", Identity),
    look("iam", "ListGroups", Identity),
    look("iam", "ListGroupsForUser", Identity),
    look("iam", "ListAccessKeys", Identity),
    look("iam", "ListAccountAliases", Identity),
    look("iam", "ListAttachedUserPolicies", Identity),
    look("iam", "ListAttachedRolePolicies", Identity),
    look("iam", "ListAttachedGroupPolicies", Identity),
    look("iam", "ListUserPolicies", Identity),
    look("iam", "ListRolePolicies", Identity),
    look("iam", "ListInstanceProfiles", Identity),
    look("organizations", "ListAccounts", Identity),
    look("organizations", "DescribeOrganization", Identity),
    look("cur", "DescribeReportDefinitions", Spend),
    look("freetier", "GetFreeTierUsage", Spend),
    look("billing", "GetBillingData", Spend),
    look("guardduty", "ListDetectors", Detectors),
    look("guardduty", "GetDetector", Detectors),
    look("guardduty", "ListFindings", Detectors),
    look("guardduty", "GetFindings", Detectors),
    look("securityhub", "GetFindings", Detectors),
    look("securityhub", "DescribeHub", Detectors),
    look("cloudtrail", "DescribeTrails", Detectors),
    look("cloudtrail", "GetTrailStatus", Detectors),
    look("cloudtrail", "LookupEvents", Detectors),
    look("ses", "GetSendQuota", Abuse),
    look("ses", "ListIdentities", Abuse),
    look("ses", "ListEmailIdentities", Abuse),
    look("ses", "GetAccount", Abuse),
    look("ses", "GetAccountSendingEnabled", Abuse),
    look("ses", "GetIdentityVerificationAttributes", Abuse),
    look("sns", "GetSMSAttributes", Abuse),
    look("sns", "GetSMSSandboxAccountStatus", Abuse),
    look("bedrock", "ListFoundationModels", Abuse),
    look("bedrock", "GetFoundationModelAvailability", Abuse),
    look("bedrock", "GetModelInvocationLoggingConfiguration", Abuse),
];

/// The row for all readings of a cost service.
static SPEND: Row = look("", "", Spend);

/// Returns the row of a service of which every reading counts.
pub(crate) fn by_source(source: &[u8], name: &[u8]) -> Option<&'static Row> {
    let reads = [b"Get".as_slice(), b"List", b"Describe", b"View"].iter().any(|verb| name.starts_with(verb));
    (reads && matches!(source, b"ce" | b"budgets" | b"cost-optimization-hub")).then_some(&SPEND)
}
