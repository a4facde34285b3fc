//! A copy of a bucket, checked by us and by AWS's own tool.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePublicKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{Generate, PrivateKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{ACCOUNT, failed, minetrail};

const BUCKET: &str = "org-trail";
const FINGERPRINT: &str = "056753515397f6361ad9bc21916e56e3";
const HOME: &str = "us-east-1";

/// One key for all tests: making one takes a second.
fn private_key() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(PrivateKey::generate)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A bucket as CloudTrail fills it: `bucket/`, with what S3 keeps beside it.
struct Bucket {
    folder: tempfile::TempDir,
    metadata: BTreeMap<String, Value>,
}

/// A digest that was written.
#[derive(Clone)]
struct Made {
    key: String,
    hash: String,
    signature: String,
}

impl Bucket {
    fn new() -> Self {
        let bucket =
            Self { folder: tempfile::tempdir().expect("the story is set up"), metadata: BTreeMap::new() };
        bucket.write_keys(
            private_key().to_public_key().to_pkcs1_der().expect("the story is set up").as_bytes(),
        );
        bucket
    }

    fn write_keys(&self, der: &[u8]) {
        let keys = json!({"PublicKeyList": [{"Value": STANDARD.encode(der), "Fingerprint": FINGERPRINT,
            "ValidityStartTime": "2026-01-01T00:00:00Z", "ValidityEndTime": "2027-01-01T00:00:00Z"}]});
        fs::write(self.folder.path().join("keys.json"), keys.to_string()).expect("the story is set up");
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.path().join("bucket").join(key)
    }

    fn put(&self, key: &str, text: &[u8]) {
        let path = self.path(key);
        fs::create_dir_all(path.parent().expect("the story is set up")).expect("the story is set up");
        let mut packed =
            GzEncoder::new(fs::File::create(path).expect("the story is set up"), Compression::fast());
        packed.write_all(text).expect("the story is set up");
        packed.finish().expect("the story is set up");
    }

    fn log(&self, region: &str, hour: u32, number: u32) -> Value {
        let name =
            format!("{ACCOUNT}_CloudTrail_{region}_20260914T{hour:02}{:02}Z_log{number}.json.gz", number * 5);
        let key = format!("AWSLogs/{ACCOUNT}/CloudTrail/{region}/2026/09/14/{name}");
        let text = json!({"Records": [{"eventName": format!("{region} {hour} {number}")}]}).to_string();
        self.put(&key, text.as_bytes());
        json!({"s3Bucket": BUCKET, "s3Object": key, "hashValue": hex(&Sha256::digest(text)), "hashAlgorithm": "SHA-256"})
    }

    /// Writes the digest of the hour that ends at `hour`.
    fn digest(
        &mut self,
        region: &str,
        hour: u32,
        logs: &[Value],
        before: Option<&Made>,
        backfill: bool,
    ) -> Made {
        let ending = if backfill { "_backfill" } else { "" };
        let name = format!(
            "{ACCOUNT}_CloudTrail-Digest_{region}_org-trail_{HOME}_20260914T{hour:02}0000Z{ending}.json.gz"
        );
        let key = format!("AWSLogs/{ACCOUNT}/CloudTrail-Digest/{region}/2026/09/14/{name}");
        let (start, end) =
            (format!("2026-09-14T{:02}:00:00Z", hour - 1), format!("2026-09-14T{hour:02}:00:00Z"));
        let text = json!({
            "awsAccountId": ACCOUNT, "digestStartTime": start, "digestEndTime": end, "digestS3Bucket": BUCKET,
            "digestS3Object": key, "digestPublicKeyFingerprint": FINGERPRINT, "digestSignatureAlgorithm": "SHA256withRSA",
            "previousDigestS3Bucket": before.map(|_| BUCKET), "previousDigestS3Object": before.map(|made| &made.key),
            "previousDigestHashValue": before.map(|made| &made.hash), "previousDigestHashAlgorithm": "SHA-256",
            "previousDigestSignature": before.map(|made| &made.signature), "logFiles": logs,
        })
        .to_string();
        let hash = hex(&Sha256::digest(&text));
        let previous = before.map_or("null", |made| &made.signature);
        let signed = format!("{end}\n{BUCKET}/{key}\n{hash}\n{previous}");
        let signature =
            hex(&SigningKey::<Sha256>::new(private_key().clone()).sign(signed.as_bytes()).to_vec());
        self.put(&key, text.as_bytes());
        let mut metadata = json!({"signature": signature, "signature-algorithm": "SHA256withRSA"});
        if backfill {
            metadata["backfill-generation-timestamp"] = json!("2026-09-14T20:00:00Z");
        }
        self.metadata.insert(key.clone(), metadata);
        Made { key, hash, signature }
    }

    /// A chain of digests that end at `hours`, each with a log file; the third has none.
    fn chain(&mut self, region: &str, hours: std::ops::Range<u32>) -> Vec<Made> {
        let mut made: Vec<Made> = Vec::new();
        for (number, hour) in hours.enumerate() {
            let logs = if number == 2 {
                Vec::new()
            } else {
                vec![self.log(region, hour - 1, 1), self.log(region, hour - 1, 2)]
            };
            let before = made.last().cloned();
            made.push(self.digest(region, hour, &logs, before.as_ref(), false));
        }
        made
    }

    /// What S3 keeps beside the objects, for the server and for us.
    fn finish(&self) {
        let path = |name: &str| self.folder.path().join(name);
        fs::write(path("metadata.json"), json!(self.metadata).to_string()).expect("the story is set up");
        let lines = self
            .metadata
            .iter()
            .map(|(key, metadata)| json!({"Key": key, "Metadata": metadata}).to_string() + "\n");
        fs::write(path("signatures.jsonl"), lines.collect::<String>()).expect("the story is set up");
    }

    /// Our verdict.
    fn verdict(&self, more: &[&str]) -> Value {
        let args = ["verify-logs", "bucket", "--public-keys", "keys.json", "--format", "json"];
        let run = minetrail().current_dir(self.folder.path()).args(args).args(more).assert();
        let output = run.get_output();
        let verdict: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let invalid = |chain: &Value| chain["digests_invalid"] != 0 || chain["logs_invalid"] != 0;
        let is_invalid = verdict["chains"].as_array().expect("the story is set up").iter().any(invalid);
        assert_eq!(output.status.code(), Some(i32::from(is_invalid)));
        verdict
    }

    /// Our counts of the only region: digests valid and not, backfill digests, logs.
    fn counts(&self) -> [u64; 6] {
        self.finish();
        let verdict = self.verdict(&["--signatures", "signatures.jsonl"]);
        let mut counts = [0; 6];
        for chain in verdict["chains"].as_array().expect("the story is set up") {
            let at = if chain["backfill"] == true { 2 } else { 0 };
            counts[at] += chain["digests_valid"].as_u64().expect("the story is set up");
            counts[at + 1] += chain["digests_invalid"].as_u64().expect("the story is set up");
            counts[4] += chain["logs_valid"].as_u64().expect("the story is set up");
            counts[5] += chain["logs_invalid"].as_u64().expect("the story is set up");
            assert_eq!(chain["digests_unsigned"], 0);
        }
        counts
    }
}

const REGION: &str = "us-west-2";

/// Rewrites the text of an object.
fn edit(bucket: &Bucket, key: &str, from: &str, to: &str) {
    let mut text = String::new();
    let file = fs::File::open(bucket.path(key)).expect("the story is set up");
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text)
        .expect("the story is set up");
    assert!(text.contains(from), "{text}");
    bucket.put(key, text.replace(from, to).as_bytes());
}

fn log_key(hour: u32, number: u32) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/09/14/{ACCOUNT}_CloudTrail_{REGION}_20260914T{hour:02}{:02}Z_log{number}.json.gz",
        number * 5
    )
}

/// A story: its name, the bucket, and what is expected: digests, backfill digests and logs, valid and INVALID.
type Story = (&'static str, Bucket, [u64; 6]);

/// Everything that can become of a bucket.
fn stories() -> Vec<Story> {
    let mut stories = Vec::new();
    let mut tell = |name, expected, change: &dyn Fn(&mut Bucket, &[Made])| {
        let mut bucket = Bucket::new();
        let made = bucket.chain(REGION, 2..7);
        change(&mut bucket, &made);
        stories.push((name, bucket, expected));
    };
    tell("as it was delivered", [5, 0, 0, 0, 8, 0], &|_, _| {});
    tell("a log that was changed", [5, 0, 0, 0, 7, 1], &|bucket, _| {
        edit(bucket, &log_key(1, 1), "eventName", "eventnamE")
    });
    tell("a log that is missing", [5, 0, 0, 0, 7, 1], &|bucket, _| {
        fs::remove_file(bucket.path(&log_key(1, 2))).expect("the story is set up")
    });
    tell("a log that is no gzip", [5, 0, 0, 0, 7, 1], &|bucket, _| {
        fs::write(bucket.path(&log_key(1, 2)), [0x1f, 0x8b, 8, 0, 1]).expect("the story is set up");
    });
    tell("a log with something behind it", [5, 0, 0, 0, 7, 1], &|bucket, _| {
        let path = bucket.path(&log_key(1, 2));
        let more = [fs::read(&path).expect("the story is set up"), b"more".to_vec()].concat();
        fs::write(path, more).expect("the story is set up");
    });
    tell("a digest that was changed", [4, 1, 0, 0, 6, 0], &|bucket, made| {
        edit(bucket, &made[1].key, "\"awsAccountId\":\"1", "\"awsAccountId\":\"2");
    });
    tell("a digest that is missing", [4, 1, 0, 0, 6, 0], &|bucket, made| {
        fs::remove_file(bucket.path(&made[1].key)).expect("the story is set up")
    });
    tell("the newest digest is missing", [4, 0, 0, 0, 6, 0], &|bucket, made| {
        fs::remove_file(bucket.path(&made[4].key)).expect("the story is set up");
    });
    tell("the oldest digest is missing", [4, 1, 0, 0, 6, 0], &|bucket, made| {
        fs::remove_file(bucket.path(&made[0].key)).expect("the story is set up");
    });
    tell("a digest that was moved", [4, 1, 0, 0, 6, 0], &|bucket, made| {
        fs::copy(bucket.path(&made[2].key), bucket.path(&made[1].key)).expect("the story is set up");
    });
    tell("a pause, and a new beginning", [7, 0, 0, 0, 12, 0], &|bucket, _| {
        bucket.chain(REGION, 12..14);
    });
    tell("backfill", [5, 0, 2, 0, 9, 0], &|bucket, _| {
        let late = bucket.log(REGION, 8, 1);
        let first = bucket.digest(REGION, 9, &[late], None, true);
        bucket.digest(REGION, 10, &[], Some(&first), true);
    });
    tell("a key that nobody knows", [0, 5, 0, 0, 0, 0], &|bucket, _| {
        let path = bucket.folder.path().join("keys.json");
        let keys = fs::read_to_string(&path).expect("the story is set up");
        fs::write(path, keys.replace(FINGERPRINT, "00000000000000000000000000000000"))
            .expect("the story is set up");
    });
    stories
}

#[test]
fn each_story_has_its_verdict() {
    for (name, bucket, expected) in stories() {
        assert_eq!(bucket.counts(), expected, "{name}");
    }
}

#[test]
fn awss_own_tool_comes_to_the_same_verdicts() {
    let python = match aws() {
        Ok(python) => python,
        Err(why) => return eprintln!("skipped: AWS's tool is not here ({why})"),
    };
    let stories = stories();
    stories.iter().for_each(|(_, bucket, _)| bucket.finish());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/validate-logs/validate_logs.py");
    let folders = stories.iter().map(|(_, bucket, _)| bucket.folder.path());
    let output = Command::new(&python).arg(script).arg(REGION).args(folders).output().unwrap();
    let told: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(told.len(), stories.len());
    for ((name, _, expected), told) in stories.iter().zip(told) {
        let counts: Vec<u64> = ["digest", "backfill digest", "log"]
            .iter()
            .flat_map(|kind| told[kind].as_array().unwrap().iter().map(|count| count.as_u64().unwrap()))
            .collect();
        assert_eq!(counts, expected, "{name}: {}", told["said"].as_str().unwrap());
    }
}

/// A Python that has AWS's tool, installed once; else why there is none.
fn aws() -> Result<PathBuf, String> {
    let requirements =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/validate-logs/requirements.txt");
    let pinned = fs::read_to_string(&requirements).map_err(|error| error.to_string())?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(pinned.trim().replace("==", "-"));
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if !ready.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--timeout",
            "20",
            "--retries",
            "1",
        ];
        run(Command::new(&python).args(pip).arg("-r").arg(&requirements))?;
        fs::write(ready, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(said.lines().last().unwrap_or_default().to_owned()) }
}

#[test]
fn a_copy_without_metadata_lacks_one_signature_a_chain() {
    let mut bucket = Bucket::new();
    bucket.chain(REGION, 2..7);
    bucket.chain(HOME, 3..5);
    let verdict = bucket.verdict(&[]);
    let chains = verdict["chains"].as_array().unwrap();
    assert_eq!(chains.len(), 2);
    for chain in chains {
        assert_eq!(chain["digests_unsigned"], 1, "{chain}");
        assert_eq!(chain["digests_invalid"], 0);
    }
    assert_eq!(chains[1]["digests_valid"], 4);
}

#[test]
fn without_keys_hashes_are_checked_and_it_says_so() {
    let mut bucket = Bucket::new();
    bucket.chain(REGION, 2..7);
    let run = |code| {
        let run =
            minetrail().current_dir(bucket.folder.path()).args(["verify-logs", "bucket"]).assert().code(code);
        String::from_utf8_lossy(&run.get_output().stdout).into_owned()
    };
    let text = run(0);
    assert!(text.contains("Hashes were checked and signatures were not"), "{text}");
    assert!(text.contains("8/8 log files valid"), "{text}");
    edit(&bucket, &log_key(1, 1), "eventName", "eventnamE");
    let text = run(1);
    assert!(text.contains("log1.json.gz  INVALID: hash value doesn't match"), "{text}");
    assert!(text.contains("7/8 log files valid, 1/8 log files INVALID"), "{text}");
}

#[test]
fn a_planted_log_is_named_and_a_later_one_counted() {
    let mut bucket = Bucket::new();
    bucket.chain(REGION, 2..7);
    bucket.log(REGION, 3, 9);
    bucket.log(REGION, 20, 1);
    let verdict = bucket.verdict(&[]);
    assert_eq!(verdict["unlisted_count"], 1);
    assert!(verdict["unlisted"][0].as_str().unwrap().contains("log9"));
    assert_eq!(verdict["not_covered"], 1);
}

#[test]
fn an_unpacked_or_partial_copy_and_an_spki_key_are_as_good() {
    let mut bucket = Bucket::new();
    bucket.chain(REGION, 2..7);
    bucket.write_keys(private_key().to_public_key().to_public_key_der().unwrap().as_bytes());
    let from = bucket.path(&format!("AWSLogs/{ACCOUNT}"));
    fs::rename(from, bucket.folder.path().join("bucket/copy")).unwrap();
    let mut paths = vec![bucket.folder.path().join("bucket/copy")];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let mut text = Vec::new();
        std::io::Read::read_to_end(
            &mut flate2::read::GzDecoder::new(fs::File::open(&path).unwrap()),
            &mut text,
        )
        .unwrap();
        fs::write(path.with_extension(""), text).unwrap();
        fs::remove_file(path).unwrap();
    }
    assert_eq!(bucket.counts(), [5, 0, 0, 0, 8, 0]);
}

#[test]
fn what_is_no_copy_and_no_key_is_refused() {
    let bucket = Bucket::new();
    let folder = bucket.folder.path();
    fs::create_dir(folder.join("bucket")).unwrap();
    let (code, said) = failed(folder, &["verify-logs", "bucket"]);
    assert!(code == 3 && said.contains("no digests"), "{said}");
    fs::write(folder.join("no.json"), "{}").unwrap();
    assert_eq!(failed(folder, &["verify-logs", "bucket", "--public-keys", "no.json"]).0, 2);
    assert_eq!(failed(folder, &["verify-logs", "bucket", "--signatures", "no.json"]).0, 2);
}
