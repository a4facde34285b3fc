//! Any text as an object inside of the envelopes of buses and exports.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::same_record;

/// What stands before and behind the record.
const AROUND: [(&str, &str); 16] = [
    ("{\"Records\":[", "]}"),
    ("{\"Records\" : [\n", "\n], \"x\": {\"Records\": []}}"),
    ("[", "]"),
    ("\u{feff}", "\r\n"),
    (
        "{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":",
        ",\"source\":\"aws.ec2\"}",
    ),
    ("[{\"detail\":", "}]"),
    ("{\"preview\":false,\"result\":", "}"),
    ("{\"results\":[", "]}"),
    ("{\"_id\":\"x\",\"_source\":", "}"),
    ("{\"took\":1,\"hits\":{\"total\":1,\"hits\":[{\"_source\":", "}]}}"),
    ("{\"event\":{\"name\":\"x\"},\"aws\":{\"cloudtrail\":", "}}"),
    ("{\"log\":", "}"),
    ("{\"message\":", "}"),
    ("{\"record\":", "}"),
    ("{\"Events\":[", "],\"NextToken\":\"x\"}"),
    ("\u{1e}", "\n"),
];

fuzz_target!(|input: &[u8]| {
    let Some((which, record)) = input.split_first() else { return };
    let (before, behind) = AROUND[usize::from(*which) % AROUND.len()];
    same_record(record, &[before.as_bytes(), record, behind.as_bytes()].concat());
});
