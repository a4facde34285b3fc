//! Any text inside of the strings of notices, queues, log services and look-ups, up to three deep.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::same_record;
use serde_json::{Value, json};

fuzz_target!(|input: &[u8]| {
    let Some(([around, deeper], record)) = input.split_first_chunk::<2>() else { return };
    let mut text = String::from_utf8_lossy(record).into_owned();
    text = wrap(*around, &text);
    for _ in 0..deeper % 3 {
        text = wrap(around.rotate_right(u32::from(*deeper)), &text);
    }
    same_record(record, text.as_bytes());
});

fn wrap(which: u8, text: &str) -> String {
    let envelope: Value = match which % 12 {
        0 => json!({"Events": [{"EventId": "x", "CloudTrailEvent": text}]}),
        1 => json!({"Type": "Notification", "Message": text}),
        2 => json!({"Messages": [{"MessageId": "x", "Body": text}]}),
        3 => json!({"Records": [{"messageId": "x", "body": text, "eventSource": "aws:sqs"}]}),
        4 => json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]}),
        5 => json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": text}]}),
        6 => json!({"_time": "x", "_raw": text}),
        7 => json!({"result": {"_raw": text}}),
        8 => json!({"event.original": text}),
        9 => json!({"@message": text}),
        10 => json!({"log": text}),
        _ => json!({"_source": {"event": {"original": text}, "aws": {"cloudtrail": {"event_version": "0"}}}}),
    };
    envelope.to_string()
}
