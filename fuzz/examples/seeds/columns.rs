//! Seeds of Parquet: flow logs and bills in every type, encoding and compression that is read.

use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{
    ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
    Int96, Int96Type,
};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::{Done, put};

/// The values of a column; every fourth row has none.
enum Values {
    Int32(i32),
    Int64(i64),
    Int96(u32),
    Double(f64),
    Text(&'static str),
    Fixed([u8; 4]),
}

use Values::{Double, Fixed, Int32, Int64, Int96 as Julian, Text};

/// A column: its type and name as a schema writes them, and what is in it.
type Column = (&'static str, Values);

pub(super) fn write(folder: &Path) -> Done {
    let codecs = [
        ("plain", Compression::UNCOMPRESSED),
        ("snappy", Compression::SNAPPY),
        ("gzip", Compression::GZIP(Default::default())),
        ("zstd", Compression::ZSTD(Default::default())),
        ("lz4", Compression::LZ4_RAW),
    ];
    for (name, codec) in codecs {
        let properties = || WriterProperties::builder().set_compression(codec);
        let new = properties().set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_enabled(false);
        seed(folder, &format!("flows-{name}"), &few(), 5, properties().build())?;
        seed(folder, &format!("new-{name}"), &few(), 5, new.build())?;
    }
    seed(folder, "flows-all", &flows(), 3, WriterProperties::builder().build())?;
    for (number, start) in starts().into_iter().enumerate() {
        let columns = [start, cost(number), ("binary line_item_resource_id (UTF8)", Text("i-0f1"))];
        seed(folder, &format!("bill-{number}"), &columns, 2, WriterProperties::builder().build())?;
    }
    seed(folder, "other", &[("int32 class_uid", Int32(6_003))], 2, WriterProperties::builder().build())
}

fn few() -> [Column; 4] {
    [
        ("binary srcaddr (UTF8)", Text("10.0.8.21")),
        ("binary dstaddr (UTF8)", Text("203.0.113.77")),
        ("int32 dstport", Int32(3_333)),
        ("int64 start", Int64(1_789_352_220)),
    ]
}

fn flows() -> [Column; 12] {
    [
        ("int32 version", Int32(2)),
        ("binary account_id (UTF8)", Text("111122223333")),
        ("binary interface_id (UTF8)", Text("eni-0a1b2c3d4e5f60718")),
        ("binary srcaddr (UTF8)", Text("10.0.8.21")),
        ("binary dstaddr (UTF8)", Text("203.0.113.77")),
        ("int32 srcport", Int32(43_122)),
        ("int32 protocol", Int32(6)),
        ("int64 packets", Int64(41)),
        ("int64 start", Int64(1_789_352_220)),
        ("int64 end", Int64(1_789_352_280)),
        ("binary log_status (UTF8)", Text("OK")),
        ("binary mood (UTF8)", Text("good")),
    ]
}

fn starts() -> [Column; 5] {
    let second = 1_789_351_200_i64;
    [
        ("int64 line_item_usage_start_date (TIMESTAMP_MILLIS)", Int64(second * 1_000)),
        ("int64 line_item_usage_start_date (TIMESTAMP(NANOS,true))", Int64(second * 1_000_000_000)),
        ("int32 line_item_usage_start_date (DATE)", Int32((second / 86_400) as i32)),
        ("int96 line_item_usage_start_date", Julian(2_440_588 + (second / 86_400) as u32)),
        ("binary line_item_usage_start_date (UTF8)", Text("2026-09-14T02:00:00.000Z")),
    ]
}

fn cost(number: usize) -> Column {
    match number % 4 {
        0 => ("double line_item_unblended_cost", Double(4.582)),
        1 => ("int64 line_item_unblended_cost (DECIMAL(18,6))", Int64(4_582_000)),
        2 => ("int32 line_item_unblended_cost (DECIMAL(9,3))", Int32(4_582)),
        _ => (
            "fixed_len_byte_array(4) line_item_unblended_cost (DECIMAL(9,4))",
            Fixed(45_820_i32.to_be_bytes()),
        ),
    }
}

/// Writes a file of so many rows, without the four letters at both of its ends and with the length of its footer in
/// front, as the target wants it.
fn seed(folder: &Path, name: &str, columns: &[Column], rows: usize, properties: WriterProperties) -> Done {
    let fields: String = columns.iter().map(|(field, _)| format!("optional {field}; ")).collect();
    let schema = Arc::new(parse_message_type(&format!("message m {{ {fields} }}"))?);
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let levels: Vec<i16> = (0..rows).map(|row| i16::from(row % 4 != 3)).collect();
    let mut group = file.next_row_group()?;
    for (_, values) in columns {
        let mut column = group.next_column()?.ok_or("there are as many columns as the schema has")?;
        write_column(&mut column, &levels, values)?;
        column.close()?;
    }
    group.close()?;
    let file = file.into_inner()?;
    let inner = file
        .strip_prefix(b"PAR1")
        .and_then(|rest| rest.strip_suffix(b"PAR1"))
        .ok_or("a file has two ends")?;
    let (content, length) = inner.split_last_chunk::<4>().ok_or("a footer has a length")?;
    put(folder, "parquet", name, &[&length[..2], content].concat())
}

fn write_column(column: &mut SerializedColumnWriter<'_>, levels: &[i16], values: &Values) -> Done {
    let count = levels.iter().filter(|level| **level > 0).count();
    let levels = Some(levels);
    match values {
        Int32(value) => column.typed::<Int32Type>().write_batch(&vec![*value; count], levels, None),
        Int64(value) => column.typed::<Int64Type>().write_batch(&vec![*value; count], levels, None),
        Julian(day) => {
            let mut value = Int96::new();
            value.set_data(0, 7_200, *day);
            column.typed::<Int96Type>().write_batch(&vec![value; count], levels, None)
        }
        Double(value) => column.typed::<DoubleType>().write_batch(&vec![*value; count], levels, None),
        Text(value) => {
            column.typed::<ByteArrayType>().write_batch(&vec![ByteArray::from(*value); count], levels, None)
        }
        Fixed(value) => {
            let value = FixedLenByteArray::from(value.to_vec());
            column.typed::<FixedLenByteArrayType>().write_batch(&vec![value; count], levels, None)
        }
    }?;
    Ok(())
}
