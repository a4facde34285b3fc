//! `guardduty-mining`: GuardDuty says that a machine of the case mines, or reaches what miners reach.
//!
//! GuardDuty reads the same flows and queries with lists and models of its own. A sample finding is for trying out
//! alarms and counts for nothing; a full node of a currency (port 8333) is on its lists and is no miner.
//!
//! Blind spots: GuardDuty is switched on by region, and reads no resolver but AWS's own.

use event::side::Alert;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// The port on which nodes of Bitcoin speak to each other.
const NODE_PORT: u16 = 8_333;

/// Returns a signal when GuardDuty noticed mining on a machine that was launched in the window.
pub(crate) fn guardduty_mining(window: &Window<'_, '_>) -> Option<Signal> {
    if window.world.witnesses.is_empty() {
        return None;
    }
    let machines = window.machines();
    let alerts: Vec<_> = machines
        .iter()
        .flat_map(|(machine, event)| {
            window.world.witnesses.alerts(machine).into_iter().map(move |alert| (*event, alert))
        })
        .collect();
    let (event, alert) = alerts
        .iter()
        .max_by_key(|(_, alert)| (weigh(alert), std::cmp::Reverse((alert.created, &alert.id))))?;
    let references = alerts.iter().map(|(_, alert)| reference(alert));
    Some(Signal::beside(weigh(alert), told(alert), alert.created, &[event], references))
}

/// What one finding weighs. AWS's lists are as good as ours and are watched over; what they call mining mostly is.
pub(crate) fn weigh(alert: &Alert) -> Decibans {
    if alert.remote_port == Some(NODE_PORT) { Decibans::new(3) } else { Decibans::new(24) }
}

/// What it says.
pub(crate) fn told(alert: &Alert) -> String {
    let instance = alert.instance.as_deref().unwrap_or("a machine");
    let what = match (&alert.domain, alert.remote_port) {
        (Some(domain), _) => format!(": it asked for {domain}"),
        (None, Some(NODE_PORT)) => ": it spoke to nodes of Bitcoin, which is not mining".to_owned(),
        (None, Some(port)) => format!(": it spoke to port {port}"),
        (None, None) => String::new(),
    };
    format!("GuardDuty told at {} of {} on {instance}{what}", alert.created, alert.name)
}

/// What proves it.
pub(crate) fn reference(alert: &Alert) -> String {
    format!("guardduty:{}", alert.id)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::guardduty_mining;

    const LAUNCH: &str = "10:00 mallory launches c5.4xlarge => i-mine\n";

    #[test]
    fn speaks_of_what_guardduty_noticed_since_it_was_told() {
        check(
            guardduty_mining,
            &format!(
                "{LAUNCH} 10:30 guardduty i-mine CryptoCurrency:EC2/BitcoinTool.B!DNS\n => +24 since 10:30: GuardDuty told"
            ),
        );
    }

    #[test]
    fn is_silent_about_samples_and_other_machines_and_other_findings() {
        for line in [
            "guardduty i-mine CryptoCurrency:EC2/BitcoinTool.B!DNS sample",
            "guardduty i-other CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "guardduty i-mine Recon:EC2/Portscan",
        ] {
            check(guardduty_mining, &format!("{LAUNCH} 10:30 {line}\n => silent"));
        }
    }

    #[test]
    fn a_node_is_no_miner() {
        check(
            guardduty_mining,
            &format!(
                "{LAUNCH} 10:30 guardduty i-mine CryptoCurrency:EC2/BitcoinTool.B port8333\n => +3: not mining"
            ),
        );
    }
}
