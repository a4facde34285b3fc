//! `delivery-flip`: an instance whose credentials come by IMDSv2 shows one that came by IMDSv1.
//!
//! Software on a machine uses one version of the metadata service and stays with it. A forged
//! request can only use the old one, so a credential delivered by version 1 on a machine that
//! speaks version 2, and used elsewhere, was fetched by something that does not belong there.
//!
//! Blind spots: a thief with a shell uses version 2 as well.

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when a hand's credential was delivered by IMDSv1 while the instance usually has IMDSv2.
pub(crate) fn delivery_flip(window: &Window<'_, '_>) -> Option<Signal> {
    let hand = window.hands.iter().find(|hand| {
        hand.actor.delivery == Some(event::Delivery::V1)
            && hand
                .actor
                .instance
                .as_ref()
                .is_some_and(|instance| has_flipped(&instance.id, &hand.network, window))
    })?;
    let instance = hand.actor.instance.as_ref()?;
    let sentence =
        format!("{} gets its credentials by IMDSv2 elsewhere; this one came by IMDSv1", instance.id);
    Signal::proved_by(Decibans::new(5), sentence, &[hand.event])
}

fn has_flipped(instance: &str, network: &str, window: &Window<'_, '_>) -> bool {
    let Some(profile) = window.facts().instance(instance) else { return false };
    let elsewhere_v2 = profile.places.iter().any(|known| {
        window.history.is_near(&known.seen) && known.place().delivery == "2" && known.network() != network
    });
    let usual_v1 = profile
        .places
        .iter()
        .any(|known| known.place().delivery == "1" && window.history.days_of(&known.seen) >= USUAL_DAYS);
    elsewhere_v2 && !usual_v1
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::delivery_flip;

    #[test]
    fn speaks_of_a_token_fetched_the_old_way_and_used_elsewhere() {
        check(
            delivery_flip,
            "
            history 9 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v1
            => + since 10:00: i-0abc12345678 gets its credentials by IMDSv2 elsewhere
        ",
        );
    }

    #[test]
    fn is_silent_about_a_machine_that_still_speaks_both() {
        check(
            delivery_flip,
            "
            history 9 days: web/i-0abc12345678 at 3.225.16.109 v2
            history 9 days: web/i-0abc12345678 at 3.225.16.109 v1 with an-old-agent
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v1
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_flip_at_home() {
        check(
            delivery_flip,
            "
            history 9 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches m5.large at 3.225.16.110 v1
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_role_that_is_on_no_machine() {
        check(
            delivery_flip,
            "
            history 9 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/session launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }
}
