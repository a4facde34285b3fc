//! Any text or bytes as the payload of log subscriptions, Kinesis and Firehose: Base64, and below it perhaps gzip.
#![no_main]

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::{read, same_record};
use serde_json::{Value, json};

fuzz_target!(|input: &[u8]| {
    let Some(([which, packing], bytes)) = input.split_first_chunk::<2>() else { return };
    match packing % 4 {
        0 => same_record(bytes, wrap(*which, &STANDARD.encode(bytes)).as_bytes()),
        1 => same_record(bytes, wrap(*which, &STANDARD.encode(gzip(bytes))).as_bytes()),
        // As they are: damaged gzip, and what is no Base64.
        2 => drop(read(wrap(*which, &STANDARD.encode([&[0x1f, 0x8b], bytes].concat())).as_bytes(), 61)),
        _ => drop(read(wrap(*which, &String::from_utf8_lossy(bytes)).as_bytes(), 61)),
    }
});

fn wrap(which: u8, data: &str) -> String {
    let envelope: Value = match which % 4 {
        0 => json!({"awslogs": {"data": data}}),
        1 => json!({"records": [{"recordId": "1", "data": data}]}),
        2 => json!({"requestId": "1", "records": [{"data": data}]}),
        _ => json!({"Records": [{"eventName": "aws:kinesis:record", "eventSource": "aws:kinesis",
                                 "kinesis": {"data": data}}]}),
    };
    envelope.to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}
