//! Which bytes of a block are quotes, backslashes and marks: by the widest instructions the machine has.
//!
//! This is the one module with `unsafe`. The door is [`Isa::index`]; an [`Isa`] can only be had from [`Isa::all`], which
//! asks the machine first, so a function that needs certain instructions is only called where they exist. The loads
//! below read exactly the block they are given by reference, at addresses inside of it, and need no alignment.
#![expect(
    unsafe_code,
    reason = "vector loads, and calls to functions that need instructions found at run time"
)]

use super::fast::{Task, walk_indexed};
use super::index::{BLOCK_BYTES, Tables};
use super::keys::differs;
use super::skimmed::Slots;
use super::walk::Stop;

/// For each byte of a block one bit, the first byte the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Masks {
    pub(crate) quotes: u64,
    pub(crate) backslashes: u64,
    /// Brackets and colons.
    pub(crate) marks: u64,
}

/// A set of instructions that this machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Isa(Known);

/// The sets of instructions that have code of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(target_arch = "aarch64")]
    Neon,
    Words,
}

impl Isa {
    /// Returns what this machine has, the fastest first. Never empty.
    pub(crate) fn all() -> Vec<Isa> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if x86::has_avx512() {
                all.push(Isa(Known::Avx512));
            }
            if x86::has_avx2() {
                all.push(Isa(Known::Avx2));
            }
            // Part of every x86-64 machine.
            all.push(Isa(Known::Sse2));
        }
        // Part of every 64-bit ARM machine that this is compiled for.
        #[cfg(target_arch = "aarch64")]
        all.push(Isa(Known::Neon));
        all.push(Isa(Known::Words));
        all
    }

    /// Returns the fastest set of instructions that this machine has.
    pub(crate) fn fastest() -> Isa {
        Isa::all()[0]
    }

    /// Returns what every machine has: ordinary registers.
    pub(crate) fn portable() -> Isa {
        Isa(Known::Words)
    }

    /// Indexes `piece`.
    pub(crate) fn index(self, piece: &[u8], tables: &mut Tables) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: this value exists only if `has_avx512` was true on this machine.
            Known::Avx512 => unsafe { x86::index_avx512(piece, tables) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: this value exists only if `has_avx2` was true on this machine.
            Known::Avx2 => unsafe { x86::index_avx2(piece, tables) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: every x86-64 machine has SSE2.
            Known::Sse2 => unsafe { x86::index_sse2(piece, tables) },
            #[cfg(target_arch = "aarch64")]
            // SAFETY: every machine that this is compiled for has NEON.
            Known::Neon => unsafe { arm::index_neon(piece, tables) },
            Known::Words => tables.build(piece, masks_words, prefix_xor),
        }
    }
}

impl Isa {
    /// Walks an indexed object, see [`walk_indexed`]. The code is the same for all; what differs is what it is compiled to.
    #[inline]
    pub(super) fn walk(
        self,
        piece: &[u8],
        tables: &Tables,
        next: usize,
        task: Task,
        slots: &mut Slots,
    ) -> (Result<usize, Stop>, usize) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: these values exist only if `has_avx2` was true on this machine; `has_avx512` asks it too.
            Known::Avx512 | Known::Avx2 => unsafe { x86::walk_avx2(piece, tables, next, task, slots) },
            _ => walk_plain(piece, tables, next, task, slots),
        }
    }
}

/// Walks with what every machine has.
fn walk_plain(
    piece: &[u8],
    tables: &Tables,
    next: usize,
    task: Task,
    slots: &mut Slots,
) -> (Result<usize, Stop>, usize) {
    walk_indexed(piece, tables, next, task, slots, differs)
}

/// For each bit, the parity of all bits up to it.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// Looks at eight bytes at a time in an ordinary register.
#[inline(always)]
fn masks_words(block: &[u8; BLOCK_BYTES]) -> Masks {
    let mut masks = Masks { quotes: 0, backslashes: 0, marks: 0 };
    let (words, _) = block.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let folded = word | every(0x20);
        masks.quotes |= equal(word, b'"') << (place * 8);
        masks.backslashes |= equal(word, b'\\') << (place * 8);
        masks.marks |= (equal(folded, b'{') | equal(folded, b'}') | equal(word, b':')) << (place * 8);
    }
    masks
}

/// The same byte eight times.
#[inline(always)]
const fn every(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// Returns one bit for each byte of `word` that equals `byte`, in the lowest eight.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    let differs = word ^ every(byte);
    // The highest bit of a byte stays zero only if all of the byte was zero; no carry crosses into the next byte.
    let zero = !(((differs & every(0x7f)) + every(0x7f)) | differs | every(0x7f));
    // Gathers the highest bits of the eight bytes in the highest byte.
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::super::keys::{KEY_BYTES, Shape};
    use super::{BLOCK_BYTES, Masks, Slots, Stop, Tables, Task, walk_indexed};

    /// Tells whether `index_avx2` may be called.
    pub(super) fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
    }

    /// Tells whether `index_avx512` may be called, and what [`has_avx2`] tells of.
    pub(super) fn has_avx512() -> bool {
        has_avx2() && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")
    }

    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn walk_avx2(
        piece: &[u8],
        tables: &Tables,
        next: usize,
        task: Task,
        slots: &mut Slots,
    ) -> (Result<usize, Stop>, usize) {
        walk_indexed(piece, tables, next, task, slots, |bytes, shape| differs_avx2(bytes, shape))
    }

    /// Tells whether `bytes` do not have a shape, as [`super::differs`].
    #[inline]
    #[target_feature(enable = "avx2")]
    fn differs_avx2(bytes: &[u8; KEY_BYTES], shape: &Shape) -> bool {
        // SAFETY: each is a reference to 32 bytes, and the loads need no alignment.
        let [bytes, key, mask] = [bytes, &shape.key, &shape.mask]
            .map(|bytes| unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) });
        _mm256_testz_si256(_mm256_xor_si256(bytes, key), mask) == 0
    }

    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn index_avx2(piece: &[u8], tables: &mut Tables) {
        tables.build(piece, |block| masks_avx2(block), |bits| prefix_xor_clmul(bits));
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn masks_avx2(block: &[u8; BLOCK_BYTES]) -> Masks {
        let address = block.as_ptr().cast::<__m256i>();
        // SAFETY: the block is 64 bytes, read in two halves; the load needs no alignment.
        let halves = unsafe { [_mm256_loadu_si256(address), _mm256_loadu_si256(address.add(1))] };
        let equal = |bytes: [__m256i; 2], byte: u8| {
            bytes.map(|bytes| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8)))
        };
        let mask = |[low, high]: [__m256i; 2]| {
            u64::from(_mm256_movemask_epi8(low) as u32) | u64::from(_mm256_movemask_epi8(high) as u32) << 32
        };
        let folded = halves.map(|bytes| _mm256_or_si256(bytes, _mm256_set1_epi8(0x20)));
        let either =
            |[a, b]: [__m256i; 2], [c, d]: [__m256i; 2]| [_mm256_or_si256(a, c), _mm256_or_si256(b, d)];
        let brackets = either(equal(folded, b'{'), equal(folded, b'}'));
        Masks {
            quotes: mask(equal(halves, b'"')),
            backslashes: mask(equal(halves, b'\\')),
            marks: mask(either(brackets, equal(halves, b':'))),
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    pub(super) fn index_avx512(piece: &[u8], tables: &mut Tables) {
        tables.build(piece, |block| masks_avx512(block), |bits| prefix_xor_clmul(bits));
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn masks_avx512(block: &[u8; BLOCK_BYTES]) -> Masks {
        // SAFETY: the block is 64 bytes, read at once; the load needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        let equal = |bytes, byte: u8| _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte as i8));
        let folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
        Masks {
            quotes: equal(bytes, b'"'),
            backslashes: equal(bytes, b'\\'),
            marks: equal(folded, b'{') | equal(folded, b'}') | equal(bytes, b':'),
        }
    }

    /// For each bit the parity of all bits up to it: a multiplication by all ones without carries.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn prefix_xor_clmul(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits as i64), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product) as u64
    }

    #[target_feature(enable = "sse2")]
    pub(super) fn index_sse2(piece: &[u8], tables: &mut Tables) {
        tables.build(piece, |block| masks_sse2(block), super::prefix_xor);
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn masks_sse2(block: &[u8; BLOCK_BYTES]) -> Masks {
        let mut masks = Masks { quotes: 0, backslashes: 0, marks: 0 };
        let (quarters, _) = block.as_chunks::<16>();
        for (place, quarter) in quarters.iter().enumerate() {
            // SAFETY: sixteen bytes are read from a reference to sixteen; the load needs no alignment.
            let bytes = unsafe { _mm_loadu_si128(quarter.as_ptr().cast()) };
            let equal = |bytes, byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
            let mask = |bytes| u64::from(_mm_movemask_epi8(bytes) as u16) << (place * 16);
            let folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
            masks.quotes |= mask(equal(bytes, b'"'));
            masks.backslashes |= mask(equal(bytes, b'\\'));
            let brackets = _mm_or_si128(equal(folded, b'{'), equal(folded, b'}'));
            masks.marks |= mask(_mm_or_si128(brackets, equal(bytes, b':')));
        }
        masks
    }
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use std::arch::aarch64::*;

    use super::{BLOCK_BYTES, Masks, Tables};

    #[target_feature(enable = "neon")]
    pub(super) fn index_neon(piece: &[u8], tables: &mut Tables) {
        tables.build(piece, |block| masks_neon(block), super::prefix_xor);
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn masks_neon(block: &[u8; BLOCK_BYTES]) -> Masks {
        let address = block.as_ptr();
        // SAFETY: the block is 64 bytes, read in four quarters; the load needs no alignment.
        let quarters = [0, 16, 32, 48].map(|at| unsafe { vld1q_u8(address.add(at)) });
        let equal = |byte: u8| quarters.map(|bytes| vceqq_u8(bytes, vdupq_n_u8(byte)));
        let marks = quarters.map(|bytes| {
            let folded = vorrq_u8(bytes, vdupq_n_u8(0x20));
            let brackets = vorrq_u8(vceqq_u8(folded, vdupq_n_u8(b'{')), vceqq_u8(folded, vdupq_n_u8(b'}')));
            vorrq_u8(brackets, vceqq_u8(bytes, vdupq_n_u8(b':')))
        });
        Masks { quotes: mask(equal(b'"')), backslashes: mask(equal(b'\\')), marks: mask(marks) }
    }

    /// Returns one bit for each of 64 bytes that are all ones or all zeros.
    ///
    /// Each byte keeps the bit of its place among eight; adding neighbours three times puts eight such bits in one byte.
    #[inline]
    #[target_feature(enable = "neon")]
    fn mask(bytes: [uint8x16_t; 4]) -> u64 {
        let places = vreinterpretq_u8_u64(vdupq_n_u64(0x8040_2010_0804_0201));
        let [a, b, c, d] = bytes.map(|bytes| vandq_u8(bytes, places));
        let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::index::Index;
    use super::*;

    /// A piece in which every byte stands at every place of a block, with strings and escapes across the edges of blocks.
    fn piece() -> Vec<u8> {
        let ascending = (0..=u8::MAX).flat_map(|byte| [byte, b':']);
        let text = br#"{"a\\":"{\":[1]}","b":[":\\\"",{"c":"\u007b"}]}"#;
        ascending.chain(text.iter().copied().cycle().take(517)).collect()
    }

    #[test]
    fn all_instructions_find_the_same() {
        let piece = piece();
        // An index is large, and Miri makes it slowly.
        let lengths = if cfg!(miri) { &[300][..] } else { &[0, 1, 63, 64, 65, 128, 300, 1_029] };
        let told = |isa: Isa| {
            let mut index = Index::new(isa);
            let build = |length: &usize| {
                index.build(&piece[..*length]);
                index.told(*length)
            };
            lengths.iter().map(build).collect::<Vec<_>>()
        };
        let portable = told(Isa::portable());
        for isa in Isa::all() {
            assert_eq!(told(isa), portable, "{isa:?}");
        }
    }

    #[test]
    #[cfg(all(target_arch = "x86_64", target_feature = "avx512bw"))]
    fn a_build_for_machines_with_avx_512_is_tested_with_it() {
        assert_eq!(Isa::fastest(), Isa(Known::Avx512));
    }
}
