//! The same records come out of every envelope, and what is not a record is told apart.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use event::limits::Limits;
use event::skim::{
    Field, ObjectKind, ObjectSummary, Part, Reader, RecordSink, RejectReason, Rejected, Skimmed,
};
use serde_json::{Value, json};

/// Keeps the event ids and the texts of the records, and what was rejected.
#[derive(Default)]
struct Found {
    ids: Vec<String>,
    records: Vec<Value>,
    rejected: Vec<Rejected>,
}

impl RecordSink for Found {
    fn record(&mut self, record: &Skimmed<'_>) {
        self.ids.push(record.text(Field::EventId).unwrap_or_default().into_owned());
        self.records
            .push(serde_json::from_str(&String::from_utf8_lossy(record.raw())).expect("a record is JSON"));
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

/// Reads a text in windows that are small, in windows that are large, and at once: it must make no difference.
fn read(text: &[u8]) -> (Found, ObjectSummary) {
    let mut reader = Reader::new(Limits::default());
    let mut results = [61, 4096, usize::MAX / 2].map(|size| {
        let mut found = Found::default();
        reader.begin();
        let (mut start, mut end) = (0, size);
        while end < text.len() {
            start += reader.feed(&text[start..end], &mut found);
            end += size;
        }
        let summary = reader.finish(&text[start..], &mut found);
        (found, summary)
    });
    for (found, summary) in &results[1..] {
        assert_eq!(found.records, results[0].0.records);
        assert_eq!(found.rejected, results[0].0.rejected);
        assert_eq!(*summary, results[0].1);
    }
    let [.., last] = &mut results;
    std::mem::replace(last, (Found::default(), last.1))
}

/// A record as AWS writes it, with things in it that look like other things.
fn record(id: &str) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory", "userName": "mallory"},
        "eventTime": "2026-09-14T02:11:07Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "awsRegion": "us-east-1",
        "userAgent": "quotes \" and \\ and {\"Records\":[{\"eventName\":\"x\"}]} in café \u{1F600}",
        "requestParameters": {"eventName": "nested", "detail": {"eventName": "nested"}, "Records": [{"eventName": "x"}]},
        "responseElements": null,
        "eventID": id,
    })
}

/// The three records that stand in every envelope below.
fn records() -> Vec<Value> {
    ["one", "two", "three"].map(record).to_vec()
}

/// Asserts that the three records come out of `text`.
fn assert_reads(text: impl AsRef<[u8]>, what: &str) {
    let (found, summary) = read(text.as_ref());
    assert_eq!(found.rejected, [], "{what}");
    assert_eq!(found.records, records(), "{what}");
    assert_eq!((summary.kind, summary.records), (ObjectKind::CloudTrail, 3), "{what}");
    assert!(!summary.truncated && !summary.gave_up, "{what}");
}

/// Joins the three records, each wrapped by `wrap`.
fn joined(separator: &str, wrap: impl Fn(&Value) -> Value) -> String {
    records().iter().map(|record| wrap(record).to_string()).collect::<Vec<_>>().join(separator)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

#[test]
fn log_files_of_every_shape_give_the_same_records() {
    let file = json!({"Records": records()});
    assert_reads(file.to_string(), "one line");
    assert_reads(format!("\u{feff}{file:#}\r\n"), "pretty, with a byte order mark");
    assert_reads(format!("{file:#}").replace('\n', "\r\n"), "pretty, with carriage returns");
    assert_reads(
        json!({"a": {"Records": []}, "Records": records(), "z": [1, "]}"]}).to_string(),
        "members around",
    );
    assert_reads(joined("", |record| json!({"Records": [record]})), "concatenated");
    assert_reads(joined("\n", |record| json!({"Records": [record]})), "one file a line");
    assert_reads(json!(records()).to_string(), "an array");
    assert_reads(joined("\n", Value::clone), "JSON lines");
    assert_reads(joined("\r\n\r\n", Value::clone) + "\r\n", "JSON lines with empty ones");
    assert_reads(joined("", Value::clone), "records without anything between");
    assert_reads(format!("\u{1e}{}\n", joined("\n\u{1e}", Value::clone)), "a JSON text sequence");
    assert_reads(json!([{"Records": records()}]).to_string(), "an array of files");
}

#[test]
fn buses_and_queues_give_the_same_records() {
    let event = |record: &Value| {
        json!({"version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail", "source": "aws.ec2",
               "resources": [], "detail": record})
    };
    assert_reads(joined("\n", event), "EventBridge, one a line");
    assert_reads(
        json!(records().iter().map(event).collect::<Vec<_>>()).to_string(),
        "an array of EventBridge events",
    );
    let notice = |record: &Value| json!({"Type": "Notification", "Message": event(record).to_string()});
    assert_reads(joined("\n", notice), "through SNS");
    let message = |record: &Value| json!({"MessageId": "x", "Body": notice(record).to_string()});
    let messages: Vec<_> = records().iter().map(message).collect();
    assert_reads(json!({"Messages": messages}).to_string(), "received from SQS");
    let body = |record: &Value| json!({"messageId": "x", "body": notice(record).to_string(), "eventSource": "aws:sqs"});
    assert_reads(
        json!({"Records": records().iter().map(body).collect::<Vec<_>>()}).to_string(),
        "a function's batch",
    );
    let sns = |record: &Value| json!({"EventSource": "aws:sns", "Sns": {"Message": record.to_string()}});
    assert_reads(
        json!({"Records": records().iter().map(sns).collect::<Vec<_>>()}).to_string(),
        "a function's notice",
    );
}

#[test]
fn log_services_give_the_same_records() {
    let messages: Vec<_> =
        records().iter().map(|record| json!({"id": "1", "message": record.to_string()})).collect();
    let batch = json!({"messageType": "DATA_MESSAGE", "logGroup": "trail", "logEvents": messages});
    assert_reads(batch.to_string(), "a subscription's batch");
    assert_reads(
        format!("{batch}{}", json!({"messageType": "DATA_MESSAGE", "logEvents": []})),
        "concatenated batches",
    );
    let data = STANDARD.encode(gzip(&batch.to_string()));
    assert_reads(json!({"awslogs": {"data": data}}).to_string(), "a function's event");
    assert_reads(json!({"records": [{"recordId": "1", "data": data}]}).to_string(), "Firehose, compressed");
    let plain = STANDARD.encode(joined("\n", Value::clone));
    assert_reads(json!({"requestId": "1", "records": [{"data": plain}]}).to_string(), "Firehose, plain");
    let kinesis =
        json!({"eventName": "aws:kinesis:record", "eventSource": "aws:kinesis", "kinesis": {"data": data}});
    assert_reads(json!({"Records": [kinesis]}).to_string(), "Kinesis");
    let looked_up: Vec<_> = records()
        .iter()
        .map(|record| json!({"EventId": "x", "CloudTrailEvent": record.to_string()}))
        .collect();
    assert_reads(json!({"Events": looked_up, "NextToken": "x"}).to_string(), "lookup-events");
}

#[test]
fn exports_of_other_tools_give_the_same_records() {
    let raw = |record: &Value| json!({"_time": "x", "_raw": record.to_string()});
    assert_reads(joined("\n", raw), "Splunk, raw");
    assert_reads(
        joined("\n", |record| json!({"preview": false, "result": raw(record)})),
        "Splunk, one result a line",
    );
    assert_reads(
        json!({"results": records().iter().map(raw).collect::<Vec<_>>()}).to_string(),
        "Splunk, all results",
    );
    let document = |record: &Value| {
        json!({"_id": "x", "_source": {"@timestamp": "x", "event": {"original": record.to_string(), "action": "no"},
               "aws": {"cloudtrail": {"event_version": "0"}}}})
    };
    assert_reads(joined("\n", document), "Elastic, one document a line");
    let hits: Vec<_> = records().iter().map(document).collect();
    assert_reads(
        json!({"took": 1, "hits": {"total": {"value": 3}, "hits": hits}}).to_string(),
        "Elastic, a search",
    );
    assert_reads(joined("\n", |record| json!({"_source": record})), "Elastic, the record as document");
    assert_reads(
        joined("\n", |record| json!({"event": {"name": "x"}, "aws": {"cloudtrail": record}})),
        "OpenSearch",
    );
    assert_reads(json!([{"data": {"Records": records()}}]).to_string(), "a test of another tool");
    for name in ["log", "event", "record", "cloudtrail", "message", "@message"] {
        assert_reads(joined("\n", |record| json!({"x": 1, name: record})), name);
        assert_reads(joined("\n", |record| json!({"x": 1, name: record.to_string()})), name);
    }
    let rows: Vec<_> = records()
        .iter()
        .map(|record| format!("2026,\"{}\",x", record.to_string().replace('"', "\"\"")))
        .collect();
    assert_reads(format!("time,event,other\r\n{}", rows.join("\r\n")), "a table");
    assert_reads(
        format!(
            "event\n\"{}\"",
            records()
                .iter()
                .map(|record| record.to_string().replace('"', "\"\""))
                .collect::<Vec<_>>()
                .join("\"\n\"")
        ),
        "a column",
    );
}

#[test]
fn an_elastic_document_without_its_original_is_rebuilt() {
    let document = json!({"_source": {
        "@timestamp": "2026-09-14T02:11:32.000Z",
        "event": {"action": "RunInstances", "provider": "ec2.amazonaws.com", "id": "one"},
        "cloud": {"account": {"id": "111122223333"}, "region": "us-west-2"},
        "source": {"ip": "198.51.100.23"},
        "user_agent": {"original": "aws-cli/2"},
        "aws": {"cloudtrail": {
            "request_parameters": "{instanceType=g5.12xlarge, instancesSet={items=[{minCount=4, maxCount=4}]}}",
            "user_identity": {"type": "AssumedRole", "access_key_id": "ASIAEXAMPLE",
                              "session_context": {"session_issuer": {"arn": "arn:aws:iam::111122223333:role/web"}}},
        }},
    }});
    let (found, summary) = read(document.to_string().as_bytes());
    assert_eq!(summary.records, 1);
    let record = &found.records[0];
    assert_eq!(record["requestParameters"]["instancesSet"]["items"][0]["maxCount"], 4);
    assert_eq!(
        record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"],
        "arn:aws:iam::111122223333:role/web"
    );
    assert_eq!(record["userIdentity"]["accountId"], "111122223333");
    assert_eq!(record["sourceIPAddress"], "198.51.100.23");
    assert_eq!(found.ids, ["one"]);
}

/// Asserts what a text is when it holds no record and nothing is wrong with it.
fn assert_quiet(text: impl ToString, kind: ObjectKind) {
    let text = text.to_string();
    let (found, summary) = read(text.as_bytes());
    assert_eq!(found.rejected, [], "{text}");
    assert_eq!((summary.kind, summary.records), (kind, 0), "{text}");
}

#[test]
fn what_holds_no_record_is_known_for_what_it_is() {
    assert_quiet("", ObjectKind::Empty);
    assert_quiet(" \r\n", ObjectKind::Empty);
    assert_quiet("{}", ObjectKind::Empty);
    assert_quiet(json!({"Records": []}), ObjectKind::Empty);
    assert_quiet(json!([]), ObjectKind::Empty);
    assert_quiet(json!({"Event": "s3:TestEvent", "Bucket": "x"}), ObjectKind::TestEvent);
    assert_quiet(
        json!({"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL"}]}),
        ObjectKind::ControlMessage,
    );
    assert_quiet(
        json!({"digestS3Object": "x", "digestSignatureAlgorithm": "SHA256withRSA", "logFiles": []}),
        ObjectKind::Digest,
    );
    let insight = json!({"eventVersion": "1.07", "eventType": "AwsCloudTrailInsight", "insightDetails": {"state": "Start"}});
    assert_quiet(json!({"Records": [insight]}), ObjectKind::Insight);
    let notice = json!({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "userIdentity": {}, "s3": {}}]});
    assert_quiet(&notice, ObjectKind::Notification);
    assert_quiet(json!({"Type": "Notification", "Message": notice.to_string()}), ObjectKind::Notification);
    assert_quiet(
        json!({"Message": json!({"s3Bucket": "x", "s3ObjectKey": ["y"]}).to_string()}),
        ObjectKind::Notification,
    );
    assert_quiet(
        json!({"detail-type": "Object Created", "detail": {"bucket": {}}}),
        ObjectKind::Notification,
    );
    assert_quiet(json!({"detail-type": "GuardDuty Finding", "detail": {"type": "x"}}), ObjectKind::Side);
    assert_quiet(
        "{\"query_name\":\"x\"}\n{\"query_name\":\"y\"}\nnull\n12\n\"text\"\n[[1],[]]",
        ObjectKind::OtherJson,
    );
}

#[test]
fn every_value_of_a_mixed_text_is_in_one_count() {
    let mixed =
        [json!({"other": 1}), record("one"), json!({}), json!({"Records": [record("two"), {"no": 1}, 7]})];
    let text = mixed.map(|value| value.to_string()).join("\n");
    let (found, summary) = read(text.as_bytes());
    assert_eq!(found.ids, ["one", "two"]);
    assert_eq!((summary.records, summary.rejected, summary.others), (2, 2, 1));
    let offset = text.find("{\"no\"").unwrap() as u64;
    assert_eq!(found.rejected[0], Rejected { offset, index: 3, reason: RejectReason::NotARecord });
    assert_eq!(found.rejected[1].reason, RejectReason::NotARecord);
}

#[test]
fn a_payload_that_cannot_be_decoded_is_rejected_and_the_next_is_read() {
    let good = STANDARD.encode(record("one").to_string());
    let mut damaged = gzip(&record("two").to_string());
    damaged.truncate(damaged.len() / 2);
    let batch = json!({"records": [
        {"recordId": "1", "data": "not Base64!"}, {"recordId": "2", "data": STANDARD.encode(damaged)},
        {"recordId": "3", "data": good},
    ]});
    let (found, _) = read(batch.to_string().as_bytes());
    assert_eq!(found.ids, ["one"]);
    let reasons: Vec<_> = found.rejected.iter().map(|rejected| rejected.reason).collect();
    assert_eq!(reasons, [RejectReason::BadPayload, RejectReason::BadPayload]);
}

#[test]
fn a_payload_that_becomes_too_large_is_rejected() {
    let small = Limits { payload_bytes_max: 1_000_000, ..Limits::default() };
    for (size, limits) in [(10_000_000, small), (40_000_000, Limits::default())] {
        let bomb = STANDARD.encode(gzip(&" ".repeat(size)));
        let text = json!({"awslogs": {"data": bomb}}).to_string();
        let mut reader = Reader::new(limits);
        let mut found = Found::default();
        reader.begin();
        reader.finish(text.as_bytes(), &mut found);
        assert_eq!(found.rejected[0].reason, RejectReason::PayloadTooLarge);
    }
}

#[test]
fn three_envelopes_of_the_most_steps_are_opened() {
    let queue = |text: &str| json!({"Messages": [{"MessageId": "x", "Body": text}]}).to_string();
    let notices =
        |text: &str| json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]}).to_string();
    let text = record("one").to_string();
    for text in [queue(&queue(&notices(&text))), notices(&notices(&notices(&text)))] {
        let (found, _) = read(text.as_bytes());
        assert_eq!((found.ids.as_slice(), found.rejected), (&["one".to_owned()][..], vec![]), "{text}");
    }
}

#[test]
fn envelopes_in_envelopes_end_somewhere() {
    let mut text = record("one").to_string();
    for _ in 0..12 {
        text = json!({"message": text}).to_string();
    }
    assert_eq!(read(text.as_bytes()).0.rejected[0].reason, RejectReason::TooManyEnvelopes);
    let deep = format!("{{\"log\":{}{}}}", "{\"log\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(read(deep.as_bytes()).1.records, 0);
    let arrays = "[".repeat(100_000);
    assert_eq!(read(arrays.as_bytes()).1.records, 0);
}

/// Returns a folder of real inputs, if this machine has it.
fn inputs() -> Option<PathBuf> {
    let shared = std::env::var_os("MINETRAIL_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    Some(shared.join("schemas/inputs")).filter(|folder| folder.is_dir())
}

#[test]
fn the_examples_of_every_format_are_read() {
    let Some(inputs) = inputs() else {
        eprintln!("skipped: there is no ../shared/schemas/inputs here");
        return;
    };
    let expected = [
        ("01-cloudtrail-log-file.json", ObjectKind::CloudTrail, 2),
        ("01b-cloudtrail-runinstances-response-omitted.json", ObjectKind::CloudTrail, 1),
        ("03-sqs-body-s3-notification.json", ObjectKind::Notification, 0),
        ("04-sqs-body-sns-wrapped-s3-notification.json", ObjectKind::Notification, 0),
        ("05-sqs-body-sns-cloudtrail-native.json", ObjectKind::Notification, 0),
        ("06-sqs-body-s3-test-event.json", ObjectKind::TestEvent, 0),
        ("07-sqs-body-eventbridge-s3-object-created.json", ObjectKind::Notification, 0),
        ("08-eventbridge-api-call-via-cloudtrail.json", ObjectKind::CloudTrail, 1),
        ("09-cloudwatch-logs-subscription-decoded.json", ObjectKind::CloudTrail, 1),
        ("09b-cloudwatch-logs-control-message.json", ObjectKind::ControlMessage, 0),
        ("09c-lambda-awslogs-event.json", ObjectKind::CloudTrail, 1),
        ("10-firehose-transform-event.json", ObjectKind::CloudTrail, 1),
        ("11-lookup-events-response.json", ObjectKind::CloudTrail, 1),
        ("14-splunk-export.jsonl", ObjectKind::CloudTrail, 1),
        ("15-elastic-export.ndjson", ObjectKind::CloudTrail, 1),
        ("16-vpc-flow-v2-default.log", ObjectKind::NotJson, 0),
        ("18-route53-resolver-query.json", ObjectKind::Side, 0),
        ("19-guardduty-eventbridge.json", ObjectKind::Side, 0),
        ("20-cost-anomaly-eventbridge.json", ObjectKind::Side, 0),
        ("21-budgets-sns.json", ObjectKind::Side, 0),
        ("24-digest-fixture/digest-1.json", ObjectKind::Digest, 0),
        ("25-hostile-strings.json", ObjectKind::OtherJson, 0),
    ];
    for (name, kind, records) in expected {
        let text = fs::read(inputs.join(name)).unwrap();
        let (found, summary) = read(&text);
        assert_eq!((summary.kind, summary.records), (kind, records), "{name}: {:?}", found.rejected);
    }
}

#[test]
fn parts_are_there_as_they_are_written() {
    struct Parts(Vec<String>);
    impl RecordSink for Parts {
        fn record(&mut self, record: &Skimmed<'_>) {
            let part = record.span(Part::RequestParameters).unwrap();
            self.0.push(String::from_utf8(part.to_vec()).unwrap());
            assert_eq!(record.span(Part::ResponseElements), None);
        }
        fn rejected(&mut self, _: Rejected) {}
    }
    let text = br#"{"eventName":"x","eventSource":"y","requestParameters": {"b" : 1e400, "a":[ ]} ,"responseElements":null}"#;
    let mut parts = Parts(Vec::new());
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    reader.finish(text, &mut parts);
    assert_eq!(parts.0, [r#"{"b" : 1e400, "a":[ ]}"#]);
}
