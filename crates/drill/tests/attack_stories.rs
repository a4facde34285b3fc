//! Stories of attacks: each shows in its records what the report said of it.

use std::collections::BTreeSet;

use drill::{Drill, Incident};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

fn drill(name: &str) -> Drill {
    drill::write(name, 3).expect("a scenario from the list")
}

fn incident(drill: &Drill) -> &Incident {
    &drill.truth.incidents[0]
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name].as_str().unwrap_or_default()
}

fn time(record: &Value) -> Timestamp {
    text(record, "eventTime").parse().expect("a time")
}

/// Returns the records of the thief's own launch calls, in event time.
fn launches(drill: &Drill) -> Vec<&Value> {
    let ids: BTreeSet<&str> = incident(drill).launch_event_ids.iter().map(String::as_str).collect();
    drill.records.iter().filter(|record| ids.contains(text(record, "eventID"))).collect()
}

/// Returns all records made with one of the thief's keys.
fn of_the_keys(drill: &Drill) -> Vec<&Value> {
    let keys = &incident(drill).access_keys;
    let is_one = |key: &str| keys.iter().any(|known| known == key);
    let records = drill.records.iter();
    records.filter(|r| r["userIdentity"]["accessKeyId"].as_str().is_some_and(is_one)).collect()
}

fn span(records: &[&Value]) -> SignedDuration {
    time(records[records.len() - 1]).duration_since(time(records[0]))
}

fn count(records: &[&Value], name: &str) -> usize {
    records.iter().filter(|record| record["eventName"] == name).count()
}

#[test]
fn elektra_asks_four_hundred_times_in_seven_minutes() {
    let drill = drill("elektra-leak");
    let address = text(launches(&drill)[0], "sourceIPAddress").to_owned();
    let calls: Vec<&Value> =
        of_the_keys(&drill).into_iter().filter(|r| text(r, "sourceIPAddress") == address).collect();
    assert!(calls.len() > 400, "{}", calls.len());
    assert!((6..=9).contains(&span(&calls).as_mins()), "{}", span(&calls).as_mins());
    assert_eq!(incident(&drill).regions.len(), 17);
}

#[test]
fn the_campaign_mines_within_ten_minutes_and_guards_its_machines() {
    let drill = drill("containers-and-groups-2025");
    let calls = of_the_keys(&drill);
    assert!(count(&calls, "CreateCluster") > 50);
    assert_eq!(count(&calls, "CreateAutoScalingGroup"), 14);
    assert_eq!(count(&calls, "CreateLaunchTemplate"), 2);
    let guarded = count(&calls, "ModifyInstanceAttribute");
    assert!(guarded > 40 && guarded <= incident(&drill).instances.len());
    let launches = launches(&drill);
    assert!(span(&launches) < SignedDuration::from_mins(10));
    assert_eq!(text(launches[0], "errorCode"), "Client.DryRunOperation");
}

#[test]
fn every_launch_of_the_task_s_role_is_unauthorised() {
    let drill = drill("task-role-refused");
    for launch in launches(&drill) {
        assert_eq!(text(launch, "errorCode"), "Client.UnauthorizedOperation");
    }
}

#[test]
fn dangerdev_waits_a_fortnight_tests_scales_and_comes_back_with_a_second_key() {
    let drill = drill("dangerdev");
    let first = drill.records.iter().find(|r| r["eventName"] == "GetSendQuota").expect("mail comes first");
    let launches = launches(&drill);
    assert!(time(launches[0]).duration_since(time(first)) > SignedDuration::from_hours(13 * 24));
    let types: Vec<&Value> = launches.iter().map(|r| &r["requestParameters"]["instanceType"]).collect();
    assert_eq!(types[..3], ["t2.micro", "p3.16xlarge", "p3.16xlarge"]);
    let last = launches[launches.len() - 1];
    assert_eq!((text(last, "eventSource"), text(last, "errorCode")), ("lightsail.amazonaws.com", ""));
    let key = last["userIdentity"]["accessKeyId"].as_str().expect("a key");
    let cut = drill.records.iter().filter(|r| r["eventName"] == "UpdateAccessKey");
    assert!(cut.clone().count() > 0);
    assert!(cut.into_iter().all(|r| r["requestParameters"]["accessKeyId"] != key));
}

#[test]
fn the_quota_climb_never_launches_and_is_counted_apart() {
    let drill = drill("quota-climb-stopped");
    assert!(incident(&drill).optional && incident(&drill).launch_event_ids.is_empty());
    assert_eq!(count(&of_the_keys(&drill), "RequestServiceQuotaIncrease"), 3);
    assert_eq!(count(&of_the_keys(&drill), "RunInstances"), 0);
}

#[test]
fn the_answers_to_five_hundred_micros_are_left_out_of_the_trail() {
    let drill = drill("meson-five-hundred-micros");
    let granted = launches(&drill).into_iter().filter(|r| r.get("errorCode").is_none());
    let mut machines = 0;
    for launch in granted {
        assert_eq!(launch["responseElements"]["omitted"], true);
        machines += 500;
    }
    assert_eq!(machines, incident(&drill).unseen_instances);
}

#[test]
fn eight_minutes_show_nineteen_credentials_and_hardly_an_address_twice() {
    let drill = drill("admin-in-eight-minutes");
    assert_eq!(incident(&drill).access_keys.len(), 19);
    let launches = launches(&drill);
    let addresses: BTreeSet<&str> = launches.iter().map(|r| text(r, "sourceIPAddress")).collect();
    assert_eq!(addresses.len(), launches.len());
    let codes: Vec<&str> = launches.iter().map(|r| text(r, "errorCode")).collect();
    assert_eq!(codes.iter().filter(|code| code.contains("InsufficientInstanceCapacity")).count(), 5);
    assert_eq!(codes[5], "");
}

#[test]
fn counts_of_the_reports_are_kept() {
    for (name, instances) in [
        ("repository-key-244", 244),
        ("six-hundred-in-three-hours", 600),
        ("storage-browser-to-console", 13),
        ("root-key-monero", 10),
        ("one-p5-after-a-test", 2),
    ] {
        assert_eq!(incident(&drill(name)).instances.len(), instances, "{name}");
    }
    let hours = span(&launches(&drill("six-hundred-in-three-hours"))).as_hours();
    assert!((2..=3).contains(&hours), "{hours}");
}

#[test]
fn the_refused_burst_reaches_all_regions_within_five_minutes() {
    let drill = drill("everything-refused");
    let launches = launches(&drill);
    assert_eq!((launches.len(), incident(&drill).regions.len()), (340, 17));
    assert!(span(&launches) < SignedDuration::from_mins(5));
}

#[test]
fn the_slow_miner_takes_one_machine_every_fifty_minutes_of_working_hours() {
    let drill = drill("slow-miner");
    let times: Vec<Timestamp> = launches(&drill).into_iter().map(time).collect();
    for pair in times.windows(2) {
        assert!(pair[1].duration_since(pair[0]) >= SignedDuration::from_mins(48));
    }
    assert_eq!(times.len(), 20);
}

#[test]
fn a_thief_s_group_grows_for_two_days_without_another_call_of_the_thief() {
    let drill = drill("group-that-grows");
    let (own, services) = (&incident(&drill).launch_event_ids, &incident(&drill).service_launch_event_ids);
    assert_eq!(own.len(), 1);
    let of_services: Vec<&Value> =
        drill.records.iter().filter(|r| services.iter().any(|id| id == text(r, "eventID"))).collect();
    assert!(span(&of_services) > SignedDuration::from_hours(44));
    let last_call = of_the_keys(&drill)
        .into_iter()
        .filter(|r| text(r, "sourceIPAddress") == text(launches(&drill)[0], "sourceIPAddress"));
    let last_call = last_call.map(time).max().expect("the thief's own calls");
    assert!(last_call < time(of_services[1]));
}

#[test]
fn the_owner_s_launches_with_the_shared_key_are_not_the_thief_s() {
    let drill = drill("one-key-two-hands");
    let all = of_the_keys(&drill).into_iter().filter(|r| r["eventName"] == "RunInstances");
    let address = text(launches(&drill)[0], "sourceIPAddress");
    let (thief, owner): (Vec<&Value>, Vec<&Value>) = all.partition(|r| text(r, "sourceIPAddress") == address);
    assert_eq!(thief.len(), incident(&drill).launch_event_ids.len());
    let between = owner.iter().filter(|r| time(r) > time(thief[0]) && time(r) < time(thief[thief.len() - 1]));
    assert!(between.count() >= 2, "both hands are at work at the same time");
}

#[test]
fn a_token_off_its_instance_without_a_launch_is_misuse_and_not_mining() {
    for name in ["token-for-data", "token-for-looking-around"] {
        let drill = drill(name);
        assert_eq!(incident(&drill).kind, "credential-misuse");
        assert_eq!(count(&of_the_keys(&drill), "RunInstances"), 0, "{name}");
        let addresses: BTreeSet<&str> =
            of_the_keys(&drill).into_iter().map(|r| text(r, "sourceIPAddress")).collect();
        assert!(addresses.len() > 1, "{name}: owner and thief use the token");
    }
}

#[test]
fn a_foreign_endpoint_belongs_to_nobody_here() {
    let drill = drill("token-through-foreign-endpoint");
    for launch in launches(&drill) {
        assert!(text(launch, "vpcEndpointId").starts_with("vpce-"));
        assert_ne!(launch["vpcEndpointAccountId"], launch["recipientAccountId"]);
        assert!(text(launch, "sourceIPAddress").starts_with("10."));
    }
}
