//! The trail a drill writes: calls become CloudTrail records with all usual fields.
//!
//! The casing of parameters is the caller's business, for it differs by API. What is the same for
//! all is done here: request ids, TLS details, `readOnly`, null parameters of refused calls.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::actor::Actor;
use crate::rng::Rng;
use crate::time::iso;

/// The format version CloudTrail writes today.
const EVENT_VERSION: &str = "1.11";
/// How much of one field CloudTrail keeps; beyond it the field says only that it was left out.
const FIELD_BYTES_MAX: usize = 100 * 1024;
/// Services whose refused calls keep their parameters in the record.
///
/// Query and REST-XML services do; JSON services write `null` (seen in published samples).
const KEEPS_REFUSED_PARAMETERS: &[&str] = &["ec2", "autoscaling", "s3"];

/// All records written so far.
#[derive(Debug)]
pub(crate) struct Log {
    rng: Rng,
    records: Vec<(Timestamp, Value)>,
}

impl Log {
    /// Returns an empty log that takes its ids from `rng`.
    pub(crate) fn new(rng: Rng) -> Self {
        Self { rng, records: Vec::new() }
    }

    /// Starts a record of `actor` calling `service` (as in `ec2`) operation `name` in `region`.
    pub(crate) fn call<'a>(
        &'a mut self,
        actor: &'a Actor,
        time: Timestamp,
        region: &'a str,
        service: &'a str,
        name: &'a str,
    ) -> Call<'a> {
        let request_id = if service == "s3" { self.rng.base32(16) } else { self.rng.uuid() };
        Call {
            record: Map::new(),
            request: Value::Null,
            response: Value::Null,
            refused: false,
            request_id,
            log: self,
            actor,
            time,
            region,
            service,
            name,
        }
    }

    /// Returns the source of ids, for resources a call makes.
    pub(crate) fn ids(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// Returns the records in event time; those of the same second stay as they were written.
    pub(crate) fn into_records(self) -> Vec<(Timestamp, Value)> {
        let mut records = self.records;
        records.sort_by_key(|(time, _)| *time);
        records
    }
}

/// One record in the making. Nothing is written before [`Call::send`].
#[derive(Debug)]
pub(crate) struct Call<'a> {
    log: &'a mut Log,
    actor: &'a Actor,
    time: Timestamp,
    region: &'a str,
    service: &'a str,
    name: &'a str,
    request_id: String,
    request: Value,
    response: Value,
    refused: bool,
    record: Map<String, Value>,
}

impl Call<'_> {
    /// Sets `requestParameters`.
    pub(crate) fn request(mut self, parameters: Value) -> Self {
        self.request = parameters;
        self
    }

    /// Sets `responseElements`; of reading calls CloudTrail writes `null`.
    pub(crate) fn response(mut self, elements: Value) -> Self {
        self.response = elements;
        self
    }

    /// Makes the call fail with `code` and `message`; parameters stay, the response is `null`.
    pub(crate) fn error(mut self, code: &str, message: &str) -> Self {
        self.record.insert("errorCode".into(), json!(code));
        self.record.insert("errorMessage".into(), json!(message));
        self
    }

    /// Makes the call fail for want of permission on `resource`, in the words of its service.
    pub(crate) fn denied(mut self, resource: &str) -> Self {
        let (arn, service) = (self.actor.arn().to_owned(), permission_prefix(self.service));
        let action = format!("{service}:{}", bare_name(self.name));
        let reason = format!(
            "User: {arn} is not authorized to perform: {action} on resource: {resource} because no \
             identity-based policy allows the {action} action"
        );
        self.refused = !KEEPS_REFUSED_PARAMETERS.contains(&self.service);
        if self.service != "ec2" {
            return self.error("AccessDenied", &reason);
        }
        let secret = self.log.rng.letters(320);
        let message = format!(
            "You are not authorized to perform this operation. {reason}. Encoded authorization failure \
             message: {secret}"
        );
        self.error("Client.UnauthorizedOperation", &message)
    }

    /// Adds the top-level field `name`, such as `additionalEventData` or `sharedEventID`.
    pub(crate) fn field(mut self, name: &str, value: Value) -> Self {
        self.record.insert(name.into(), value);
        self
    }

    /// Adds the resource `arn` of CloudFormation type `kind`, which lies in `account`.
    pub(crate) fn resource(mut self, account: &str, kind: &str, arn: &str) -> Self {
        let entry = json!({"accountId": account, "type": kind, "ARN": arn});
        match self.record.get_mut("resources").and_then(Value::as_array_mut) {
            Some(list) => list.push(entry),
            None => return self.field("resources", json!([entry])),
        }
        self
    }

    /// Records the call in the trail of `account` instead of the caller's.
    pub(crate) fn recipient(self, account: &str) -> Self {
        self.field("recipientAccountId", json!(account))
    }

    /// Writes the record and returns its `eventID`.
    pub(crate) fn send(mut self) -> String {
        let event_id = self.log.rng.uuid();
        self.settle_parameters();
        self.settle_origin();
        let read_only = is_read_only(self.name);
        let defaults = [
            ("eventVersion", json!(EVENT_VERSION)),
            ("userIdentity", self.actor.identity().clone()),
            ("eventTime", json!(iso(self.time))),
            ("eventSource", json!(format!("{}.amazonaws.com", self.service))),
            ("eventName", json!(self.name)),
            ("awsRegion", json!(self.region)),
            ("requestID", json!(self.request_id)),
            ("eventID", json!(event_id)),
            ("readOnly", json!(read_only)),
            ("eventType", json!("AwsApiCall")),
            ("managementEvent", json!(true)),
            ("recipientAccountId", json!(self.actor.account)),
            ("eventCategory", json!("Management")),
        ];
        for (name, value) in defaults {
            self.record.entry(name).or_insert(value);
        }
        // Sign-in events have no request id at all.
        self.record.retain(|name, value| name != "requestID" || !value.is_null());
        self.log.records.push((self.time, Value::Object(self.record)));
        event_id
    }

    /// Puts request and response into the record as the outcome of the call demands.
    fn settle_parameters(&mut self) {
        let failed = self.record.contains_key("errorCode");
        let request = if self.refused { Value::Null } else { self.request.take() };
        let mut response = if failed { Value::Null } else { self.response.take() };
        if self.service == "ec2" {
            add_request_id(&mut response, &self.request_id);
        }
        self.record.insert("requestParameters".into(), within_limit(request));
        self.record.insert("responseElements".into(), within_limit(response));
    }

    /// Puts address, agent, endpoint and TLS details into the record.
    fn settle_origin(&mut self) {
        let actor = self.actor;
        self.record.entry("sourceIPAddress").or_insert(json!(actor.address()));
        self.record.entry("userAgent").or_insert(json!(actor.agent()));
        if let Some(endpoint) = actor.endpoint() {
            self.record.insert("vpcEndpointId".into(), json!(endpoint));
            self.record.insert("vpcEndpointAccountId".into(), json!(actor.endpoint_owner()));
        }
        if actor.is_console() && self.service != "signin" {
            self.record.insert("sessionCredentialFromConsole".into(), json!("true"));
        }
        if actor.has_tls() {
            let details = json!({
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": host(self.service, self.region),
            });
            self.record.insert("tlsDetails".into(), details);
        }
    }
}

/// EC2 repeats the request id in its response, inside the wrapper where there is one.
fn add_request_id(response: &mut Value, request_id: &str) {
    let Some(elements) = response.as_object_mut() else { return };
    let wrapped = elements.len() == 1 && elements.keys().all(|name| name.ends_with("Response"));
    let inner =
        if wrapped { elements.values_mut().next().and_then(Value::as_object_mut) } else { Some(elements) };
    let Some(inner) = inner else { return };
    inner.insert("requestId".into(), json!(request_id));
    if wrapped {
        inner.insert("xmlns".into(), json!("http://ec2.amazonaws.com/doc/2016-11-15/"));
    }
}

/// Returns `value`, or the note CloudTrail leaves in the place of a field that is too large.
fn within_limit(value: Value) -> Value {
    let size = value.to_string().len();
    if size <= FIELD_BYTES_MAX {
        return value;
    }
    json!({"omitted": true, "originalSize": size, "reason": "field exceeds the maximum size"})
}

/// Tells whether CloudTrail marks an operation of this name as reading only.
fn is_read_only(name: &str) -> bool {
    const READING: &[&str] = &[
        "Describe",
        "Get",
        "List",
        "Lookup",
        "Head",
        "BatchGet",
        "Decrypt",
        "AssumeRole",
        "Search",
        "Filter",
    ];
    READING.iter().any(|prefix| name.starts_with(prefix)) && name != "GetFederationToken"
}

/// Returns the operation without the API date Lambda and CloudFront append, `CreateFunction20150331`.
fn bare_name(name: &str) -> &str {
    name.find(|c: char| c.is_ascii_digit()).map_or(name, |at| &name[..at])
}

/// Returns the name of a service in IAM actions, where it differs from the event source.
fn permission_prefix(service: &str) -> &str {
    match service {
        "monitoring" => "cloudwatch",
        other => other,
    }
}

/// Returns the host name a client asks for.
fn host(service: &str, region: &str) -> String {
    match service {
        "iam" | "organizations" | "account" | "route53" => format!("{service}.amazonaws.com"),
        "ecr" | "sagemaker" => format!("api.{service}.{region}.amazonaws.com"),
        "signin" => format!("{region}.signin.aws.amazon.com"),
        _ => format!("{service}.{region}.amazonaws.com"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::User;
    use crate::time::Span;

    fn one(build: impl FnOnce(Call<'_>) -> Call<'_>, service: &str, name: &str) -> Value {
        let user = User {
            account: "123456789012".into(),
            name: "ann".into(),
            id: "AIDAX".into(),
            key: "AKIAX".into(),
        };
        let actor = user.actor().at("198.51.100.7").with_agent("aws-cli/2.32.3");
        let mut log = Log::new(Rng::new(1));
        build(log.call(&actor, Span::new(0, 1).at(0, 9, 30), "us-east-1", service, name)).send();
        log.into_records().remove(0).1
    }

    #[test]
    fn an_ec2_call_refused_for_want_of_permission_keeps_its_parameters() {
        let record = one(
            |call| call.request(json!({"instanceType": "p4d.24xlarge"})).denied("arn:aws:ec2:::instance/*"),
            "ec2",
            "RunInstances",
        );
        assert_eq!(record["errorCode"], "Client.UnauthorizedOperation");
        assert_eq!(record["requestParameters"]["instanceType"], "p4d.24xlarge");
        assert!(record["responseElements"].is_null());
    }

    #[test]
    fn a_json_service_forgets_the_parameters_of_a_refused_call_but_names_the_resource() {
        let record = one(
            |call| {
                call.request(json!({"bundleId": "x"})).denied("arn:aws:lightsail:us-east-1:123456789012:*")
            },
            "lightsail",
            "CreateInstances",
        );
        assert!(record["requestParameters"].is_null());
        assert!(
            record["errorMessage"]
                .as_str()
                .unwrap()
                .contains("lightsail:CreateInstances on resource: arn:aws")
        );
    }

    #[test]
    fn ec2_repeats_the_request_id_inside_a_wrapped_response() {
        let record = one(
            |call| call.response(json!({"CreateLaunchTemplateResponse": {"launchTemplate": {}}})),
            "ec2",
            "CreateLaunchTemplate",
        );
        assert_eq!(
            record["responseElements"]["CreateLaunchTemplateResponse"]["requestId"],
            record["requestID"]
        );
    }

    #[test]
    fn a_field_beyond_the_limit_is_left_out_with_a_note() {
        let record =
            one(|call| call.response(json!({"tagSet": "x".repeat(FIELD_BYTES_MAX)})), "ec2", "RunInstances");
        assert_eq!(record["responseElements"]["omitted"], true);
    }

    #[test]
    fn reading_operations_are_marked_so() {
        assert_eq!(one(|call| call, "sts", "AssumeRole")["readOnly"], true);
        assert_eq!(one(|call| call, "ec2", "StartInstances")["readOnly"], false);
    }
}
