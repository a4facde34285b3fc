//! Ceilings for one text. Logs are written by attackers too, so nothing here may grow with the input alone.
//!
//! Every ceiling that is reached becomes a `Rejected` with its reason, never silence.

/// Longest record that is read, in bytes of text.
///
/// CloudTrail itself stops near 256 KB. Lower, and an export that pads its records loses them; higher, and one
/// hostile line may fill the memory of every thread that meets it.
const RECORD_BYTES_MAX: usize = 16 << 20;

/// Deepest nesting of a record; the record itself is the first level.
///
/// Real records stay below 20. Lower, and a policy document inside a template may not fit; higher, and the strict
/// parser that reads notable records (which stops at 128 by itself) would refuse what the skim let through.
const DEPTH_MAX: u32 = 120;

/// Deepest nesting of envelopes, in steps: an array, its element, a member and the text of a string are one each.
///
/// An envelope takes five at most (a batch of notices), so any three fit; real chains (queue message, notification,
/// log batch, record) take up to eleven. Fewer, and a bus that wraps once more hides its records; more, and a text
/// that contains itself many times over costs as many readings.
const ENVELOPES_MAX: u32 = 16;

/// Most bytes that the compressed or encoded payloads of one text may become, all together.
///
/// A log subscription sends at most 1 MB a payload and Firehose 128 MB a file. Lower, and a batch is cut short;
/// higher, and a small text of nested payloads keeps a thread busy for minutes.
const PAYLOAD_BYTES_MAX: u64 = 256 << 20;

/// How much is read of one text, and how deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest record (or envelope that must be opened as a whole), in bytes of text.
    pub record_bytes_max: usize,
    /// Deepest nesting of a record; the record itself is the first level.
    pub depth_max: u32,
    /// Deepest nesting of envelopes around a record, in steps.
    pub envelopes_max: u32,
    /// Most bytes that the encoded payloads of one text may become, all together.
    pub payload_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            record_bytes_max: RECORD_BYTES_MAX,
            depth_max: DEPTH_MAX,
            envelopes_max: ENVELOPES_MAX,
            payload_bytes_max: PAYLOAD_BYTES_MAX,
        }
    }
}
