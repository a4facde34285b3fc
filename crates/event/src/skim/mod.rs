//! The skim: decompressed text to records, of which two scores of values are known by their place and nothing is parsed.
//!
//! Nearly all records of a trail are ordinary, and a full parse costs more than the decompression before it. So the
//! text is indexed (where are the brackets and colons outside of strings), every record is walked from colon to colon,
//! and the values that somebody may ask for are remembered as positions. Whoever finds a record notable parses its text.
//! What the index is not worth making for is walked byte by byte; the two ways must agree, see the tests.
//!
//! A [`Reader`] is shown the text of one object in windows and gives [`Skimmed`] records to a [`RecordSink`], whatever
//! stands around them: see [`crate::envelope`].
//!
//! Blind spots: the text between the values that are asked for is stepped over, not checked. The skim accepts some
//! text that is not JSON, in records that nobody will look at.

mod fast;
mod field;
mod index;
mod keys;
mod reader;
pub(crate) mod scan;
mod simd;
mod sink;
mod skimmed;
mod skip;
mod text;
mod walk;

#[cfg(any(test, fuzzing))]
pub mod judge;

pub use field::{Field, Part};
pub use reader::Reader;
pub use sink::{Message, ObjectKind, ObjectSummary, RecordSink, RejectReason, Rejected};
pub use skimmed::Skimmed;
pub use text::unescape;

pub(crate) use sink::Tally;
pub(crate) use skimmed::Slots;
pub(crate) use walk::{Place, Stop, walk};
