//! Inflates whole gzip objects that fit in memory, about twice as fast as any stream can.
//!
//! libdeflate needs a whole member in and a whole member out. Its safe wrapper does not say how
//! much of the input a member took, and without that the second member of a file is lost without an
//! error; so this module calls the C function that does say it. It is the only unsafe code of
//! the crate.
//!
//! Anything but a perfect object (a break, a bad checksum, too large) is refused without a
//! verdict: the stream in [`crate::gzip`] reads it again, keeps what is good, and says what is wrong.

use std::ptr::NonNull;

use libdeflate_sys as sys;

use crate::buffers::grow;

/// The most text that is inflated at once.
///
/// Less, and ordinary log files of a few megabytes take the slow way; more, and every thread
/// keeps that much memory although its cache cannot hold it.
pub(crate) const WHOLE_BYTES_MAX: usize = 16 << 20;

/// What a first guess at the size of the text may not be below: too small a guess costs a second try.
const GUESS_MIN: usize = 64 << 10;

/// No byte of deflate can become more than this many bytes of text, whatever a size claims.
const DEFLATE_RATIO_MAX: usize = 1032;

/// A libdeflate decompressor, to be reused for many objects.
pub(crate) struct Inflater {
    decompressor: NonNull<sys::libdeflate_decompressor>,
}

/// A whole object that was inflated without a fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    /// How many bytes of the output are text.
    pub(crate) bytes: usize,
    /// Whether bytes that are no gzip member followed the last one.
    pub(crate) trailing: bool,
}

enum Member {
    Inflated { taken: usize, given: usize },
    OutputTooSmall,
    Faulty,
}

// SAFETY: a decompressor is a block of memory without ties to the thread that made it; the
// library only asks that it is not used by two at once, which `&mut self` ensures.
#[expect(unsafe_code, reason = "the decompressor moves into the thread that uses it")]
unsafe impl Send for Inflater {}

impl Inflater {
    /// Returns a decompressor, or `None` when memory for it cannot be had.
    pub(crate) fn new() -> Option<Self> {
        // SAFETY: the function has no preconditions; null means that memory is short.
        #[expect(unsafe_code, reason = "C function")]
        let decompressor = unsafe { sys::libdeflate_alloc_decompressor() };
        NonNull::new(decompressor).map(|decompressor| Self { decompressor })
    }

    /// Inflates all members of `input` into the beginning of `output`, which grows as needed and never shrinks.
    ///
    /// Returns `None` when that is not possible without a fault, within `members_max` members and
    /// within [`WHOLE_BYTES_MAX`] bytes. What `output` holds is then of no use.
    pub(crate) fn whole(&mut self, input: &[u8], output: &mut Vec<u8>, members_max: u64) -> Option<Whole> {
        let possible = input.len().saturating_mul(DEFLATE_RATIO_MAX).min(WHOLE_BYTES_MAX);
        let guess = size_of_last_member(input).min(possible).max(GUESS_MIN);
        grow(output, guess, 0);
        let (mut taken_all, mut given_all, mut members) = (0, 0, 0);
        // The first byte decides, as in the stream: the two must agree on what is a member.
        while members == 0 || input.get(taken_all) == Some(&crate::gzip::MEMBER_BEGINS) {
            match self.member(input.get(taken_all..)?, output.get_mut(given_all..)?) {
                Member::Inflated { taken, given } => {
                    taken_all += taken;
                    given_all += given;
                    members += 1;
                }
                Member::OutputTooSmall if output.len() < WHOLE_BYTES_MAX => {
                    let larger = (output.len() * 2).min(WHOLE_BYTES_MAX);
                    grow(output, larger, given_all);
                }
                Member::OutputTooSmall | Member::Faulty => return None,
            }
            if members > members_max {
                return None;
            }
        }
        Some(Whole { bytes: given_all, trailing: taken_all < input.len() })
    }

    fn member(&mut self, input: &[u8], output: &mut [u8]) -> Member {
        let (mut taken, mut given) = (0, 0);
        // SAFETY: the decompressor is alive until drop and not used elsewhere; both pointers are
        // valid for the lengths given with them; the two counters outlive the call.
        #[expect(unsafe_code, reason = "C function, the only one that says how much input was taken")]
        let result = unsafe {
            sys::libdeflate_gzip_decompress_ex(
                self.decompressor.as_ptr(),
                input.as_ptr().cast(),
                input.len(),
                output.as_mut_ptr().cast(),
                output.len(),
                &mut taken,
                &mut given,
            )
        };
        match result {
            sys::libdeflate_result_LIBDEFLATE_SUCCESS => Member::Inflated { taken, given },
            sys::libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Member::OutputTooSmall,
            _ => Member::Faulty,
        }
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the allocating function and is freed once.
        #[expect(unsafe_code, reason = "C function")]
        unsafe {
            sys::libdeflate_free_decompressor(self.decompressor.as_ptr());
        }
    }
}

/// Returns what the last four bytes claim as the size of the last member. A hint, never to be trusted.
fn size_of_last_member(input: &[u8]) -> usize {
    match input.last_chunk::<4>() {
        Some(claim) => u32::from_le_bytes(*claim) as usize,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gzip, noise};

    fn inflate(input: &[u8]) -> Option<(Vec<u8>, bool)> {
        let mut output = Vec::new();
        let whole = Inflater::new().unwrap().whole(input, &mut output, 100)?;
        output.truncate(whole.bytes);
        Some((output, whole.trailing))
    }

    #[test]
    fn every_member_is_inflated_also_when_all_have_one_size() {
        let twice = [gzip(b"same size 1\n"), gzip(b"same size 2\n"), gzip(b"same size 1\n")].concat();
        assert_eq!(inflate(&twice), Some((b"same size 1\nsame size 2\nsame size 1\n".to_vec(), false)));
    }

    #[test]
    fn bytes_behind_the_last_member_are_noticed() {
        for behind in [&b"\0\0\0\0"[..], b"garbage"] {
            let padded = [&gzip(b"text"), behind].concat();
            assert_eq!(inflate(&padded), Some((b"text".to_vec(), true)));
        }
    }

    #[test]
    fn anything_less_than_perfect_is_left_to_the_stream() {
        let good = gzip(&noise(100));
        for length in 0..good.len() {
            assert_eq!(inflate(&good[..length]), None, "cut at {length}");
        }
        let mut bad_checksum = good.clone();
        let at = good.len() - 8;
        bad_checksum[at] ^= 1;
        assert_eq!(inflate(&bad_checksum), None);
    }

    #[test]
    fn a_size_that_lies_neither_bloats_nor_breaks() {
        let mut liar = gzip(&[b'a'; 300_000]);
        let at = liar.len() - 4;
        liar[at..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(inflate(&liar), None, "the size is part of what is checked");

        let first_is_large = [gzip(&[b'a'; 300_000]), gzip(b"b")].concat();
        assert_eq!(inflate(&first_is_large).unwrap().0.len(), 300_001);
    }

    #[test]
    fn what_is_too_large_or_in_too_many_pieces_is_left_to_the_stream() {
        assert_eq!(inflate(&gzip(&vec![0; WHOLE_BYTES_MAX + 1])), None);
        assert_eq!(inflate(&gzip(b"").repeat(101)), None);
    }
}
