//! How big one instance is: bands for profiles, and the mining-grade line.
//!
//! A profile remembers which bands a principal used, not which types: someone who moves
//! from `m6i.xlarge` to `m7i.xlarge` does the same work as before.
//!
//! Blind spots: many small instances are as much as one big one; that is for sums of
//! [`Power`](crate::Power), not for this module.

use crate::instance::InstanceType;
use crate::name::Size;

/// The largest vCPU count of the band `small`: what tests and small services run on.
const SMALL_MILLIVCPUS_MAX: u64 = 4_000;
/// The largest vCPU count of the band `medium`: an ordinary application server.
const MEDIUM_MILLIVCPUS_MAX: u64 = 16_000;
/// The smallest vCPU count of the band `huge`: a whole machine, or most of one.
const HUGE_MILLIVCPUS_MIN: u64 = 64_000;

/// From how many vCPUs on one instance is mining-grade.
///
/// CPU coins (Monero) pay by cores and cache; reported attacks take `c5.4xlarge` and
/// larger. Lower, and every database server is suspect; higher, and a miner hides in the
/// size just below.
const MINING_MILLIVCPUS_MIN: u64 = 16_000;

/// From how many millionths of a dollar an hour on one instance is mining-grade.
///
/// Who steals compute takes what the owner would think about before buying; a dollar an
/// hour is 730 a month. It also catches few-core types with something else of worth.
const MINING_MICRO_USD_MIN: u64 = 1_000_000;

/// How big one instance is, as a feature for profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SizeBand {
    /// At most 4 vCPUs and no accelerator.
    Small,
    /// At most 16 vCPUs.
    Medium,
    /// Fewer than 64 vCPUs.
    Large,
    /// 64 vCPUs or more.
    Huge,
    /// Any accelerator, however few vCPUs.
    Accelerated,
}

impl SizeBand {
    /// Returns the band's name in lower case, for profiles and output.
    pub fn as_str(self) -> &'static str {
        match self {
            SizeBand::Small => "small",
            SizeBand::Medium => "medium",
            SizeBand::Large => "large",
            SizeBand::Huge => "huge",
            SizeBand::Accelerated => "accelerated",
        }
    }
}

/// Returns the band of one `instance`. An inferred type is at least medium, unless its own
/// size word says nano, micro, small or medium.
pub fn size_band(instance: &InstanceType) -> SizeBand {
    if instance.power.accelerators > 0 {
        return SizeBand::Accelerated;
    }
    match instance.power.millivcpus {
        HUGE_MILLIVCPUS_MIN.. => SizeBand::Huge,
        0..=SMALL_MILLIVCPUS_MAX if says_small_or_is_known(instance) => SizeBand::Small,
        0..=MEDIUM_MILLIVCPUS_MAX => SizeBand::Medium,
        _ => SizeBand::Large,
    }
}

/// Returns whether one `instance` is worth a miner's while: it has an accelerator, 16 vCPUs
/// or more, or costs a dollar an hour or more.
pub fn is_mining_grade(instance: &InstanceType) -> bool {
    instance.power.accelerators > 0
        || instance.power.millivcpus >= MINING_MILLIVCPUS_MIN
        || instance.power.micro_usd_per_hour >= MINING_MICRO_USD_MIN
}

fn says_small_or_is_known(instance: &InstanceType) -> bool {
    let word = instance.name.rsplit_once('.').map_or("", |(_, size)| size.trim());
    !instance.inferred || Size::read(&word.to_ascii_lowercase()) == Size::Tiny
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::{instance_type, known_types};

    fn check(name: &str, band: SizeBand, mining_grade: bool) {
        let instance = instance_type(name);
        assert_eq!((size_band(&instance), is_mining_grade(&instance)), (band, mining_grade), "{name}");
    }

    #[test]
    fn bands_follow_vcpus_and_accelerators_are_a_band_of_their_own() {
        check("t3.micro", SizeBand::Small, false);
        check("m5.xlarge", SizeBand::Small, false);
        check("m5.2xlarge", SizeBand::Medium, false);
        check("c5.4xlarge", SizeBand::Medium, true);
        check("c5.9xlarge", SizeBand::Large, true);
        check("m5.16xlarge", SizeBand::Huge, true);
        check("g4dn.xlarge", SizeBand::Accelerated, true);
        check("inf1.xlarge", SizeBand::Accelerated, true);
    }

    #[test]
    fn a_dear_type_with_few_cores_is_mining_grade() {
        check("x1e.2xlarge", SizeBand::Medium, true);
    }

    #[test]
    fn most_of_what_people_run_is_not_mining_grade() {
        let ordinary = ["t2.", "t3.", "t3a.", "t4g."];
        for instance in
            known_types().filter(|known| ordinary.iter().any(|family| known.name.starts_with(family)))
        {
            assert!(!is_mining_grade(instance), "{}", instance.name);
        }
    }

    #[test]
    fn every_band_has_its_own_name() {
        use SizeBand::{Accelerated, Huge, Large, Medium, Small};
        let names = [Small, Medium, Large, Huge, Accelerated].map(SizeBand::as_str);
        assert_eq!(names, ["small", "medium", "large", "huge", "accelerated"]);
    }
}
