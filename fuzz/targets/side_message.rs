//! Any text as a message of a side log, and as a file of them: reading is a function, what is kept of a message is no
//! larger than the message, and windows change nothing.
#![no_main]

use event::side::{self, Source};
use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::read;
use serde_json::Value;

/// How often a letter of the message may come again in what is kept, printed: as `\u{fffd}`, or in a list of bytes.
const PRINTED_TIMES_MAX: usize = 10;

/// What is printed of any fact: the names of its members.
const PRINTED_FREE_MAX: usize = 4 << 10;

fuzz_target!(|input: &[u8]| {
    let Some((window, text)) = input.split_first() else { return };
    for source in Source::ALL {
        message(source, text);
    }
    let (found, summary) = read(text, usize::MAX / 2);
    for (source, text) in &found.messages {
        message(*source, text);
    }
    let is_sound = serde_json::Deserializer::from_slice(text).into_iter::<Value>().all(|value| value.is_ok());
    // What is not JSON may be read otherwise as its windows fall; they do not depend on threads.
    let (in_windows, other) = read(text, usize::from(*window) + 1);
    if is_sound {
        assert_eq!((&found.records, &found.messages), (&in_windows.records, &in_windows.messages));
        assert_eq!(summary, other);
    }
});

fn message(source: Source, text: &[u8]) {
    let fact = side::read(source, text);
    let printed = format!("{fact:?}").len();
    let most = PRINTED_FREE_MAX + PRINTED_TIMES_MAX * text.len();
    assert!(printed <= most, "{printed} bytes are kept of {}", text.len());
    assert_eq!(fact, side::read(source, text));
}
