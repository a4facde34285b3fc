//! What charts are made of: scales, marks in percent, and round numbers for axes.
//!
//! A position in percent is right at any width, so a chart needs no width of its own, and the
//! text in it keeps the size that the style sheet gives it on a telephone and on paper.

use std::fmt;

/// A position or length along one direction of a chart, 0 to 100 percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub(super) struct Percent(f64);

impl Percent {
    /// `share` of the whole, held between nothing and all of it; nothing for what is no number.
    pub(super) fn of(share: f64) -> Self {
        let share = if share.is_nan() { 0.0 } else { share };
        Self(share.clamp(0.0, 1.0) * 100.0)
    }

    /// What is left of the whole: vertical positions count from the top.
    pub(super) fn rest(self) -> Self {
        Self(100.0 - self.0)
    }

    /// As a share of the whole, 0 to 1.
    pub(super) fn share(self) -> f64 {
        self.0 / 100.0
    }

    /// The larger of the two.
    pub(super) fn at_least(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.2}", self.0);
        write!(out, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A stretch of a chart, drawn as a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    /// Where it begins.
    pub(super) x: Percent,
    /// How long it is.
    pub(super) width: Percent,
}

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Where.
    pub(super) at: Percent,
    /// What it is called.
    pub(super) label: String,
    /// How its label lies to it: `start`, `middle` or `end`, so that none leaves the chart.
    pub(super) anchor: &'static str,
}

impl Tick {
    /// A mark whose label lies to the side where there is room.
    pub(super) fn new(at: Percent, label: String) -> Self {
        let anchor = match at.0 {
            share if share < 12.0 => "start",
            share if share > 88.0 => "end",
            _ => "middle",
        };
        Self { at, label, anchor }
    }
}

/// A scale from the least to the most of what a chart shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    /// A scale from `least` to `most`; where they are the same, everything lies at its beginning.
    pub(super) fn new(least: f64, most: f64) -> Self {
        Self { least, most }
    }

    /// Where `value` lies; beyond the scale, at its nearest end.
    pub(super) fn at(self, value: f64) -> Percent {
        let length = self.most - self.least;
        if length > 0.0 { Percent::of((value - self.least) / length) } else { Percent::default() }
    }

    /// The bar between two values, in either order.
    pub(super) fn bar(self, from: f64, to: f64) -> Bar {
        let (x, end) = (self.at(from.min(to)), self.at(from.max(to)));
        Bar { x, width: Percent(end.0 - x.0) }
    }
}

/// Returns at most `steps + 1` round values from zero that divide the way to `most`.
///
/// There are at least two for two steps or more. Only zero where `most` is not a positive number.
pub(super) fn round_values(most: f64, steps: u32) -> Vec<f64> {
    if !most.is_finite() || most <= 0.0 {
        return vec![0.0];
    }
    let least_step = most / f64::from(steps.max(1));
    let magnitude = 10_f64.powf(least_step.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * magnitude);
    let step = step.into_iter().find(|step| *step >= least_step * 0.999_999).unwrap_or(10.0 * magnitude);
    (0..=steps).map(|place| f64::from(place) * step).take_while(|value| *value <= most * 1.000_001).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bar_lies_between_its_ends_whichever_comes_first() {
        let scale = Scale::new(-25.0, 75.0);
        assert_eq!(scale.bar(-25.0, 0.0), Bar { x: Percent(0.0), width: Percent(25.0) });
        assert_eq!(scale.bar(50.0, 25.0), Bar { x: Percent(50.0), width: Percent(25.0) });
        assert_eq!(scale.at(1e9).to_string(), "100%");
        assert_eq!(Percent::of(1.0 / 3.0).to_string(), "33.33%");
    }

    #[test]
    fn axes_have_round_values() {
        assert_eq!(round_values(9_383.0, 4), [0.0, 2_500.0, 5_000.0, 7_500.0]);
        assert_eq!(round_values(12.0, 4), [0.0, 5.0, 10.0]);
        assert_eq!(round_values(0.0, 4), [0.0]);
        assert_eq!(round_values(f64::NAN, 4), [0.0]);
    }

    proptest! {
        #[test]
        fn nothing_lies_outside_of_its_chart(values in any::<[f64; 4]>()) {
            let [least, most, from, to] = values;
            let Bar { x, width } = Scale::new(least, most).bar(from, to);
            prop_assert!((0.0..=100.0).contains(&x.0) && (0.0..=100.0).contains(&(x.0 + width.0)));
        }

        #[test]
        fn an_axis_is_short_and_rises(most in 1e-6..1e15_f64, steps in 2_u32..9) {
            let values = round_values(most, steps);
            prop_assert!(values.len() >= 2 && values.len() <= steps as usize + 1, "{values:?}");
            prop_assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
