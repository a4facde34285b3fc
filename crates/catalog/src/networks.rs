//! Which part of AWS, if any, an address belongs to.

use std::net::IpAddr;

/// The day of the published ranges.
pub const AWS_NETWORKS_DATE: &str = "2026-08-22";

/// What an AWS address is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AwsService {
    /// Addresses that customers' instances, containers and functions have.
    Ec2,
    /// Addresses of CodeBuild, which runs customers' code.
    CodeBuild,
    /// AWS's own services.
    Other,
}

/// The part of AWS an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwsNetwork {
    /// The region, or `GLOBAL`.
    pub region: &'static str,
    /// What it is used for.
    pub service: AwsService,
}

/// Returns the part of AWS that `address` belongs to; `None` outside AWS.
pub fn aws_network(_address: IpAddr) -> Option<AwsNetwork> {
    None
}

/// Returns whether `address` is of no use on the public internet.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}
