//! What the logs do not show: silent hours, regions that never speak, kinds of records that are missing.
//!
//! Nothing found means little where nothing was written. Some silence can be seen from the logs
//! themselves: an hour without records of a region that speaks every hour, a machine of a region
//! that has no records, a caller whose own account has no trail here, a trail that was stopped.
//!
//! Blind spots: a region that never spoke and that nobody mentions; a single record kept back,
//! which only the digests show (`minetrail verify-logs`).

use std::collections::{BTreeMap, BTreeSet};

use event::skim::{Field, Skimmed};
use event::time::HOUR;
use event::{Detail, Time};
use serde::Serialize;

use super::call;
use crate::coverage::{Coverage, Gap};
use crate::facts::caller::with_fields;

/// Places that are remembered of what records mention.
///
/// Fewer, and an organisation of a thousand accounts does not fit; more, and forged records fill memory.
const PLACES_MAX: usize = 100_000;

/// Calls against trails and detectors that are remembered.
///
/// Fewer, and the one that mattered is lost in a pipeline's noise; more, and forged records fill memory.
const TAMPERINGS_MAX: usize = 10_000;

/// Services whose records are written in one region for all.
const GLOBAL: [&str; 4] = ["iam", "sts", "signin", "organizations"];

/// What kinds of records an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kinds {
    reads: bool,
    changes: bool,
    global: bool,
    data: bool,
}

/// A call against a trail or a detector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Tampering {
    /// When.
    pub time: Time,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The call.
    pub name: String,
    /// Who.
    pub principal: String,
    /// Why it failed; empty where it did not.
    pub error: String,
    /// The record's id.
    pub event: String,
}

/// What is noted of each record.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    coverage: Coverage,
    kinds: BTreeMap<String, Kinds>,
    /// Accounts that callers live in.
    callers: BTreeSet<String>,
    /// Accounts and regions of instances whose credentials were used.
    machines: BTreeSet<(String, String)>,
    tamperings: BTreeSet<Tampering>,
    limit_reached: bool,
}

/// Something that the logs do not show, and why that matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Missing {
    /// What kind of gap: a word that a machine can rely on.
    pub kind: &'static str,
    /// The account, where it is of one.
    pub account: String,
    /// The region, where it is of one.
    pub region: String,
    /// In words.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// What the logs do not show, told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gaps {
    /// Accounts with records.
    pub accounts: Vec<String>,
    /// Regions with records.
    pub regions: Vec<String>,
    /// The first record's time.
    pub first: Option<Time>,
    /// The last record's time.
    pub last: Option<Time>,
    /// Silent stretches of places that usually speak, also at the beginning and at the end.
    pub silent: Vec<Gap>,
    /// Kinds of records that are missing.
    pub missing: Vec<Missing>,
    /// Calls against trails and detectors.
    pub tampering: Vec<Tampering>,
    /// More places or tamperings than are remembered.
    pub limit_reached: bool,
}

impl Watch {
    /// Notes a record. Those without a readable time are left to the totals.
    pub fn take(&mut self, record: &Skimmed<'_>) {
        let Some(time) = call::time_of(record) else { return };
        let account = call::account_of(record);
        let region = record.text(Field::AwsRegion).unwrap_or_default();
        self.coverage.note(&account, &region, time);
        self.note_kind(record, &account);
        if let Some(caller) = record.text(Field::AccountId).filter(|caller| is_account(caller)) {
            if self.callers.len() < PLACES_MAX {
                if !self.callers.contains(&*caller) {
                    self.callers.insert(caller.into_owned());
                }
            } else {
                self.limit_reached = true;
            }
        }
        self.note_machine(record);
        self.note_tampering(record, time);
    }

    fn note_kind(&mut self, record: &Skimmed<'_>, account: &str) {
        if !self.kinds.contains_key(account) {
            if self.kinds.len() >= PLACES_MAX {
                self.limit_reached = true;
                return;
            }
            self.kinds.insert(account.to_owned(), Kinds::default());
        }
        let kinds = self.kinds.get_mut(account).expect("the account was just inserted");
        let is_data = record.bytes(Field::EventCategory) == Some(b"Data");
        kinds.data |= is_data;
        if !is_data {
            let changes = call::changes(record);
            kinds.changes |= changes;
            kinds.reads |= !changes;
        }
        if !kinds.global {
            let source = record.text(Field::EventSource).unwrap_or_default();
            kinds.global = GLOBAL.contains(&call::service_of(&source));
        }
    }

    fn note_machine(&mut self, record: &Skimmed<'_>) {
        if record.bytes(Field::InScopeIssuerType).is_none() {
            return;
        }
        let place = with_fields(record, |fields| {
            let arn = [fields.scope_issued_to, fields.scope_source_arn].into_iter().flatten();
            let mut places = arn.filter(|arn| arn.contains(":instance/")).filter_map(|arn| {
                let mut parts = arn.split(':').skip(3);
                let (region, account) = (parts.next()?, parts.next()?);
                is_account(account).then(|| (account.to_owned(), region.to_owned()))
            });
            places.next()
        });
        let Some(place) = place else { return };
        if self.machines.len() < PLACES_MAX {
            self.machines.insert(place);
        } else {
            self.limit_reached = true;
        }
    }

    fn note_tampering(&mut self, record: &Skimmed<'_>, time: Time) {
        let (source, name) = (record.bytes(Field::EventSource), record.bytes(Field::EventName));
        let (source, name) = (source.unwrap_or_default(), name.unwrap_or_default());
        if event::lane(source, name) != event::Lane::Whole {
            return;
        }
        let Ok(event) = event::decode(record.raw()) else { return };
        if event.detail != Detail::Tamper {
            return;
        }
        self.tamperings.insert(Tampering {
            time,
            account: event.account,
            region: event.region,
            name: event.name,
            principal: event.actor.principal,
            error: event.failure.map_or_else(String::new, |failure| failure.code),
            event: event.id,
        });
        self.thin();
    }

    fn thin(&mut self) {
        while self.tamperings.len() > TAMPERINGS_MAX {
            self.tamperings.pop_last();
            self.limit_reached = true;
        }
    }

    /// Adds what `other` noted.
    pub fn merge(&mut self, other: Self) {
        self.coverage.merge(other.coverage);
        for (account, theirs) in other.kinds {
            let mine = self.kinds.entry(account).or_default();
            mine.reads |= theirs.reads;
            mine.changes |= theirs.changes;
            mine.global |= theirs.global;
            mine.data |= theirs.data;
        }
        self.callers.extend(other.callers);
        self.machines.extend(other.machines);
        self.tamperings.extend(other.tamperings);
        self.limit_reached |= other.limit_reached;
        self.thin();
    }

    /// What the records are of.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Tells what the logs do not show, if they should be of `since` to `until`; of what they are of, where open.
    #[must_use]
    pub fn told(&self, since: Option<Time>, until: Option<Time>) -> Gaps {
        let coverage = self.coverage.told();
        let mut silent = coverage.gaps.clone();
        silent.extend(self.edges(since.or(coverage.first), until.or(coverage.last)));
        silent.sort();
        Gaps {
            silent,
            missing: self.missing(),
            tampering: self.tamperings.iter().cloned().collect(),
            limit_reached: self.limit_reached,
            accounts: coverage.accounts,
            regions: coverage.regions,
            first: coverage.first,
            last: coverage.last,
        }
    }

    /// Places that usually speak and begin late or end early.
    fn edges(&self, since: Option<Time>, until: Option<Time>) -> Vec<Gap> {
        let (Some(since), Some(until)) = (since, until) else { return Vec::new() };
        let mut gaps = Vec::new();
        for (account, region, first, last) in self.coverage.usual_places() {
            let mut gap = |from: i64, until: i64| {
                if until - from >= crate::coverage::GAP_HOURS_MIN {
                    let (from, until) = (Time::from_seconds(from * HOUR), Time::from_seconds(until * HOUR));
                    gaps.push(Gap { account: account.to_owned(), region: region.to_owned(), from, until });
                }
            };
            gap(since.hour(), first);
            gap(last + 1, until.hour() + 1);
        }
        gaps
    }

    fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        for (account, kinds) in &self.kinds {
            missing.extend(self.of_account(account, *kinds));
        }
        let has_records = |account: &String| self.kinds.contains_key(account);
        for account in self.callers.iter().filter(|account| !has_records(account)) {
            missing.push(Missing {
                kind: "caller-without-logs",
                account: account.clone(),
                region: String::new(),
                what: format!("{account} calls into these accounts, and none of its own records are here"),
                remedy: "add the logs of that account, if it is yours",
            });
        }
        for (account, region) in &self.machines {
            if has_records(account) && !self.coverage.has(account, region) {
                missing.push(Missing {
                    kind: "machine-without-region",
                    account: account.clone(),
                    region: region.clone(),
                    what: format!(
                        "a machine of {region} used its credential, and {account} has no record of {region}"
                    ),
                    remedy: "make the trail one of all regions, and add the logs of that region",
                });
            }
        }
        missing
    }

    fn of_account(&self, account: &str, kinds: Kinds) -> Vec<Missing> {
        let home = self.home_of(account);
        let named = |kind, region: &str, what: String, remedy| Missing {
            kind,
            account: account.to_owned(),
            region: region.to_owned(),
            what,
            remedy,
        };
        let mut missing = Vec::new();
        if !self.coverage.has(account, home) {
            let what = format!("no record of {home}, where IAM, sign-in and other global services write");
            missing.push(named("no-global-region", home, what, "add the logs of that region"));
        } else if !kinds.global {
            let what = "no record of IAM, STS, sign-in or Organizations: new users, keys and roles would not be seen";
            let remedy = "let the trail include global service events";
            missing.push(named("no-global-services", "", what.to_owned(), remedy));
        }
        if !kinds.reads {
            let what = "no call that only reads: looking around and permission probes are not seen";
            let remedy = "let the trail record read events";
            missing.push(named("no-reads", "", what.to_owned(), remedy));
        }
        if !kinds.changes {
            let what = "no call that changes something: launches are not seen";
            missing.push(named("no-changes", "", what.to_owned(), "let the trail record write events"));
        }
        if !kinds.data {
            let what =
                "no data events: objects of S3 that were read, and functions that were called, are not seen";
            let remedy = "data events cost extra; without them, assume that what could be read was read";
            missing.push(named("no-data-events", "", what.to_owned(), remedy));
        }
        missing
    }

    /// The region in which an account's global services write.
    fn home_of(&self, account: &str) -> &'static str {
        let partition =
            self.coverage.regions_of(account).find_map(catalog::region).map(|region| region.partition);
        match partition {
            Some("aws-cn") => "cn-north-1",
            Some("aws-us-gov") => "us-gov-west-1",
            _ => "us-east-1",
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
