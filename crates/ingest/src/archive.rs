//! Reads zip archives: the directory at the end, and the bytes of each entry.
//!
//! Written here and not taken from a library because the directory of a hostile archive may be as
//! large as the file: entries are read one at a time, so memory does not depend on how many
//! there are, and nothing is allocated on the word of a header. Supported are the methods that occur
//! in practice (stored, deflate, zstd) and the 64-bit form. Not supported: encryption and archives in
//! several volumes. The directory is believed, so an entry that is deleted from it is not read.

use std::io::{self, Read, Seek, SeekFrom, Take};

const END_RECORD: [u8; 4] = *b"PK\x05\x06";
const END_RECORD_BYTES: usize = 22;
const END64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
const END64_LOCATOR_BYTES: u64 = 20;
const END64_RECORD: [u8; 4] = *b"PK\x06\x06";
const END64_RECORD_BYTES: u64 = 56;
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_BYTES: u64 = 30;
/// The bits of an entry's flags.
const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 1 << 3;
/// The comment behind the end record is at most this long, so the record is found within these bytes.
const COMMENT_BYTES_MAX: usize = u16::MAX as usize;
/// The tag of the extra field that holds 64-bit sizes.
const EXTRA_64_BIT: u16 = 1;

/// How an entry is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflate,
    Zstd,
    Unknown(u16),
}

/// One line of the directory.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) method: Method,
    pub(crate) encrypted: bool,
    pub(crate) checksum: u32,
    /// Bytes in the archive.
    pub(crate) stored: u64,
    /// Bytes of content. A claim: only compared with, never allocated from.
    pub(crate) unfolded: u64,
    local_header_at: u64,
}

impl Entry {
    pub(crate) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }
}

/// An entry as its own header describes it.
pub(crate) struct LocalEntry {
    pub(crate) entry: Entry,
    /// Where its stored bytes begin.
    pub(crate) data_at: u64,
    /// The header does not know the sizes; they stand behind the stored bytes.
    pub(crate) sizes_follow: bool,
}

/// The directory of an archive, read line by line.
pub(crate) struct Archive<R> {
    pub(crate) file: R,
    next_at: u64,
    directory_ends_at: u64,
    /// What must be added to the offsets of the directory, when something was put before the archive.
    begins_at: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Finds the directory. Fails when there is none, which is so for every archive that was cut.
    pub(crate) fn open(mut file: R) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let (end_at, end) = find_end_record(&mut file, length)?;
        let mut fields = Fields(&end[4..]);
        let (disk, directory_disk) = (fields.u16()?, fields.u16()?);
        fields.skip(4)?;
        let (size, offset) = (fields.u32()?, fields.u32()?);
        let needs_64_bit = size == u32::MAX || offset == u32::MAX;
        if disk != directory_disk && !needs_64_bit {
            return Err(corrupt("the archive has several volumes"));
        }
        let found = find_end64_record(&mut file, end_at)?;
        let (directory_ends_at, size, offset) = match found {
            Some((end64_at, size, offset)) => (end64_at, size, offset),
            None => (end_at, u64::from(size), u64::from(offset)),
        };
        let next_at = directory_ends_at.checked_sub(size);
        let begins_at = next_at.and_then(|next_at| next_at.checked_sub(offset));
        let (Some(next_at), Some(begins_at)) = (next_at, begins_at) else {
            return Err(corrupt("the directory of the archive lies outside of it"));
        };
        Ok(Self { file, next_at, directory_ends_at, begins_at })
    }

    /// Returns the next line of the directory, or `None` at its end.
    pub(crate) fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        if self.next_at >= self.directory_ends_at {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(self.next_at))?;
        let mut header = [0; 46];
        self.file.read_exact(&mut header)?;
        if header[..4] != ENTRY {
            return Err(corrupt("the directory of the archive is damaged"));
        }
        let mut fields = Fields(&header[8..]);
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.skip(4)?;
        let checksum = fields.u32()?;
        let (stored, unfolded) = (fields.u32()?, fields.u32()?);
        let (name, extra, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
        fields.skip(8)?;
        let local_header_at = fields.u32()?;

        let mut text = vec![0; usize::from(name) + usize::from(extra)];
        self.file.read_exact(&mut text)?;
        let extra_field = text.split_off(usize::from(name));
        let mut wide = Wide(find_extra(&extra_field, EXTRA_64_BIT).unwrap_or_default());
        let entry = Entry {
            name: text,
            method: method_of(method),
            encrypted: flags & ENCRYPTED != 0,
            checksum,
            unfolded: wide.widen(unfolded)?,
            stored: wide.widen(stored)?,
            local_header_at: wide.widen(local_header_at)?,
        };
        self.next_at += (header.len() + usize::from(name) + usize::from(extra) + usize::from(comment)) as u64;
        Ok(Some(entry))
    }

    /// Returns an archive whose directory is gone: it has local entries only.
    pub(crate) fn without_directory(file: R) -> Self {
        Self { file, next_at: 0, directory_ends_at: 0, begins_at: 0 }
    }

    /// Returns the entry whose own header is at `header_at`, or `None` if no whole header is there.
    pub(crate) fn local_entry(&mut self, header_at: u64) -> io::Result<Option<LocalEntry>> {
        self.file.seek(SeekFrom::Start(header_at))?;
        let mut header = Vec::new();
        (&mut self.file).take(LOCAL_BYTES).read_to_end(&mut header)?;
        if header.len() < LOCAL_BYTES as usize || header[..4] != LOCAL {
            return Ok(None);
        }
        let mut fields = Fields(&header[6..]);
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.skip(4)?;
        let (checksum, stored, unfolded) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name, extra) = (usize::from(fields.u16()?), usize::from(fields.u16()?));
        let mut text = Vec::new();
        (&mut self.file).take((name + extra) as u64).read_to_end(&mut text)?;
        if text.len() < name + extra {
            return Ok(None);
        }
        let extra_field = text.split_off(name);
        let mut wide = Wide(find_extra(&extra_field, EXTRA_64_BIT).unwrap_or_default());
        let (unfolded, stored) = (wide.widen(unfolded)?, wide.widen(stored)?);
        let sizes_follow = flags & SIZES_FOLLOW != 0;
        let entry = Entry {
            name: text,
            method: method_of(method),
            encrypted: flags & ENCRYPTED != 0,
            checksum,
            stored: if sizes_follow { u64::MAX } else { stored },
            unfolded,
            local_header_at: header_at,
        };
        let data_at = header_at + LOCAL_BYTES + (name + extra) as u64;
        Ok(Some(LocalEntry { entry, data_at, sizes_follow }))
    }

    /// Returns the stored bytes of `entry`, still compressed.
    pub(crate) fn stored_bytes(&mut self, entry: &Entry) -> io::Result<Take<&mut R>> {
        let header_at = self.begins_at.checked_add(entry.local_header_at);
        let header_at = header_at.ok_or_else(|| corrupt("an entry lies outside of the archive"))?;
        self.file.seek(SeekFrom::Start(header_at))?;
        let mut header = [0; LOCAL_BYTES as usize];
        self.file.read_exact(&mut header)?;
        if header[..4] != LOCAL {
            return Err(corrupt("an entry is not where the directory says"));
        }
        let mut fields = Fields(&header[26..]);
        let (name, extra) = (fields.u16()?, fields.u16()?);
        self.file.seek(SeekFrom::Current(i64::from(name) + i64::from(extra)))?;
        Ok((&mut self.file).take(entry.stored))
    }
}

/// Returns where the record at the end of the archive is, and the record.
fn find_end_record<R: Read + Seek>(file: &mut R, length: u64) -> io::Result<(u64, Vec<u8>)> {
    let tail_bytes = length.min((END_RECORD_BYTES + COMMENT_BYTES_MAX) as u64);
    let tail_at = length - tail_bytes;
    file.seek(SeekFrom::Start(tail_at))?;
    let mut tail = Vec::new();
    file.take(tail_bytes).read_to_end(&mut tail)?;
    let is_end = |at: &usize| {
        let record = &tail[*at..];
        let comment = u16::from_le_bytes([record[20], record[21]]);
        record.starts_with(&END_RECORD) && END_RECORD_BYTES + usize::from(comment) <= record.len()
    };
    let last = (tail.len() + 1).checked_sub(END_RECORD_BYTES).and_then(|ends| (0..ends).rev().find(is_end));
    let Some(at) = last else {
        let what = "the archive ends before its directory";
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
    };
    Ok((tail_at + at as u64, tail[at..at + END_RECORD_BYTES].to_vec()))
}

/// Returns where the 64-bit end record is, and the size and offset of the directory; `None` in a 32-bit archive.
fn find_end64_record<R: Read + Seek>(file: &mut R, end_at: u64) -> io::Result<Option<(u64, u64, u64)>> {
    let Some(locator_at) = end_at.checked_sub(END64_LOCATOR_BYTES) else { return Ok(None) };
    file.seek(SeekFrom::Start(locator_at))?;
    let mut locator = [0; END64_LOCATOR_BYTES as usize];
    file.read_exact(&mut locator)?;
    if locator[..4] != END64_LOCATOR {
        return Ok(None);
    }
    let claimed_at = Fields(&locator[8..]).u64()?;
    // The claim is wrong when something was put before the archive; then the record stands right here.
    let here = locator_at.saturating_sub(END64_RECORD_BYTES);
    for record_at in [claimed_at, here] {
        if record_at > here {
            continue;
        }
        file.seek(SeekFrom::Start(record_at))?;
        let mut record = [0; END64_RECORD_BYTES as usize];
        file.read_exact(&mut record)?;
        if record[..4] == END64_RECORD {
            let mut fields = Fields(&record[40..]);
            return Ok(Some((record_at, fields.u64()?, fields.u64()?)));
        }
    }
    Err(corrupt("the directory of the archive cannot be found"))
}

fn method_of(number: u16) -> Method {
    match number {
        0 => Method::Stored,
        8 => Method::Deflate,
        93 => Method::Zstd,
        other => Method::Unknown(other),
    }
}

/// Returns the content of the extra field with this tag.
fn find_extra(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some(([a, b, c, d], rest)) = extra.split_first_chunk::<4>() {
        let (tag, length) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
        let content = rest.get(..usize::from(length))?;
        if tag == wanted {
            return Some(content);
        }
        extra = &rest[usize::from(length)..];
    }
    None
}

/// The 64-bit values of an entry; each stands in for a 32-bit field that is full.
struct Wide<'a>(&'a [u8]);

impl Wide<'_> {
    fn widen(&mut self, narrow: u32) -> io::Result<u64> {
        if narrow != u32::MAX {
            return Ok(u64::from(narrow));
        }
        let mut fields = Fields(self.0);
        let wide = fields.u64()?;
        self.0 = fields.0;
        Ok(wide)
    }
}

/// Takes little-endian numbers from the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&mut self) -> io::Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> io::Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> io::Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn skip(&mut self, bytes: usize) -> io::Result<()> {
        self.0 = self.0.get(bytes..).ok_or_else(|| corrupt("a header is too short"))?;
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let (array, rest) =
            self.0.split_first_chunk::<N>().ok_or_else(|| corrupt("a header is too short"))?;
        self.0 = rest;
        Ok(*array)
    }
}

pub(crate) fn corrupt(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Compares what an entry unfolds to with what the directory says of it, at its end.
pub(crate) struct Checked<R> {
    inner: R,
    checksum: flate2::Crc,
    bytes: u64,
    expected: (u32, u64),
}

impl<R> Checked<R> {
    pub(crate) fn new(inner: R, entry: &Entry) -> Self {
        Self { inner, checksum: flate2::Crc::new(), bytes: 0, expected: (entry.checksum, entry.unfolded) }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.checksum.update(&buffer[..count]);
        self.bytes += count as u64;
        let (checksum, bytes) = self.expected;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        if self.bytes < bytes {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the entry ends too early"));
        }
        if self.bytes > bytes || self.checksum.sum() != checksum {
            return Err(corrupt("the checksum of the entry does not match"));
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::testing::{ZipMethod, zip};

    fn list(archive: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut archive = Archive::open(Cursor::new(archive))?;
        let mut listed = Vec::new();
        while let Some(entry) = archive.next_entry()? {
            let mut bytes = Vec::new();
            let stored = io::BufReader::new(archive.stored_bytes(&entry)?);
            match entry.method {
                Method::Deflate => {
                    let inflated = crate::deflate::Deflate::bare(stored);
                    Checked::new(inflated, &entry).read_to_end(&mut bytes)?
                }
                _ => Checked::new(stored, &entry).read_to_end(&mut bytes)?,
            };
            listed.push((String::from_utf8_lossy(&entry.name).into_owned(), bytes));
        }
        Ok(listed)
    }

    fn two_entries(method: ZipMethod) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
        let entries =
            vec![("a.json".to_owned(), b"first".repeat(50)), ("b/c.json".to_owned(), b"2".to_vec())];
        (zip(method, &entries), entries)
    }

    #[test]
    fn all_entries_are_found_as_another_writer_wrote_them() {
        for method in [ZipMethod::Stored, ZipMethod::Deflate, ZipMethod::Deflate64Bit] {
            let (archive, entries) = two_entries(method);
            assert_eq!(list(&archive).unwrap(), entries, "{method:?}");
        }
    }

    #[test]
    fn a_comment_behind_and_rubbish_before_do_no_harm() {
        let (mut archive, entries) = two_entries(ZipMethod::Deflate);
        let at = archive.len() - 2;
        archive[at..].copy_from_slice(&7u16.to_le_bytes());
        archive.extend_from_slice(b"comment");
        let behind_a_stub = [&b"#!/bin/sh exit\n"[..], &archive].concat();
        assert_eq!(list(&behind_a_stub).unwrap(), entries);
    }

    #[test]
    fn no_cut_and_no_flipped_byte_makes_it_panic() {
        let (archive, _) = two_entries(ZipMethod::Deflate64Bit);
        for length in 0..archive.len() {
            assert!(list(&archive[..length]).is_err(), "cut at {length}");
        }
        for at in 0..archive.len() {
            let mut damaged = archive.clone();
            damaged[at] ^= 0xff;
            // Some damage is harmless (dates, attributes); all of it must end.
            list(&damaged).map_or_else(drop, drop);
        }
    }
}
