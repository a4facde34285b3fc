//! Any text as a cell of a table, and any text as a table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::{read, same_record, sound_record};

fuzz_target!(|input: &[u8]| {
    // A cell is known by `{` and a quote, so a record that begins with white space is not looked for.
    if let Some(record) = sound_record(input) {
        let cell = record.to_string().replace('"', "\"\"");
        same_record(input, format!("time,event,other\r\n2026,\"{cell}\",x\r\n").as_bytes());
        same_record(input, format!("event\n\"{cell}\"").as_bytes());
    }
    read(&[b"a,b\n1,\"{\"\"", input].concat(), 61);
    read(input, 61);
});
