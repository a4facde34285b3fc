//! How long a finding took to fire: in seconds, in launch calls, in money.
//!
//! Blind spots: machines that are no EC2 instances (tasks, functions, notebooks), and those whose
//! types the response leaves out, cost nothing here.

use std::collections::BTreeSet;

use drill::Incident;
use event::Time;
use event::time::HOUR;
use serde_json::Value;

/// From the first malicious launch to the moment at which a finding fired.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delay {
    /// Less than zero where the preparation gave the thief away.
    pub(super) seconds: i64,
    /// Malicious launch calls by then, of hands and of services, the first included.
    pub(super) launches: usize,
    /// US dollars an hour of the machines that had started by then.
    pub(super) usd_per_hour: f64,
    /// US dollars that they had cost by then.
    pub(super) usd: f64,
}

impl Delay {
    /// Returns the delay of a finding that fired at `fired`; `None` where nothing was launched.
    pub(super) fn of(incident: &Incident, fired: Time, records: &[Value]) -> Option<Self> {
        let first = Time::parse(incident.first_launch.as_deref()?)?;
        let ids = incident.launch_event_ids.iter().chain(&incident.service_launch_event_ids);
        let ids: BTreeSet<&str> = ids.map(String::as_str).collect();
        let mut delay = Self { seconds: fired.since(first), launches: 0, usd_per_hour: 0.0, usd: 0.0 };
        for record in
            records.iter().filter(|record| record["eventID"].as_str().is_some_and(|id| ids.contains(id)))
        {
            let time = record["eventTime"].as_str().and_then(Time::parse);
            let Some(time) = time.filter(|time| *time <= fired) else { continue };
            let obtained = obtained(&record["responseElements"]);
            let per_hour: f64 =
                obtained.iter().map(|name| catalog::instance_type(name).power.usd_per_hour()).sum();
            delay.launches += 1;
            delay.usd_per_hour += per_hour;
            delay.usd += per_hour * fired.since(time) as f64 / HOUR as f64;
        }
        Some(delay)
    }
}

/// The type of each instance that a launch obtained, wherever its response lists them.
fn obtained(answer: &Value) -> Vec<&str> {
    match answer {
        Value::Array(items) => items.iter().flat_map(obtained).collect(),
        Value::Object(members) => match answer["instanceType"].as_str() {
            Some(name) if answer["instanceId"].is_string() => vec![name],
            // A fleet lists the ids of one type together.
            Some(name) => vec![name; answer["instanceIds"]["item"].as_array().map_or(0, Vec::len)],
            None => members.values().flat_map(obtained).collect(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    fn launch(id: &str, time: &str, kinds: &[&str]) -> Value {
        let items: Vec<Value> =
            kinds.iter().map(|kind| json!({"instanceId": "i-1", "instanceType": kind})).collect();
        json!({"eventID": id, "eventTime": time, "responseElements": {"instancesSet": {"items": items}}})
    }

    #[test]
    fn what_ran_for_half_an_hour_before_the_alarm_has_cost_half_an_hour() {
        let incident = Incident {
            first_launch: Some("2026-02-01T03:00:00Z".to_owned()),
            launch_event_ids: ["a", "b", "c"].map(str::to_owned).to_vec(),
            ..Incident::default()
        };
        let records = [
            launch("a", "2026-02-01T03:00:00Z", &["g5.xlarge"]),
            launch("an owner's", "2026-02-01T03:10:00Z", &["p5.48xlarge"]),
            launch("b", "2026-02-01T03:30:00Z", &["g5.xlarge"]),
            launch("c", "2026-02-01T03:30:01Z", &["g5.xlarge"]),
        ];
        let fired = Time::parse("2026-02-01T03:30:00Z").unwrap();
        let delay = Delay::of(&incident, fired, &records).unwrap();
        let price = catalog::instance_type("g5.xlarge").power.usd_per_hour();
        assert_eq!((delay.seconds, delay.launches), (1800, 2));
        assert!((delay.usd_per_hour - 2.0 * price).abs() < 1e-9);
        assert!((delay.usd - price / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_theft_without_a_launch_has_no_delay() {
        assert_eq!(Delay::of(&Incident::default(), Time::default(), &[]), None);
    }

    #[test]
    fn a_fleet_lists_the_ids_of_one_type_together() {
        let set = json!({"item": [{"instanceType": "c5.large", "instanceIds": {"item": ["i-1", "i-2"]}}]});
        assert_eq!(
            obtained(&json!({"CreateFleetResponse": {"fleetInstanceSet": set}})),
            ["c5.large", "c5.large"]
        );
    }
}
