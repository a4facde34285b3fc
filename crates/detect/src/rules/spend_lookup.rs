//! `spend-lookup`: the hand that launches looked up what the account spends.
//!
//! Who knows the bill knows how much can be hidden in it. Engineers who launch seldom read
//! bills, and finance, who read bills, never launch.
//!
//! Blind spots: cost tools read bills every day; a look-up that is a habit does not count.

use event::Detail;
use event::event::Look;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage looked up costs in the window and never before.
pub(crate) fn spend_lookup(window: &Window<'_, '_>) -> Option<Signal> {
    let looks: Vec<_> = window
        .acts
        .iter()
        .copied()
        .filter(|event| matches!(event.detail, Detail::Look(Look::Spend)) && !window.looked_before(event))
        .collect();
    let first = looks.first()?;
    Signal::proved_by(Decibans::new(3), format!("looked up what the account spends ({})", first.name), &looks)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::spend_lookup;

    #[test]
    fn speaks_of_a_hand_that_reads_the_bill_and_launches() {
        check(
            spend_lookup,
            "
            09:50 mallory ce:GetCostAndUsage
            10:00 mallory launches p4d.24xlarge
            => + since 09:50: looked up what the account spends (GetCostAndUsage)
        ",
        );
    }

    #[test]
    fn is_silent_about_a_tool_that_reads_it_every_day() {
        check(
            spend_lookup,
            "
            history 9 days: finops ce:GetCostAndUsage
            09:50 finops ce:GetCostAndUsage
            10:00 finops launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_somebody_elses_look() {
        check(
            spend_lookup,
            "
            09:50 finance ce:GetCostAndUsage
            10:00 deploy launches m5.large
            => silent
        ",
        );
    }
}
