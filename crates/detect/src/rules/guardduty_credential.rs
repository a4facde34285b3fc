//! `guardduty-credential`: GuardDuty says that a credential of the case is in the wrong hands.
//!
//! Blind spots: GuardDuty notices exfiltration of instances' credentials only, and anomalies only after weeks of
//! learning. Samples count for nothing.

use event::side::Alert;
use event::side::alert::AlertKind;
use event::time::DAY;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// From this severity on GuardDuty is sure, in tenths.
const HIGH_TENTHS: u16 = 70;

/// Returns a signal when GuardDuty noticed something about a key or user of the window's hands, within a day of it.
pub(crate) fn guardduty_credential(window: &Window<'_, '_>) -> Option<Signal> {
    let side = window.world.witnesses.side()?;
    let near = |alert: &&Alert| alert.last >= window.start && alert.first <= window.at.plus(DAY);
    let about = side.alerts.real().filter(near).filter_map(|alert| {
        let event = window.hands.iter().map(|hand| hand.event).find(|event| is_about(alert, &event.actor))?;
        Some((weigh(alert), alert, event))
    });
    let (weight, alert, event) =
        about.max_by_key(|(weight, alert, _)| (*weight, std::cmp::Reverse((alert.created, &alert.id))))?;
    let sentence = format!("GuardDuty told at {} of {}: {}", alert.created, alert.name, alert.title);
    Some(Signal::beside(weight, sentence, alert.created, &[event], [format!("guardduty:{}", alert.id)]))
}

fn is_about(alert: &Alert, actor: &event::Actor) -> bool {
    if !matches!(alert.kind, AlertKind::Exfiltration | AlertKind::Credential) {
        return false;
    }
    if let (Some(told), Some(key)) = (&alert.key, &actor.key) {
        // Temporary keys are named as well: a finding about another session of the role is not about this hand.
        return told == key;
    }
    let name = actor.principal.rsplit(['/', ':']).next();
    alert.account == actor.account && alert.user.is_some() && alert.user.as_deref() == name
}

/// What one finding weighs: AWS knows which addresses are an instance's, and guesses the rest.
fn weigh(alert: &Alert) -> Decibans {
    match alert.kind {
        AlertKind::Exfiltration => Decibans::new(18),
        _ if alert.severity_tenths >= HIGH_TENTHS => Decibans::new(10),
        _ => Decibans::new(5),
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::guardduty_credential;

    const LAUNCH: &str = "10:00 web/i-0abc12345678 launches c5.4xlarge using ASIASTOLEN000000001 => i-mine\n";

    #[test]
    fn speaks_of_a_key_that_left_its_instance() {
        check(
            guardduty_credential,
            &format!(
                "{LAUNCH} 10:20 guardduty ASIASTOLEN000000001 UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS\n => +18 since 10:20: GuardDuty told"
            ),
        );
    }

    #[test]
    fn is_silent_about_another_key_a_sample_and_last_week() {
        let name = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS";
        check(
            guardduty_credential,
            &format!("{LAUNCH} 10:20 guardduty ASIAOTHER0000000001 {name}\n => silent"),
        );
        check(
            guardduty_credential,
            &format!("{LAUNCH} 10:20 guardduty ASIASTOLEN000000001 {name} sample\n => silent"),
        );
        check(
            guardduty_credential,
            &format!("-8d 10:20 guardduty ASIASTOLEN000000001 {name}\n{LAUNCH} => silent"),
        );
    }

    #[test]
    fn an_anomaly_of_a_user_weighs_less() {
        check(
            guardduty_credential,
            &format!(
                "{LAUNCH} 10:20 guardduty ASIASTOLEN000000001 Impact:IAMUser/AnomalousBehavior\n => +10"
            ),
        );
    }
}
