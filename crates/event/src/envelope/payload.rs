//! Base64 and gzip, as log subscriptions and Firehose deliver.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;

use crate::skim::RejectReason;

/// The first bytes of every gzip member.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Most bytes that one payload may become.
///
/// A log subscription and a stream send a few megabytes at a time. Less, and a batch that somebody joined is lost; more,
/// and each thread that meets a bomb in a record holds that much.
const ONE_BYTES_MAX: u64 = 32 << 20;

/// Returns the text that is in `encoded`: Base64, and below it perhaps gzip of one or several members.
///
/// What it becomes is taken from `bytes_left`; more than that is refused.
pub(super) fn decode(encoded: &[u8], bytes_left: &mut u64) -> Result<Vec<u8>, RejectReason> {
    let bytes = STANDARD.decode(encoded).map_err(|_| RejectReason::BadPayload)?;
    spend(bytes.len(), bytes_left)?;
    if !bytes.starts_with(GZIP) {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    let most = ONE_BYTES_MAX.min(*bytes_left);
    // One byte more than allowed tells a text that fits from one that was cut.
    let mut limited = MultiGzDecoder::new(&bytes[..]).take(most + 1);
    limited.read_to_end(&mut text).map_err(|_| RejectReason::BadPayload)?;
    spend(text.len(), bytes_left)?;
    if text.len() as u64 > most { Err(RejectReason::PayloadTooLarge) } else { Ok(text) }
}

/// Takes `bytes` from what is left.
fn spend(bytes: usize, bytes_left: &mut u64) -> Result<(), RejectReason> {
    *bytes_left = bytes_left.checked_sub(bytes as u64).ok_or(RejectReason::PayloadTooLarge)?;
    Ok(())
}
