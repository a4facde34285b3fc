//! Tables and look-ups: what an instance type, a region, a quota or an address is.
//!
//! Everything here answers a question about the world that a CloudTrail record leaves
//! open: how much compute is a `p5.48xlarge`, is `ap-east-2` enabled by default, which
//! network does an address belong to. The tables are data files, embedded and parsed
//! once; look-ups are pure and never fail on any input.
//!
//! Blind spots: figures are as old as their table (see [`tables`]); prices are list
//! prices, without discounts, savings plans or spot.

mod infer;
mod instance;
mod mining;
mod name;
mod networks;
mod other_compute;
mod pattern;
mod power;
mod quotas;
mod rates;
mod regions;
mod size;
mod table;

pub use instance::{Accelerator, AcceleratorKind, InstanceType, PRICES, instance_type};
pub use mining::{MiningClass, POOL_LIST_ENTRIES_MAX, PoolList, PoolName, mining_port};
pub use networks::asn::{AsnTable, OwnedRun, Owner};
pub use networks::aws::{AWS_NETWORKS_DATE, AwsNetwork, AwsRanges, AwsService, aws_network, is_private};
pub use networks::list::{AddressList, LIST_ENTRIES_MAX};
pub use networks::own::{
    LineError, OWN_NAME_CHARS_MAX, OWN_NETWORKS_MAX, OwnKind, OwnNetwork, OwnNetworks, Why as WhyNotALine,
};
pub use networks::ranges::{Prefix, PrefixError};
pub use networks::{Networks, Whereabouts};
pub use other_compute::{
    amplify_build, appstream, codebuild, glue_worker, lightsail_bundle, lightsail_container, sagemaker_type,
    workspaces_compute,
};
pub use pattern::most_powerful_match;
pub use power::Power;
pub use quotas::{Market, Quota, is_compute_quota, vcpu_quota};
pub use rates::{apprunner, emr_serverless, fargate, lambda, parse_fargate_cpu};
pub use regions::{OptIn, Region, region, region_of_az};
pub use size::{SizeBand, is_mining_grade, size_band};
pub use table::{Table, tables};
