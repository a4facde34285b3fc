//! What must hold for all bytes: nothing makes the sums wrong, and wrappings do not change what is inside.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::testing::{ZipMethod, gzip, open, two_records, zip};

/// One of the ways to wrap a text.
fn wrap(text: &[u8], way: u8) -> Vec<u8> {
    match way {
        0 => gzip(text),
        1 => zstd::encode_all(text, 1).unwrap(),
        2 => zip(ZipMethod::Stored, &[("log.json".to_owned(), text.to_vec())]),
        3 => zip(ZipMethod::Deflate, &[("log.json".to_owned(), text.to_vec())]),
        _ => text.to_vec(),
    }
}

fn cut(text: &[u8], mut at: Vec<usize>) -> Vec<&[u8]> {
    at.extend([0, text.len()]);
    at.sort_unstable();
    at.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn however_a_text_is_cut_into_members_its_records_are_the_same(
        cuts in prop::collection::vec(any::<Index>(), 0..6),
        outer in 0..5_u8,
        is_zstd: bool,
        spare_threads in 0..2_usize,
    ) {
        let text = two_records();
        let parts = cut(&text, cuts.iter().map(|cut| cut.index(text.len())).collect());
        let members: Vec<u8> = parts.iter().flat_map(|part| wrap(part, u8::from(is_zstd))).collect();
        let (records, totals) = open(wrap(&members, outer).as_slice(), spare_threads);
        prop_assert_eq!((records, totals.objects.read(), totals.objects.found()), (2, 1, 1));
        prop_assert_eq!(totals.bytes.decompressed, text.len() as u64);
    }

    #[test]
    fn whatever_is_done_to_the_bytes_the_sums_hold_and_no_record_is_made_up(
        inner in 0..5_u8,
        outer in 0..5_u8,
        edits in prop::collection::vec((any::<Index>(), prop::collection::vec(any::<u8>(), 0..4), 0..4_usize), 1..6),
    ) {
        let mut bytes = wrap(&wrap(&two_records(), inner), outer);
        for (at, put, taken) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + taken).min(bytes.len());
            bytes.splice(at..end, put);
        }
        let (records, totals) = open(bytes.as_slice(), 0);
        prop_assert!(totals.add_up(), "{:?}", totals);
        prop_assert!(totals.objects.found() >= 1);
        prop_assert_eq!(totals.records.skimmed_only(), records);
        prop_assert!(records <= 4, "an entry may be found twice, by salvage, and no more");
    }
}
