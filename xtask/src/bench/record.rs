//! The records of the bench: what an organisation's services do all day, now and then a launch, and decoys that look
//! like one to whoever searches text.

use serde_json::{Value, json};

use super::launch::{self, Launch};
use super::organisation::{Account, Caller};
use super::rng::Rng;

/// One record in so many asks for compute.
const LAUNCH_ONE_IN: usize = 2_000;

/// One record in so many holds what a launch looks like, in a place where it is none.
const DECOY_ONE_IN: usize = 3_000;

/// One ordinary record in so many is refused.
const REFUSED_ONE_IN: usize = 33;

/// What a record is about.
pub(super) struct Call {
    pub(super) source: &'static str,
    pub(super) name: &'static str,
    pub(super) reads: bool,
    pub(super) is_data: bool,
    pub(super) request: Value,
    pub(super) response: Value,
    pub(super) additional: Option<Value>,
    pub(super) resources: Option<Value>,
    pub(super) error: Option<(&'static str, String)>,
}

impl Call {
    pub(super) fn read(source: &'static str, name: &'static str, request: Value) -> Self {
        Self {
            source,
            name,
            reads: true,
            is_data: false,
            request,
            response: Value::Null,
            additional: None,
            resources: None,
            error: None,
        }
    }

    pub(super) fn write(source: &'static str, name: &'static str, request: Value, response: Value) -> Self {
        Self { reads: false, response, ..Self::read(source, name, request) }
    }

    fn data(self, additional: Value, resources: Value) -> Self {
        Self { is_data: true, additional: Some(additional), resources: Some(resources), ..self }
    }
}

/// Where and when a record belongs.
pub(super) struct Place<'a> {
    pub(super) account: &'a Account,
    pub(super) region: &'static str,
    /// `2026-03-01T10:`, to which minutes and seconds are added.
    pub(super) hour: &'a str,
}

/// A record's text, and what it is beneath.
pub(super) struct Written {
    pub(super) text: String,
    /// The id and kind of a launch.
    pub(super) launch: Option<(String, &'static str)>,
    /// How often its text holds what text tools search for.
    pub(super) looks_like_launch: u64,
}

/// Writes one record.
pub(super) fn record(rng: &mut Rng, place: &Place<'_>, caller: &Caller) -> Written {
    if rng.once_in(DECOY_ONE_IN) {
        let call = decoy(rng);
        return told(rng, place, caller, call, None);
    }
    if rng.once_in(LAUNCH_ONE_IN) {
        let Launch { call, kind } = launch::launch(rng, place, caller);
        return told(rng, place, caller, call, Some(kind));
    }
    let mut call = ordinary(rng, place, caller);
    if rng.once_in(REFUSED_ONE_IN) {
        let why =
            format!("User: {} is not authorized to perform: {}:{}", caller.name, call.source, call.name);
        (call.error, call.response) = (Some(("AccessDenied", why)), Value::Null);
    }
    told(rng, place, caller, call, None)
}

fn told(
    rng: &mut Rng,
    place: &Place<'_>,
    caller: &Caller,
    call: Call,
    kind: Option<&'static str>,
) -> Written {
    let id = rng.uuid();
    let text = write(rng, place, caller, call, &id);
    let looks_like_launch = text.matches(r#""eventName":"RunInstances""#).count() as u64;
    Written { text, launch: kind.map(|kind| (id, kind)), looks_like_launch }
}

fn ordinary(rng: &mut Rng, place: &Place<'_>, caller: &Caller) -> Call {
    let account = &place.account.id;
    match rng.below(100) {
        0..=27 => object(rng, account, caller),
        28..=50 => {
            let request = json!({"keyId": caller.key, "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
                "encryptionContext": {"aws:s3:arn": format!("arn:aws:s3:::{}", caller.bucket)}});
            let name = if rng.once_in(3) { "GenerateDataKey" } else { "Decrypt" };
            let resources = json!([{"accountId": account, "type": "AWS::KMS::Key", "ARN": caller.key}]);
            Call { resources: Some(resources), ..Call::read("kms", name, request) }
        }
        51..=55 => assume(rng, account, caller),
        56..=62 => {
            let ids: Vec<_> = (0..if rng.once_in(4) { 8 } else { 1 })
                .map(|_| json!({"instanceId": caller.machines[rng.below(caller.machines.len())]}))
                .collect();
            Call::read("ec2", "DescribeInstances", json!({"instancesSet": {"items": ids}, "filterSet": {}}))
        }
        63..=82 => look(rng, caller),
        83..=87 => {
            let group = format!("/aws/lambda/{}-function", caller.name);
            let stream = format!("2026/03/01/[$LATEST]{}", rng.hex(32));
            let request = json!({"logGroupName": group, "logStreamName": stream});
            Call::write("logs", "CreateLogStream", request, Value::Null)
        }
        88..=92 => {
            let function =
                format!("arn:aws:lambda:{}:{account}:function:{}-function", place.region, caller.name);
            let request = json!({"functionName": function, "invocationType": "RequestResponse"});
            let additional = json!({"functionVersion": format!("{function}:$LATEST")});
            let resources = json!([{"accountId": account, "type": "AWS::Lambda::Function", "ARN": function}]);
            Call::write("lambda", "Invoke", request, Value::Null).data(additional, resources)
        }
        93..=95 => {
            let request = json!({"instanceId": caller.machines[0], "agentVersion": "3.3.2299.0", "agentStatus": "Active",
                "platformType": "Linux", "platformName": "Amazon Linux", "platformVersion": "2023",
                "iPAddress": caller.addresses[0], "computerName": "ip-10-0-0-1.ec2.internal"});
            Call::write("ssm", "UpdateInstanceInformation", request, Value::Null)
        }
        96..=97 => {
            let name = format!("/{}/settings/{}", caller.name, rng.pick(&["url", "database", "cache"]));
            Call::read("ssm", "GetParameter", json!({"name": name, "withDecryption": true}))
        }
        _ => Call::read("sts", "GetCallerIdentity", Value::Null),
    }
}

fn object(rng: &mut Rng, account: &str, caller: &Caller) -> Call {
    let bucket = &caller.bucket;
    let host = format!("{bucket}.s3.us-east-1.amazonaws.com");
    let key = match rng.below(3) {
        0 => format!("day={:02}/part-{:05}-{}.parquet", rng.below(28) + 1, rng.below(99_999), rng.uuid()),
        _ => format!("uploads/{}/{}.json", rng.hex(8), rng.pick(&["index", "state", "preview"])),
    };
    let resources = json!([
        {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")},
        {"accountId": account, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")},
    ]);
    let additional = json!({"SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": 0, "AuthenticationMethod": "AuthHeader", "x-amz-id-2": rng.base64(76),
        "bytesTransferredOut": rng.below(9_999_999)});
    let request = json!({"bucketName": bucket, "Host": host, "key": key});
    let call = match rng.below(10) {
        0..=1 => {
            let response = json!({"x-amz-server-side-encryption": "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id": caller.key});
            Call::write("s3", "PutObject", request, response)
        }
        2 => Call::read("s3", "HeadObject", request),
        _ => Call::read("s3", "GetObject", request),
    };
    call.data(additional, resources)
}

fn assume(rng: &mut Rng, account: &str, caller: &Caller) -> Call {
    let session = &caller.sessions[rng.below(caller.sessions.len())];
    let role = format!("arn:aws:iam::{account}:role/{}", caller.name);
    let request = json!({"roleArn": role, "roleSessionName": session, "durationSeconds": 3600});
    let response = json!({
        "credentials": {"accessKeyId": format!("ASIA{}", rng.capitals(16)), "sessionToken": rng.base64(340),
                        "expiration": "Mar 1, 2026, 11:31:14 PM"},
        "assumedRoleUser": {"assumedRoleId": format!("{}:{session}", caller.id),
                            "arn": format!("arn:aws:sts::{account}:assumed-role/{}/{session}", caller.name)},
    });
    let resources = json!([{"accountId": account, "type": "AWS::IAM::Role", "ARN": role}]);
    Call { resources: Some(resources), ..Call::write("sts", "AssumeRole", request, response) }
}

fn look(rng: &mut Rng, caller: &Caller) -> Call {
    const LOOKS: [(&str, &str); 20] = [
        ("ec2", "DescribeVolumes"),
        ("ec2", "DescribeTags"),
        ("ec2", "DescribeNetworkInterfaces"),
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeSubnets"),
        ("ec2", "DescribeInstanceStatus"),
        ("ec2", "DescribeInstanceTypes"),
        ("autoscaling", "DescribeAutoScalingGroups"),
        ("elasticloadbalancing", "DescribeTargetHealth"),
        ("logs", "DescribeLogStreams"),
        ("rds", "DescribeDBInstances"),
        ("monitoring", "DescribeAlarms"),
        ("ecs", "DescribeTasks"),
        ("eks", "DescribeCluster"),
        ("iam", "ListRoles"),
        ("iam", "GetRolePolicy"),
        ("lambda", "GetFunction20150331v2"),
        ("s3", "GetBucketAcl"),
        ("secretsmanager", "GetSecretValue"),
        ("dynamodb", "DescribeTable"),
    ];
    let (source, name) = LOOKS[rng.below(LOOKS.len())];
    let request = if source == "ec2" {
        let filter = json!({"name": "vpc-id", "valueSet": {"items": [{"value": caller.vpc}]}});
        json!({"maxResults": 1000, "filterSet": {"items": [filter]}})
    } else {
        json!({"name": caller.name})
    };
    Call::read(source, name, request)
}

/// A search through logs, whose text holds what such a search looks for.
fn decoy(rng: &mut Rng) -> Call {
    let note =
        r#"{"Records":[{"eventName":"RunInstances","userIdentity":{"type":"Root"}}]},{"eventVersion":"1.11""#;
    let request = json!({
        "logGroupName": "trail", "eventName": "RunInstances",
        "queryString": r#"fields @timestamp | filter eventName = "RunInstances" and "eventName":"CreateFleet""#,
        "notes": [note, {"eventName": "RunInstances", "eventSource": "ec2.amazonaws.com", "eventID": rng.uuid()}],
        "escapes": "caf\u{e9} \\ \"quoted\" \t \\\"eventName\\\":\\\"RunInstances\\\" {[}]",
    });
    Call::write("logs", "StartQuery", request, json!({"queryId": rng.uuid()}))
}

fn write(rng: &mut Rng, place: &Place<'_>, caller: &Caller, call: Call, id: &str) -> String {
    let address = &caller.addresses[rng.skewed(caller.addresses.len())];
    let time = format!("{}{:02}:{:02}Z", place.hour, rng.below(60), rng.below(60));
    let quoted = |value: &str| Value::from(value).to_string();
    let mut text = format!(
        r#"{{"eventVersion":"1.11","userIdentity":{},"eventTime":"{time}","eventSource":"{}.amazonaws.com","eventName":"{}","awsRegion":"{}","sourceIPAddress":"{address}","userAgent":{}"#,
        identity(rng, place, caller),
        call.source,
        call.name,
        place.region,
        quoted(&caller.agent),
    );
    if let Some((code, message)) = &call.error {
        text += &format!(r#","errorCode":"{code}","errorMessage":{}"#, quoted(message));
    }
    text += &format!(r#","requestParameters":{},"responseElements":{}"#, call.request, call.response);
    if let Some(additional) = &call.additional {
        text += &format!(r#","additionalEventData":{additional}"#);
    }
    text += &format!(r#","requestID":"{}","eventID":"{id}","readOnly":{}"#, rng.uuid(), call.reads);
    if let Some(resources) = &call.resources {
        text += &format!(r#","resources":{resources}"#);
    }
    let category = if call.is_data { "Data" } else { "Management" };
    text += &format!(
        r#","eventType":"AwsApiCall","managementEvent":{},"recipientAccountId":"{}","eventCategory":"{category}""#,
        !call.is_data, place.account.id,
    );
    text += &format!(
        r#","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{}.{}.amazonaws.com"}}}}"#,
        call.source, place.region,
    );
    text
}

fn identity(rng: &mut Rng, place: &Place<'_>, caller: &Caller) -> Value {
    let (account, name) = (&place.account.id, &caller.name);
    let session = &caller.sessions[rng.skewed(caller.sessions.len())];
    if caller.is_user {
        return json!({"type": "IAMUser", "principalId": caller.id, "arn": format!("arn:aws:iam::{account}:user/{name}"),
            "accountId": account, "accessKeyId": session, "userName": name});
    }
    // A session keeps its key for an hour.
    let stream = place
        .hour
        .bytes()
        .chain(session.bytes())
        .fold(0, |sum, byte| sum * 31 % 0xffff_fffb + u64::from(byte));
    let key = Rng::of(7, stream).capitals(16);
    let mut context = json!({
        "sessionIssuer": {"type": "Role", "principalId": caller.id, "arn": format!("arn:aws:iam::{account}:role/{name}"),
                          "accountId": account, "userName": name},
        "attributes": {"creationDate": format!("{}00:00Z", place.hour), "mfaAuthenticated": "false"},
    });
    if session.starts_with("i-") {
        context["ec2RoleDelivery"] = json!("2.0");
    }
    json!({"type": "AssumedRole", "principalId": format!("{}:{session}", caller.id),
        "arn": format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"), "accountId": account,
        "accessKeyId": format!("ASIA{key}"), "sessionContext": context})
}
