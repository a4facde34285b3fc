//! The ceilings on what one object may cost.
//!
//! Logs are written by attackers too. Each ceiling is named, counted when it is reached, and
//! reported with the object that reached it; the next object is read as if nothing had been.

use std::fmt;

use serde::Serialize;

/// How many bytes of text one compressed object may unfold to.
///
/// Lower, and a year of logs in one compressed file is not read to its end; higher, and a bomb
/// whose ratio looks like that of real logs holds a core for more than a minute.
/// Text that is not compressed costs what its owner already stores, and has no such ceiling.
pub const OBJECT_BYTES_MAX: u64 = 64 << 30;

/// How many bytes a file may unfold to for each byte that it stores, over all its layers and entries.
///
/// Real records hold several random ids, so they cannot shrink more than about forty times.
/// Lower, and pretty-printed logs come near; higher, and ten megabytes buy minutes of work.
pub const EXPANSION_RATIO_MAX: u64 = 200;

/// Below this many unfolded bytes the ratio is not asked for.
///
/// Lower, and a small file of one record repeated is refused; higher, and a folder of small
/// bombs costs more for each of them.
pub const EXPANSION_FREE_BYTES_MAX: u64 = 64 << 20;

/// How many gzip members one object may hold.
///
/// Fewer, and a day of a busy delivery stream joined into one file is cut; more, and
/// empty members, 20 bytes each, hold a core for seconds without giving a record.
pub const GZIP_MEMBERS_MAX: u64 = 1 << 20;

/// How many entries of one zip archive are read.
///
/// Fewer, and the download of one busy day does not fit; more, and a directory of empty entries
/// fills the totals with objects that do not exist anywhere else.
pub const ZIP_ENTRIES_MAX: u64 = 1 << 20;

/// How many containers may lie around the text: `outer.zip!inner.zip!log.json.gz` has three.
///
/// Fewer, and an archive of downloaded archives is not read; more, and an archive that holds
/// itself is unfolded for nothing.
pub const NESTING_MAX: usize = 3;

/// How large an archive or a Parquet file may be that is not a file: inside of an archive, or on standard input.
///
/// Both are read from their end, so such a one has to be held in memory. Lower, and an
/// archive of ordinary daily archives is not read; higher, and each thread may need that much.
pub const UNSEEKABLE_ARCHIVE_BYTES_MAX: u64 = 64 << 20;

/// The base-2 logarithm of the largest zstd window that is accepted: 128 MiB.
///
/// Lower, and what `zstd --long` or `--ultra -22` wrote is refused; higher, and a file of a few bytes
/// can ask for gigabytes of memory.
pub const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// How much text is read of an object in which no record was found yet; the rest is then left.
///
/// Less, and a trail behind a long preamble is missed; more, and every disk image and database
/// dump in a folder of evidence is read to its end for nothing.
pub const BARREN_BYTES_MAX: u64 = 256 << 20;

/// How long the footer of a Parquet file may be.
///
/// Shorter, and a bill with hundreds of columns and row groups is not read; longer, and its description unfolds to
/// many times that in memory before a row is read.
pub const PARQUET_FOOTER_BYTES_MAX: u64 = 16 << 20;

/// How deep the schema of a Parquet file may nest.
///
/// Less, and OCSF could never be read; more, and a file of a few kilobytes overflows the stack of its reader.
pub const PARQUET_SCHEMA_DEPTH_MAX: usize = 64;

/// How large one page of a Parquet file may unfold.
///
/// Smaller, and files of writers that make one page of a whole row group are not read; larger, and every column of a
/// hostile file may ask for that much at once.
pub const PARQUET_PAGE_BYTES_MAX: u64 = 64 << 20;

/// The ceilings of a scan. The default is the constants of this module; tests lower them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// See [`OBJECT_BYTES_MAX`].
    pub object_bytes: u64,
    /// See [`EXPANSION_RATIO_MAX`].
    pub expansion_ratio: u64,
    /// See [`EXPANSION_FREE_BYTES_MAX`].
    pub expansion_free_bytes: u64,
    /// See [`GZIP_MEMBERS_MAX`].
    pub gzip_members: u64,
    /// See [`ZIP_ENTRIES_MAX`].
    pub zip_entries: u64,
    /// See [`NESTING_MAX`].
    pub nesting: usize,
    /// See [`UNSEEKABLE_ARCHIVE_BYTES_MAX`].
    pub unseekable_archive_bytes: u64,
    /// See [`ZSTD_WINDOW_LOG_MAX`].
    pub zstd_window_log: u32,
    /// See [`BARREN_BYTES_MAX`].
    pub barren_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            object_bytes: OBJECT_BYTES_MAX,
            expansion_ratio: EXPANSION_RATIO_MAX,
            expansion_free_bytes: EXPANSION_FREE_BYTES_MAX,
            gzip_members: GZIP_MEMBERS_MAX,
            zip_entries: ZIP_ENTRIES_MAX,
            nesting: NESTING_MAX,
            unseekable_archive_bytes: UNSEEKABLE_ARCHIVE_BYTES_MAX,
            zstd_window_log: ZSTD_WINDOW_LOG_MAX,
            barren_bytes: BARREN_BYTES_MAX,
        }
    }
}

/// The name of a ceiling, as it is counted in the totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// [`OBJECT_BYTES_MAX`].
    ObjectBytes,
    /// [`EXPANSION_RATIO_MAX`], or archive entries that share their bytes.
    ExpansionRatio,
    /// [`GZIP_MEMBERS_MAX`].
    GzipMembers,
    /// [`ZIP_ENTRIES_MAX`].
    ZipEntries,
    /// [`NESTING_MAX`].
    Nesting,
    /// [`UNSEEKABLE_ARCHIVE_BYTES_MAX`].
    UnseekableArchiveBytes,
    /// [`ZSTD_WINDOW_LOG_MAX`].
    ZstdWindow,
    /// [`PARQUET_FOOTER_BYTES_MAX`] or [`PARQUET_SCHEMA_DEPTH_MAX`].
    ParquetFooter,
    /// [`PARQUET_PAGE_BYTES_MAX`].
    ParquetPage,
    /// [`BARREN_BYTES_MAX`].
    BarrenBytes,
    /// The longest record that is read; see [`event::limits::Limits`].
    RecordBytes,
    /// The deepest record that is read; see [`event::limits::Limits`].
    RecordDepth,
    /// The most envelopes around a record; see [`event::limits::Limits`].
    Envelopes,
    /// What the encoded payloads of one text may become; see [`event::limits::Limits`].
    PayloadBytes,
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ObjectBytes => "it unfolds to more bytes than one object may have",
            Self::ExpansionRatio => "it unfolds to far more bytes than logs do (a compression bomb)",
            Self::GzipMembers => "it has more gzip members than one object may have",
            Self::ZipEntries => "the archive has more entries than are read",
            Self::Nesting => "it is packed into too many containers",
            Self::UnseekableArchiveBytes => {
                "it is read from its end, and too large for that inside another or from a stream: unpack it to a file"
            }
            Self::ParquetFooter => "its description of itself is longer or deeper than a table's may be",
            Self::ParquetPage => "a page of it unfolds to more bytes than a page may have",
            Self::ZstdWindow => "its zstd window is larger than 128 MiB: compress it again without --long",
            Self::BarrenBytes => "no CloudTrail records in its first part, and the rest was not read",
            Self::RecordBytes => "something in it is longer than a record may be",
            Self::RecordDepth => "something in it is nested deeper than a record may be",
            Self::Envelopes => "something in it is wrapped in more envelopes than are opened",
            Self::PayloadBytes => "the payloads in it are larger than one text may have",
        })
    }
}
