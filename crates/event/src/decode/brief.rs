//! Look-ups and role sessions, decoded from the skim.
//!
//! They come by the thousand, unlike everything else that is kept: one record in ten of a busy
//! trail. What an event tells of them stands in fields that the skim has found already, and, for
//! a session, in three members of request and answer. So nothing is parsed but these.
//!
//! [`brief`] gives what [`super::decode`] gives, or nothing, and then the record is decoded whole: whatever
//! is written in an unusual way is left to the parser.
//!
//! Blind spots: those of the skim: text between the values that are read is not checked.

use std::borrow::Cow;

use super::actor::{ActorFields, Marks, actor_of, is_uuid};
use super::issue::{RoleTold, role_kind};
use crate::actor::{Actor, Address, IdentityKind};
use crate::event::{Detail, Event, Issue, IssueKind, Look};
use crate::failure::Failure;
use crate::launch;
use crate::launch::call::{is_mask, kept};
use crate::notable::bare_source;
use crate::skim::scan::Members;
use crate::skim::{Field, Part, Skimmed, unescape};
use crate::time::Time;

/// Decodes a look-up or an issued role session. `None` means that it is neither, or written in an unusual way: decode it whole.
#[must_use]
pub fn brief(record: &Skimmed<'_>) -> Option<Event> {
    Sketch::of(record)?.event()
}

/// A look-up or an issued role session, of which it is not said yet who called.
///
/// Callers come again and again, and whoever has worked one out may keep it: see [`Sketch::is_plain`].
#[derive(Debug)]
pub struct Sketch<'r> {
    record: Skimmed<'r>,
    /// When.
    pub time: Time,
    /// The record's id.
    pub id: Cow<'r, str>,
    /// The service, as the record names it.
    source: Cow<'r, str>,
    /// The call.
    pub name: Cow<'r, str>,
    /// `sourceIPAddress`
    pub address: Option<Cow<'r, str>>,
    /// `userAgent`
    pub agent: Option<Cow<'r, str>>,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// What it was.
    pub detail: Detail,
}

impl<'r> Sketch<'r> {
    /// Reads a record; `None` where [`brief`] gives nothing.
    #[must_use]
    pub fn of(record: &Skimmed<'r>) -> Option<Self> {
        let source = text(record, Field::EventSource)?;
        let name = text(record, Field::EventName)?;
        let id = text(record, Field::EventId).filter(|id| is_uuid(id))?;
        let time = text(record, Field::EventTime).and_then(|stamp| Time::parse(&stamp))?;
        let row = launch::row(source.as_bytes(), name.as_bytes())?;
        let what = match row.look() {
            Some(look) => What::Look(look),
            None if row.source == "sts" => What::Session(role_kind(row.name)?),
            None => return None,
        };
        // A corrected record says what it corrects; that is read by the parser.
        if record.span(Part::Addendum).is_some() {
            return None;
        }
        let code = text(record, Field::ErrorCode);
        let failure = Failure::classify(code.as_deref(), text(record, Field::ErrorMessage).as_deref());
        let detail = match what {
            What::Look(look) => Detail::Look(look),
            What::Session(kind) => session(record, kind, failure.as_ref())?,
        };
        let (address, agent) = (text(record, Field::SourceIpAddress), text(record, Field::UserAgent));
        Some(Self { record: *record, time, id, source, name, address, agent, failure, detail })
    }

    /// Who called. `None` where the record is to be decoded whole.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        let marks = marks(&self.record, &self.address, &self.agent);
        with_fields(&self.record, |fields| actor_of(fields, &marks))
    }

    /// Whether the caller is told by the identity alone: address and agent are no service's and no console's.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let (address, agent) = (self.address.as_deref(), self.agent.as_deref());
        super::actor::is_plain_hand(address.unwrap_or_default(), agent.unwrap_or_default())
    }

    /// The key that called.
    #[must_use]
    pub fn key(&self) -> Option<Cow<'r, str>> {
        text(&self.record, Field::AccessKeyId).filter(|key| super::actor::plain_key(key).is_some())
    }

    /// When the caller's session was issued.
    #[must_use]
    pub fn issued(&self) -> Option<Time> {
        text(&self.record, Field::CreationDate).and_then(|stamp| Time::parse(&stamp))
    }

    /// The service, without its domain.
    #[must_use]
    pub fn source(&self) -> &str {
        bare_source(&self.source)
    }

    /// The text of another field, as a parsed record would tell it.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<Cow<'r, str>> {
        text(&self.record, field)
    }

    /// The event.
    #[must_use]
    pub fn event(self) -> Option<Event> {
        let actor = self.actor()?;
        let record = &self.record;
        Some(Event {
            time: self.time,
            shared_id: owned(record, Field::SharedEventId),
            replaces: None,
            account: owned(record, Field::RecipientAccountId).unwrap_or_else(|| actor.account.clone()),
            region: owned(record, Field::AwsRegion).unwrap_or_default(),
            source: kept(self.source()),
            name: kept(&self.name),
            actor,
            endpoint: owned(record, Field::VpcEndpointId),
            id: self.id.into_owned(),
            address: self.address.map_or(Address::Absent, |text| Address::parse(&kept(&text))),
            agent: self.agent.as_deref().map(kept).unwrap_or_default(),
            failure: self.failure,
            detail: self.detail,
        })
    }
}

enum What {
    Look(Look),
    Session(IssueKind),
}

/// The text of a field, as a parsed record would tell it: masked and empty ones are nothing.
fn text<'a>(record: &Skimmed<'a>, field: Field) -> Option<Cow<'a, str>> {
    record.text(field).filter(|text| !is_mask(text))
}

fn owned(record: &Skimmed<'_>, field: Field) -> Option<String> {
    text(record, field).as_deref().map(kept)
}

fn flag(record: &Skimmed<'_>, field: Field) -> Option<bool> {
    let text = record.bytes(field)?;
    if text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else {
        text.eq_ignore_ascii_case(b"false").then_some(false)
    }
}

fn marks<'t>(
    record: &Skimmed<'_>,
    address: &'t Option<Cow<'_, str>>,
    agent: &'t Option<Cow<'_, str>>,
) -> Marks<'t> {
    Marks {
        mfa: flag(record, Field::MfaAuthenticated),
        issued: text(record, Field::CreationDate).and_then(|stamp| Time::parse(&stamp)),
        from_console: flag(record, Field::SessionCredentialFromConsole),
        address: address.as_deref(),
        agent: agent.as_deref(),
    }
}

/// Calls `f` with the identity's fields; not where an identity is known by fields that the skim does not read.
fn with_fields<T>(record: &Skimmed<'_>, f: impl FnOnce(&ActorFields<'_>) -> T) -> Option<T> {
    let text = |field| text(record, field);
    let (kind, arn, account) = (text(Field::IdentityType), text(Field::Arn), text(Field::AccountId));
    let (principal_id, user_name, key) =
        (text(Field::PrincipalId), text(Field::UserName), text(Field::AccessKeyId));
    let (invoked_by, issuer_arn) = (text(Field::InvokedBy), text(Field::IssuerArn));
    let (issuer_account, issuer_user_name) = (text(Field::IssuerAccountId), text(Field::IssuerUserName));
    let (delivery, issued_to) = (text(Field::Ec2RoleDelivery), text(Field::InScopeCredentialsIssuedTo));
    let (issuer_type, source_arn) = (text(Field::InScopeIssuerType), text(Field::InScopeSourceArn));
    let web = record.span(Part::WebIdFederationData);
    let web_provider = web.map_or(Some(None), |web| member_text(web, &["federatedProvider"]))?;
    let mut fields = ActorFields {
        kind: kind.as_deref(),
        arn: arn.as_deref(),
        account: account.as_deref(),
        principal_id: principal_id.as_deref(),
        user_name: user_name.as_deref(),
        key: key.as_deref(),
        invoked_by: invoked_by.as_deref(),
        issuer_arn: issuer_arn.as_deref(),
        issuer_account: issuer_account.as_deref(),
        issuer_user_name: issuer_user_name.as_deref(),
        delivery: delivery.as_deref(),
        web_provider: web_provider.as_deref(),
        scope_issuer_type: issuer_type.as_deref(),
        scope_issued_to: issued_to.as_deref(),
        scope_source_arn: source_arn.as_deref(),
        ..ActorFields::default()
    };
    let provider = match fields.identity_kind() {
        IdentityKind::WebIdentity | IdentityKind::Saml => {
            member_text(record.span(Part::UserIdentity)?, &["identityProvider"])?
        }
        IdentityKind::IdentityCenter => return None,
        _ => None,
    };
    fields.identity_provider = provider.as_deref();
    Some(f(&fields))
}

/// Reads what an `AssumeRole` or its kin asked for and got.
fn session(record: &Skimmed<'_>, kind: IssueKind, failure: Option<&Failure>) -> Option<Detail> {
    let request =
        record.span(Part::RequestParameters).map_or(Some(None), |request| plain_object(request).map(Some))?;
    let response = record
        .span(Part::ResponseElements)
        .map_or(Some(None), |response| plain_object(response).map(Some))?;
    let (mut asked, mut name, mut answer, mut key) = (None, None, None, None);
    if let Some(request) = request {
        asked = member_text(request, &["roleArn"])?;
        name = member_text(request, &["roleSessionName"])?;
    }
    if let Some(response) = response {
        answer = member_text(response, &["assumedRoleUser", "arn"])?;
        key = member_text(response, &["credentials", "accessKeyId"])?;
    }
    let told = RoleTold {
        asked: asked.as_deref(),
        answer: answer.as_deref(),
        session: name.as_deref(),
        message: failure.map_or("", |failure| failure.message.as_str()),
    };
    let key = key.as_deref().and_then(super::actor::plain_key).map(kept);
    Some(Detail::Issue(Issue { kind, key, principal: told.principal(), session: told.session() }))
}

/// The object as it stands there; not one that is wrapped, emptied or written as a text.
fn plain_object(value: &[u8]) -> Option<&[u8]> {
    let is_usual = |key: &[u8]| {
        let is_other_way =
            matches!(key, b"credentialSet" | b"roleCredentials" | b"customRoleArn" | b"sessionName");
        !is_other_way && key.is_ascii() && !key.contains(&b'\\') && !is_wrapper(key)
    };
    let is_plain = value.first() == Some(&b'{') && Members::new(value).all(|(key, _)| is_usual(key));
    is_plain.then_some(value)
}

/// Whether a member is named as AWS names one that holds all others: `AssumeRoleRequest`.
fn is_wrapper(key: &[u8]) -> bool {
    let ends = |suffix: &[u8]| {
        key.len() >= suffix.len() && key[key.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
    };
    ends(b"request") || ends(b"response")
}

/// The text at the end of a path of members. The outer `None` means that it is written in an unusual way.
fn member_text<'a>(object: &'a [u8], path: &[&str]) -> Option<Option<Cow<'a, str>>> {
    let mut place = object;
    for name in path {
        match member(place, name)? {
            Some(value) => place = value,
            None => return Some(None),
        }
    }
    match place {
        [b'"', contents @ .., b'"'] => Some(Some(unescape(contents)).filter(|text| !is_mask(text))),
        _ => None,
    }
}

/// A member of an object. The outer `None` means that it may be there in another spelling.
fn member<'a>(object: &'a [u8], name: &str) -> Option<Option<&'a [u8]>> {
    if object.first() != Some(&b'{') {
        return None;
    }
    let mut found = None;
    for (key, value) in Members::new(object) {
        if key == name.as_bytes() {
            found = Some(value);
        } else if key.contains(&b'\\') || key.eq_ignore_ascii_case(name.as_bytes()) {
            return None;
        }
    }
    Some(found.filter(|value| *value != b"null"))
}
