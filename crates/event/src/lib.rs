//! Bytes to records to events: skim, decode, formats, limits.
