//! Any text as what an Elastic document keeps of a record: its flattened request, and any member of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::read;
use serde_json::{Value, json};

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let member = serde_json::from_slice(input).unwrap_or_else(|_| json!(text));
    for document in [document(&json!(text), &Value::Null), document(&json!(text), &member)] {
        let (found, summary) = read(document.to_string().as_bytes(), usize::MAX / 2);
        assert_eq!((summary.records, summary.rejected), (1, 0), "{summary:?}: {:?}", found.rejected);
    }
});

fn document(flat: &Value, member: &Value) -> Value {
    json!({"_source": {
        "@timestamp": "2026-09-14T02:11:32.000Z",
        "event": {"action": "RunInstances", "provider": "ec2.amazonaws.com", "id": member},
        "cloud": {"account": {"id": "111122223333"}, "region": "us-west-2"},
        "user_agent": {"original": flat},
        "aws": {"cloudtrail": {
            "request_parameters": flat,
            "flattened": {"response_elements": flat, "additional_eventdata": member},
            "error_message": flat,
            "user_identity": {"arn": member, "session_context": {"session_issuer": {"arn": flat}}},
        }},
    }})
}
