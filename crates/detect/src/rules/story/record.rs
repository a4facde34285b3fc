//! The records of a story, as CloudTrail writes them.
//!
//! | call | its words |
//! |---|---|
//! | `RunInstances` | `TYPE` or `on TEMPLATE`, `x1-20`, `got 5`, `image AMI`, `group ASG` (whose launch it is), `protected`, `userdata`, `spot`, `address` (the response has the instance's), `omitted` (the response is not there), `lives 40m` (its caller ends it after that) |
//! | `StartInstances` `StopInstances` `TerminateInstances` `ModifyInstanceAttribute` `SendCommand` | instances; with one and `x3`: i-a-1 to i-a-3 |
//! | `CreateLaunchTemplate` | `NAME TYPE`, `image AMI`, `protected` |
//! | `CreateAutoScalingGroup` `UpdateAutoScalingGroup` `SetDesiredCapacity` `DeleteAutoScalingGroup` | `NAME [TYPE]`, `on TEMPLATE`, `x3`, `max 20` |
//! | `AssumeRole` | `ROLE/SESSION[@ACCOUNT]` |
//! | `CreateUser` `CreateLoginProfile` `CreateAccessKey` | `USER` |
//! | `CreateRole` | `ROLE` |
//! | `AttachUserPolicy` `AttachRolePolicy` | `NAME POLICY` |
//! | `ConsoleLogin` | `mfa` |
//! | `RequestServiceQuotaIncrease` | `SERVICE CODE DESIRED` |
//! | `CreateFunctionUrlConfig` `UpdateFunctionCode20150331v2` | `FUNCTION` |
//! | `RunTask` `CreateService` | `CPU MEMORY` (units and MiB), `image NAME`, `x3` |
//! | `AssociateAddress` | `i-… ADDRESS` |

use serde_json::{Map, Value, json};

use super::script::Line;

/// The agent of whoever names none.
const AGENT: &str = "aws-cli/2.15.0 Python/3.11.6 Linux/6.1";

/// Where people are who say nothing of it: a network for documentation, which is nobody's.
const OFFICE: &str = "198.51.100.7";

/// Where instances are that say nothing of it: one of Amazon's addresses in us-east-1.
const MACHINE: &str = "3.225.16.109";

/// Writes the record of a line, and the one of its end if it says when it ends.
pub(crate) fn write(line: &Line) -> Vec<Value> {
    let (request, response) = parameters(line);
    let mut records = vec![record(line, &request, &response)];
    if let Some(minutes) =
        line.says("lives").and_then(|lives| lives.strip_suffix('m')).and_then(|text| text.parse::<i64>().ok())
    {
        let mut end = Line {
            name: "TerminateInstances".to_owned(),
            words: machines(line),
            count: None,
            ..line.clone()
        };
        end.time += minutes * 60;
        end.number += 500;
        end.said.remove("as");
        let (request, response) = parameters(&end);
        records.push(record(&end, &request, &response));
    }
    records
}

fn record(line: &Line, request: &Value, response: &Value) -> Value {
    let read_only =
        ["Describe", "Get", "List", "Head", "Lookup"].iter().any(|verb| line.name.starts_with(verb));
    let mut record = json!({
        "eventVersion": "1.11",
        "eventTime": event::Time::from_seconds(line.time).to_string(),
        "eventID": line.says("as").map_or_else(|| id(line), named_id),
        "eventSource": format!("{}.amazonaws.com", line.source),
        "eventName": line.name,
        "awsRegion": line.region,
        "sourceIPAddress": address(line),
        "userAgent": agent(line),
        "readOnly": read_only,
        "recipientAccountId": line.recipient,
        "userIdentity": identity(line),
        "requestParameters": request,
        "responseElements": if line.failure.is_some() { &Value::Null } else { response },
    });
    let mut add = |name: &str, value: Value| record[name] = value;
    if let Some(code) = &line.failure {
        add("errorCode", json!(code));
        add("errorMessage", json!("it failed"));
    }
    if let Some(endpoint) = line.says("through") {
        add("vpcEndpointId", json!(endpoint));
    }
    if let Some(shared) = line.says("shared") {
        add("sharedEventID", json!(named_id(shared)));
    }
    if let Some(replaced) = line.says("replacing") {
        add("addendum", json!({"reason": "UPDATED_DATA", "originalEventID": named_id(replaced)}));
    }
    if line.is("console") && line.name != "ConsoleLogin" {
        add("sessionCredentialFromConsole", json!("true"));
    }
    if line.name == "ConsoleLogin" {
        add("additionalEventData", json!({"MFAUsed": if line.is("mfa") { "Yes" } else { "No" }}));
    }
    record
}

fn address(line: &Line) -> &str {
    let service = line.says("via").or_else(|| is_service(line).then_some(line.actor.as_str()));
    service.or_else(|| line.says("at")).unwrap_or(if line.actor.contains("/i-") { MACHINE } else { OFFICE })
}

fn agent(line: &Line) -> &str {
    let service = line.says("via").or_else(|| is_service(line).then_some(line.actor.as_str()));
    service.or_else(|| line.says("with")).unwrap_or(AGENT)
}

fn is_service(line: &Line) -> bool {
    line.actor.ends_with(".amazonaws.com")
}

fn identity(line: &Line) -> Value {
    let mut identity = match line.actor.split_once('/') {
        _ if is_service(line) => service(line),
        Some((role, session)) => role_session(line, role, session),
        None if line.actor == "another-account" => {
            json!({"type": "AWSAccount", "principalId": "AIDASOMEBODY"})
        }
        None if line.actor == "root" => json!({
            "type": "Root",
            "arn": format!("arn:aws:iam::{}:root", line.account),
            "principalId": line.account,
        }),
        None => json!({
            "type": "IAMUser",
            "arn": format!("arn:aws:iam::{}:user/{}", line.account, line.actor),
            "userName": line.actor,
        }),
    };
    identity["accountId"] = json!(line.account);
    if !is_service(line) && line.name != "ConsoleLogin" && line.actor != "another-account" {
        let temporary = line.actor.contains('/') || line.is("console") || line.is("mfa");
        identity["accessKeyId"] =
            json!(line.says("using").map_or_else(|| key(&holder(line), temporary), str::to_owned));
        identity["sessionContext"]["attributes"]["mfaAuthenticated"] = json!(line.is("mfa").to_string());
    }
    if let Some(service) = line.says("via") {
        identity["invokedBy"] = json!(service);
    }
    if line.is("lambda") {
        identity["inScopeOf"] =
            json!({"issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": line.actor});
    }
    identity
}

fn service(line: &Line) -> Value {
    let short = line.actor.split('.').next().unwrap_or_default();
    let role = format!("AWSServiceRoleFor{short}");
    let arn = format!("arn:aws:iam::{}:role/aws-service-role/{}/{role}", line.account, line.actor);
    json!({
        "type": "AssumedRole",
        "arn": format!("arn:aws:sts::{}:assumed-role/{role}/{short}", line.account),
        "invokedBy": line.actor,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": arn, "accountId": line.account, "userName": role}},
    })
}

fn role_session(line: &Line, role: &str, session: &str) -> Value {
    let path = if role.starts_with("AWSReservedSSO_") { "aws-reserved/sso.amazonaws.com/" } else { "" };
    let mut identity = json!({
        "type": "AssumedRole",
        "arn": format!("arn:aws:sts::{}:assumed-role/{role}/{session}", line.account),
        "principalId": format!("AROA{role}:{session}"),
        "sessionContext": {"sessionIssuer": {
            "type": "Role",
            "arn": format!("arn:aws:iam::{}:role/{path}{role}", line.account),
            "accountId": line.account,
            "userName": role,
        }},
    });
    for version in ["v1", "v2"].iter().filter(|version| line.is(version)) {
        identity["sessionContext"]["ec2RoleDelivery"] = json!(format!("{}.0", &version[1..]));
    }
    if line.is("oidc") {
        let provider = json!({"federatedProvider": "token.actions.githubusercontent.com"});
        identity["sessionContext"]["webIdFederationData"] = provider;
    }
    identity
}

/// Who holds a key: an instance is given another one every day (in life, every few hours).
fn holder(line: &Line) -> String {
    if line.actor.contains("/i-") {
        format!("{} on day {}", line.actor, line.time.div_euclid(86_400))
    } else {
        line.actor.clone()
    }
}

/// The key that a user or session has unless it is said otherwise.
fn key(actor: &str, temporary: bool) -> String {
    format!("{}{:016X}", if temporary { "ASIA" } else { "AKIA" }, scatter(actor))
}

/// A name as a number: FNV-1a.
fn scatter(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A record's id, from its line and its time.
fn id(line: &Line) -> String {
    let (number, day) = (line.number, line.time.div_euclid(86_400).rem_euclid(0xffff));
    let rest = scatter(&format!("{}{}{}", line.actor, line.name, line.time)) & 0xffff_ffff_ffff;
    format!("{number:08x}-{day:04x}-4000-8000-{rest:012x}")
}

/// The id of a record that has a name.
pub(crate) fn named_id(name: &str) -> String {
    format!("00000000-0000-4000-9000-{:012x}", scatter(name) & 0xffff_ffff_ffff)
}

/// The machines of a line: those it made, or else names of their own.
fn machines(line: &Line) -> Vec<String> {
    let got = line.says("got").and_then(|got| got.parse().ok()).unwrap_or_else(|| line.most());
    let base = format!("i-{:08x}{:02x}", line.time, line.number);
    let made = if line.made.is_empty() { vec![base] } else { line.made.clone() };
    spelled_out(&made, got)
}

/// One name that stands for several becomes as many names.
fn spelled_out(names: &[String], count: u64) -> Vec<String> {
    match names {
        [one] if count > 1 => (1..=count).map(|number| format!("{one}-{number}")).collect(),
        names => names.to_vec(),
    }
}

/// Request and response of a call.
fn parameters(line: &Line) -> (Value, Value) {
    if let Some(request) = line.literal.first() {
        return (request.clone(), line.literal.get(1).cloned().unwrap_or(Value::Null));
    }
    match line.name.as_str() {
        "RunInstances" => run_instances(line),
        "StartInstances" | "StopInstances" | "TerminateInstances" => state_change(line),
        "ModifyInstanceAttribute" => (
            json!({"instanceId": line.word(0), "disableApiTermination": {"value": true}}),
            json!({"_return": true}),
        ),
        "SendCommand" => (json!({"instanceIds": line.words}), json!({"command": {"commandId": "c"}})),
        "CreateLaunchTemplate" => launch_template(line),
        "CreateAutoScalingGroup"
        | "UpdateAutoScalingGroup"
        | "SetDesiredCapacity"
        | "DeleteAutoScalingGroup" => (group(line), Value::Null),
        "RunTask" | "CreateService" => task(line),
        "AssociateAddress" => {
            (json!({"instanceId": line.word(0), "publicIp": line.word(1)}), json!({"_return": true}))
        }
        "CreateFunctionUrlConfig" => (json!({"functionName": line.word(0), "authType": "NONE"}), Value::Null),
        "UpdateFunctionCode20150331v2" => (json!({"functionName": line.word(0)}), Value::Null),
        "RequestServiceQuotaIncrease" => {
            let desired: f64 = line.word(2).parse().unwrap_or(1_000.0);
            (
                json!({"serviceCode": line.word(0), "quotaCode": line.word(1), "desiredValue": desired}),
                Value::Null,
            )
        }
        _ => identity_call(line),
    }
}

/// Calls that issue credentials and make identities.
fn identity_call(line: &Line) -> (Value, Value) {
    let arn = |kind: &str| format!("arn:aws:iam::{}:{kind}/{}", line.recipient, line.word(0));
    match line.name.as_str() {
        "AssumeRole" => assume_role(line),
        "ConsoleLogin" => (Value::Null, json!({"ConsoleLogin": "Success"})),
        "CreateAccessKey" => {
            let made = json!({"userName": line.word(0), "accessKeyId": key(line.word(0), false), "status": "Active"});
            (json!({"userName": line.word(0)}), json!({"accessKey": made}))
        }
        "CreateUser" => (json!({"userName": line.word(0)}), json!({"user": {"arn": arn("user")}})),
        "CreateLoginProfile" => (json!({"userName": line.word(0)}), Value::Null),
        "CreateRole" => (json!({"roleName": line.word(0)}), json!({"role": {"arn": arn("role")}})),
        "AttachUserPolicy" | "AttachRolePolicy" => {
            let whose = if line.name == "AttachUserPolicy" { "userName" } else { "roleName" };
            (
                json!({whose: line.word(0), "policyArn": format!("arn:aws:iam::aws:policy/{}", line.word(1))}),
                Value::Null,
            )
        }
        _ => (Value::Null, Value::Null),
    }
}

fn assume_role(line: &Line) -> (Value, Value) {
    let (whom, account) = match line.word(0).rsplit_once('@') {
        Some((whom, account)) => (whom, account),
        None => (line.word(0), line.account.as_str()),
    };
    let (role, session) = whom.split_once('/').unwrap_or((whom, "session"));
    let request =
        json!({"roleArn": format!("arn:aws:iam::{account}:role/{role}"), "roleSessionName": session});
    let response = json!({
        "credentials": {"accessKeyId": key(whom, true), "expiration": "Mar 20, 2026, 11:00:00 PM"},
        "assumedRoleUser": {"arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")},
    });
    (request, response)
}

fn run_instances(line: &Line) -> (Value, Value) {
    let (least, most) = line.count.unwrap_or((1, 1));
    let image = line.says("image").unwrap_or("ami-0aaaaaaaaaaaaaaa1");
    let mut request =
        json!({"instancesSet": {"items": [{"imageId": image, "minCount": least, "maxCount": most}]}});
    let mut add = |name: &str, value: Value| request[name] = value;
    if !line.word(0).is_empty() {
        add("instanceType", json!(line.word(0)));
    }
    if let Some(template) = line.says("on") {
        add("launchTemplate", json!({"launchTemplateName": template}));
    }
    if line.is("protected") {
        add("disableApiTermination", json!(true));
    }
    if line.is("userdata") {
        add("userData", json!("<sensitiveDataRemoved>"));
    }
    if line.is("spot") {
        add("instanceMarketOptions", json!({"marketType": "spot"}));
    }
    if let Some(group) = line.says("group") {
        let tags = json!([{"key": "aws:autoscaling:groupName", "value": group}]);
        add("tagSpecificationSet", json!({"items": [{"resourceType": "instance", "tags": tags}]}));
    }
    let items: Vec<Value> = machines(line).iter().map(|id| instance(line, id, image)).collect();
    let response = if line.is("omitted") { Value::Null } else { json!({"instancesSet": {"items": items}}) };
    (request, response)
}

fn instance(line: &Line, id: &str, image: &str) -> Value {
    let mut item = Map::new();
    item.insert("instanceId".to_owned(), json!(id));
    item.insert("imageId".to_owned(), json!(image));
    if !line.word(0).is_empty() {
        item.insert("instanceType".to_owned(), json!(line.word(0)));
    }
    if line.is("address") {
        item.insert("ipAddress".to_owned(), json!(MACHINE));
    }
    Value::Object(item)
}

fn state_change(line: &Line) -> (Value, Value) {
    let items: Vec<Value> =
        spelled_out(&line.words, line.most()).iter().map(|id| json!({"instanceId": id})).collect();
    let set = json!({"instancesSet": {"items": items}});
    (set.clone(), set)
}

fn launch_template(line: &Line) -> (Value, Value) {
    let mut data = json!({"imageId": line.says("image").unwrap_or("ami-0aaaaaaaaaaaaaaa1")});
    if !line.word(1).is_empty() {
        data["InstanceType"] = json!(line.word(1));
    }
    if line.is("protected") {
        data["DisableApiTermination"] = json!(true);
    }
    let request = json!({"CreateLaunchTemplateRequest": {"LaunchTemplateName": line.word(0), "LaunchTemplateData": data}});
    let made =
        json!({"launchTemplateName": line.word(0), "launchTemplateId": format!("lt-{}", line.word(0))});
    (request, json!({"CreateLaunchTemplateResponse": {"launchTemplate": made}}))
}

fn group(line: &Line) -> Value {
    let mut request = json!({"autoScalingGroupName": line.word(0)});
    let mut add = |name: &str, value: Value| request[name] = value;
    if let Some((_, wanted)) = line.count {
        add("desiredCapacity", json!(wanted));
    }
    if let Some(max) = line.says("max").and_then(|max| max.parse::<u64>().ok()) {
        add("maxSize", json!(max));
    }
    if let Some(template) = line.says("on") {
        add("launchTemplate", json!({"launchTemplateName": template}));
    }
    if !line.word(1).is_empty() {
        let overrides = json!([{"instanceType": line.word(1)}]);
        add("mixedInstancesPolicy", json!({"launchTemplate": {"overrides": overrides}}));
    }
    request
}

fn task(line: &Line) -> (Value, Value) {
    let (cpu, memory) = (line.word(0), line.word(1));
    let image = line.says("image").unwrap_or("111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1");
    let tasks: Vec<Value> = machines(line)
        .iter()
        .map(|id| {
            let arn = format!("arn:aws:ecs:{}:{}:task/jobs/{}", line.region, line.recipient, &id[2..]);
            json!({"taskArn": arn, "cpu": cpu, "memory": memory, "containers": [{"image": image}]})
        })
        .collect();
    let request = json!({
        "serviceName": line.says("group").unwrap_or("web"),
        "desiredCount": line.most(),
        "count": line.most(),
        "cluster": "jobs",
        "taskDefinition": "job:1",
        "launchType": "FARGATE",
    });
    (request, json!({"tasks": tasks}))
}
