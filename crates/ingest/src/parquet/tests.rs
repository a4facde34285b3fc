//! Stories of Parquet files: what they say beside text, and what becomes of those that lie.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{
    ByteArrayType, DoubleType, FixedLenByteArrayType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use crate::limits::Limit;
use crate::testing::{gzip, open, open_sides};
use crate::totals::Failed;
use crate::{SideRows, Totals};

/// The values of a column; those that are absent are left out of `levels` as noughts.
enum Values {
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Double(Vec<f64>),
    Text(Vec<&'static str>),
    Fixed(Vec<Vec<u8>>),
}

/// Writes a file with one row group for each of `groups`.
fn write(schema: &str, compression: Compression, groups: &[&[(Vec<i16>, Values)]]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {schema} }}")).unwrap());
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for columns in groups {
        let mut group = file.next_row_group().unwrap();
        for (levels, values) in *columns {
            let mut column = group.next_column().unwrap().expect("as many columns as the schema has");
            write_column(&mut column, levels, values);
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    file.into_inner().unwrap()
}

fn write_column(column: &mut SerializedColumnWriter<'_>, levels: &[i16], values: &Values) {
    let levels = Some(levels);
    let written = match values {
        Values::Int32(values) => column.typed::<Int32Type>().write_batch(values, levels, None),
        Values::Int64(values) => column.typed::<Int64Type>().write_batch(values, levels, None),
        Values::Int96(values) => column.typed::<Int96Type>().write_batch(values, levels, None),
        Values::Double(values) => column.typed::<DoubleType>().write_batch(values, levels, None),
        Values::Text(values) => {
            let values: Vec<_> = values.iter().map(|text| (*text).into()).collect();
            column.typed::<ByteArrayType>().write_batch(&values, levels, None)
        }
        Values::Fixed(values) => {
            let values: Vec<_> = values.iter().map(|bytes| bytes.clone().into()).collect();
            column.typed::<FixedLenByteArrayType>().write_batch(&values, levels, None)
        }
    };
    written.unwrap();
}

/// As AWS names and types the columns of flow logs.
const FLOWS: &str = "optional int32 version; optional binary account_id (UTF8); optional binary interface_id (UTF8); \
    optional binary srcaddr (UTF8); optional binary dstaddr (UTF8); optional int32 srcport; optional int32 dstport; \
    optional int32 protocol; optional int64 packets; optional int64 bytes; optional int64 start; optional int64 end; \
    optional binary action (UTF8); optional binary log_status (UTF8); optional binary mood (UTF8);";

const TEXT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 111122223333 eni-0a1b2c3d4e5f60718 10.0.8.21 203.0.113.77 43122 3333 6 41 18342 1789352220 1789352280 ACCEPT OK
2 111122223333 eni-0a1b2c3d4e5f60718 - - - - - - - 1789352280 1789352340 - NODATA
2 111122223333 eni-0a1b2c3d4e5f60718 2600:1f18:1234::1 2001:db8::5 43122 443 17 1 99 1789352220 1789352280 REJECT OK
";

/// The rows of [`TEXT`], so many times over.
fn flows(times: usize) -> Vec<(Vec<i16>, Values)> {
    fn over<T: Clone>(times: usize, values: &[T]) -> Vec<T> {
        std::iter::repeat_n(values, times).flatten().cloned().collect()
    }
    let all = over(times, &[1_i16, 1, 1]);
    let some = over(times, &[1_i16, 0, 1]);
    let int32 = |values: [i32; 2]| (some.clone(), Values::Int32(over(times, &values)));
    let int64 = |values: [i64; 2]| (some.clone(), Values::Int64(over(times, &values)));
    let text = |values: [&'static str; 2]| (some.clone(), Values::Text(over(times, &values)));
    let whole = |values: [&'static str; 3]| (all.clone(), Values::Text(over(times, &values)));
    vec![
        (all.clone(), Values::Int32(over(times, &[2, 2, 2]))),
        whole(["111122223333"; 3]),
        whole(["eni-0a1b2c3d4e5f60718"; 3]),
        text(["10.0.8.21", "2600:1f18:1234::1"]),
        text(["203.0.113.77", "2001:db8::5"]),
        int32([43_122, 43_122]),
        int32([3_333, 443]),
        int32([6, 17]),
        int64([41, 1]),
        int64([18_342, 99]),
        (all.clone(), Values::Int64(over(times, &[1_789_352_220, 1_789_352_280, 1_789_352_220]))),
        (all.clone(), Values::Int64(over(times, &[1_789_352_280, 1_789_352_340, 1_789_352_280]))),
        text(["ACCEPT", "REJECT"]),
        whole(["OK", "NODATA", "OK"]),
        text(["good", "bad"]),
    ]
}

fn rows(totals: &Totals) -> &SideRows {
    totals.side.iter().next().expect("a side log").1
}

#[test]
fn flow_logs_say_the_same_in_columns_as_in_text() {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(Default::default()),
        Compression::LZ4_RAW,
    ];
    let (expected, _) = open_sides(TEXT.as_bytes());
    assert_eq!(expected.len(), 3);
    for codec in codecs {
        let (facts, totals) = open_sides(&write(FLOWS, codec, &[&flows(1)]));
        assert_eq!(facts, expected, "{codec}");
        assert_eq!((totals.objects.read(), rows(&totals).unknown_columns()), (1, 1));
        assert!(totals.add_up());
    }
}

#[test]
fn rows_of_many_batches_and_row_groups_are_all_there() {
    let (facts, totals) =
        open_sides(&write(FLOWS, Compression::SNAPPY, &[&flows(700), &flows(1), &flows(1_024)]));
    assert_eq!((facts.len(), rows(&totals).rejected()), (3 * 1_725, 0));
    assert_eq!(facts[..3], facts[3 * 1_724..]);
}

#[test]
fn bills_say_the_same_whatever_their_types_are() {
    let names =
        "line_item_usage_start_date,line_item_resource_id,line_item_unblended_cost,line_item_usage_type";
    let text = format!(
        "{names},bill_bill_type\n2026-09-14T02:00:00Z,i-0f1,4.582,BoxUsage:g5.12xlarge,Anniversary\n"
    );
    let (expected, _) = open_sides(text.as_bytes());
    assert_eq!(expected.len(), 1);
    let rest = |cost: &str, start: &str| {
        format!(
            "optional {start}; optional binary line_item_resource_id (UTF8); optional {cost}; \
             optional binary line_item_usage_type (UTF8);"
        )
    };
    let second = 1_789_351_200_i64;
    // Nanoseconds of a day, and the day: the epoch is the Julian day 2,440,588.
    let nanos = second.rem_euclid(86_400) * 1_000_000_000;
    let mut int96 = Int96::new();
    int96.set_data(nanos as u32, (nanos >> 32) as u32, 2_440_588 + (second / 86_400) as u32);
    let starts = [
        ("int64 line_item_usage_start_date (TIMESTAMP_MILLIS)", Values::Int64(vec![second * 1_000])),
        ("int64 line_item_usage_start_date (TIMESTAMP_MICROS)", Values::Int64(vec![second * 1_000_000])),
        (
            "int64 line_item_usage_start_date (TIMESTAMP(NANOS,true))",
            Values::Int64(vec![second * 1_000_000_000]),
        ),
        ("int96 line_item_usage_start_date", Values::Int96(vec![int96])),
        ("binary line_item_usage_start_date (UTF8)", Values::Text(vec!["2026-09-14T02:00:00.000Z"])),
    ];
    let cost = |number: usize| match number % 4 {
        0 => ("double line_item_unblended_cost", Values::Double(vec![4.582])),
        1 => ("int64 line_item_unblended_cost (DECIMAL(18,6))", Values::Int64(vec![4_582_000])),
        2 => ("int32 line_item_unblended_cost (DECIMAL(9,3))", Values::Int32(vec![4_582])),
        _ => (
            "fixed_len_byte_array(4) line_item_unblended_cost (DECIMAL(9,4))",
            Values::Fixed(vec![45_820_i32.to_be_bytes().to_vec()]),
        ),
    };
    for (number, (start, when)) in starts.into_iter().enumerate() {
        let (cost, much) = cost(number);
        let one = || vec![1];
        let columns = [
            (one(), when),
            (one(), Values::Text(vec!["i-0f1"])),
            (one(), much),
            (one(), Values::Text(vec!["BoxUsage:g5.12xlarge"])),
        ];
        let file = write(&rest(cost, start), Compression::SNAPPY, &[&columns]);
        assert_eq!(open_sides(&file).0, expected, "{start}; {cost}");
    }
}

#[test]
fn columns_of_something_else_are_named() {
    let columns = [(vec![1], Values::Int32(vec![6_003]))];
    let file = write("optional int32 class_uid;", Compression::UNCOMPRESSED, &[&columns]);
    let (facts, totals) = open_sides(&file);
    assert_eq!(facts.len(), 0);
    let failed = &totals.objects.failed_by_reason()[&Failed::UnsupportedContainer];
    assert!(failed.first().next().unwrap().why.contains("neither flow logs nor bills"));
}

#[test]
fn a_file_in_gzip_or_from_a_pipe_is_held_and_read() {
    let file = write(FLOWS, Compression::SNAPPY, &[&flows(1)]);
    for wrapped in [gzip(&file), file.clone()] {
        let (_, totals) = open(&wrapped[..], 0);
        assert_eq!((rows(&totals).read(), totals.objects.read(), totals.objects.found()), (3, 1, 1));
    }
}

#[test]
fn a_cut_anywhere_and_a_flipped_byte_anywhere_are_counted_once_and_nothing_panics() {
    let file = write(FLOWS, Compression::SNAPPY, &[&flows(2)]);
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= if at % 2 == 0 { 0xff } else { 1 << (at / 2 % 8) };
        for bytes in [&file[..at], &damaged] {
            let (_, totals) = open_sides(bytes);
            assert_eq!(totals.objects.found(), 1, "{at}");
            assert!(totals.add_up(), "{at}");
        }
        let (_, totals) = open_sides(&file[..at]);
        assert_eq!(totals.objects.read(), 0, "{at}");
    }
}

#[test]
fn a_file_of_a_few_bytes_does_not_become_millions_of_rows() {
    let many = 4_000_000;
    let absent = || (vec![0; many], Values::Text(Vec::new()));
    let schema =
        "optional binary srcaddr (UTF8); optional binary dstaddr (UTF8); optional binary start (UTF8);";
    let file = write(schema, Compression::SNAPPY, &[&[absent(), absent(), absent()]]);
    assert!(file.len() < 100_000);
    let (_, totals) = open_sides(&file);
    assert_eq!(totals.limits_reached[&Limit::ExpansionRatio], 1);
    assert!(totals.side.rejected() < many as u64);
}

#[test]
fn a_page_that_unfolds_too_far_is_not_unfolded() {
    let zeros: &'static str = Box::leak("0".repeat(65 << 20).into_boxed_str());
    let schema =
        "optional binary srcaddr (UTF8); optional binary dstaddr (UTF8); optional binary start (UTF8);";
    let short = || (vec![1], Values::Text(vec!["1"]));
    let columns = [(vec![1], Values::Text(vec![zeros])), short(), short()];
    let file = write(schema, Compression::ZSTD(Default::default()), &[&columns]);
    assert!(file.len() < 1 << 20);
    let (_, totals) = open_sides(&file);
    assert_eq!(totals.limits_reached[&Limit::ParquetPage], 1);
}

#[test]
fn a_cell_that_is_longer_than_a_row_is_rejected_and_the_next_row_is_read() {
    let long: &'static str = Box::leak("x".repeat(300 << 10).into_boxed_str());
    let schema =
        "optional binary srcaddr (UTF8); optional binary dstaddr (UTF8); optional binary start (UTF8);";
    let column = |first, second| (vec![1, 1], Values::Text(vec![first, second]));
    let columns =
        [column(long, "10.0.0.1"), column("1.1.1.1", "203.0.113.7"), column("1789352220", "1789352220")];
    let (facts, totals) = open_sides(&write(schema, Compression::SNAPPY, &[&columns]));
    assert_eq!((facts.len(), rows(&totals).rejected()), (1, 1));
}

#[test]
fn a_schema_that_nests_too_deep_overflows_no_stack() {
    // A footer by hand: version 2, then elements that each say that they have one child.
    let mut footer = vec![0x15, 4, 0x19, 0xfc];
    let elements = 1_000_000_u32;
    let mut count = elements;
    while count >= 0x80 {
        footer.push((count & 0x7f) as u8 | 0x80);
        count >>= 7;
    }
    footer.push(count as u8);
    for _ in 0..elements {
        footer.extend([0x48, 1, b'a', 0x15, 2, 0]);
    }
    footer.extend([0x16, 0, 0x19, 0x0c, 0]);
    let length = (footer.len() as u32).to_le_bytes();
    let file = [&b"PAR1"[..], &footer, &length, b"PAR1"].concat();
    let (_, totals) = open_sides(&file);
    assert_eq!(totals.limits_reached[&Limit::ParquetFooter], 1);
}

#[test]
fn a_footer_that_is_longer_than_it_may_be_is_not_read() {
    let file = [&b"PAR1"[..], &(17_u32 << 20).to_le_bytes(), b"PAR1"].concat();
    let (_, totals) = open_sides(&file);
    assert_eq!(totals.limits_reached[&Limit::ParquetFooter], 1);
}

#[test]
fn a_dictionary_with_more_words_than_bytes_is_not_believed() {
    let mut file = write(FLOWS, Compression::UNCOMPRESSED, &[&flows(1)]);
    // The first page's header: behind its sizes the dictionary's own, which begins with the number of its words.
    let words_at = file.windows(2).position(|two| two == [0x4c, 0x15]).expect("a dictionary") + 2;
    assert!(words_at < 24 && file[words_at] == 2);
    file[words_at] = 126;
    let (_, totals) = open_sides(&file);
    let failed = &totals.objects.failed_by_reason()[&Failed::Corrupt];
    assert!(failed.first().next().unwrap().why.contains("more words than bytes"));
}
