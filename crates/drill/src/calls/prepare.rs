//! What comes before a launch: looking around, key pairs, security groups, networks, quotas.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::log::{Call, Log};
use crate::organisation::Account;
use crate::time::secs;

/// Writes a reading call of EC2 without filters.
pub(crate) fn describe(log: &mut Log, actor: &Actor, time: Timestamp, region: &str, name: &str) -> String {
    let request = match name {
        "DescribeInstances" => json!({"instancesSet": {}, "filterSet": {}}),
        "DescribeRegions" => json!({"regionSet": {}, "allRegions": true}),
        "DescribeImages" => json!({"executableBySet": {}, "filterSet": {}, "imagesSet": {}, "ownersSet": {}}),
        "DescribeInstanceTypes" => json!({"DescribeInstanceTypesRequest": ""}),
        "DescribeInstanceTypeOfferings" => json!({"DescribeInstanceTypeOfferingsRequest": ""}),
        "DescribeAccountAttributes" => json!({"accountAttributeNameSet": {}, "filterSet": {}}),
        _ => json!({"filterSet": {}}),
    };
    log.call(actor, time, region, "ec2", name).request(request).send()
}

/// Writes `names` of EC2 one after the other, `gap` seconds apart, and returns when it is done.
pub(crate) fn look_around(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    names: &[&str],
    gap: i64,
) -> Timestamp {
    let mut at = time;
    for name in names {
        describe(log, actor, at, region, name);
        at += secs(gap);
    }
    at
}

/// Writes `CreateKeyPair`.
pub(crate) fn create_key_pair(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    name: &str,
) -> String {
    let response = json!({
        "keyName": name, "keyPairId": log.ids().resource("key"), "keyFingerprint": log.ids().hex(40),
        "keyMaterial": "<sensitiveDataRemoved>",
    });
    log.call(actor, time, region, "ec2", "CreateKeyPair")
        .request(json!({"keyName": name, "keyType": "rsa", "keyFormat": "pem"}))
        .response(response)
        .send()
}

/// Writes `ImportKeyPair`.
pub(crate) fn import_key_pair(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    name: &str,
) -> String {
    let response = json!({
        "keyName": name, "keyPairId": log.ids().resource("key"), "keyFingerprint": log.ids().hex(32),
    });
    log.call(actor, time, region, "ec2", "ImportKeyPair")
        .request(json!({"keyName": name, "publicKeyMaterial": log_safe_key()}))
        .response(response)
        .send()
}

fn log_safe_key() -> &'static str {
    "c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUV4YW1wbGU="
}

/// Writes `CreateSecurityGroup` and returns the id of the group.
pub(crate) fn create_security_group(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    (account, region): (&Account, &str),
    name: &str,
) -> String {
    let id = log.ids().resource("sg");
    let vpc = account.vpc(region).id;
    log.call(actor, time, region, "ec2", "CreateSecurityGroup")
        .request(json!({"groupName": name, "groupDescription": name, "vpcId": vpc}))
        .response(json!({"_return": true, "groupId": id}))
        .send();
    id
}

/// Writes `AuthorizeSecurityGroupIngress` of TCP `port` from `cidr`.
pub(crate) fn open_port(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    group: &str,
    (port, cidr): (u64, &str),
) -> String {
    let rule = json!({
        "ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {},
        "ipRanges": {"items": [{"cidrIp": cidr}]}, "ipv6Ranges": {}, "prefixListIds": {},
    });
    log.call(actor, time, region, "ec2", "AuthorizeSecurityGroupIngress")
        .request(json!({"groupId": group, "ipPermissions": {"items": [rule]}}))
        .response(json!({"_return": true}))
        .send()
}

/// Writes `CreateDefaultVpc`.
pub(crate) fn create_default_vpc(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    account: &Account,
    region: &str,
) -> String {
    let vpc = json!({"vpcId": account.vpc(region).id, "state": "pending", "cidrBlock": "172.31.0.0/16", "isDefault": true});
    log.call(actor, time, region, "ec2", "CreateDefaultVpc")
        .request(json!({"CreateDefaultVpcRequest": ""}))
        .response(json!({"CreateDefaultVpcResponse": {"vpc": vpc}}))
        .send()
}

/// Writes `EnableRegion` of `enabled`.
pub(crate) fn enable_region(log: &mut Log, actor: &Actor, time: Timestamp, enabled: &str) -> String {
    log.call(actor, time, "us-east-1", "account", "EnableRegion")
        .request(json!({"regionName": enabled}))
        .send()
}

/// Starts a record of Service Quotas operation `name` on EC2 quota `code`, such as `L-417A185B`.
pub(crate) fn quota<'a>(
    log: &'a mut Log,
    actor: &'a Actor,
    time: Timestamp,
    region: &'a str,
    name: &'a str,
    code: &str,
) -> Call<'a> {
    log.call(actor, time, region, "servicequotas", name)
        .request(json!({"serviceCode": "ec2", "quotaCode": code}))
}

/// Writes `RequestServiceQuotaIncrease` of EC2 quota `code` to `value` vCPUs.
pub(crate) fn ask_for_quota(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    (account, region): (&Account, &str),
    code: &str,
    value: u64,
) -> String {
    let id = log.ids().hex(40);
    let response: Value = json!({"requestedQuota": {
        "id": id, "serviceCode": "ec2", "serviceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "quotaCode": code, "desiredValue": value, "status": "PENDING", "requester": {"accountId": account.id},
        "quotaArn": format!("arn:aws:servicequotas:{region}:{}:ec2/{code}", account.id),
        "globalQuota": false, "unit": "None",
    }});
    log.call(actor, time, region, "servicequotas", "RequestServiceQuotaIncrease")
        .request(json!({"serviceCode": "ec2", "quotaCode": code, "desiredValue": value}))
        .response(response)
        .send()
}
