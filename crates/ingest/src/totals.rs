//! The totals of a scan: what was found, what became of it, and why.
//!
//! Nothing that enters may vanish, so two sums hold at all times, in every thread and after
//! every merge: objects found = read + skipped + failed, and records read = events + skimmed
//! only + duplicate + rejected. Totals merge in any order to the same value, byte for byte.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::limits::Limit;
use crate::name::ObjectName;
use crate::named::Named;
use crate::reasons::Reasons;
use crate::side::SideLogs;

/// What a scan read, skipped and failed at. Serialised, it is the content of `--stats`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Files, streams and archive entries.
    pub objects: Objects,
    /// How many bytes they are.
    pub bytes: Bytes,
    /// The records inside them.
    pub records: Records,
    /// The rows and messages of side logs, by kind: `read = kept + passed + rejected`.
    #[serde(rename = "side_logs")]
    pub side: SideLogs,
    /// How often each ceiling was reached.
    pub limits_reached: BTreeMap<Limit, u64>,
    /// Whether the scan was stopped before its end, so that everything here is a part.
    pub stopped_early: bool,
}

/// The objects: `found = read + skipped + failed`.
///
/// A zip archive is not an object itself, its entries are; but an archive that cannot be opened,
/// or that holds nothing, is one. A folder is an object only when it cannot be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    found: u64,
    read: u64,
    skipped: BTreeMap<Skipped, Named<Mention>>,
    failed: BTreeMap<Failed, Named<Mention>>,
    noted: BTreeMap<Noted, Named<ObjectName>>,
}

/// The bytes of the objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// Bytes as they are stored, of all objects that could be opened.
    pub stored: u64,
    /// Bytes of text that were searched for records, after decompression.
    pub decompressed: u64,
}

/// The records: `read = events + skimmed_only + duplicate + rejected`.
///
/// The scan counts every good record as skimmed only. Who decodes them moves the ones that
/// became more with [`Records::became_events`], [`Records::became_duplicates`] and [`Records::reject_skimmed`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    read: u64,
    events: u64,
    skimmed_only: u64,
    duplicate: u64,
    rejected: Reasons,
}

/// One object, and in a sentence what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mention {
    /// The object.
    pub object: ObjectName,
    /// Why it is mentioned.
    pub why: String,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The object that holds it.
    pub object: ObjectName,
    /// Where it begins, in bytes of the decompressed text.
    pub offset: u64,
    /// How many records of the object stand before it.
    pub index: u64,
}

/// Why an object was left out although nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skipped {
    /// Nothing is in it.
    Empty,
    /// A digest, which vouches for logs and holds none.
    Digest,
    /// An Insights file, which tells of unusual rates and holds no records of calls.
    Insight,
    /// A message by which a service announces, tests or controls a delivery.
    ControlMessage,
    /// Something else: text, other JSON, an image.
    NoRecords,
    /// Another object has the same bytes and was read in its place.
    DuplicateContent,
    /// A pipe, a socket or a device inside a folder.
    NotAFile,
    /// A link to a folder that is read under another name.
    LinkToKnownFolder,
    /// The scan was stopped before anyone came to it.
    NotReached,
}

/// Why an object could not be read, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failed {
    /// The operating system did not give its bytes.
    Unreadable,
    /// Its bytes are damaged.
    Corrupt,
    /// It ends too early.
    Truncated,
    /// It reached a ceiling.
    LimitReached,
    /// It is in a container that minetrail does not open.
    UnsupportedContainer,
    /// The scan was stopped while it was read.
    Stopped,
}

/// What was odd about an object, but did no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noted {
    /// Bytes that belong to nothing follow the compressed data.
    TrailingBytes,
}

impl Totals {
    /// Adds what another thread, or another machine, counted.
    pub fn merge(&mut self, other: Self) {
        self.objects.merge(other.objects);
        self.bytes.stored += other.bytes.stored;
        self.bytes.decompressed += other.bytes.decompressed;
        self.records.merge(other.records);
        self.side.merge(other.side);
        for (limit, times) in other.limits_reached {
            *self.limits_reached.entry(limit).or_default() += times;
        }
        self.stopped_early |= other.stopped_early;
    }

    /// Returns whether both sums hold. They always do; tests ask after every scan.
    pub fn add_up(&self) -> bool {
        let (objects, records) = (&self.objects, &self.records);
        objects.found == objects.read + objects.skipped() + objects.failed()
            && records.read == records.events + records.skimmed_only + records.duplicate + records.rejected()
    }

    /// Returns whether no object gave anything to judge: the answer then is "no input", not "no findings".
    pub fn is_empty(&self) -> bool {
        self.objects.read == 0 && self.records.read == 0
    }
}

impl Objects {
    /// Returns how many objects were found.
    pub fn found(&self) -> u64 {
        self.found
    }

    /// Returns how many were read to their end and hold an audit trail.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Returns how many were left out although nothing is wrong with them.
    pub fn skipped(&self) -> u64 {
        self.skipped.values().map(Named::count).sum()
    }

    /// Returns how many could not be read, or not to their end. Good records before a break count.
    pub fn failed(&self) -> u64 {
        self.failed.values().map(Named::count).sum()
    }

    /// Returns what was left out, by reason.
    pub fn skipped_by_reason(&self) -> &BTreeMap<Skipped, Named<Mention>> {
        &self.skipped
    }

    /// Returns what failed, by reason.
    pub fn failed_by_reason(&self) -> &BTreeMap<Failed, Named<Mention>> {
        &self.failed
    }

    /// Returns what was odd but harmless.
    pub fn noted(&self) -> &BTreeMap<Noted, Named<ObjectName>> {
        &self.noted
    }

    pub(crate) fn find(&mut self) {
        self.found += 1;
    }

    pub(crate) fn finish_read(&mut self) {
        self.read += 1;
    }

    pub(crate) fn skip(&mut self, reason: Skipped, object: ObjectName, why: impl fmt::Display) {
        self.skipped.entry(reason).or_default().add(Mention { object, why: why.to_string() });
    }

    pub(crate) fn fail(&mut self, reason: Failed, object: ObjectName, why: impl fmt::Display) {
        self.failed.entry(reason).or_default().add(Mention { object, why: why.to_string() });
    }

    pub(crate) fn note(&mut self, note: Noted, object: ObjectName) {
        self.noted.entry(note).or_default().add(object);
    }

    fn merge(&mut self, other: Self) {
        self.found += other.found;
        self.read += other.read;
        merge_named(&mut self.skipped, other.skipped);
        merge_named(&mut self.failed, other.failed);
        merge_named(&mut self.noted, other.noted);
    }
}

impl Records {
    /// Returns how many records were found, good or not.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Returns how many were decoded whole.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Returns how many were only skimmed, since nothing in them is notable.
    pub fn skimmed_only(&self) -> u64 {
        self.skimmed_only
    }

    /// Returns how many had been seen before.
    pub fn duplicate(&self) -> u64 {
        self.duplicate
    }

    /// Returns how many could not be understood.
    pub fn rejected(&self) -> u64 {
        self.rejected.count()
    }

    /// Returns where the records stand that could not be understood, by reason.
    pub fn rejected_by_reason(&self) -> &BTreeMap<String, Named<Position>> {
        self.rejected.by_reason()
    }

    /// Moves `count` records from those that were only skimmed to those that were decoded.
    pub fn became_events(&mut self, count: u64) {
        self.skimmed_only = self.skimmed_only.checked_sub(count).expect("an event was skimmed before");
        self.events += count;
    }

    /// Moves `count` records from those that were only skimmed to those that had been seen before.
    pub fn became_duplicates(&mut self, count: u64) {
        self.skimmed_only = self.skimmed_only.checked_sub(count).expect("a duplicate was skimmed before");
        self.duplicate += count;
    }

    /// Moves records from those that were only skimmed to those that could not be understood.
    pub fn reject_skimmed(&mut self, reasons: Reasons) {
        self.skimmed_only =
            self.skimmed_only.checked_sub(reasons.count()).expect("a rejected record was skimmed before");
        self.rejected.merge(reasons);
    }

    pub(crate) fn skim(&mut self, count: u64) {
        self.read += count;
        self.skimmed_only += count;
    }

    pub(crate) fn reject_all(&mut self, reason: impl fmt::Display, positions: Named<Position>) {
        self.read += positions.count();
        self.rejected.add_all(&reason.to_string(), positions);
    }

    pub(crate) fn see_again(&mut self, count: u64) {
        self.read += count;
        self.duplicate += count;
    }

    fn merge(&mut self, other: Self) {
        self.read += other.read;
        self.events += other.events;
        self.skimmed_only += other.skimmed_only;
        self.duplicate += other.duplicate;
        self.rejected.merge(other.rejected);
    }
}

fn merge_named<K: Ord, T: Ord>(into: &mut BTreeMap<K, Named<T>>, from: BTreeMap<K, Named<T>>) {
    for (key, named) in from {
        into.entry(key).or_default().merge(named);
    }
}

impl Serialize for Objects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            found: u64,
            read: u64,
            skipped: u64,
            failed: u64,
            skipped_by_reason: &'a BTreeMap<Skipped, Named<Mention>>,
            failed_by_reason: &'a BTreeMap<Failed, Named<Mention>>,
            noted: &'a BTreeMap<Noted, Named<ObjectName>>,
        }
        Shown {
            found: self.found,
            read: self.read,
            skipped: self.skipped(),
            failed: self.failed(),
            skipped_by_reason: &self.skipped,
            failed_by_reason: &self.failed,
            noted: &self.noted,
        }
        .serialize(serializer)
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            read: u64,
            events: u64,
            skimmed_only: u64,
            duplicate: u64,
            rejected: u64,
            rejected_by_reason: &'a BTreeMap<String, Named<Position>>,
        }
        Shown {
            read: self.read,
            events: self.events,
            skimmed_only: self.skimmed_only,
            duplicate: self.duplicate,
            rejected: self.rejected(),
            rejected_by_reason: self.rejected.by_reason(),
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn object(name: &str) -> ObjectName {
        ObjectName::of_path(PathBuf::from(name))
    }

    fn one_of_each(name: &str) -> Totals {
        let mut totals = Totals::default();
        for _ in 0..3 {
            totals.objects.find();
        }
        totals.objects.finish_read();
        totals.objects.skip(Skipped::Digest, object(name), "a digest");
        totals.objects.fail(Failed::Corrupt, object(name), "damaged");
        totals.records.skim(5);
        totals.records.see_again(2);
        let mut rejected = Named::default();
        rejected.add(Position { object: object(name), offset: 7, index: 1 });
        totals.records.reject_all("not JSON", rejected);
        totals.limits_reached.insert(Limit::Nesting, 1);
        totals
    }

    #[test]
    fn merge_to_the_same_json_in_any_order() {
        let mut forward = one_of_each("a");
        forward.merge(one_of_each("b"));
        let mut backward = one_of_each("b");
        backward.merge(one_of_each("a"));

        assert!(forward.add_up());
        assert_eq!(serde_json::to_string(&forward).unwrap(), serde_json::to_string(&backward).unwrap());
    }

    #[test]
    fn still_add_up_when_the_decoder_has_moved_its_records() {
        let mut totals = one_of_each("a");
        totals.records.became_events(2);
        totals.records.became_duplicates(1);
        let mut reasons = Reasons::default();
        reasons.add("no time", Position { object: object("a"), offset: 0, index: 0 });
        totals.records.reject_skimmed(reasons);

        assert!(totals.add_up());
        assert_eq!(totals.records.skimmed_only(), 1);
        assert_eq!(totals.records.read(), 8);
    }

    #[test]
    fn read_as_json_that_a_person_can_check() {
        let json = serde_json::to_value(one_of_each("a.json.gz")).unwrap();
        assert_eq!(json["objects"]["found"], 3);
        assert_eq!(json["objects"]["failed_by_reason"]["corrupt"]["first"][0]["object"], "a.json.gz");
        assert_eq!(json["records"]["rejected_by_reason"]["not JSON"]["first"][0]["offset"], 7);
        assert_eq!(json["limits_reached"]["nesting"], 1);
    }
}
