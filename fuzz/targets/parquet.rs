//! Any bytes as a Parquet file among others: what must hold of every file holds, and its reader may panic but never
//! runs out of memory or stack.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minetrail_fuzz::files::read_among_others;

fuzz_target!(|input: &[u8]| {
    // Both ends of such a file are always the same, so the fuzzer need not find them; the footer's length may lie.
    let Some((footer, content)) = input.split_first_chunk::<2>() else { return };
    let footer = u32::from(u16::from_le_bytes(*footer)).to_le_bytes();
    read_among_others(&[b"PAR1", content, &footer, b"PAR1"].concat());
});
