//! A small evaluator of policies, from the reference of IAM's policy language: enough to judge ours, and no more.

use respond::prevent::Attach;
use serde_json::Value;

/// Whether a policy that is attached so denies the call of a record.
pub(crate) fn denies(policy: &Value, attach: &Attach, record: &Value) -> bool {
    let who = principal(record);
    let reached = match attach {
        Attach::Organization => {
            !who.contains(":role/aws-service-role/") && record["userIdentity"]["type"] != "AWSService"
        }
        Attach::Principal(arn) => *arn == who,
    };
    let statements = policy["Statement"].as_array().expect("a policy has statements");
    reached && statements.iter().any(|statement| matches(statement, record))
}

fn principal(record: &Value) -> String {
    let identity = &record["userIdentity"];
    let issuer = identity["sessionContext"]["sessionIssuer"]["arn"].as_str();
    issuer.or(identity["arn"].as_str()).unwrap_or_default().to_owned()
}

fn matches(statement: &Value, record: &Value) -> bool {
    assert_eq!(statement["Effect"], "Deny");
    let source = record["eventSource"].as_str().unwrap_or_default();
    let name = record["eventName"]
        .as_str()
        .unwrap_or_default()
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == 'v');
    let action = format!("{}:{name}", source.trim_end_matches(".amazonaws.com"));
    let named = list(&statement["Action"]).iter().any(|known| known == "*" || *known == action);
    let conditions = statement["Condition"].as_object();
    let holds = conditions.is_none_or(|conditions| {
        conditions.iter().all(|(operator, keys)| {
            keys.as_object()
                .expect("keys")
                .iter()
                .all(|(key, values)| holds(operator, &context(key, record), &list(values)))
        })
    });
    named && holds
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().map(|one| one.as_str().expect("text").to_owned()).collect(),
        one => vec![one.as_str().expect("text").to_owned()],
    }
}

/// The values of a condition key in the request; none where the request has no such key.
fn context(key: &str, record: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let identity = &record["userIdentity"];
    let session = &identity["sessionContext"];
    let is_instance = !session["ec2RoleDelivery"].is_null();
    let one: Option<String> = match key {
        "aws:RequestedRegion" => text(&record["awsRegion"]),
        "ec2:MetadataHttpTokens" => text(&record["requestParameters"]["metadataOptions"]["httpTokens"]),
        "ec2:RoleDelivery" => text(&session["ec2RoleDelivery"]),
        "ec2:SourceInstanceARN" => is_instance.then(|| "arn:aws:ec2:r:a:instance/i".to_owned()),
        "aws:SourceVpc" => text(&record["vpcEndpointId"]),
        "aws:SourceIp" => text(&record["sourceIPAddress"]).filter(|_| record["vpcEndpointId"].is_null()),
        "aws:ViaAWSService" => Some((!identity["invokedBy"].is_null()).to_string()),
        "lambda:FunctionUrlAuthType" => text(&record["requestParameters"]["authType"]),
        "ec2:InstanceType" => return types(record),
        "aws:ec2InstanceSourceVPC" | "aws:ec2InstanceSourcePrivateIPv4" => None,
        other => panic!("the evaluator does not know the key {other}"),
    };
    one.into_iter().collect()
}

/// The machine types that a launch asks for, else those it got.
fn types(record: &Value) -> Vec<String> {
    let asked = record["requestParameters"]["instanceType"].as_str().map(str::to_owned);
    let got = record["responseElements"]["instancesSet"]["items"].as_array();
    let got = got.into_iter().flatten().filter_map(|item| item["instanceType"].as_str().map(str::to_owned));
    asked.map_or_else(|| got.collect(), |one| vec![one])
}

fn holds(operator: &str, actual: &[String], wanted: &[String]) -> bool {
    let any = |fits: &dyn Fn(&str, &str) -> bool| actual.iter().any(|a| wanted.iter().any(|w| fits(a, w)));
    match operator {
        "Null" => wanted.iter().any(|wanted| (wanted == "true") == actual.is_empty()),
        // A negated operator holds where the key is absent.
        "StringNotEquals" => !any(&|actual, wanted| actual == wanted),
        "StringNotLike" => !any(&|actual, wanted| like(wanted, actual)),
        "NotIpAddress" => !any(&|actual, wanted| actual == wanted.trim_end_matches("/32")),
        "StringEquals" => any(&|actual, wanted| actual == wanted),
        "NumericLessThan" => any(
            &|actual, wanted| matches!((actual.parse::<f64>(), wanted.parse::<f64>()), (Ok(actual), Ok(wanted)) if actual < wanted),
        ),
        "BoolIfExists" => actual.is_empty() || any(&|actual, wanted| actual == wanted),
        other => panic!("the evaluator does not know the operator {other}"),
    }
}

fn like(pattern: &str, text: &str) -> bool {
    pattern
        .split_once('*')
        .map_or(pattern == text, |(head, tail)| text.starts_with(head) && text.ends_with(tail))
}

#[test]
fn the_evaluator_denies_what_the_reference_says() {
    use serde_json::json;
    let policy = json!({"Statement": [{"Effect": "Deny", "Action": ["ec2:RunInstances"], "Resource": "*",
        "Condition": {"StringNotLike": {"ec2:InstanceType": ["m5.*"]}}}]});
    let launch = |unit: &str| {
        json!({"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances",
        "requestParameters": {"instanceType": unit}})
    };
    assert!(denies(&policy, &Attach::Organization, &launch("g5.xlarge")));
    assert!(!denies(&policy, &Attach::Organization, &launch("m5.large")));
    assert!(!denies(&policy, &Attach::Principal("arn:x".to_owned()), &launch("g5.xlarge")));
}
