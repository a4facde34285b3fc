//! Look-ups and issued credentials, packed.
//!
//! They come by the ten thousand, unlike other notable events, and few of them are ever told. So they are kept as
//! numbers of texts, and spelled out for judging only where a launch may go back to them (see [`super::told`]).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use event::decode::{Sketch, event_text};
use event::event::{Issue, IssueKind, Look};
use event::skim::{Field, Part, Skimmed};
use event::{Actor, Address, Detail, Event, IdentityKind, Time};

use super::dense::Keyed;
use super::evidence::{Packed, id_text, key_text, pack_id, pack_key};
use super::kinds::{Kinds, RenamedKinds};
use super::memo::Memo;
use super::names::{Name, Names, Renamed};

/// A look-up or an issued credential.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brief {
    pub(super) time: Time,
    pub(super) id: Packed,
    /// The key that called.
    pub(super) key: Option<Packed>,
    /// Who called: everything but key, session and time of issue.
    pub(super) actor: u32,
    session: Option<Name>,
    /// When the caller's session was issued; [`Time::MIN`] where that is not told.
    issued: Time,
    shared_id: Option<Packed>,
    replaces: Option<Name>,
    account: Name,
    region: Name,
    source: Name,
    name: Name,
    address: Option<Name>,
    agent: Name,
    endpoint: Option<Name>,
    failure: Option<u32>,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Look(Look),
    Issue { kind: IssueKind, key: Option<Packed>, principal: Option<Name>, session: Option<Name> },
}

impl Brief {
    /// Packs an event; `None` if it is neither a look-up nor an issued credential.
    pub(super) fn pack(event: &Event, names: &mut Names, kinds: &mut Kinds) -> Option<Self> {
        let what = What::pack(&event.detail, names)?;
        let actor = &event.actor;
        let address = match &event.address {
            Address::Absent => None,
            known => Some(names.whole(&known.to_string())),
        };
        Some(Self {
            time: event.time,
            id: pack_id(&event.id, names),
            key: actor.key.as_deref().map(|key| pack_key(key, names)),
            actor: kinds.actors.number(kind_of(actor)),
            session: actor.session.as_deref().map(|text| names.whole(text)),
            issued: actor.issued.unwrap_or(Time::MIN),
            shared_id: event.shared_id.as_deref().map(|id| pack_id(id, names)),
            replaces: event.replaces.as_deref().map(|id| names.whole(id)),
            account: names.whole(&event.account),
            region: names.whole(&event.region),
            source: names.whole(&event.source),
            name: names.whole(&event.name),
            address,
            agent: names.whole(&event.agent),
            endpoint: event.endpoint.as_deref().map(|text| names.whole(text)),
            failure: event.failure.clone().map(|failure| kinds.failures.number(failure)),
            what,
        })
    }

    /// Packs what [`Brief::pack`] would make of the sketch's event, without making the event.
    pub(super) fn of_sketch(
        sketch: &Sketch<'_>,
        record: &Skimmed<'_>,
        callers: &mut ActorMemo,
        names: &mut Names,
        kinds: &mut Kinds,
    ) -> Option<Self> {
        let what = What::pack(&sketch.detail, names)?;
        let (actor, session) = callers.find(sketch, record, names, kinds)?;
        let mut text = |text: Option<Cow<'_, str>>| text.map(|text| names.whole(event_text(&text)));
        let shared_id = sketch.text(Field::SharedEventId);
        let account = text(sketch.text(Field::RecipientAccountId));
        let region = text(sketch.text(Field::AwsRegion));
        let agent = text(sketch.agent.as_deref().map(Cow::Borrowed));
        let endpoint = text(sketch.text(Field::VpcEndpointId));
        let address = sketch.address.as_deref().and_then(|address| pack_address(event_text(address), names));
        Some(Self {
            time: sketch.time,
            id: pack_id(&sketch.id, names),
            key: sketch.key().map(|key| pack_key(event_text(&key), names)),
            actor,
            session,
            issued: sketch.issued().unwrap_or(Time::MIN),
            shared_id: shared_id.map(|id| pack_id(event_text(&id), names)),
            replaces: None,
            account: account.unwrap_or_else(|| names.whole(&kinds.actors.get(actor).account)),
            region: region.unwrap_or_else(|| names.whole("")),
            source: names.whole(event_text(sketch.source())),
            name: names.whole(event_text(&sketch.name)),
            address,
            agent: agent.unwrap_or_else(|| names.whole("")),
            endpoint,
            failure: sketch.failure.clone().map(|failure| kinds.failures.number(failure)),
            what,
        })
    }

    /// The key that it issued.
    pub(super) fn issued_key(&self) -> Option<Packed> {
        match self.what {
            What::Issue { kind, key, .. } if kind != IssueKind::AccessKey => key,
            _ => None,
        }
    }

    /// The event as it was before it was packed.
    pub(super) fn spell(&self, names: &Names, kinds: &Kinds) -> Event {
        let text = |name: Name| names.text(name).to_owned();
        let detail = match self.what {
            What::Look(look) => Detail::Look(look),
            What::Issue { kind, key, principal, session } => Detail::Issue(Issue {
                kind,
                key: key.map(|key| key_text(key, names)),
                principal: principal.map(text),
                session: session.map(text),
            }),
        };
        Event {
            time: self.time,
            id: id_text(self.id, names).to_string(),
            shared_id: self.shared_id.map(|id| id_text(id, names).to_string()),
            replaces: self.replaces.map(text),
            account: text(self.account),
            region: text(self.region),
            source: text(self.source),
            name: text(self.name),
            actor: Actor {
                key: self.key.map(|key| key_text(key, names)),
                session: self.session.map(text),
                issued: (self.issued != Time::MIN).then_some(self.issued),
                ..self.kind(kinds).clone()
            },
            address: self.address.map_or(Address::Absent, |address| Address::parse(names.text(address))),
            agent: text(self.agent),
            endpoint: self.endpoint.map(text),
            failure: self.failure.map(|failure| kinds.failures.get(failure).clone()),
            detail,
        }
    }

    /// Who called, without key and session.
    pub(super) fn kind<'k>(&self, kinds: &'k Kinds) -> &'k Actor {
        kinds.actors.get(self.actor)
    }

    /// The session's name.
    pub(super) fn session<'n>(&self, names: &'n Names) -> Option<&'n str> {
        self.session.map(|name| names.text(name))
    }

    /// The same among other texts and kinds.
    pub(super) fn renamed(self, renamed: &Renamed, kinds: &RenamedKinds) -> Self {
        let name = |name: Name| renamed.name(name);
        let packed = |packed: Packed| packed.renamed(renamed);
        Self {
            time: self.time,
            id: packed(self.id),
            key: self.key.map(packed),
            actor: kinds.actors[self.actor as usize],
            session: self.session.map(name),
            issued: self.issued,
            shared_id: self.shared_id.map(packed),
            replaces: self.replaces.map(name),
            account: name(self.account),
            region: name(self.region),
            source: name(self.source),
            name: name(self.name),
            address: self.address.map(name),
            agent: name(self.agent),
            endpoint: self.endpoint.map(name),
            failure: self.failure.map(|failure| kinds.failures[failure as usize]),
            what: match self.what {
                What::Look(look) => What::Look(look),
                What::Issue { kind, key, principal, session } => What::Issue {
                    kind,
                    key: key.map(packed),
                    principal: principal.map(name),
                    session: session.map(name),
                },
            },
        }
    }
}

/// An issued credential is looked up by its key and the record's id.
impl Keyed for Brief {
    type Key = (Packed, Packed);

    fn key(&self) -> Self::Key {
        (self.issued_key().unwrap_or(self.id), self.id)
    }
}

impl What {
    fn pack(detail: &Detail, names: &mut Names) -> Option<Self> {
        match detail {
            Detail::Look(look) => Some(Self::Look(*look)),
            Detail::Issue(Issue { kind, key, principal, session }) => Some(Self::Issue {
                kind: *kind,
                key: key.as_deref().map(|key| pack_key(key, names)),
                principal: principal.as_deref().map(|text| names.whole(text)),
                session: session.as_deref().map(|text| names.whole(text)),
            }),
            _ => None,
        }
    }
}

/// Who called, without what changes from session to session.
fn kind_of(actor: &Actor) -> Actor {
    Actor { key: None, session: None, issued: None, ..actor.clone() }
}

/// Packs an address as its event would spell it.
fn pack_address(text: &str, names: &mut Names) -> Option<Name> {
    if text.parse::<Ipv4Addr>().is_ok() {
        return Some(names.whole(text));
    }
    match Address::parse(text) {
        Address::Absent => None,
        known => Some(names.whole(&known.to_string())),
    }
}

/// The fields that say who a caller is, where address and agent do not.
const WHO: [Field; 15] = [
    Field::IdentityType,
    Field::Arn,
    Field::AccountId,
    Field::PrincipalId,
    Field::UserName,
    Field::InvokedBy,
    Field::IssuerArn,
    Field::IssuerAccountId,
    Field::IssuerUserName,
    Field::Ec2RoleDelivery,
    Field::InScopeIssuerType,
    Field::InScopeCredentialsIssuedTo,
    Field::InScopeSourceArn,
    Field::MfaAuthenticated,
    Field::SessionCredentialFromConsole,
];

/// Callers that were worked out before: the number of each, and its session's name.
#[derive(Clone, Debug, Default)]
pub(super) struct ActorMemo(Memo<16, (u32, Option<Name>)>);

impl ActorMemo {
    fn find(
        &mut self,
        sketch: &Sketch<'_>,
        record: &Skimmed<'_>,
        names: &mut Names,
        kinds: &mut Kinds,
    ) -> Option<(u32, Option<Name>)> {
        let mut who = [None; 16];
        for (part, field) in who.iter_mut().zip(WHO) {
            *part = record.bytes(field);
        }
        who[15] = record.span(Part::WebIdFederationData);
        let hash = self.0.hash(&who);
        let is_plain = sketch.is_plain();
        if is_plain && let Some(known) = self.0.get(hash, &who) {
            return Some(known);
        }
        let actor = sketch.actor()?;
        // Who signed in elsewhere is known by fields that are not looked at here.
        let is_known_by_these = !matches!(actor.kind, IdentityKind::WebIdentity | IdentityKind::Saml);
        let session = actor.session.as_deref().map(|text| names.whole(text));
        let number = kinds.actors.number(kind_of(&actor));
        if is_plain && is_known_by_these {
            self.0.put(hash, &who, (number, session));
        }
        Some((number, session))
    }
}

/// A packed event is a quarter of what it is spelled out, its texts not counted.
const _: () = assert!(size_of::<Brief>() <= 144);

#[cfg(test)]
mod tests {
    use event::decode;
    use event::limits::Limits;
    use event::skim::{Reader, RecordSink, Rejected};
    use serde_json::{Value, json};

    use super::*;

    /// A session of a role, refused and granted, from every kind of address; and a look-up.
    fn records() -> Vec<Value> {
        let identity = json!({
            "type": "AssumedRole", "principalId": "AROAEXAMPLE:i-0123456789abcdef0",
            "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0",
            "accountId": "111122223333", "accessKeyId": "ASIAWEB0000000000001",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/web"},
                "attributes": {"creationDate": "2026-03-01T01:00:00Z", "mfaAuthenticated": "false"},
                "ec2RoleDelivery": "2.0"
            }
        });
        let record = |number: u32, source: &str, name: &str, address: &str| {
            json!({
                "eventTime": "2026-03-01T02:00:00Z", "eventID": format!("00000000-0000-4000-8000-{number:012}"),
                "eventSource": source, "eventName": name, "awsRegion": "eu-west-1", "sourceIPAddress": address,
                "userAgent": "x".repeat(500), "userIdentity": identity, "recipientAccountId": "111122223333",
                "sharedEventID": "not a uuid", "vpcEndpointId": "vpce-1"
            })
        };
        let mut granted = record(1, "sts.amazonaws.com", "AssumeRole", "2001:db8::7");
        granted["requestParameters"] =
            json!({"roleArn": "arn:aws:iam::111122223333:role/next", "roleSessionName": "s".repeat(300)});
        granted["responseElements"] = json!({"credentials": {"accessKeyId": "ASIANEXT000000000001"}});
        let mut refused = record(2, "sts.amazonaws.com", "AssumeRole", "cloudformation.amazonaws.com");
        refused["errorCode"] = json!("AccessDenied");
        refused["errorMessage"] = json!("User is not authorized to perform: sts:AssumeRole");
        vec![
            granted,
            refused,
            record(3, "ec2.amazonaws.com", "DescribeRegions", "198.51.100.7"),
            record(4, "ec2.amazonaws.com", "DescribeImages", "AWS Internal"),
            record(5, "sts.amazonaws.com", "GetCallerIdentity", "somewhere else"),
            record(6, "ec2.amazonaws.com", "DescribeImages", ""),
        ]
    }

    #[test]
    fn an_event_is_spelled_as_it_was_packed_also_among_other_texts() {
        let (mut names, mut kinds) = (Names::default(), Kinds::default());
        let (mut others, mut other_kinds) = (Names::default(), Kinds::default());
        others.name("another text is there already");
        for record in records() {
            let event = decode::decode_value(&record).expect("the record is notable");
            let packed = Brief::pack(&event, &mut names, &mut kinds).expect("it is a look-up or a session");
            assert_eq!(packed.spell(&names, &kinds), event);
            let (renamed, renamed_kinds) = (others.adopt(&names), other_kinds.adopt(kinds.clone()));
            assert_eq!(packed.renamed(&renamed, &renamed_kinds).spell(&others, &other_kinds), event);
        }
        // The caller itself, a service in its name, and the console in its name.
        assert_eq!((kinds.actors.all.len(), kinds.failures.all.len()), (3, 1));
    }

    /// Packs each record from its skim, twice, so that the second time its caller is remembered.
    struct Packs {
        names: Names,
        kinds: Kinds,
        actors: ActorMemo,
        told: Vec<Option<Event>>,
    }

    impl RecordSink for Packs {
        fn record(&mut self, record: &Skimmed<'_>) {
            for _ in 0..2 {
                let packed = Sketch::of(record).and_then(|sketch| {
                    Brief::of_sketch(&sketch, record, &mut self.actors, &mut self.names, &mut self.kinds)
                });
                self.told.push(packed.map(|packed| packed.spell(&self.names, &self.kinds)));
            }
        }

        fn rejected(&mut self, rejected: Rejected) {
            panic!("{}", rejected.reason);
        }
    }

    #[test]
    fn a_record_is_packed_from_its_skim_as_from_its_event() {
        let mut packs = Packs {
            names: Names::default(),
            kinds: Kinds::default(),
            actors: ActorMemo::default(),
            told: Vec::new(),
        };
        let mut all = records();
        for address in ["::ffff:198.51.100.7", " 198.51.100.7 ", "198.51.100.007", "2001:DB8::7"] {
            all.push(all[2].clone());
            all.last_mut().expect("it is there")["sourceIPAddress"] = json!(address);
        }
        // What says more of a caller than the caller's own fields: each differs from the first by one thing only.
        for (field, value) in [
            ("userAgent", json!("[S3Console/0.4]")),
            ("userAgent", json!("signin.amazonaws.com")),
            ("sessionCredentialFromConsole", json!("true")),
            ("recipientAccountId", json!(null)),
            ("awsRegion", json!(null)),
            ("userAgent", json!("é".repeat(700))),
            ("sharedEventID", json!("00000000-0000-4000-8000-000000000099")),
            ("userIdentity", json!({"type": "WebIdentityUser", "userName": "u", "identityProvider": "a"})),
            ("userIdentity", json!({"type": "WebIdentityUser", "userName": "u", "identityProvider": "b"})),
            (
                "userIdentity",
                json!({"type": "AWSAccount", "principalId": "P:s", "accountId": "444455556666"}),
            ),
            ("userIdentity", json!({})),
        ] {
            for first in [0, 2] {
                all.push(all[first].clone());
                all.last_mut().expect("it is there")[field] = value.clone();
            }
        }
        let mut reader = Reader::new(Limits::default());
        reader.begin();
        reader.finish(&serde_json::to_vec(&json!({"Records": all})).expect("it is JSON"), &mut packs);
        assert_eq!(packs.told.len(), 2 * all.len());
        for (told, record) in packs.told.chunks(2).zip(&all) {
            let event = decode::decode_value(record).expect("the record is notable");
            assert_eq!(told, [Some(event.clone()), Some(event)], "{record}");
        }
    }

    #[test]
    fn a_launch_is_not_packed() {
        let record = json!({
            "eventTime": "2026-03-01T02:00:00Z", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances",
            "requestParameters": {"instanceType": "p4d.24xlarge"}
        });
        let event = decode::decode_value(&record).expect("the record is notable");
        assert!(Brief::pack(&event, &mut Names::default(), &mut Kinds::default()).is_none());
    }
}
