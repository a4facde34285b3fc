//! An amount of compute, in units that add up exactly.
//!
//! Findings must not depend on the order in which launches arrive, and floats do. So
//! power is counted in thousandths of a vCPU and millionths of a dollar, as integers, and
//! every operation stops at the largest number instead of wrapping round.
//!
//! Blind spot: a hostile count can reach the ceiling; the sum then says "at least".

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// How much compute something is.
///
/// The derived order compares vCPUs, then accelerators, then price; it is there to sort, not
/// to say which is worth more to a miner.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Power {
    /// Thousandths of a vCPU.
    pub millivcpus: u64,
    /// Whole accelerator devices of any kind.
    pub accelerators: u64,
    /// Millionths of a US dollar an hour at list price ([`PRICES`](crate::PRICES)).
    pub micro_usd_per_hour: u64,
}

impl Power {
    /// Returns the power of `n` such things.
    #[must_use]
    pub fn times(self, n: u64) -> Power {
        Power {
            millivcpus: self.millivcpus.saturating_mul(n),
            accelerators: self.accelerators.saturating_mul(n),
            micro_usd_per_hour: self.micro_usd_per_hour.saturating_mul(n),
        }
    }

    /// Returns the vCPUs. For display: floats must not be summed.
    pub fn vcpus(&self) -> f64 {
        self.millivcpus as f64 / 1_000.0
    }

    /// Returns US dollars an hour. For display: floats must not be summed.
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

/// Returns `amount * numerator / denominator`, rounded up; 0 when the denominator is 0.
///
/// Rounding up, so that a share of something is never nothing.
pub(crate) fn scale(amount: u64, numerator: u64, denominator: u64) -> u64 {
    if denominator == 0 {
        return 0;
    }
    let scaled = (u128::from(amount) * u128::from(numerator)).div_ceil(u128::from(denominator));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn power(millivcpus: u64, accelerators: u64, micro_usd_per_hour: u64) -> Power {
        Power { millivcpus, accelerators, micro_usd_per_hour }
    }

    #[test]
    fn five_hundred_micros_are_many() {
        let micro = power(2_000, 0, 10_400);
        assert_eq!(micro.times(500).vcpus(), 1_000.0);
        assert_eq!(micro.times(500).usd_per_hour(), 5.2);
    }

    #[test]
    fn a_hostile_count_stops_at_the_ceiling_and_does_not_wrap_round() {
        let most = power(192_000, 8, 55_040_000).times(u64::MAX);
        assert_eq!(most, power(u64::MAX, u64::MAX, u64::MAX));
        assert_eq!(most + most, most);
    }

    #[test]
    fn nothing_sums_to_nothing() {
        assert_eq!(std::iter::empty().sum::<Power>(), Power::default());
    }

    #[test]
    fn a_share_of_something_is_never_nothing() {
        assert_eq!(scale(1, 4, 192), 1);
        assert_eq!(scale(8, 384, 192), 16);
        assert_eq!(scale(0, 4, 192), 0);
        assert_eq!(scale(5, 1, 0), 0);
        assert_eq!(scale(u64::MAX, 3, 2), u64::MAX);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_change_a_sum(
            launches in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>()), 0..20),
        ) {
            let powers: Vec<Power> = launches.iter().map(|&(v, a, usd)| power(v, a, usd)).collect();
            let forward: Power = powers.iter().copied().sum();
            let backward: Power = powers.iter().rev().copied().sum();
            prop_assert_eq!(forward, backward);
        }
    }
}
