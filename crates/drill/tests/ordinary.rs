//! Stories of ordinary life: what each look-alike shows, and why it is innocent.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns the records of `name` for a seed, and only those of `event` where given.
fn records(name: &str, event: &str) -> Vec<Value> {
    let drill = drill::write(name, 1).expect("a scenario from the list");
    drill.records.into_iter().filter(|record| event.is_empty() || record["eventName"] == event).collect()
}

fn issuer(record: &Value) -> &str {
    record["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"].as_str().unwrap_or_default()
}

fn machines(record: &Value) -> usize {
    record["responseElements"]["instancesSet"]["items"].as_array().map_or(0, Vec::len)
}

#[test]
fn the_sale_is_taken_back_by_the_hand_that_made_it() {
    let updates = records("sale-scale-up", "UpdateAutoScalingGroup");
    let sizes: Vec<&Value> = updates.iter().map(|record| &record["requestParameters"]["maxSize"]).collect();
    assert_eq!(sizes, [&Value::from(300), &Value::from(40)]);
    assert_eq!(issuer(&updates[0]), issuer(&updates[1]));
    assert!(issuer(&updates[0]).starts_with("AWSReservedSSO_"));
}

#[test]
fn spot_rebalancing_ends_as_many_machines_as_it_starts() {
    let all = records("spot-rebalancing", "");
    let of_workers = |record: &&Value| record.to_string().contains("spot-workers");
    let started: usize = all.iter().filter(of_workers).map(machines).sum();
    let web: BTreeSet<String> = all
        .iter()
        .filter(|r| r["eventName"] == "RunInstances" && !of_workers(r))
        .filter_map(|r| r["responseElements"]["instancesSet"]["items"].as_array())
        .flatten()
        .map(|item| item["instanceId"].to_string())
        .collect();
    let ended = all
        .iter()
        .filter(|r| r["eventName"] == "TerminateInstances" && issuer(r) == "AWSServiceRoleForAutoScaling")
        .filter_map(|r| r["requestParameters"]["instancesSet"]["items"].as_array())
        .flatten()
        .filter(|item| !web.contains(&item["instanceId"].to_string()))
        .count();
    assert!(started > 30, "{started} machines were replaced");
    assert!(ended >= started, "{ended} ended for {started} started");
}

#[test]
fn the_load_test_answers_too_long_for_cloudtrail_and_is_over_after_two_hours() {
    let runs = records("load-test", "RunInstances");
    let large = runs.iter().find(|r| r["requestParameters"]["instancesSet"]["items"][0]["maxCount"] == 200);
    let large = large.expect("the launch of two hundred");
    assert_eq!(large["responseElements"]["omitted"], true);
    let ended: usize =
        records("load-test", "TerminateInstances").iter().map(machines).filter(|n| *n == 100).sum();
    assert_eq!(ended, 200);
}

#[test]
fn karpenter_probes_with_dry_runs_and_is_sometimes_refused() {
    let mut codes = BTreeSet::new();
    for record in records("karpenter-bursts", "") {
        if issuer(&record) == "KarpenterController" {
            codes.insert(record["errorCode"].as_str().unwrap_or("ok").to_owned());
        }
    }
    for code in ["ok", "Client.DryRunOperation", "Client.UnauthorizedOperation"] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
}

#[test]
fn the_first_gpu_machines_are_refused_in_each_zone_before_they_start_elsewhere() {
    let runs: Vec<Value> = records("scientist-first-gpu", "RunInstances")
        .into_iter()
        .filter(|r| r["requestParameters"]["instanceType"] == "p4d.24xlarge")
        .collect();
    let zones: BTreeSet<String> =
        runs.iter().map(|r| r["requestParameters"]["availabilityZone"].to_string()).collect();
    assert!(zones.len() >= 4, "{zones:?}");
    assert_eq!(runs.iter().filter(|r| r["errorCode"].is_null()).map(machines).sum::<usize>(), 2);
}

#[test]
fn instance_credentials_are_seen_by_endpoint_gateway_and_company_network() {
    let seen: Vec<Value> = records("egress-many-ways", "")
        .into_iter()
        .filter(|r| issuer(r) == "scheduler-instance-role")
        .collect();
    let addresses: BTreeSet<&str> = seen.iter().filter_map(|r| r["sourceIPAddress"].as_str()).collect();
    assert!(addresses.len() >= 3, "{addresses:?}");
    assert!(seen.iter().any(|r| r["vpcEndpointId"].is_string()));
    assert!(seen.iter().all(|r| r["userIdentity"]["sessionContext"]["ec2RoleDelivery"].is_string()));
}

#[test]
fn crimes_that_are_not_mining_never_launch_with_the_stolen_key() {
    for name in ["ses-abuse", "data-theft", "reconnaissance-denied"] {
        for record in records(name, "") {
            let launch =
                matches!(record["eventName"].as_str(), Some("RunInstances" | "CreateFleet" | "RunTask"));
            assert!(!(launch && record["userIdentity"]["type"] == "IAMUser"), "{name}: {record}");
        }
    }
}

#[test]
fn a_new_account_is_touched_in_all_regions_without_a_machine_in_them() {
    let fresh: BTreeSet<String> =
        records("landing-zone", "DeleteVpc").iter().map(|r| r["awsRegion"].to_string()).collect();
    assert_eq!(fresh.len(), 17);
    let runs = records("landing-zone", "RunInstances");
    let regions: BTreeSet<String> = runs.iter().map(|r| r["awsRegion"].to_string()).collect();
    assert!(regions.len() <= 2, "{regions:?}");
}
