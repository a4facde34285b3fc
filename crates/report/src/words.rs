//! The contract's own words for its enumerations.

use detect::finding::{NetworkKind, Origin};
use serde::Serialize;
use serde_json::Value;

/// Returns the word that stands for `value` in the finding contract: `compromised-access-key`.
///
/// Asked of the serialiser, so that people and machines read the same word for the same thing.
/// For what is not told as one word, returns `unknown`.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => "unknown".to_owned(),
    }
}

/// Returns the word for the kind of network that a call came from; nothing where it is unknown, or where its name says
/// the same: `AWS eu-west-1`.
pub(crate) fn network_kind(origin: &Origin) -> Option<String> {
    let says_itself = origin.kind == NetworkKind::Aws && origin.network.starts_with("AWS ");
    (origin.kind != NetworkKind::Unknown && !says_itself).then(|| word(&origin.kind))
}

#[cfg(test)]
mod tests {
    use detect::finding::{Cause, Outcome};

    use super::*;

    #[test]
    fn people_read_the_words_of_the_contract() {
        assert_eq!(word(&Cause::CompromisedInstanceToken), "compromised-instance-token");
        assert_eq!(word(&Outcome::DryRun), "dry-run");
        assert_eq!(word(&7), "unknown");
    }

    #[test]
    fn a_network_whose_name_says_what_it_is_has_no_word_beside_it() {
        let kind = |kind, network: &str| {
            let (address, network) = ("203.0.113.9".to_owned(), network.to_owned());
            network_kind(&Origin { address, network, kind, autonomous_system: None, aws_region: None })
        };
        assert_eq!(kind(NetworkKind::Aws, "AWS eu-west-1"), None);
        assert_eq!(kind(NetworkKind::Unknown, ""), None);
        assert_eq!(kind(NetworkKind::Aws, "Amazon.com, Inc."), Some("aws".to_owned()));
        assert_eq!(kind(NetworkKind::Own, "AWS Frankfurt"), Some("own".to_owned()));
    }
}
