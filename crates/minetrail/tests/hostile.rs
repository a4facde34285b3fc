//! A folder of evidence that somebody poisoned: what is sound in it is found as if nothing else were there, everything
//! else is named, and neither time nor memory runs away.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use wait4::Wait4;

/// What a scan may take at most, in bytes of resident memory; it takes a third. A child begins with the memory of
/// whoever starts it, so these tests write what is large piece by piece.
const MEMORY_MAX: u64 = 250 << 20;

/// How long a scan may take at most. A second is usual; a machine that is busy with ten others needs more.
const TIME_MAX: Duration = Duration::from_secs(120);

/// What a scan said, and what it took.
struct Scanned {
    findings: String,
    stats: Value,
}

/// Scans with a text on standard input, which is written piece by piece, and holds the scan to time and memory.
fn scan(paths: &[PathBuf], input: impl FnOnce(&mut dyn Write) + Send + 'static) -> Scanned {
    let folder = tempfile::tempdir().unwrap();
    let stats = folder.path().join("stats.json");
    let findings = folder.path().join("findings.jsonl");
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_minetrail"))
        .arg("scan")
        .args(paths)
        .args(["--threads", "2", "--min-certainty", "0", "--format", "jsonl", "--output"])
        .arg(&findings)
        .arg("--stats")
        .arg(&stats)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input(&mut pipe));
    let usage = child.wait4().unwrap();
    writer.join().unwrap();
    assert!(usage.status.success(), "{:?}", usage.status);
    assert!(began.elapsed() < TIME_MAX, "{:?}", began.elapsed());
    assert!(usage.rusage.maxrss < MEMORY_MAX, "{} MB", usage.rusage.maxrss >> 20);
    Scanned {
        findings: fs::read_to_string(findings).unwrap(),
        stats: serde_json::from_slice(&fs::read(stats).unwrap()).unwrap(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_of(bytes, 1)
}

/// Packs `piece`, so many times.
fn gzip_of(piece: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..times {
        encoder.write_all(piece).unwrap();
    }
    encoder.finish().unwrap()
}

/// A launch as AWS writes it, of an account that has no other records; `more` are members that come last.
fn launch(more: &str) -> String {
    format!(
        concat!(
            r#"{{"eventVersion":"1.11","eventTime":"2020-01-01T00:00:00Z","eventSource":"ec2.amazonaws.com","#,
            r#""eventName":"RunInstances","awsRegion":"mars-1","sourceIPAddress":"198.51.100.7","#,
            r#""userIdentity":{{"type":"Root","accountId":"999999999999","arn":"arn:aws:iam::999999999999:root"}}{}}}"#
        ),
        more
    )
}

/// Writes everything hostile that one file can be; returns the names of what must be told of by name.
fn poison(folder: &Path) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let mut put = |name: &str, bytes: &[u8], is_named: bool| {
        fs::write(folder.join(name), bytes).unwrap();
        if is_named {
            named.insert(name.to_owned());
        }
    };
    let million_keys: String = (0..1_000_000).map(|number| format!(r#","k{number}":0"#)).collect();
    let small_objects = format!(r#","requestParameters":[{}0]"#, r#"{"":0},"#.repeat(2_000_000));
    let long_string = format!(r#","userAgent":"{}""#, "x".repeat(15_000_000));
    let log = launch("");
    let members: Vec<u8> = (0..10_000).flat_map(|_| gzip(log.as_bytes())).collect();
    let bomb = gzip_of(&[b' '; 1 << 16], 1_600);
    let mut liar = gzip(log.as_bytes());
    let size_at = liar.len() - 4;
    liar[size_at..].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut corrupt = gzip(log.repeat(50).as_bytes());
    let middle = corrupt.len() / 2;
    corrupt[middle] ^= 0xff;

    put("keys.json", launch(&million_keys).as_bytes(), true);
    put("objects.json", launch(&small_objects).as_bytes(), true);
    put("string.json", launch(&long_string).as_bytes(), true);
    put("deep.json", launch(&format!(r#","x":{}"#, "[".repeat(100_000))).as_bytes(), true);
    put("number.json", launch(r#","requestParameters":{"minCount":1e400}"#).as_bytes(), true);
    put("surrogate.json", launch(r#","errorMessage":"\ud800""#).as_bytes(), true);
    put(
        "utf8.json",
        &[launch("").as_bytes(), b"\n", launch(",\"x\":\"?\"").replace('?', "\u{0}").as_bytes()].concat(),
        true,
    );
    put("bom.json", format!("\u{feff}{log}").as_bytes(), false);
    put("twice.json", launch(r#","event\u004eame":"StopLogging","eventName":"GetObject""#).as_bytes(), false);
    put("time.json", launch(r#","eventTime":"99999999-99-99""#).as_bytes(), true);
    put("bomb.json.gz", &bomb, true);
    put("bomb-in-bomb.gz", &gzip_of(&bomb, 200), true);
    put("members.json.gz", &members, false);
    put("liar.json.gz", &liar, true);
    put("corrupt.json.gz", &corrupt, true);
    put("cut.json.gz", &gzip(log.as_bytes())[..100], true);
    put("nested.gz", &gzip(&gzip(&gzip(&gzip(log.as_bytes())))), true);
    put("disk.img", &vec![0; 4 << 20], true);
    named
}

/// Makes what is no file, and files whose names are no text.
fn poison_tree(folder: &Path) {
    assert!(Command::new("mkfifo").arg(folder.join("pipe.json")).status().unwrap().success());
    symlink("/dev/zero", folder.join("device.json")).unwrap();
    symlink(folder, folder.join("circle")).unwrap();
    symlink("nowhere", folder.join("broken.json")).unwrap();
    let name = std::ffi::OsString::from_vec(b"caf\xe9\x1b[31m.json".to_vec());
    fs::write(folder.join(name), launch("")).unwrap();
}

#[test]
fn poison_beside_good_logs_changes_no_finding_and_all_of_it_is_named() {
    let world = tempfile::tempdir().unwrap();
    let drill = world.path().join("drill");
    let written = Command::new(env!("CARGO_BIN_EXE_minetrail"))
        .args(["drill", "write", "--seed", "7", "--scenario", "forged-request-token", "--out"])
        .arg(&drill)
        .output()
        .unwrap();
    assert!(written.status.success());
    let logs = drill.join("AWSLogs");
    let clean = scan(std::slice::from_ref(&logs), |_| {});
    assert!(clean.findings.lines().count() > 1);

    let poisoned = world.path().join("poisoned");
    fs::create_dir(&poisoned).unwrap();
    let named = poison(&poisoned);
    poison_tree(&poisoned);
    let told = scan(&[logs, poisoned], |_| {});

    let sound: BTreeSet<&str> = clean.findings.lines().collect();
    let found: BTreeSet<&str> = told.findings.lines().collect();
    assert!(sound.is_subset(&found), "a finding is lost or was changed");
    let objects = &told.stats["objects"];
    let count = |name: &str| objects[name].as_u64().unwrap();
    assert_eq!(count("found"), count("read") + count("skipped") + count("failed"), "{objects}");
    let text = told.stats.to_string();
    for name in named.iter().map(String::as_str).chain(["pipe.json", "device.json", "circle", "broken.json"])
    {
        assert!(text.contains(&format!("/{name}\"")), "{name} is not named");
    }
}

#[test]
fn half_a_gigabyte_in_one_string_is_passed_and_the_next_record_is_read() {
    let told = scan(&["-".into()], |pipe| {
        let (before, behind) = (launch(r#","x":"@""#), launch(""));
        let (begin, end) = before.split_once('@').unwrap();
        let megabyte = vec![b'x'; 1 << 20];
        // Of a text in which no record was found yet, half a gigabyte would not be read.
        write!(pipe, "{{\"Records\":[{behind},{begin}").unwrap();
        for _ in 0..512 {
            pipe.write_all(&megabyte).unwrap();
        }
        write!(pipe, "{end},{behind}]}}").unwrap();
    });
    let records = &told.stats["records"];
    assert_eq!((records["read"].as_u64(), records["rejected"].as_u64()), (Some(3), Some(1)), "{records}");
    assert_eq!(told.stats["limits_reached"]["record-bytes"], 1);
}
