//! Writes the seed corpus: records of drills, as they are and in every envelope and container that is read.
//!
//! `cargo run --release --example seeds -- corpus`, in this folder. The same seeds every time.

mod beside;
mod columns;
mod lists;
#[path = "../../../crates/ingest/tests/reference/mmdb.rs"]
mod mmdb;

use std::error::Error;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use drill::Drill;
use serde_json::{Value, json};

/// How many different records are taken: the first of each service and name.
const RECORDS_MAX: usize = 250;

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Done {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "corpus".to_owned());
    let folder = Path::new(&folder);
    lists::write(folder)?;
    columns::write(folder)?;
    beside::write(folder)?;
    let records = records();
    for (number, record) in records.iter().enumerate() {
        let text = record.to_string();
        let name = format!("{number:03}");
        let number = number as u8;
        put(folder, "skim", &name, &[&[number], text.as_bytes()].concat())?;
        put(folder, "decode", &name, &[&[number, 0], text.as_bytes()].concat())?;
        put(folder, "envelope-object", &name, &[&[number], text.as_bytes()].concat())?;
        put(folder, "envelope-string", &name, &[&[number, number / 12], text.as_bytes()].concat())?;
        put(folder, "envelope-payload", &name, &[&[number, number / 4], text.as_bytes()].concat())?;
        put(folder, "envelope-table", &name, text.as_bytes())?;
        put(folder, "envelope-document", &name, flat(&record["requestParameters"]).as_bytes())?;
    }
    shapes(folder, &records)?;
    containers(folder, &records)
}

/// Returns different records of all scenarios.
fn records() -> Vec<Value> {
    let mut known = std::collections::BTreeSet::new();
    let drills = drill::scenarios().iter().filter_map(|scenario| drill::write(scenario.name, 1));
    let all = drills.flat_map(|Drill { records, .. }| records);
    let new = all.filter(|record| {
        known.insert((
            record["eventSource"].to_string(),
            record["eventName"].to_string(),
            record["errorCode"].is_null(),
        ))
    });
    new.take(RECORDS_MAX).collect()
}

/// Whole texts: files of every shape, and what lies beside them in a bucket.
fn shapes(folder: &Path, records: &[Value]) -> Done {
    let few = &records[..3];
    let lines: Vec<String> = few.iter().map(Value::to_string).collect();
    let shapes = [
        json!({"Records": few}).to_string(),
        format!("{:#}", json!({"Records": few})),
        lines.join("\n"),
        lines.concat(),
        format!("{}\n{{oops\n{}", lines[0], lines[1]),
        format!("{{\"Records\":[{},{{oops}},{}]}}", lines[0], lines[1]),
        json!({"awsAccountId": "1", "digestS3Object": "x", "digestSignatureAlgorithm": "y", "logFiles": []})
            .to_string(),
        json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "x"}).to_string(),
        json!({"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "x"}]}).to_string(),
        json!({"s3Bucket": "x", "s3ObjectKey": ["y"]}).to_string(),
        json!({"Records": [{"eventName": "ObjectCreated:Put", "eventSource": "aws:s3", "s3": {}}]})
            .to_string(),
        format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200)),
        r#"{"event\u004eame":"\ud800","eventName":"a","eventSource":"b","eventID":1e400,"eventID":null}"#
            .to_owned(),
    ];
    for (number, shape) in shapes.iter().enumerate() {
        let name = format!("shape-{number:02}");
        put(folder, "skim", &name, &[&[61], shape.as_bytes()].concat())?;
        put(folder, "envelope-object", &name, &[&[0], shape.as_bytes()].concat())?;
        put(folder, "envelope-string", &name, &[&[0, 0], shape.as_bytes()].concat())?;
        put(folder, "containers", &name, shape.as_bytes())?;
    }
    Ok(())
}

fn containers(folder: &Path, records: &[Value]) -> Done {
    let text = json!({"Records": &records[..2]}).to_string().into_bytes();
    let zips = zip(&[("a.json", &text), ("b.json.gz", &gzip(&text)?), ("folder/", b"")])?;
    let utf16: Vec<u8> = format!("\u{feff}{}", String::from_utf8(text.clone())?)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let all = [
        ("gzip", gzip(&text)?),
        ("gzip-members", [gzip(&text[..40])?, gzip(&text[40..])?, gzip(b"")?].concat()),
        ("gzip-rubbish", [gzip(&text)?, vec![0; 20]].concat()),
        ("zstd", zstd::encode_all(&text[..], 3)?),
        ("zstd-in-gzip", gzip(&zstd::encode_all(&text[..], 3)?)?),
        ("zip", zips.clone()),
        ("zip-in-zip", zip(&[("inner.zip", &zips)])?),
        ("zip-in-gzip", gzip(&zips)?),
        ("utf16", utf16),
        ("bomb", gzip(&vec![b' '; 3 << 20])?),
    ];
    for (name, bytes) in all {
        put(folder, "containers", name, &bytes)?;
    }
    Ok(())
}

/// Writes a structure as exports flatten it.
fn flat(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Object(members) => {
            format!(
                "{{{}}}",
                joined(members.iter().map(|(name, value)| format!("{name}={}", flat(value))).collect())
            )
        }
        Value::Array(elements) => format!("[{}]", joined(elements.iter().map(flat).collect())),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn gzip(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn zip(entries: &[(&str, &[u8])]) -> Done<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        writer.start_file(*name, options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn put(folder: &Path, target: &str, name: &str, bytes: &[u8]) -> Done {
    let folder = folder.join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), bytes)?)
}
