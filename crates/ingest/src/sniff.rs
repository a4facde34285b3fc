//! Tells what an object is from its first bytes. Names are never asked: a log may be called
//! anything, and what is called `.json.gz` may be anything.

use crate::utf16::ByteOrder;

/// How many bytes the decision needs; fewer do when the object has no more.
pub(crate) const HEAD_BYTES: usize = 1_024;

/// What the bytes of an object are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// No container; the reader of records decides what it is.
    Plain,
    Gzip,
    Zstd,
    Zip,
    /// A table in columns, which is read from its end.
    Parquet,
    /// Text that is to be converted first.
    Utf16(ByteOrder),
    /// A container that minetrail knows only by name. It may hold logs, so it must not be passed over in silence.
    Unsupported(&'static str),
}

/// Containers that cannot be opened, by what they begin with.
const UNSUPPORTED: [(&[u8], &str); 8] = [
    (b"PARE", "an encrypted Parquet file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"BZh", "a bzip2 file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x04\x22\x4d\x18", "an lz4 file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
];

/// Where a tar archive says that it is one.
const TAR_MAGIC_AT: std::ops::Range<usize> = 257..262;

/// Returns what begins with `head`.
pub(crate) fn wrapping(head: &[u8]) -> Wrapping {
    if head.get(TAR_MAGIC_AT) == Some(b"ustar") {
        return Wrapping::Unsupported("a tar archive");
    }
    match head {
        [0xff, 0xfe, ..] => Wrapping::Utf16(ByteOrder::Little),
        [0xfe, 0xff, ..] => Wrapping::Utf16(ByteOrder::Big),
        [0x1f, 0x8b, ..] => Wrapping::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Wrapping::Zstd,
        // A skippable frame: parallel and seekable writers begin with one.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Wrapping::Zstd,
        // The second form is an archive without entries.
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Wrapping::Zip,
        [b'P', b'A', b'R', b'1', ..] => Wrapping::Parquet,
        _ => match UNSUPPORTED.iter().find(|(magic, _)| head.starts_with(magic)) {
            Some((_, what)) => Wrapping::Unsupported(what),
            None => Wrapping::Plain,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_known_by_content() {
        assert_eq!(wrapping(br#"{"Records":[]}"#), Wrapping::Plain);
        assert_eq!(wrapping(&crate::testing::gzip(b"{}")), Wrapping::Gzip);
        assert_eq!(wrapping(&zstd::encode_all(&b"{}"[..], 0).unwrap()), Wrapping::Zstd);
        assert_eq!(wrapping(b"PK\x03\x04"), Wrapping::Zip);
        assert_eq!(wrapping(b""), Wrapping::Plain);
        assert_eq!(wrapping(b"\x1f"), Wrapping::Plain);
        assert_eq!(wrapping(b"\xff\xfe{\0"), Wrapping::Utf16(ByteOrder::Little));
    }

    #[test]
    fn what_cannot_be_opened_is_called_by_its_name() {
        let mut tar = [0; HEAD_BYTES];
        tar[TAR_MAGIC_AT].copy_from_slice(b"ustar");
        assert_eq!(wrapping(&tar), Wrapping::Unsupported("a tar archive"));
        assert_eq!(wrapping(b"BZh91AY&SY"), Wrapping::Unsupported("a bzip2 file"));
    }
}
