//! Trails and detectors weakened.
//!
//! Blind spots: a trail's bucket can be emptied or locked with calls that any bucket
//! sees; those are not here. Deployment tools update trails as a matter of course, so an
//! update alone says little.

use crate::event::Detail;
use crate::launch::call::{Call, Node};
use crate::launch::{Row, detail};

pub(super) const ROWS: &[Row] = &[
    detail("cloudtrail", "StopLogging", tamper),
    detail("cloudtrail", "DeleteTrail", tamper),
    detail("cloudtrail", "UpdateTrail", tamper),
    detail("cloudtrail", "PutEventSelectors", tamper),
    detail("cloudtrail", "PutInsightSelectors", tamper),
    detail("cloudtrail", "StopEventDataStoreIngestion", tamper),
    detail("cloudtrail", "DeleteEventDataStore", tamper),
    detail("ec2", "DeleteFlowLogs", tamper),
    detail("guardduty", "DeleteDetector", tamper),
    detail("guardduty", "UpdateDetector", update_detector),
    detail("guardduty", "DisassociateFromMasterAccount", tamper),
    detail("guardduty", "DisassociateFromAdministratorAccount", tamper),
    detail("guardduty", "DisassociateMembers", tamper),
    detail("guardduty", "StopMonitoringMembers", tamper),
    detail("guardduty", "DeleteMembers", tamper),
    detail("guardduty", "DeletePublishingDestination", tamper),
    detail("guardduty", "DisableOrganizationAdminAccount", tamper),
    detail("guardduty", "CreateIPSet", tamper),
    detail("guardduty", "UpdateIPSet", tamper),
    detail("guardduty", "CreateFilter", tamper),
    detail("config", "DeleteConfigurationRecorder", tamper),
    detail("config", "StopConfigurationRecorder", tamper),
    detail("config", "DeleteDeliveryChannel", tamper),
    detail("securityhub", "DisableSecurityHub", tamper),
    detail("securityhub", "DisassociateFromMasterAccount", tamper),
    detail("securityhub", "DisassociateFromAdministratorAccount", tamper),
    detail("securityhub", "BatchDisableStandards", tamper),
    detail("organizations", "LeaveOrganization", tamper),
    detail("organizations", "DetachPolicy", tamper),
    detail("organizations", "DisablePolicyType", tamper),
    detail("access-analyzer", "DeleteAnalyzer", tamper),
    detail("inspector2", "Disable", tamper),
    detail("macie2", "DisableMacie", tamper),
    detail("detective", "DeleteGraph", tamper),
    detail("securitylake", "DeleteDataLake", tamper),
    detail("route53resolver", "DeleteResolverQueryLogConfig", tamper),
    detail("route53resolver", "DisassociateResolverQueryLogConfig", tamper),
    detail("ce", "DeleteAnomalyMonitor", tamper),
    detail("ce", "DeleteAnomalySubscription", tamper),
    detail("budgets", "DeleteBudget", tamper),
    detail("budgets", "DeleteNotification", tamper),
    detail("budgets", "DeleteBudgetAction", tamper),
];

fn tamper(_: &Call<'_>) -> Option<Detail> {
    Some(Detail::Tamper)
}

/// An update weakens a detector only where it switches something off. A refused one without parameters counts.
fn update_detector(call: &Call<'_>) -> Option<Detail> {
    let request = call.request;
    let off = |feature: Node<'_>| feature.get("status").text() == Some("DISABLED");
    let weakened = !request.exists()
        || request.get("enable").flag() == Some(false)
        || request.get("features").list().into_iter().any(off)
        || request.get("dataSources").members().any(|(_, source)| source.get("enable").flag() == Some(false));
    weakened.then_some(Detail::Tamper)
}
