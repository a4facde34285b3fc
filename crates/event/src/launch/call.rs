//! A view over one record's request and response, whatever their spelling.
//!
//! AWS writes the same thing in many ways: `instanceType` or `InstanceType`; a list as an
//! array, as `{"items": […]}`, as `{"item": …}`, as one bare object, or as
//! `{"tag": 1, "content": …}`; a number as a string; a text as `{"value": …}`; a request
//! inside `<Action>Request`; and `null`, nothing, or `{"omitted": true}` where something
//! should be. [`Node`] hides all of it, and is empty where there is nothing, so that a row
//! of the launch table reads like the path in the AWS documentation.
//!
//! Blind spots: names are compared without regard to case, so two members that differ
//! only in case cannot be told apart (AWS has none).

use serde_json::Value;

use crate::failure::Failure;

/// Bytes of one text that are kept.
///
/// Fewer, and long arns lose their end; more, and a hostile record fills memory with one name.
pub const TEXT_BYTES_MAX: usize = 1_024;

/// Elements of one list that are read.
///
/// A call names a thousand machines at most, and CloudTrail's 256 KB end long before. Fewer, and machines of a great
/// launch are not known by name; more, and a hostile record makes one event of megabytes.
pub const ELEMENTS_MAX: usize = 2_000;

/// A place in a record, which may be empty. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a>(Option<&'a Value>);

impl<'a> Node<'a> {
    /// The place that holds `value`; `null` is nothing.
    #[must_use]
    pub fn new(value: Option<&'a Value>) -> Self {
        Self(value.filter(|value| !value.is_null()))
    }

    /// The member called `name`, in whatever case.
    #[must_use]
    pub fn get(self, name: &str) -> Self {
        let Some(Value::Object(members)) = self.0 else { return Self(None) };
        let exact = members.get(name);
        let found = exact.or_else(|| {
            members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        });
        Self::new(found)
    }

    /// The member at the end of a dotted path.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        path.split('.').fold(self, Self::get)
    }

    /// Whether there is something here.
    #[must_use]
    pub fn exists(self) -> bool {
        self.0.is_some()
    }

    /// The text here, also as `{"value": …}`. Masked and empty texts are nothing.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self.0? {
            Value::String(text) => Some(text.as_str()).filter(|text| !is_mask(text)),
            Value::Object(_) => self.inside().and_then(Self::text),
            _ => None,
        }
    }

    /// The text here, as an owned one of at most [`TEXT_BYTES_MAX`].
    #[must_use]
    pub fn owned(self) -> Option<String> {
        self.text().map(kept)
    }

    /// The whole number here, also as a text or a fraction (cut off). Negative ones are nothing.
    #[must_use]
    pub fn number(self) -> Option<u64> {
        match self.0? {
            Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole)),
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse::<f64>().ok().and_then(whole))
            }
            Value::Object(_) => self.inside().and_then(Self::number),
            _ => None,
        }
    }

    /// The truth value here, also as a text or as `{"value": …}`.
    #[must_use]
    pub fn flag(self) -> Option<bool> {
        match self.0? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Value::Object(_) => self.inside().and_then(Self::flag),
            _ => None,
        }
    }

    /// Whether the flag here is set.
    #[must_use]
    pub fn is_set(self) -> bool {
        self.flag() == Some(true)
    }

    /// The elements of the list here, in any of the ways lists are written; the first [`ELEMENTS_MAX`] of them.
    #[must_use]
    pub fn list(self) -> Vec<Self> {
        match self.0 {
            None => Vec::new(),
            Some(Value::Array(elements)) => {
                let elements = elements.iter().take(ELEMENTS_MAX);
                elements.map(|element| Self::new(Some(element)).untagged()).collect()
            }
            Some(Value::Object(members)) if members.is_empty() => Vec::new(),
            Some(Value::Object(_)) => {
                for name in ["items", "item", "member"] {
                    let inner = self.get(name);
                    if inner.exists() {
                        return inner.list();
                    }
                }
                match self.untagged() {
                    content if self.is_tagged() => content.list(),
                    _ => vec![self],
                }
            }
            Some(Value::String(text)) if text.is_empty() => Vec::new(),
            Some(_) => vec![self],
        }
    }

    /// The texts of the list here.
    #[must_use]
    pub fn texts(self) -> Vec<&'a str> {
        self.list().into_iter().filter_map(Self::text).collect()
    }

    /// The members of the object here.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let members = match self.0 {
            Some(Value::Object(members)) => Some(members),
            _ => None,
        };
        members
            .into_iter()
            .flat_map(|members| members.iter().map(|(key, value)| (key.as_str(), Self::new(Some(value)))))
    }

    /// The first of several members that exists.
    #[must_use]
    pub fn first_of(self, paths: &[&str]) -> Self {
        paths.iter().map(|path| self.at(path)).find(|node| node.exists()).unwrap_or(Self(None))
    }

    /// Whether CloudTrail left out what would be here.
    #[must_use]
    pub fn is_omitted(self) -> bool {
        self.get("omitted").is_set()
    }

    fn inside(self) -> Option<Self> {
        ["value", "content"].iter().map(|name| self.get(name)).find(|node| node.exists())
    }

    fn is_tagged(self) -> bool {
        self.get("tag").exists() && self.get("content").exists()
    }

    fn untagged(self) -> Self {
        if self.is_tagged() { self.get("content") } else { self }
    }
}

/// Cuts a text to what is kept of it.
pub(crate) fn kept(text: &str) -> String {
    event_text(text).to_owned()
}

/// As much of a text as an event keeps: at most [`TEXT_BYTES_MAX`].
#[must_use]
pub fn event_text(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

pub(crate) fn is_mask(text: &str) -> bool {
    text.is_empty() || text == "HIDDEN_DUE_TO_SECURITY_REASONS" || text == "<sensitiveDataRemoved>"
}

fn whole(number: f64) -> Option<u64> {
    // A cast from float to integer stops at the largest integer, which is what a count should do.
    (number.is_finite() && number >= 0.0).then_some(number as u64)
}

/// The last part of an arn, path or url: `arn:…:function:NAME` and `cluster/NAME` become `NAME`.
pub(crate) fn last_part(text: &str) -> &str {
    text.rsplit(['/', ':']).next().unwrap_or(text)
}

/// One call, as the rows of the launch table see it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The whole record.
    pub record: Node<'a>,
    /// `requestParameters`, without the `<Action>Request` wrapper.
    pub request: Node<'a>,
    /// `responseElements`, without the `<Action>Response` wrapper.
    pub response: Node<'a>,
    /// `eventName`, without a version at its end.
    pub name: &'a str,
    /// The account that received the event.
    pub account: &'a str,
    /// The caller's principal.
    pub caller: &'a str,
    /// Why it failed.
    pub failure: Option<&'a Failure>,
    /// An AWS service made the call.
    pub service_made: bool,
}

impl<'a> Call<'a> {
    /// The call that `record` tells of.
    #[must_use]
    pub fn new(record: &'a Value, name: &'a str, failure: Option<&'a Failure>) -> Self {
        let record = Node::new(Some(record));
        let request = record.get("requestParameters");
        let response = record.get("responseElements");
        Self {
            record,
            request: unwrapped(request, "request"),
            response: unwrapped(response, "response"),
            name,
            account: "",
            caller: "",
            failure,
            service_made: false,
        }
    }

    /// Whether the response tells less than happened: left out, cut, or absent although the call succeeded.
    #[must_use]
    pub fn response_omitted(&self) -> bool {
        self.response.is_omitted() || (self.failure.is_none() && !self.response.exists())
    }

    /// The message of the failure; empty for success.
    #[must_use]
    pub fn message(&self) -> &'a str {
        self.failure.map_or("", |failure| failure.message.as_str())
    }
}

/// Takes away a wrapper such as `CreateFleetRequest`, which is the only member where it is there.
fn unwrapped<'a>(node: Node<'a>, suffix: &str) -> Node<'a> {
    let mut members = node.members();
    match (members.next(), members.next()) {
        (Some((name, inner)), None) if ends_with_ignoring_case(name, suffix) => inner,
        _ => node,
    }
}

fn ends_with_ignoring_case(text: &str, suffix: &str) -> bool {
    text.len() > suffix.len()
        && text.is_char_boundary(text.len() - suffix.len())
        && text[text.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts_of(list: &Value) -> Vec<&str> {
        Node::new(Some(list)).texts()
    }

    #[test]
    fn a_list_is_a_list_however_it_is_written() {
        for list in [
            json!(["c7g.metal"]),
            json!("c7g.metal"),
            json!({"items": ["c7g.metal"]}),
            json!({"item": "c7g.metal"}),
            json!({"item": ["c7g.metal"]}),
            json!({"tag": 1, "content": "c7g.metal"}),
            json!([{"tag": 1, "content": "c7g.metal"}]),
            json!({"member": ["c7g.metal"]}),
        ] {
            assert_eq!(texts_of(&list), ["c7g.metal"], "{list}");
        }
        for nothing in [json!(null), json!({}), json!([]), json!("")] {
            assert!(texts_of(&nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn an_object_with_a_tag_number_of_its_own_stays_whole() {
        let list = json!([{"tag": 1, "Key": "Name", "Value": "ore"}]);
        assert_eq!(Node::new(Some(&list)).list()[0].get("key").text(), Some("Name"));
    }

    #[test]
    fn numbers_and_flags_are_read_from_texts_too() {
        let value = json!({"a": "20", "b": 20, "c": {"value": "20"}, "d": 20.9, "e": "-1", "f": 1e300});
        let node = Node::new(Some(&value));
        for name in ["a", "b", "c", "d"] {
            assert_eq!(node.get(name).number(), Some(20), "{name}");
        }
        assert_eq!(node.get("e").number(), None);
        assert_eq!(node.get("f").number(), Some(u64::MAX));
        let flags = json!({"a": {"value": true}, "b": "True"});
        assert!(Node::new(Some(&flags)).get("a").is_set() && Node::new(Some(&flags)).get("B").is_set());
    }

    #[test]
    fn the_wrapper_of_newer_actions_is_taken_away() {
        let record = json!({"requestParameters": {"CreateFleetRequest": {"Type": "instant"}}});
        let call = Call::new(&record, "CreateFleet", None);
        assert_eq!(call.request.get("type").text(), Some("instant"));
        let empty = json!({"requestParameters": {"CreateDefaultVpcRequest": ""}});
        assert_eq!(Call::new(&empty, "CreateDefaultVpc", None).request.get("vpcId").text(), None);
    }

    #[test]
    fn masked_texts_are_nothing() {
        let value = json!({"value": "<sensitiveDataRemoved>"});
        assert_eq!(Node::new(Some(&value)).text(), None);
    }
}
