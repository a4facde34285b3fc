//! Service quotas that hold compute back.

/// Which market a quota limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Market {
    /// On-demand instances.
    OnDemand,
    /// Spot instances.
    Spot,
}

/// One EC2 quota that is counted in vCPUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The quota code, `L-1216C47A`.
    pub code: &'static str,
    /// The name the console shows.
    pub name: &'static str,
    /// The market it limits.
    pub market: Market,
    /// The family letters it limits, `p`, `vt`.
    pub families: Vec<&'static str>,
}

/// Returns the EC2 vCPU quota with this code.
pub fn vcpu_quota(_code: &str) -> Option<&'static Quota> {
    None
}

/// Returns whether raising this quota allows more compute.
pub fn is_compute_quota(_service_code: &str, quota_code: &str) -> bool {
    vcpu_quota(quota_code).is_some()
}
