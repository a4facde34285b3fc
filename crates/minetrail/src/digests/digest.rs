//! One digest: read, taken apart, hashed.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use event::Time;
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// The largest digest that is read, in bytes unpacked.
///
/// Smaller, and the hour of a huge organisation fails; larger, and a bomb fills memory.
const DIGEST_BYTES_MAX: u64 = 256 << 20;

/// What a digest says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Digest {
    digest_start_time: String,
    digest_end_time: String,
    #[serde(rename = "digestS3Bucket")]
    pub(super) bucket: String,
    #[serde(rename = "digestS3Object")]
    pub(super) key: String,
    #[serde(rename = "digestPublicKeyFingerprint")]
    pub(super) fingerprint: String,
    #[serde(rename = "previousDigestS3Object")]
    pub(super) previous_key: Option<String>,
    #[serde(rename = "previousDigestHashValue")]
    pub(super) previous_hash: Option<String>,
    #[serde(rename = "previousDigestSignature")]
    pub(super) previous_signature: Option<String>,
    pub(super) log_files: Vec<Listed>,
    /// SHA-256 of the unpacked digest, in hexadecimal.
    #[serde(skip)]
    pub(super) hash: String,
}

/// A log file that a digest lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    #[serde(rename = "s3Bucket")]
    pub(super) bucket: String,
    #[serde(rename = "s3Object")]
    pub(super) key: String,
    pub(super) hash_value: String,
}

impl Digest {
    /// Reads a digest; an error says why it is none.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("cannot read it: {error}"))?;
        let text = unpacked(file, DIGEST_BYTES_MAX).map_err(|_| "invalid format".to_owned())?;
        let mut digest: Self = serde_json::from_slice(&text).map_err(|_| "invalid format".to_owned())?;
        digest.hash = hex(&Sha256::digest(&text));
        Ok(digest)
    }

    /// When its hour begins.
    pub(super) fn start(&self) -> Option<Time> {
        Time::parse(&self.digest_start_time)
    }

    /// When its hour ends.
    pub(super) fn end(&self) -> Option<Time> {
        Time::parse(&self.digest_end_time)
    }

    /// What AWS signs. A digest without one before it says `null`, as AWS's Java does.
    pub(super) fn signed_text(&self) -> String {
        let previous = self.previous_signature.as_deref().unwrap_or("null");
        format!("{}\n{}/{}\n{}\n{previous}", self.digest_end_time, self.bucket, self.key, self.hash)
    }
}

/// Unpacks one gzip member, or takes plain text as it is.
fn unpacked(file: File, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut packed = io::BufReader::new(file);
    let first = io::BufRead::fill_buf(&mut packed)?;
    if first.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(packed).take(bytes_max + 1).read_to_end(&mut text)?;
    } else {
        packed.take(bytes_max + 1).read_to_end(&mut text)?;
    }
    if text.len() as u64 > bytes_max {
        return Err(io::Error::other("larger than a digest may be"));
    }
    Ok(text)
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
