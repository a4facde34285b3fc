//! One column of a row group: typed values, told as the text that a CSV would have.

use std::io::Write;

use event::Time;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescriptor;

/// How many rows are decoded at a time.
///
/// Fewer, and switching between columns costs more than decoding; more, and every column holds that many values.
pub(super) const BATCH_ROWS: usize = 1_024;

/// The longest unscaled decimal, in bytes; Parquet's go to 38 digits, which fit.
const DECIMAL_BYTES_MAX: usize = 16;

/// What a number stands for.
#[derive(Clone, Copy, Debug)]
enum Form {
    Plain,
    /// Days since the epoch.
    Date,
    /// So many units a second, since the epoch.
    Moment(i64),
    /// So many digits behind the point.
    Decimal(usize),
}

/// A value. Bytes are part of the page and not copied.
#[derive(Clone, Debug)]
enum Value {
    Absent,
    Boolean(bool),
    Integer(i64),
    /// Seconds since the epoch.
    Seconds(i64),
    Real(f64),
    Bytes(ByteArray),
}

/// A column that is being read.
pub(super) struct Column {
    reader: ColumnReader,
    form: Form,
    level_max: i16,
    values: std::vec::IntoIter<Value>,
}

impl Column {
    pub(super) fn new(descriptor: &ColumnDescriptor, reader: ColumnReader) -> Self {
        let (form, level_max) = (form(descriptor), descriptor.max_def_level());
        Self { reader, form, level_max, values: Vec::new().into_iter() }
    }

    /// Decodes the next values; returns how many there are.
    fn fill(&mut self) -> Result<usize, ParquetError> {
        let most = self.level_max;
        let values = match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => values(reader, most, Value::Boolean),
            ColumnReader::Int32ColumnReader(reader) => values(reader, most, |it| Value::Integer(it.into())),
            ColumnReader::Int64ColumnReader(reader) => values(reader, most, Value::Integer),
            ColumnReader::Int96ColumnReader(reader) => {
                values(reader, most, |it| Value::Seconds(it.to_seconds()))
            }
            ColumnReader::FloatColumnReader(reader) => values(reader, most, |it| Value::Real(it.into())),
            ColumnReader::DoubleColumnReader(reader) => values(reader, most, Value::Real),
            ColumnReader::ByteArrayColumnReader(reader) => values(reader, most, Value::Bytes),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                values(reader, most, |it| Value::Bytes(it.into()))
            }
        }?;
        let count = values.len();
        self.values = values.into_iter();
        Ok(count)
    }

    /// Writes the next value as text; of what is longer than `most`, so much that it is seen to be longer.
    pub(super) fn write_next(&mut self, row: &mut Vec<u8>, most: usize) {
        let value = self.values.next().unwrap_or(Value::Absent);
        let written = match (value, self.form) {
            (Value::Absent, _) => Ok(()),
            (Value::Boolean(is), _) => write!(row, "{is}"),
            (Value::Integer(days), Form::Date) => {
                write!(row, "{}", Time::from_seconds(days.saturating_mul(86_400)))
            }
            (Value::Integer(units), Form::Moment(per_second)) => {
                write!(row, "{}", Time::from_seconds(units.div_euclid(per_second)))
            }
            (Value::Integer(unscaled), Form::Decimal(scale)) => decimal(row, unscaled.into(), scale),
            (Value::Integer(number), Form::Plain) => write!(row, "{number}"),
            (Value::Seconds(seconds), _) => write!(row, "{}", Time::from_seconds(seconds)),
            (Value::Real(number), _) => write!(row, "{number}"),
            (Value::Bytes(bytes), Form::Decimal(scale)) => match unscaled(bytes.data()) {
                Some(unscaled) => decimal(row, unscaled, scale),
                None => Ok(()),
            },
            (Value::Bytes(bytes), _) => {
                let bytes = bytes.data();
                row.write_all(bytes.get(..=most).unwrap_or(bytes))
            }
        };
        written.expect("memory takes everything");
    }
}

/// Decodes the next values of all columns; returns how many rows that is.
pub(super) fn fill(columns: &mut [Column]) -> Result<usize, ParquetError> {
    let mut rows = None;
    for column in columns {
        let count = column.fill()?;
        if *rows.get_or_insert(count) != count {
            return Err(ParquetError::General("its columns are of different lengths".to_owned()));
        }
    }
    Ok(rows.unwrap_or(0))
}

fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    level_max: i16,
    value: impl Fn(T::T) -> Value,
) -> Result<Vec<Value>, ParquetError> {
    let (mut levels, mut typed) = (Vec::new(), Vec::new());
    reader.read_records(BATCH_ROWS, Some(&mut levels), None, &mut typed)?;
    let mut typed = typed.into_iter().map(value);
    if level_max == 0 {
        return Ok(typed.collect());
    }
    let next =
        |level: i16| if level == level_max { typed.next().unwrap_or(Value::Absent) } else { Value::Absent };
    Ok(levels.into_iter().map(next).collect())
}

fn form(column: &ColumnDescriptor) -> Form {
    let scale = || usize::try_from(column.type_scale()).unwrap_or(0);
    match column.logical_type_ref() {
        Some(LogicalType::Decimal(_)) => return Form::Decimal(scale()),
        Some(LogicalType::Date) => return Form::Date,
        Some(LogicalType::Timestamp(stamp)) => {
            return Form::Moment(match stamp.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            });
        }
        _ => {}
    }
    match column.converted_type() {
        ConvertedType::DECIMAL => Form::Decimal(scale()),
        ConvertedType::DATE => Form::Date,
        ConvertedType::TIMESTAMP_MILLIS => Form::Moment(1_000),
        ConvertedType::TIMESTAMP_MICROS => Form::Moment(1_000_000),
        _ => Form::Plain,
    }
}

/// Reads a big-endian number in two's complement.
fn unscaled(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { 0xff };
    let mut wide = [sign; DECIMAL_BYTES_MAX];
    let missing = DECIMAL_BYTES_MAX.checked_sub(bytes.len())?;
    wide[missing..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

/// Writes `1234` with three digits behind the point as `1.234`.
fn decimal(row: &mut Vec<u8>, unscaled: i128, scale: usize) -> std::io::Result<()> {
    // More digits than a number has say nothing, and a file may claim a billion of them.
    let scale = scale.min(DECIMAL_BYTES_MAX * 3);
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if unscaled < 0 { "-" } else { "" };
    match fraction {
        "" => write!(row, "{sign}{whole}"),
        _ => write!(row, "{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(unscaled: i128, scale: usize) -> String {
        let mut row = Vec::new();
        decimal(&mut row, unscaled, scale).unwrap();
        String::from_utf8(row).unwrap()
    }

    #[test]
    fn a_decimal_has_its_point_where_it_belongs() {
        assert_eq!(told(1_234, 3), "1.234");
        assert_eq!(told(-5, 3), "-0.005");
        assert_eq!(told(7, 0), "7");
        assert_eq!(told(i128::MIN, 10), "-17014118346046923173168730371.5884105728");
        assert!(told(1, usize::MAX).len() < 60);
    }

    #[test]
    fn a_number_in_bytes_may_be_negative_and_of_any_length() {
        assert_eq!(unscaled(&[0x04, 0xd2]), Some(1_234));
        assert_eq!(unscaled(&[0xff]), Some(-1));
        assert_eq!(unscaled(&[0x80; 16]), Some(i128::from_be_bytes([0x80; 16])));
        assert_eq!(unscaled(&[1; 17]), None);
        assert_eq!(unscaled(&[]), None);
    }
}
