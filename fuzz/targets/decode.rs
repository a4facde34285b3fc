//! Any record, as it is and under the name of every launch API: decoding neither panics nor keeps what is large.
#![no_main]

use event::launch;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// What an event may take in memory, told by its printed form. A record may have megabytes.
const EVENT_BYTES_MAX: usize = 1 << 20;

fuzz_target!(|input: &[u8]| {
    let Some((row, text)) = input.split_first_chunk::<2>() else { return };
    decode(text);

    let rows = launch::rows().count();
    let Some(row) = launch::rows().nth(usize::from(u16::from_le_bytes(*row)) % rows) else { return };
    let Ok(mut record) = serde_json::from_slice::<Value>(text) else { return };
    if !record.is_object() {
        record = json!({"requestParameters": record, "responseElements": record});
    }
    record["eventSource"] = json!(format!("{}.amazonaws.com", row.source));
    record["eventName"] = json!(row.name);
    record["eventTime"] = json!("2026-03-01T03:12:44Z");
    decode(record.to_string().as_bytes());
});

fn decode(text: &[u8]) {
    let decoded = event::decode(text);
    if let Ok(event) = &decoded {
        let printed = format!("{event:?}");
        assert!(printed.len() < EVENT_BYTES_MAX, "{} bytes are kept of {}", printed.len(), text.len());
    }
    assert_eq!(decoded, event::decode(text));
}
