//! The arithmetic: decibans, certainty, threat and urgency.
//!
//! A signal is a weight in decibans: ten times the base-10 logarithm of how much more likely
//! the observation is for a thief than for the owner. Decibans add, so the explanation is the
//! calculation. They are kept in tenths, as whole numbers: a sum is then the same in any order.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Serialize, Serializer};

/// A weight of evidence, in tenths of a deciban.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decibans(i32);

/// What any lineage that launches compute starts from.
///
/// -25 dB is odds of 1 to 316. Of the credentials that launch anything in a window of a day,
/// far fewer than one in three hundred are in a thief's hands even in an account that is being
/// robbed; nearer zero, and a single odd trait raises a finding, further down, and an attack
/// without history never does.
pub const PRIOR: Decibans = Decibans::new(-25);

impl Decibans {
    /// No weight.
    pub const ZERO: Self = Self(0);

    /// `whole` decibans.
    #[must_use]
    pub const fn new(whole: i32) -> Self {
        Self(whole * 10)
    }

    /// `tenths` of a deciban.
    #[must_use]
    pub const fn tenths(tenths: i32) -> Self {
        Self(tenths)
    }

    /// As a number of decibans.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// Whole decibans, toward zero.
    #[must_use]
    pub const fn whole(self) -> i32 {
        self.0 / 10
    }

    /// This weight times `numerator / denominator`, rounded toward zero to a tenth.
    #[must_use]
    pub fn scaled(self, numerator: u32, denominator: u32) -> Self {
        let scaled = i64::from(self.0) * i64::from(numerator) / i64::from(denominator.max(1));
        Self(i32::try_from(scaled).unwrap_or(i32::MAX))
    }
}

impl Add for Decibans {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Decibans {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Decibans {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Decibans {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Decibans {
    fn sum<I: Iterator<Item = Self>>(weights: I) -> Self {
        weights.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Decibans {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:+.1}", self.as_f64());
        out.pad(&text)
    }
}

impl Serialize for Decibans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

/// Returns the certainty, 0 to 99, of a sum of decibans that includes the prior.
///
/// `100 / (1 + 10^(-sum/10))`, rounded down.
#[must_use]
pub fn certainty(sum: Decibans) -> u8 {
    let odds = 10_f64.powf(sum.as_f64() / 10.0);
    let share = 100.0 * odds / (1.0 + odds);
    // Between 0 and 100 by construction; nobody is ever entirely sure.
    (share.floor() as u8).min(99)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_is_the_logistic_of_the_sum() {
        for (sum, expected) in
            [(-25, 0), (-10, 9), (0, 50), (6, 79), (7, 83), (10, 90), (15, 96), (20, 99), (200, 99)]
        {
            assert_eq!(certainty(Decibans::new(sum)), expected, "{sum} dB");
        }
    }

    #[test]
    fn sums_do_not_depend_on_order() {
        let weights = [3, -17, 250, 4, -99].map(Decibans::tenths);
        let mut reversed = weights;
        reversed.reverse();
        assert_eq!(weights.into_iter().sum::<Decibans>(), reversed.into_iter().sum());
    }
}
