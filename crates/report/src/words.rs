//! The contract's own words for its enumerations.

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
}
