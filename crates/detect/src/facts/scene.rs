//! Scenes: who calls from where, as the bytes of a record say it.
//!
//! A busy caller calls from the same few places all day. What the profiles take of a place is in them after its first
//! record of a day: they hold days and first times, and a scene is of one day and remembers since when all of it is noted. So
//! the place of a later record is known by its bytes, and only what is its own is noted: service, agent, what it changed.
//!
//! A scene only saves work, and may be forgotten at any time: each has one slot, by the hash of its bytes, and the next
//! that belongs there takes it. The bytes are compared, so nobody can pass for another by a collision, and whoever
//! makes collisions on purpose only slows down their own records to the pace of new ones.

use event::Time;
use event::skim::{Field, Skimmed};

use super::Caller;
use super::names::Name;

/// Scenes that are remembered; a power of two.
///
/// Fewer, and busy callers push each other out; more, and they push everything else out of the processor's cache.
const SLOTS: usize = 8_192;

/// Bytes of a scene that are remembered.
///
/// Fewer, and roles with long paths are worked out every time; more, and memory and cache are wasted on the short.
const BYTES_MAX: usize = 384;

/// What makes a place, but for the account.
const FIELDS: [Field; 8] = [
    Field::SourceIpAddress,
    Field::AwsRegion,
    Field::IdentityType,
    Field::Arn,
    Field::IssuerArn,
    Field::InvokedBy,
    Field::VpcEndpointId,
    Field::Ec2RoleDelivery,
];

/// The fields and the account.
const PARTS: usize = FIELDS.len() + 1;

/// The parts that tell nearly all scenes apart: address, region, arn, the service that calls, account. Only they choose
/// the slot; all parts are compared.
const TELLING: [usize; 5] = [0, 1, 3, 5, 8];

/// What was worked out of a scene.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    pub(super) caller: Caller,
    pub(super) account: Name,
    pub(super) region: Name,
    /// Where the caller is, unless a service called.
    pub(super) hand: Option<Hand>,
}

/// Where a caller is that is no service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    pub(super) account: u32,
    pub(super) network: Name,
    /// Of an instance's credential: delivery and endpoint.
    pub(super) instance_at: Option<[Name; 2]>,
    /// The address, if its text had a number when the scene was noted.
    pub(super) address: Option<Name>,
}

/// The bytes of a record's scene.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    parts: [Option<&'a [u8]>; PARTS],
    slot: usize,
}

impl<'a> View<'a> {
    /// The scene of a record; `None` where more than its own fields would have to be looked at, or it is too long.
    #[inline]
    pub(super) fn of(record: &Skimmed<'a>) -> Option<Self> {
        if record.bytes(Field::InScopeIssuerType).is_some() {
            return None;
        }
        let mut parts = [None; PARTS];
        for (part, field) in parts.iter_mut().zip(FIELDS) {
            *part = record.bytes(field);
        }
        parts[PARTS - 1] = account(record);
        let length: usize = parts.iter().map(|part| part.unwrap_or_default().len()).sum();
        let hash = TELLING.iter().fold(0, |hash, at| mix(hash, parts[*at]));
        let slot = (hash ^ hash >> 32) as usize % SLOTS;
        (length <= BYTES_MAX).then_some(Self { parts, slot })
    }
}

/// The account that a record is filed under: the one that received it.
pub(super) fn account<'a>(record: &Skimmed<'a>) -> Option<&'a [u8]> {
    record.bytes(Field::RecipientAccountId).or_else(|| record.bytes(Field::AccountId))
}

/// Mixes the ends of a part into a hash. What differs in the middle only shares a slot, which costs time and nothing else.
#[inline]
fn mix(hash: u64, part: Option<&[u8]>) -> u64 {
    let Some(part) = part else { return fold(hash ^ 1) };
    let (first, last) = match (part.first_chunk(), part.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (part.first_chunk(), part.last_chunk()) {
            (Some(first), Some(last)) => {
                (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
            }
            _ => (part.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)), 0),
        },
    };
    let middle = part
        .get(part.len() / 2..)
        .and_then(<[u8]>::first_chunk)
        .map_or(0, |chunk| u64::from_le_bytes(*chunk));
    fold(hash ^ first.rotate_left(32) ^ last ^ middle.rotate_left(16) ^ (part.len() as u64) << 48)
}

/// Scatters bits: the halves of a product, folded. The numbers are odd and have about as many ones as zeros; no more is asked of them.
#[inline]
fn fold(bits: u64) -> u64 {
    let product = u128::from(bits ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93_u128;
    product as u64 ^ (product >> 64) as u64
}

/// The scenes of late.
#[derive(Clone, Debug, Default)]
pub(super) struct Scenes {
    marks: Vec<Option<Mark>>,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    lengths: [u16; PARTS],
    day: i64,
    since: Time,
    scene: Scene,
}

impl Scenes {
    /// The scene, if noting it at this time would change nothing.
    #[inline]
    pub(super) fn known(&self, view: &View<'_>, time: Time) -> Option<&Scene> {
        let mark = self.marks.get(view.slot)?.as_ref()?;
        let is_noted = mark.day == time.day() && mark.since <= time;
        (is_noted && self.is_same(mark, view)).then_some(&mark.scene)
    }

    /// Remembers a scene that is noted on `day` and since `since`.
    pub(super) fn learn(&mut self, view: &View<'_>, day: i64, since: Time, scene: Scene) {
        if self.marks.is_empty() {
            self.marks.resize(SLOTS, None);
            self.bytes.resize(SLOTS * BYTES_MAX, 0);
        }
        let mut at = view.slot * BYTES_MAX;
        for part in view.parts.into_iter().flatten() {
            self.bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        let lengths = view.parts.map(length);
        self.marks[view.slot] = Some(Mark { lengths, day, since, scene });
    }

    #[inline]
    fn is_same(&self, mark: &Mark, view: &View<'_>) -> bool {
        if mark.lengths != view.parts.map(length) {
            return false;
        }
        let mut known = &self.bytes[view.slot * BYTES_MAX..];
        view.parts.into_iter().flatten().all(|part| {
            let (value, rest) = known.split_at(part.len());
            known = rest;
            value == part
        })
    }
}

/// A part's length; of an absent one, a number that no part's length is.
#[inline]
fn length(part: Option<&[u8]>) -> u16 {
    part.map_or(u16::MAX, |part| part.len() as u16)
}

#[cfg(test)]
mod tests {
    use event::limits::Limits;
    use event::skim::{Reader, RecordSink, Rejected};
    use serde_json::{Value, json};

    use super::*;
    use crate::Facts;
    use crate::profile::FEATURE_VALUES_MAX;

    struct Taker(Facts);

    impl RecordSink for Taker {
        fn record(&mut self, record: &Skimmed<'_>) {
            self.0.take(record);
        }

        fn rejected(&mut self, rejected: Rejected) {
            panic!("{}", rejected.reason);
        }
    }

    fn facts(records: &[Value]) -> Facts {
        let mut taker = Taker(Facts::default());
        let mut reader = Reader::new(Limits::default());
        reader.begin();
        let text = serde_json::to_vec(&json!({"Records": records})).expect("it is JSON");
        reader.finish(&text, &mut taker);
        taker.0
    }

    /// A call of an instance's session; the fields of `other` are in place of its own.
    fn call(time: &str, other: &Value) -> Value {
        let mut record = json!({
            "eventTime": time, "eventID": format!("id of {time} {other}"), "eventSource": "s3.amazonaws.com",
            "eventName": "PutObject", "awsRegion": "eu-west-1", "sourceIPAddress": "198.51.100.7",
            "userAgent": "aws-cli/2.15.1", "readOnly": false, "recipientAccountId": "111122223333",
            "userIdentity": {
                "type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0",
                "accountId": "111122223333", "accessKeyId": "ASIAWEB0000000000001",
                "sessionContext": {
                    "sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/web"},
                    "ec2RoleDelivery": "2.0"
                }
            }
        });
        for (name, value) in other.as_object().expect("it is an object") {
            record[name] = value.clone();
        }
        record
    }

    /// Records that share a scene or nearly do: each one thing else, on two days, in no order of time.
    fn records() -> Vec<Value> {
        let mut records = Vec::new();
        for time in
            ["2026-03-01T12:00:00Z", "2026-03-01T11:00:00Z", "2026-03-02T00:00:00Z", "2026-03-01T23:00:00Z"]
        {
            for other in [
                json!({}),
                json!({"eventSource": "ec2.amazonaws.com", "eventName": "DescribeVpcs", "readOnly": true}),
                json!({"userAgent": "Boto3/1.34"}),
                json!({"errorCode": "AccessDenied"}),
                json!({"sourceIPAddress": "203.0.113.9"}),
                json!({"awsRegion": "us-east-1"}),
                json!({"recipientAccountId": "444455556666"}),
                json!({"recipientAccountId": null}),
                json!({"vpcEndpointId": "vpce-1"}),
                json!({"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}}),
                json!({"userIdentity": {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}}),
                json!({"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann"}}),
            ] {
                records.push(call(time, &other));
            }
        }
        records
    }

    /// All that profiles say.
    fn told(facts: &Facts) -> String {
        let mut principals: Vec<_> =
            facts.principals().map(|(name, _)| (name, facts.profile(name))).collect();
        principals.sort_by_key(|(name, _)| *name);
        let accounts = ["111122223333", "444455556666", ""].map(|account| facts.account(account));
        let instance = facts.instance("i-0123456789abcdef0");
        format!("{principals:#?} {accounts:#?} {instance:#?} {:#?}", facts.coverage())
    }

    #[test]
    fn what_is_noted_of_a_place_is_the_same_whether_it_was_known_before_or_not() {
        let records = records();
        // Facts of one record each have seen no scene before.
        let mut apart = Facts::default();
        for record in &records {
            apart.merge(facts(std::slice::from_ref(record)));
        }
        let apart = told(&apart);
        for shift in 0..records.len() {
            let mut turned = records.clone();
            turned.rotate_left(shift);
            assert_eq!(told(&facts(&turned)), apart);
            turned.reverse();
            turned.extend(records.iter().cloned());
            assert_eq!(told(&facts(&turned)), apart);
        }
    }

    #[test]
    fn of_an_instance_used_from_too_many_places_with_too_many_agents_those_not_kept_are_not_stored() {
        // Three digits, so that the texts come in the order of their numbers.
        let numbers = || 100..100 + 2 * FEATURE_VALUES_MAX;
        let calls = numbers().map(|number| {
            let other =
                json!({"sourceIPAddress": format!("2001:db8::{number}"), "userAgent": format!("tool{number}")});
            call("2026-03-01T12:00:00Z", &other)
        });
        let facts = facts(&calls.collect::<Vec<_>>());
        let kept = 100..100 + FEATURE_VALUES_MAX;
        for number in numbers() {
            for text in [format!("2001:db8::{number}"), format!("tool{number}")] {
                assert_eq!(facts.names.find(&text).is_some(), kept.contains(&number), "{text}");
            }
        }
        let (_, places) = facts.instances().next().expect("an instance was used");
        let mut addresses: Vec<_> = places.map(|place| place.address.to_owned()).collect();
        addresses.sort();
        assert_eq!(addresses, kept.map(|number| format!("2001:db8::{number}")).collect::<Vec<_>>());
    }

    #[test]
    fn a_scene_is_known_on_its_day_from_its_first_time_on_and_no_other_is() {
        struct Views(Scenes, Vec<bool>);
        impl RecordSink for Views {
            fn record(&mut self, record: &Skimmed<'_>) {
                let time =
                    record.text(Field::EventTime).and_then(|stamp| Time::parse(&stamp)).expect("it has one");
                let view = View::of(record).expect("it is a plain one");
                self.1.push(self.0.known(&view, time).is_some());
                if self.1.len() == 1 {
                    let mut names = super::super::names::Names::default();
                    let name = names.name("");
                    let caller = Caller { principal: name, dossier: None, instance: None, is_plain: true };
                    let scene = Scene { caller, account: name, region: name, hand: None };
                    self.0.learn(&view, time.day(), time, scene);
                }
            }

            fn rejected(&mut self, rejected: Rejected) {
                panic!("{}", rejected.reason);
            }
        }
        let noon = "2026-03-01T12:00:00Z";
        let all = [
            call(noon, &json!({})),
            call(noon, &json!({"eventName": "Other", "userAgent": "other"})),
            call("2026-03-01T11:59:59Z", &json!({})),
            call("2026-03-02T12:00:00Z", &json!({})),
            call(noon, &json!({"sourceIPAddress": "198.51.100.8"})),
            call(noon, &json!({"vpcEndpointId": ""})),
            call(noon, &json!({"recipientAccountId": "111122223334"})),
        ];
        let mut views = Views(Scenes::default(), Vec::new());
        let mut reader = Reader::new(Limits::default());
        reader.begin();
        reader.finish(&serde_json::to_vec(&json!({"Records": all})).expect("it is JSON"), &mut views);
        assert_eq!(views.1, [false, true, false, false, false, false, false]);
    }
}
