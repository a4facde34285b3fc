//! What the targets share: reading a text as the product does, and what must hold of every envelope.

pub mod files;

use std::cell::RefCell;

use event::limits::Limits;
use event::side::Source;
use event::skim::{Field, Message, ObjectSummary, Part, Reader, RecordSink, Rejected, Skimmed};
use serde_json::{Number, Value};

/// All that is asked of one record, in the order of `Field::ALL` and `Part::ALL`.
#[derive(Debug, PartialEq)]
pub struct Record {
    pub texts: Vec<Option<String>>,
    pub parts: Vec<Option<Vec<u8>>>,
}

/// What a text gave.
#[derive(Debug, Default)]
pub struct Found {
    pub records: Vec<Record>,
    pub rejected: Vec<Rejected>,
    pub messages: Vec<(Source, Vec<u8>)>,
}

impl RecordSink for Found {
    fn record(&mut self, record: &Skimmed<'_>) {
        let texts = Field::ALL.iter().map(|field| record.text(*field).map(|text| text.into_owned()));
        let parts = Part::ALL.iter().map(|part| record.span(*part).map(<[u8]>::to_vec));
        self.records.push(Record { texts: texts.collect(), parts: parts.collect() });
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }

    fn side(&mut self, message: Message<'_>) {
        self.messages.push((message.source, message.text.to_vec()));
    }
}

thread_local! {
    /// One reader for all inputs: it remembers nothing of the text before, and that is tried as well.
    static READER: RefCell<Reader> = RefCell::new(Reader::new(Limits::default()));
}

/// Reads a text, `window` bytes at a time, and checks that its counts are those of what it gave.
pub fn read(text: &[u8], window: usize) -> (Found, ObjectSummary) {
    let mut found = Found::default();
    let summary = READER.with_borrow_mut(|reader| {
        reader.begin();
        let (mut start, mut end) = (0, window);
        while end < text.len() {
            start += reader.feed(&text[start..end], &mut found);
            end += window;
        }
        reader.finish(&text[start..], &mut found)
    });
    assert_eq!(summary.records, found.records.len() as u64);
    assert_eq!(summary.rejected, found.rejected.len() as u64);
    assert_eq!(summary.sides, found.messages.len() as u64);
    (found, summary)
}

/// Returns the text of one record without doubt: what every envelope must lead to.
pub fn sound_record(text: &[u8]) -> Option<Value> {
    let record: Value = serde_json::from_slice(text).ok()?;
    let name = record.get("eventName")?.as_str()?;
    let source = record.get("eventSource")?.as_str()?;
    let long_array = ["Records", "Events", "hits"].iter().any(|name| record.get(name).is_some());
    // Nearer to the greatest depth, what stands around it may be too much.
    let is_shallow = depth(&record) < 100;
    (!name.is_empty() && !source.starts_with("aws:") && !long_array && is_shallow).then_some(record)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Reads `wrapped`, which may be anything; if `bare` is a sound record, the same record must come out of it, once.
pub fn same_record(bare: &[u8], wrapped: &[u8]) {
    let (found, summary) = read(wrapped, usize::MAX / 2);
    let (in_windows, other) = read(wrapped, 61);
    let Some(record) = sound_record(bare) else { return };
    assert_eq!(found.records, in_windows.records);
    assert_eq!(summary, other);
    let (alone, _) = read(record.to_string().as_bytes(), usize::MAX / 2);
    assert_eq!(found.rejected, []);
    assert_eq!(found.records.len(), 1);
    let (found, alone) = (&found.records[0], &alone.records[0]);
    for (text, anew) in found.texts.iter().zip(&alone.texts) {
        assert!(text == anew || text.as_deref().and_then(number_anew) == *anew, "{text:?}, {anew:?}");
    }
    for (part, anew) in found.parts.iter().zip(&alone.parts) {
        assert_eq!(part.as_deref().map(written_anew), *anew);
    }
}

/// Returns a part as it is in a record written anew: keys that come twice, their order and odd spellings do not count.
fn written_anew(part: &[u8]) -> Vec<u8> {
    let part: Value = serde_json::from_slice(part).expect("a part of a sound record is JSON");
    part.to_string().into_bytes()
}

/// Returns a number as it is in a record written anew: `1e2` is `100.0`.
fn number_anew(text: &str) -> Option<String> {
    serde_json::from_str::<Number>(text).ok().map(|number| number.to_string())
}
