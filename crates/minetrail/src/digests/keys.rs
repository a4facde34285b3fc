//! Public keys and signatures, as AWS's tools print them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rsa::PublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use serde::Deserialize;
use sha2::Sha256;

/// Keys by their fingerprints.
pub(super) struct PublicKeys(HashMap<String, String>);

#[derive(Deserialize)]
struct KeyList {
    #[serde(rename = "PublicKeyList")]
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    #[serde(rename = "Value")]
    value: String,
    #[serde(rename = "Fingerprint")]
    fingerprint: String,
}

impl PublicKeys {
    /// Reads files with one or more answers of `list-public-keys`; `None` where no file is named.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Option<Self>> {
        let mut keys = HashMap::new();
        for path in paths {
            let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            for list in serde_json::Deserializer::from_slice(&text).into_iter::<KeyList>() {
                let what =
                    || format!("{} is not what `aws cloudtrail list-public-keys` prints", path.display());
                keys.extend(
                    list.with_context(what)?.keys.into_iter().map(|key| (key.fingerprint, key.value)),
                );
            }
        }
        if !paths.is_empty() && keys.is_empty() {
            bail!("no public key in {}", paths[0].display());
        }
        Ok((!paths.is_empty()).then_some(Self(keys)))
    }

    /// Checks a signature; an error is the reason why it is not valid.
    pub(super) fn check(
        &self,
        region: &str,
        fingerprint: &str,
        text: &str,
        signature: &str,
    ) -> Result<(), String> {
        let Some(value) = self.0.get(fingerprint) else {
            return Err(format!("public key not found in region {region} for fingerprint {fingerprint}"));
        };
        let Some(key) = public_key(value) else {
            return Err(format!("Unable to load PKCS #1 key with fingerprint {fingerprint}"));
        };
        let failed = || "signature verification failed".to_owned();
        let bytes = unhex(signature).ok_or_else(failed)?;
        let signature = Signature::try_from(bytes.as_slice()).map_err(|_| failed())?;
        VerifyingKey::<Sha256>::new(key).verify(text.as_bytes(), &signature).map_err(|_| failed())
    }
}

/// AWS says PKCS #1 and shows both forms in its documentation, so both are read.
fn public_key(base64_der: &str) -> Option<PublicKey> {
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64_der.trim()).ok()?;
    let key = PublicKey::from_pkcs1_der(&der).ok();
    key.or_else(|| PublicKey::from_public_key_der(&der).ok())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| {
        let text = std::str::from_utf8(pair).ok().filter(|text| text.len() == 2)?;
        u8::from_str_radix(text, 16).ok()
    });
    pairs.collect()
}

/// Signatures of digests that the copy itself does not hold, by the names of their files.
pub(super) struct Signatures(HashMap<String, String>);

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Metadata")]
    metadata: HashMap<String, String>,
}

impl Signatures {
    /// Reads files with a line of JSON for each object: its `Key`, and its `Metadata` as `head-object` prints it.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut signatures = HashMap::new();
        for path in paths {
            read_heads(path, &mut signatures)
                .with_context(|| format!("{} does not hold lines with Key and Metadata", path.display()))?;
        }
        Ok(Self(signatures))
    }

    /// The signature of the digest in the file `name`, which has no `.gz` at its end.
    pub(super) fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn read_heads(path: &Path, signatures: &mut HashMap<String, String>) -> Result<()> {
    let text = std::fs::read(path)?;
    for head in serde_json::Deserializer::from_slice(&text).into_iter::<Head>() {
        let Head { key, mut metadata } = head?;
        let name = super::copy::bare(key.rsplit('/').next().unwrap_or_default()).to_owned();
        if let Some(signature) = metadata.remove("signature") {
            signatures.insert(name, signature);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_or_refused() {
        assert_eq!(unhex("00ff7a"), Some(vec![0, 255, 122]));
        for wrong in ["0", "zz", "0é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_no_key() {
        assert!(public_key("AAAA").is_none() && public_key("not base64!").is_none());
    }
}
