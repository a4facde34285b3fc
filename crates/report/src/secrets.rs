//! Records without the secrets that AWS writes into them.
//!
//! `AssumeRole` answers with a session token, and the trail keeps it. A record that is printed
//! lands in tickets and chats, so what opens doors is taken out; that it was there stays visible.
//!
//! Blind spots: secrets that nobody foresaw, such as a password in user data.

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted by minetrail]";

/// Members whose text is a secret.
const SECRETS: &[&str] = &[
    "\"sessionToken\"",
    "\"secretAccessKey\"",
    "\"secretKey\"",
    "\"password\"",
    "\"masterUserPassword\"",
    "\"newPassword\"",
    "\"oldPassword\"",
    "\"SigninToken\"",
    "\"authorizationToken\"",
];

/// Returns the JSON text `record` with secrets replaced. All else stays as it was.
pub(crate) fn without(record: &str) -> String {
    let mut text = record.to_owned();
    for name in SECRETS {
        if text.contains(name) {
            text = replaced(&text, name);
        }
    }
    text
}

fn replaced(text: &str, name: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, behind) = rest.split_at(at + name.len());
        shown.push_str(before);
        let value = behind.trim_start_matches([' ', '\t', ':']);
        shown.push_str(&behind[..behind.len() - value.len()]);
        rest = match value.strip_prefix('"') {
            Some(contents) => {
                shown.push('"');
                shown.push_str(REDACTED);
                &contents[string_end(contents)..]
            }
            None => value,
        };
    }
    shown + rest
}

/// Where the quote stands that ends a string.
fn string_end(contents: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in contents.bytes().enumerate() {
        match byte {
            b'\\' => escaped = !escaped,
            b'"' if !escaped => return at,
            _ => escaped = false,
        }
    }
    contents.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_replaced_and_everything_else_is_kept() {
        let record = r#"{"credentials":{"accessKeyId":"ASIA1","sessionToken" : "abc\"def\\","x":1},"sessionToken":null}"#;
        let shown = without(record);
        assert!(!shown.contains("abc") && !shown.contains("def"), "{shown}");
        let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(value["credentials"]["accessKeyId"], "ASIA1");
        assert_eq!(value["credentials"]["sessionToken"], REDACTED);
        assert_eq!(value["credentials"]["x"], 1);
        assert!(value["sessionToken"].is_null());
    }

    #[test]
    fn a_record_without_secrets_is_untouched() {
        let record = r#"{"a":"the word sessionToken in a text","b":"é"}"#;
        assert_eq!(without(record), record);
        assert_eq!(without("{\"password\":\"cut of"), "{\"password\":\"[redacted by minetrail]");
    }
}
