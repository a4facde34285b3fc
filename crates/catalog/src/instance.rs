//! Instance types and the power they have.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Which prices [`Power::micro_usd_per_hour`] is made of.
pub const PRICES: &str = "us-east-1 on-demand list, 2026-07-20";

/// An amount of compute, in integers so that sums are exact in any order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Power {
    /// Thousandths of a vCPU.
    pub millivcpus: u64,
    /// Whole accelerator devices of any kind.
    pub accelerators: u64,
    /// Millionths of a US dollar an hour at list price ([`PRICES`]).
    pub micro_usd_per_hour: u64,
}

impl Power {
    /// Returns the power of `n` such things; stops at the largest number there is.
    #[must_use]
    pub fn times(self, n: u64) -> Power {
        Power {
            millivcpus: self.millivcpus.saturating_mul(n),
            accelerators: self.accelerators.saturating_mul(n),
            micro_usd_per_hour: self.micro_usd_per_hour.saturating_mul(n),
        }
    }

    /// Returns the vCPUs, for display; never sum these.
    pub fn vcpus(&self) -> f64 {
        self.millivcpus as f64 / 1_000.0
    }

    /// Returns US dollars an hour, for display; never sum these.
    pub fn usd_per_hour(&self) -> f64 {
        self.micro_usd_per_hour as f64 / 1_000_000.0
    }
}

impl Add for Power {
    type Output = Power;

    fn add(self, other: Power) -> Power {
        Power {
            millivcpus: self.millivcpus.saturating_add(other.millivcpus),
            accelerators: self.accelerators.saturating_add(other.accelerators),
            micro_usd_per_hour: self.micro_usd_per_hour.saturating_add(other.micro_usd_per_hour),
        }
    }
}

impl AddAssign for Power {
    fn add_assign(&mut self, other: Power) {
        *self = *self + other;
    }
}

impl Sum for Power {
    fn sum<I: Iterator<Item = Power>>(powers: I) -> Power {
        powers.fold(Power::default(), Add::add)
    }
}

/// What sort of device an accelerator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AcceleratorKind {
    /// A graphics processor, NVIDIA or AMD.
    Gpu,
    /// AWS Inferentia.
    Inferentia,
    /// AWS Trainium.
    Trainium,
    /// Intel Habana Gaudi.
    Gaudi,
    /// A field-programmable gate array.
    Fpga,
    /// A video transcoding card.
    Media,
    /// Anything else.
    Other,
}

/// The accelerators of one instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accelerator {
    /// What sort of device.
    pub kind: AcceleratorKind,
    /// The device's product name.
    pub name: String,
    /// How many devices; at least 1.
    pub count: u64,
}

/// What one instance type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    /// The name as asked for; hostile text stays as it is.
    pub name: String,
    /// The part before the dot, `p5`.
    pub family: String,
    /// The part after the dot, `48xlarge`.
    pub size: String,
    /// Power of one instance.
    pub power: Power,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Its accelerators, if any.
    pub accelerator: Option<Accelerator>,
    /// No table knows the type; its figures are inferred.
    pub inferred: bool,
    /// Its price is inferred, the rest may be known.
    pub price_inferred: bool,
}

/// How big one instance is, as a feature for profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SizeBand {
    /// At most 4 vCPU.
    Small,
    /// At most 16 vCPU.
    Medium,
    /// Fewer than 64 vCPU.
    Large,
    /// 64 vCPU or more.
    Huge,
    /// Any accelerator.
    Accelerated,
}

/// Returns what `name` is; never fails.
pub fn instance_type(name: &str) -> InstanceType {
    InstanceType {
        name: name.to_owned(),
        family: String::new(),
        size: String::new(),
        power: Power { millivcpus: 64_000, accelerators: 0, micro_usd_per_hour: 3_000_000 },
        memory_mib: 131_072,
        accelerator: None,
        inferred: true,
        price_inferred: true,
    }
}

/// Returns the band of one instance.
pub fn size_band(instance: &InstanceType) -> SizeBand {
    match instance.power {
        Power { accelerators: 1.., .. } => SizeBand::Accelerated,
        Power { millivcpus: 0..=4_000, .. } => SizeBand::Small,
        Power { millivcpus: 0..=16_000, .. } => SizeBand::Medium,
        Power { millivcpus: 0..64_000, .. } => SizeBand::Large,
        _ => SizeBand::Huge,
    }
}

/// Returns whether one such instance is worth a miner's while.
pub fn is_mining_grade(instance: &InstanceType) -> bool {
    instance.power.accelerators > 0
        || instance.power.millivcpus >= 16_000
        || instance.power.micro_usd_per_hour >= 1_000_000
}

/// Returns the most powerful type that `pattern` (`p5.*`, `g*`, `*`) allows.
pub fn most_powerful_match(pattern: &str) -> Option<InstanceType> {
    Some(instance_type(pattern))
}
