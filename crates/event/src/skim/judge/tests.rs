//! Sound records, written as no two programs would, and real ones.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;

/// Reads a text with certain instructions.
fn read_with(isa: Isa, text: &[u8], size: usize) -> (Keep, ObjectSummary) {
    read(&mut Reader::with_isa(Limits::default(), isa), text, size)
}

/// Compares all that is seen of a text with its records as the judge reads them.
fn compare(text: &[u8], records: &[Value], sizes: &[usize]) {
    let (first, _) = read_with(Isa::fastest(), text, usize::MAX / 2);
    for (seen, record) in first.seen.iter().zip(records) {
        compare_record(seen, record);
        assert_eq!(serde_json::from_slice::<Value>(&seen.raw).unwrap(), *record);
        assert!(text[seen.offset as usize..].starts_with(&seen.raw));
    }
    for isa in Isa::all() {
        for size in sizes.iter().map(|size| *size.max(&WINDOW_MIN)) {
            let (keep, summary) = read_with(isa, text, size);
            assert_eq!(keep.rejected, [], "{isa:?} in windows of {size}");
            assert_eq!(summary.records, records.len() as u64, "{isa:?} in windows of {size}");
            assert!(keep.seen == first.seen, "{isa:?} in windows of {size}");
        }
    }
}

/// Writes records as no two programs would: in any order, with or without white space, with escapes, with keys twice.
struct Writer {
    state: u64,
    text: String,
}

/// Keys that mean something somewhere, which may stand anywhere.
const KEYS: [&str; 44] = [
    "eventVersion",
    "eventTime",
    "@timestamp",
    "eventSource",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "recipientAccountId",
    "sharedEventID",
    "eventCategory",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "sessionCredentialFromConsole",
    "userIdentity",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "resources",
    "serviceEventDetails",
    "addendum",
    "tlsDetails",
    "type",
    "principalId",
    "arn",
    "accountId",
    "accessKeyId",
    "userName",
    "invokedBy",
    "sessionContext",
    "inScopeOf",
    "sessionIssuer",
    "attributes",
    "ec2RoleDelivery",
    "issuerType",
    "credentialsIssuedTo",
    "mfaAuthenticated",
    "x\\\"arn",
    "",
];

impl Writer {
    /// Returns a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) % end as u64) as usize
    }

    fn push_one_of(&mut self, choices: &[&str]) {
        let choice = choices[self.below(choices.len())];
        self.text.push_str(choice);
    }

    fn space(&mut self, style: usize) {
        match style {
            0 => {}
            1 => self.text.push(' '),
            _ => self.push_one_of(&["", " ", "\n", "\r\n\t", "                                        "]),
        }
    }

    fn string(&mut self) {
        self.text.push('"');
        for _ in 0..self.below(4) {
            self.push_one_of(&[
                "a", "\\\"", "\\\\", "{", "}", "[", "]", ":", ",", "\\u00e9", "é", "\\n", "\\/", "\\ud83d\\ude00",
                "\\\\\\\\", "eventName", "RunInstances", " ", "\\\\\\\"", "\\\",\\\"eventName\\\":\\\"x",
                "a text that is longer than one block of the index, so that its end is in another one than its beginning",
            ]);
        }
        self.text.push('"');
    }

    fn key(&mut self, key: &str) {
        self.text.push('"');
        match key.char_indices().nth(2) {
            Some((at, letter)) if self.below(20) == 0 && !key.contains('\\') => {
                self.text.push_str(&format!(
                    "{}\\u{:04x}{}",
                    &key[..at],
                    u32::from(letter),
                    &key[at + letter.len_utf8()..]
                ));
            }
            _ => self.text.push_str(key),
        }
        self.text.push('"');
    }

    fn value(&mut self, style: usize, depth: usize) {
        match self.below(if depth > 4 { 4 } else { 7 }) {
            0 | 1 => self.string(),
            2 => self.push_one_of(&["true", "false", "null", "0", "-1", "12.5e3", "1789351892000", "1E-2"]),
            3 => self.push_one_of(&["{}", "[]", "{ }", "[ ]", "[[],{}]", "\"\""]),
            4 => {
                self.text.push('[');
                for place in 0..self.below(4) {
                    if place > 0 {
                        self.text.push(',');
                    }
                    self.space(style);
                    self.value(style, depth + 1);
                }
                self.text.push(']');
            }
            _ => self.object(style, depth + 1, 5),
        }
    }

    fn member(&mut self, style: usize, depth: usize, key: &str) {
        self.key(key);
        let style_of_colon = if self.below(30) == 0 { 2 } else { 0 };
        self.space(style_of_colon);
        self.text.push(':');
        self.space(style);
        match key {
            "userIdentity" | "sessionContext" | "sessionIssuer" | "attributes" | "inScopeOf"
                if self.below(8) > 0 =>
            {
                self.object(style, depth + 1, 8);
            }
            _ => self.value(style, depth),
        }
        self.space(style);
    }

    fn object(&mut self, style: usize, depth: usize, members: usize) {
        self.text.push('{');
        self.space(style);
        for place in 0..self.below(members) {
            if place > 0 {
                self.text.push(',');
                self.space(style);
            }
            let key = KEYS[self.below(KEYS.len())];
            self.member(style, depth, key);
        }
        self.text.push('}');
    }

    /// Writes an object that is a record, however odd.
    fn record(&mut self, style: usize) {
        self.text.push('{');
        self.space(style);
        let names = ["eventName", "eventSource"];
        let first = self.below(2);
        for name in [names[first], names[1 - first]] {
            for _ in 0..self.below(14) {
                let key = KEYS[self.below(KEYS.len())];
                self.member(style, 0, key);
                self.text.push(',');
                self.space(style);
            }
            self.key(name);
            self.text.push_str(":\"ec2.amazonaws.com\"");
            self.space(style);
            if name == names[first] {
                self.text.push(',');
                self.space(style);
            }
        }
        self.text.push('}');
    }

    /// Writes records in one of the manners that need no envelope to be opened.
    fn text(&mut self, records: usize) {
        let (before, between, behind) = [
            ("{\"Records\":[", ",", "]}"),
            ("{\"x\":[{\"Records\":[]}],\"Records\" : [\n", "\n,\n", "],\"y\":{\"z\":\"]}\"}}\n"),
            ("[", ",", "]"),
            ("", "\n", "\n"),
            ("", "", ""),
            ("\u{feff}", "\r\n", "\r\n"),
            ("{\"Records\":[", "]}{\"Records\":[", "]}"),
        ][self.below(7)];
        self.text.push_str(before);
        for place in 0..records {
            if place > 0 {
                self.text.push_str(between);
            }
            let style = self.below(3);
            self.record(style);
        }
        self.text.push_str(behind);
    }
}

/// The records of a text as the judge finds them: it is told which objects were written.
fn judged_records(text: &str) -> Vec<Value> {
    let mut records = Vec::new();
    for value in serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>()
    {
        match value.unwrap() {
            Value::Array(elements) => records.extend(elements),
            Value::Object(mut object) if object.contains_key("Records") => {
                let Some(Value::Array(elements)) = object.remove("Records") else { unreachable!() };
                records.extend(elements);
            }
            record => records.push(record),
        }
    }
    // Of a key that comes twice the last counts, also if it is null: then it is no record.
    records
}

/// How much is tried of what is otherwise tried so often: Miri watches every access, and is ten thousand times slower.
const fn tried(times: usize) -> usize {
    if cfg!(miri) { 1 } else { times }
}

/// The smallest windows: in each a record is walked anew from its beginning, which Miri does not finish in an hour.
const WINDOW_MIN: usize = if cfg!(miri) { 400 } else { 1 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tried(60) as u32))]

    #[test]
    fn every_field_is_what_the_judge_says_however_the_record_is_written(seed: u64, records in 1..=tried(5)) {
        let mut writer = Writer { state: seed, text: String::new() };
        writer.text(records);
        let judged: Vec<Value> = judged_records(&writer.text)
            .into_iter()
            .filter(|record| record["eventName"].is_string() && record["eventSource"].is_string())
            .collect();
        if judged.len() == records {
            compare(writer.text.as_bytes(), &judged, &[7, 64, 1000, usize::MAX / 2]);
        }
    }

    #[test]
    fn no_mutation_of_a_text_does_any_harm(seed: u64, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut writer = Writer { state: seed, text: String::new() };
        writer.text(tried(4));
        let mut text = writer.text.into_bytes();
        for (place, byte) in hits {
            let at = place.index(text.len());
            match byte % 4 {
                0 => text[at] = byte,
                1 => text[at] = b"\"\\{}[]:,\n "[byte as usize / 4 % 10],
                2 => text.truncate(at + 1),
                _ => drop(text.drain(at..(at + byte as usize / 4).min(text.len()))),
            }
            if text.is_empty() {
                text.push(b'{');
            }
        }
        let results: Vec<_> = Isa::all().into_iter().map(|isa| read_quietly(isa, &text, usize::MAX / 2)).collect();
        prop_assert!(results.iter().all(|result| *result == results[0]), "the sets of instructions agree");
        for size in [1, 13, 300].map(|size| size.max(WINDOW_MIN)) {
            read_quietly(Isa::fastest(), &text, size);
        }
    }
}

/// Counts only, and touches every field and part.
#[derive(Default, Debug, PartialEq)]
struct Count {
    bytes: usize,
    rejected: Vec<Rejected>,
}

impl RecordSink for Count {
    fn record(&mut self, record: &Skimmed<'_>) {
        self.bytes +=
            Field::ALL.iter().map(|field| record.text(*field).map_or(0, |text| text.len())).sum::<usize>();
        self.bytes += Part::ALL.iter().map(|part| record.span(*part).map_or(0, <[u8]>::len)).sum::<usize>();
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

/// Reads a text that may be anything.
fn read_quietly(isa: Isa, text: &[u8], size: usize) -> (Count, ObjectSummary) {
    let mut reader = Reader::with_isa(Limits { record_bytes_max: 4096, ..Limits::default() }, isa);
    let mut count = Count::default();
    reader.begin();
    let (mut start, mut end) = (0, size);
    while end < text.len() {
        start += reader.feed(&text[start..end], &mut count);
        end += size;
    }
    let summary = reader.finish(&text[start..], &mut count);
    assert_eq!(summary.rejected, count.rejected.len() as u64);
    (count, summary)
}

/// The folder of logs to try things out on, if this machine has it.
fn corpora() -> Option<PathBuf> {
    let shared = std::env::var_os("MINETRAIL_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    Some(shared.join("corpora")).filter(|folder| folder.is_dir())
}

/// Lists the files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
#[cfg_attr(miri, ignore = "megabytes of text are too many for Miri")]
fn real_records_are_read_as_the_judge_reads_them() {
    let Some(corpora) = corpora() else {
        eprintln!("skipped: there is no ../shared/corpora here");
        return;
    };
    let mut paths = Vec::new();
    files(&corpora, &mut paths);
    let mut records = 0;
    for path in paths {
        let mut bytes = fs::read(&path).unwrap();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut text = Vec::new();
            flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
            bytes = text;
        }
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
        if !values
            .is_ok_and(|values| values.iter().all(|value| value["Records"].is_array() || value.is_array()))
        {
            continue;
        }
        let judged = judged_records(text);
        let is_record = |record: &Value| {
            let source = record["eventSource"].as_str();
            record["eventName"].is_string() && source.is_some_and(|source| !source.starts_with("aws:"))
        };
        if judged.iter().all(is_record) {
            compare(text.as_bytes(), &judged, &[999, 65_536, usize::MAX / 2]);
            records += judged.len();
        }
    }
    assert!(records > 3000, "{records}");
}

#[test]
fn what_fuzzing_holds_to_holds_for_texts_written_here_and_for_broken_ones() {
    let mut judge = Judge::default();
    for seed in 0..tried(4) as u64 {
        let mut writer = Writer { state: seed, text: String::new() };
        writer.text(tried(2));
        let text = writer.text.as_bytes();
        judge.hold(text, WINDOW_MIN.max(61));
        judge.hold(&text[..text.len() * 3 / 4], WINDOW_MIN.max(200));
        let broken = [&text[..text.len() / 2], b",,{]\"\\", &text[text.len() / 2..]].concat();
        judge.hold(&broken, WINDOW_MIN.max(64));
    }
}
