//! A drill as CloudTrail would deliver it: one file per account, region and some minutes.
//!
//! Files are grouped by delivery time, which is a few minutes after the event and sometimes much
//! later; inside a file the records stand in no order. All of it follows from the records alone.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::Drill;
use crate::rng::Rng;

/// Of a thousand records, how many arrive late.
const LATE_PER_MILLE: usize = 6;
/// How late at most, in minutes.
const LATE_MINUTES_MAX: i64 = 170;

/// One object of a CloudTrail bucket, before compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillFile {
    /// The key, from `AWSLogs/` on, ending in `.json`.
    pub path: String,
    /// The object: `{"Records":[…]}`.
    pub body: Vec<u8>,
}

/// What decides the file of a record: account, region, delivery time in seconds.
type Slot = (String, String, i64);

impl Drill {
    /// Returns the records as delivered files, and other logs beside them, sorted by path. Every record is in exactly one file.
    pub fn files(&self) -> Vec<DrillFile> {
        let mut rng = Rng::new(self.truth.seed).fork(&self.truth.scenario).fork("files");
        let mut slots: BTreeMap<Slot, Vec<&Value>> = BTreeMap::new();
        for record in &self.records {
            slots.entry(slot(record, &mut rng)).or_default().push(record);
        }
        let mut files: Vec<DrillFile> = slots
            .into_iter()
            .map(|(slot, mut records)| {
                rng.shuffle(&mut records);
                let body = serde_json::json!({"Records": records}).to_string().into_bytes();
                DrillFile { path: path(&slot, &rng.letters(16)), body }
            })
            .collect();
        files.extend(self.beside.iter().cloned());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

/// Returns where and when `record` is delivered.
fn slot(record: &Value, rng: &mut Rng) -> Slot {
    let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
    let time: Timestamp = text("eventTime").parse().expect("records are written with a valid time");
    let late = rng.below(1000) < LATE_PER_MILLE;
    let delay = if late { rng.between(20, LATE_MINUTES_MAX) } else { rng.between(2, 6) };
    // CloudTrail collects for five minutes in busy trails; quiet ones look as if for fifteen.
    let width = 15 * 60;
    let delivered = (time + SignedDuration::from_mins(delay)).as_second();
    (text("recipientAccountId"), text("awsRegion"), delivered.div_euclid(width) * width + width)
}

/// Returns the key of the file at `slot` with the `unique` part.
fn path((account, region, delivered): &Slot, unique: &str) -> String {
    let time = Timestamp::from_second(*delivered).expect("a valid time plus minutes");
    let day = time.strftime("%Y/%m/%d");
    let stamp = time.strftime("%Y%m%dT%H%MZ");
    format!("AWSLogs/{account}/CloudTrail/{region}/{day}/{account}_CloudTrail_{region}_{stamp}_{unique}.json")
}
