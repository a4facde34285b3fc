//! `region-enabled`: the lineage opened a region for the account, and launches.
//!
//! Regions that must be opted into have fresh quotas and no watchers. Opening one is a decision
//! of a platform team, made once, and not on the day of a launch.
//!
//! Blind spots: landing-zone automation enables regions in new accounts; it does not launch there.

use event::Detail;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage enabled a region in the window.
pub(crate) fn region_enabled(window: &Window<'_, '_>) -> Option<Signal> {
    let enabled: Vec<_> = window
        .acts
        .iter()
        .filter_map(|event| match &event.detail {
            Detail::EnableRegion { region } => Some((*event, region.as_str())),
            _ => None,
        })
        .collect();
    let names: Vec<&str> = enabled.iter().map(|(_, region)| *region).collect();
    let events: Vec<_> = enabled.iter().map(|(event, _)| *event).collect();
    Signal::proved_by(Decibans::new(6), format!("enabled {} for the account", names.join(", ")), &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::region_enabled;

    #[test]
    fn speaks_of_a_region_opened_on_the_day_of_a_launch() {
        check(
            region_enabled,
            r#"
            09:50 mallory EnableRegion {"regionName":"me-south-1"}
            10:00 mallory me-south-1 launches p4d.24xlarge
            => + since 09:50: enabled me-south-1 for the account
        "#,
        );
    }

    #[test]
    fn is_silent_about_the_day_before() {
        check(
            region_enabled,
            r#"
            -1d 09:50 platform EnableRegion {"regionName":"me-south-1"}
            10:00 platform me-south-1 launches m5.large
            => silent
        "#,
        );
    }

    #[test]
    fn is_silent_about_a_look_at_what_is_enabled() {
        check(
            region_enabled,
            "
            09:50 mallory account:ListRegions
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }
}
