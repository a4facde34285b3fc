//! Reads flow logs and bills in Parquet: the same columns by the same names as text and CSV, and so the same rows.
//!
//! The file is read by the `parquet` crate, row group by row group and only the columns that a row needs. What the file
//! says of itself is looked at first ([`trust`]): how deep its schema is, how large its pages unfold, how many words its
//! dictionaries have. What that cannot foresee is a panic inside the crate, which is caught, and the file has failed.
//!
//! Blind spots: columns inside of lists, maps and structs are not read; flow logs and bills have none that matter. OCSF in
//! Parquet, as Security Lake keeps it, is named and not read.

mod columns;
mod trust;

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use event::side::charge::{self, BillLayout};
use event::side::flow::{self, Layout};
use event::side::{Fact, Fault, Source};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::schema::types::SchemaDescriptor;

use self::columns::{BATCH_ROWS, Column};
use crate::lane::{Depth, Lane, ScanSink};
use crate::open::Layer;
use crate::table::{ROW_BYTES_MAX, Table};
use crate::totals::Failed;

/// What a row costs at least, in bytes of text: a file of a few bytes may say that it has billions.
const ROW_BYTES_MIN: u64 = 32;

/// What the columns mean.
enum Shape {
    Flows(Layout),
    Bill(BillLayout),
}

/// A file whose columns are known.
struct Opened<R: ChunkReader> {
    reader: SerializedFileReader<R>,
    shape: Shape,
    /// The columns that are read, in the order of the shape's.
    columns: Vec<usize>,
}

impl<S: ScanSink> Lane<'_, S> {
    /// Reads a file of flow logs or bills, and concludes the object.
    pub(crate) fn open_parquet<R: ChunkReader + 'static>(&mut self, layer: Layer<'_>, file: R) {
        if self.depth == Depth::Bytes {
            return self.pass_over(layer, file.len(), None);
        }
        let opened = trust::look_at(&file).and_then(|()| guarded(|| Opened::new(file)));
        let opened = match opened {
            Ok(Some(opened)) => opened,
            Ok(None) => {
                let why = "a Parquet file with columns of neither flow logs nor bills (OCSF of Security Lake is not read)";
                return self.fail_as(layer.object, Failed::UnsupportedContainer, why);
            }
            Err(error) => return self.fail(layer.object, &error),
        };
        let source = match &opened.shape {
            Shape::Flows(_) => Source::VpcFlowLogs,
            Shape::Bill(_) => Source::Bills,
        };
        self.sink.begin_object(layer.object);
        let mut table = Table::new(&mut self.sink, layer.object);
        if let Shape::Flows(layout) = &opened.shape {
            table.note_unknown_columns(layout.unknown());
        }
        let read = opened.read(layer, &mut table);
        let rows = table.rows;
        let (bytes, fault) = read;
        self.conclude_table(layer.object, source, rows, bytes, fault);
    }
}

impl<R: ChunkReader + 'static> Opened<R> {
    /// Opens a file; `None` if its columns are those of nothing that is read.
    fn new(file: R) -> Result<Option<Self>, ParquetError> {
        let reader = SerializedFileReader::new(file)?;
        let shape = shape(reader.metadata().file_metadata().schema_descr());
        Ok(shape.map(|(shape, columns)| Self { reader, shape, columns }))
    }

    /// Reads all rows; returns how many bytes they have as text, and the fault if it broke.
    fn read<S: ScanSink>(&self, layer: Layer<'_>, table: &mut Table<'_, S>) -> (u64, Option<io::Error>) {
        let mut bytes = 0;
        for group in 0..self.reader.metadata().num_row_groups() {
            if let Err(error) = self.read_group(group, layer, table, &mut bytes) {
                return (bytes, Some(error));
            }
        }
        (bytes, None)
    }

    fn read_group<S: ScanSink>(
        &self,
        group: usize,
        layer: Layer<'_>,
        table: &mut Table<'_, S>,
        bytes: &mut u64,
    ) -> io::Result<()> {
        let (mut columns, offset) = guarded(|| self.open_group(group))?;
        let (mut row, mut cells) = (Vec::new(), Vec::new());
        loop {
            let rows = guarded(|| columns::fill(&mut columns))?;
            let before = *bytes;
            for _ in 0..rows {
                row.clear();
                cells.clear();
                for column in &mut columns {
                    let from = row.len();
                    column.write_next(&mut row, ROW_BYTES_MAX);
                    cells.push((from as u32, row.len() as u32));
                }
                *bytes += ROW_BYTES_MIN.max(row.len() as u64);
                self.take(&row, &cells, offset, table);
            }
            layer.budget.unfold(*bytes - before)?;
            if rows < BATCH_ROWS {
                return Ok(());
            }
        }
    }

    /// The columns of a row group, and where it begins in the file.
    fn open_group(&self, group: usize) -> Result<(Vec<Column>, u64), ParquetError> {
        let group = self.reader.get_row_group(group)?;
        let mut columns = Vec::new();
        let mut offset = u64::MAX;
        for at in &self.columns {
            let chunk = group.metadata().columns().get(*at).ok_or_else(|| {
                ParquetError::General("a row group has fewer columns than the file".to_owned())
            })?;
            offset = offset.min(chunk.byte_range().0);
            let descriptor = chunk.column_descr_ptr();
            columns.push(Column::new(&descriptor, group.get_column_reader(*at)?));
        }
        Ok((columns, offset))
    }

    fn take<S: ScanSink>(&self, row: &[u8], cells: &[(u32, u32)], offset: u64, table: &mut Table<'_, S>) {
        if row.len() > ROW_BYTES_MAX {
            return table.take(offset, Err(Fault::TooLong));
        }
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        match &self.shape {
            Shape::Flows(layout) => match layout.read(row, cells.len(), cell) {
                Ok(flow) => table.take_flow(&flow),
                Err(fault) => table.take(offset, Err(fault)),
            },
            Shape::Bill(layout) => {
                let cell = |at| {
                    let (from, to) = cell(at);
                    row.get(from as usize..to as usize)
                };
                table.take(offset, layout.read(cell).map(Fact::Charge));
            }
        }
    }
}

/// What columns of these names mean, and which of them are read; `None` if they are those of nothing that is read.
fn shape(schema: &SchemaDescriptor) -> Option<(Shape, Vec<usize>)> {
    let columns = schema.columns().iter().enumerate();
    let flat: Vec<(usize, &str)> = columns
        .filter(|(_, column)| column.max_rep_level() == 0)
        .filter_map(|(at, column)| match column.path().parts() {
            [name] => Some((at, name.as_str())),
            _ => None,
        })
        .collect();
    let read = |is_read: fn(&str) -> bool| -> (Vec<usize>, Vec<&str>) {
        flat.iter().copied().filter(|(_, name)| is_read(name)).unzip()
    };
    let (columns, names) = read(charge::is_read);
    if let Some(layout) = BillLayout::of(names.into_iter()) {
        return Some((Shape::Bill(layout), columns));
    }
    let unknown = Layout::of(flat.iter().map(|(_, name)| *name)).map_or(0, |all| all.unknown());
    let (columns, names) = read(flow::is_read);
    let layout = Layout::of(names.into_iter())?.with_unknown(unknown);
    Some((Shape::Flows(layout), columns))
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside code whose panics are caught and told as a damaged file.
///
/// A program that prints panics may want to leave these out.
pub fn is_guarded() -> bool {
    IS_GUARDED.with(Cell::get)
}

/// Does what may panic on a file that lies.
fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    IS_GUARDED.with(|is| is.set(true));
    // What was being worked on is thrown away with the file, so nobody sees it half done.
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.with(|is| is.set(false));
    match done {
        Ok(done) => done.map_err(into_io),
        Err(_) => Err(damaged("it contradicts itself")),
    }
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::EOF(why) => io::Error::new(io::ErrorKind::UnexpectedEof, why),
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => damaged(&other.to_string()),
        },
        other => damaged(&other.to_string()),
    }
}

#[cfg(test)]
mod tests;
