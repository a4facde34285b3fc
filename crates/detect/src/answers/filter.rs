//! Which records a question is about.
//!
//! A filter is asked of every record, so it reads skimmed fields and parses nothing. Words are
//! compared without regard to case, because people type them.
//!
//! Blind spots: `request:`, `response:` and `text:` look at the JSON as it was written, so a
//! letter that the log spells `\u00e9` is found only as it is spelt.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use event::skim::{Field, Part, Skimmed};
use event::{Time, decode::canonical_principal};
use ipnet::IpNet;
use thiserror::Error;

use super::call;
use super::parse;
use crate::facts::caller::with_fields;

/// Why an expression cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FilterError {
    /// Nothing is asked.
    #[error("the expression is empty")]
    Empty,
    /// A field that does not exist.
    #[error("there is no field {0:?}")]
    NoField(String),
    /// A value that does not fit its field.
    #[error("{field}: {value:?} is not {wanted}")]
    Value {
        /// The field.
        field: &'static str,
        /// What was written.
        value: String,
        /// What should have been.
        wanted: &'static str,
    },
    /// A quote or bracket without its other half, or an operator without its operand.
    #[error("{what} at character {at}")]
    Syntax {
        /// What is wrong.
        what: &'static str,
        /// Where, counted from 1.
        at: usize,
    },
    /// More than an expression may hold.
    #[error("the expression is longer or nested deeper than one may be")]
    TooLarge,
}

/// A question that a record answers with yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of them. Of none: every record.
    All(Vec<Filter>),
    /// At least one of them.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// The text of a field.
    Text(TextField, Pattern),
    /// The text of a field is exactly one of these.
    OneOf(TextField, BTreeSet<String>),
    /// The JSON text of a part holds this.
    Holds(Place, Needle),
    /// The caller's address.
    Address(Net),
    /// At or after this moment.
    Since(Time),
    /// At or before this moment.
    Until(Time),
    /// The call changes something (or, `false`, only reads).
    Changes(bool),
}

/// A field that is compared as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// The service, without its domain.
    Service,
    /// The event's name.
    Name,
    /// The error's code; none is the empty text.
    Error,
    /// The region.
    Region,
    /// The account that was acted on, or the caller's.
    Account,
    /// The principal: its arn, its session's arn, or the last part of either.
    Principal,
    /// The session's name.
    Session,
    /// The access key id.
    Key,
    /// The instance that the credential was issued to.
    Instance,
    /// The user agent.
    Agent,
    /// The event's id.
    Id,
}

/// Where a needle is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `requestParameters`
    Request,
    /// `responseElements`
    Response,
    /// The whole record.
    Anywhere,
}

/// A text with `*` for any run of characters and `?` for any one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<u8>);

impl Pattern {
    /// Reads a pattern.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_ascii_lowercase().into_bytes())
    }

    /// Whether all of `text` is as the pattern says.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (&self.0[..], text.as_bytes());
        let (mut at, mut seen) = (0, 0);
        let mut last_star = None;
        while seen < text.len() {
            match pattern.get(at) {
                Some(b'*') => {
                    last_star = Some((at, seen));
                    at += 1;
                }
                Some(wanted) if *wanted == b'?' || *wanted == text[seen].to_ascii_lowercase() => {
                    at += 1;
                    seen += 1;
                }
                _ => {
                    // The last star takes one more byte, and what follows it is tried again.
                    let Some((star, taken)) = last_star else { return false };
                    last_star = Some((star, taken + 1));
                    (at, seen) = (star + 1, taken + 1);
                }
            }
        }
        pattern[at..].iter().all(|byte| *byte == b'*')
    }
}

/// A text that is looked for inside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle(Vec<u8>);

impl Needle {
    /// Reads a needle.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_ascii_lowercase().into_bytes())
    }

    /// Whether `text` holds it.
    #[must_use]
    pub fn is_in(&self, text: &[u8]) -> bool {
        let Some(first) = self.0.first() else { return true };
        let other = first.to_ascii_uppercase();
        memchr::memchr2_iter(*first, other, text)
            .any(|at| text.get(at..at + self.0.len()).is_some_and(|here| here.eq_ignore_ascii_case(&self.0)))
    }
}

/// One address, a network, or a name such as `autoscaling.amazonaws.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Net {
    /// Addresses.
    Network(IpNet),
    /// Names.
    Name(Pattern),
}

impl Net {
    /// Reads an address, a network such as `203.0.113.0/24`, or a pattern of names.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let one = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        match one.or_else(|_| text.parse::<IpNet>()) {
            Ok(network) => Self::Network(network),
            Err(_) => Self::Name(Pattern::new(text)),
        }
    }

    pub(super) fn holds(&self, address: &str) -> bool {
        match self {
            Self::Network(network) => {
                address.parse::<IpAddr>().is_ok_and(|address| network.contains(&address.to_canonical()))
            }
            Self::Name(pattern) => pattern.matches(address),
        }
    }
}

/// The fields of the language, in words.
#[must_use]
pub fn fields() -> String {
    format!("the fields are {}", parse::FIELDS)
}

impl Filter {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// A [`FilterError`] that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::expression(text)
    }

    /// Whether `record` is asked for.
    #[must_use]
    pub fn matches(&self, record: &Skimmed<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.matches(record)),
            Self::Any(any) => any.iter().any(|one| one.matches(record)),
            Self::Not(not) => !not.matches(record),
            Self::Text(field, pattern) => text_matches(*field, pattern, record),
            Self::OneOf(field, texts) => !texts.is_empty() && one_of(*field, texts, record),
            Self::Holds(place, needle) => needle.is_in(place_of(*place, record)),
            Self::Address(net) => net.holds(&text(record, Field::SourceIpAddress)),
            Self::Since(since) => call::time_of(record).is_some_and(|time| *since <= time),
            Self::Until(until) => call::time_of(record).is_some_and(|time| time <= *until),
            Self::Changes(wanted) => call::changes(record) == *wanted,
        }
    }
}

fn text<'a>(record: &Skimmed<'a>, field: Field) -> Cow<'a, str> {
    record.text(field).unwrap_or_default()
}

fn place_of<'a>(place: Place, record: &Skimmed<'a>) -> &'a [u8] {
    match place {
        Place::Request => record.span(Part::RequestParameters).unwrap_or_default(),
        Place::Response => record.span(Part::ResponseElements).unwrap_or_default(),
        Place::Anywhere => record.raw(),
    }
}

fn text_matches(field: TextField, pattern: &Pattern, record: &Skimmed<'_>) -> bool {
    let one = |field: Field| pattern.matches(&text(record, field));
    match field {
        TextField::Service => pattern.matches(call::service_of(&text(record, Field::EventSource))),
        TextField::Name => one(Field::EventName) || pattern.matches(&call::name_of(record)),
        TextField::Error => one(Field::ErrorCode),
        TextField::Region => one(Field::AwsRegion),
        TextField::Account => pattern.matches(&call::account_of(record)),
        TextField::Key => one(Field::AccessKeyId),
        TextField::Agent => one(Field::UserAgent),
        TextField::Id => one(Field::EventId),
        TextField::Principal => is_principal(pattern, record),
        TextField::Session => {
            with_fields(record, |fields| fields.session().is_some_and(|session| pattern.matches(session)))
        }
        TextField::Instance => {
            with_fields(record, |fields| fields.instance().is_some_and(|(id, _)| pattern.matches(id)))
        }
    }
}

/// Only what a hand is known by is asked for in this way.
fn one_of(field: TextField, texts: &BTreeSet<String>, record: &Skimmed<'_>) -> bool {
    match field {
        TextField::Key => texts.contains(&*text(record, Field::AccessKeyId)),
        TextField::Principal => with_fields(record, |fields| texts.contains(&*canonical_principal(&fields))),
        TextField::Instance => {
            with_fields(record, |fields| fields.instance().is_some_and(|(id, _)| texts.contains(id)))
        }
        other => texts.iter().any(|text| text_matches(other, &Pattern::new(text), record)),
    }
}

/// A principal may be asked for by its arn, its session's arn, or the name at the end of either.
fn is_principal(pattern: &Pattern, record: &Skimmed<'_>) -> bool {
    with_fields(record, |fields| {
        let principal = canonical_principal(&fields);
        pattern.matches(&principal)
            || pattern.matches(crate::timeline::short(&principal))
            || fields.arn.is_some_and(|arn| pattern.matches(arn))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_globs_without_regard_to_case() {
        for (pattern, text, matches) in [
            ("Run*", "RunInstances", true),
            ("runinstances", "RunInstances", true),
            ("run", "RunInstances", false),
            ("*Instance?", "RunInstances", true),
            ("us-*-1", "us-east-1", true),
            ("us-*-1", "us-east-2", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("a*b*c", "aXbXbXc", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn a_needle_is_found_wherever_it_lies() {
        assert!(Needle::new("XMRig").is_in(b"docker run xmrig"));
        assert!(Needle::new("").is_in(b""));
        assert!(!Needle::new("xmrig").is_in(b"xmri"));
        assert!(Needle::new("ab").is_in(b"aab"));
    }

    #[test]
    fn an_address_is_compared_as_an_address() {
        assert!(Net::new("203.0.113.0/24").holds("203.0.113.9"));
        assert!(!Net::new("203.0.113.0/24").holds("203.0.114.9"));
        assert!(Net::new("2001:db8::1").holds("2001:0db8:0:0:0:0:0:1"));
        assert!(Net::new("::ffff:203.0.113.9").holds("203.0.113.9"));
        assert!(Net::new("autoscaling.*").holds("autoscaling.amazonaws.com"));
        assert!(!Net::new("0.0.0.0/0").holds("AWS Internal"));
    }
}
