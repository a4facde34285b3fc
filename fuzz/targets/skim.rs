//! Any text: all sets of instructions and all windows see the same, and what they see is what `serde_json` says.
#![no_main]

use std::cell::RefCell;

use event::skim::judge::Judge;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static JUDGE: RefCell<Judge> = RefCell::new(Judge::default());
}

fuzz_target!(|input: &[u8]| {
    // The first byte says how large the windows are, so that the fuzzer can put their ends where it likes.
    let Some((window, text)) = input.split_first() else { return };
    JUDGE.with_borrow_mut(|judge| judge.hold(text, usize::from(*window) + 1));
});
