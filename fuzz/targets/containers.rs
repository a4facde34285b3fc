//! Any bytes as a file among others: the sums hold, work and memory are bounded, the next file is read, and neither
//! the number of threads nor reading it twice changes anything.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::files::read_among_others;

fuzz_target!(|input: &[u8]| {
    read_among_others(input);
});
