//! AWS's published address ranges, `ip-ranges.json`.

use std::path::Path;

use catalog::{AwsRanges, Prefix};
use event::Time;
use serde::Deserialize;

use super::{Reference, ReferenceError};

/// How many prefixes the list may have. AWS publishes some twenty thousand.
pub const AWS_PREFIXES_MAX: usize = 1_000_000;

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "syncToken")]
    sync_token: Option<String>,
    #[serde(default)]
    prefixes: Vec<Row>,
    #[serde(default)]
    ipv6_prefixes: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(alias = "ipv6_prefix")]
    ip_prefix: String,
    region: String,
    service: String,
}

/// Reads AWS's address ranges.
pub fn aws_ranges(path: &Path, bytes: &[u8]) -> Result<Reference<AwsRanges>, ReferenceError> {
    let fault = |why: String| ReferenceError::NoAwsRanges { path: path.to_owned(), why };
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let document: Document = serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
    let entries = document.prefixes.len() + document.ipv6_prefixes.len();
    if entries == 0 {
        return Err(fault("it has no prefixes".to_owned()));
    }
    if entries > AWS_PREFIXES_MAX {
        return Err(fault(format!("it has {entries} prefixes, and AWS has no more than {AWS_PREFIXES_MAX}")));
    }
    let mut prefixes = Vec::with_capacity(entries);
    for row in document.prefixes.into_iter().chain(document.ipv6_prefixes) {
        let prefix = Prefix::parse(&row.ip_prefix).map_err(|why| {
            let shown: String = row.ip_prefix.chars().take(60).collect();
            fault(format!("the prefix {shown:?}: {why}"))
        })?;
        prefixes.push((prefix, row.region, row.service));
    }
    let table = AwsRanges::new(prefixes).ok_or_else(|| fault("it has more regions than AWS".to_owned()))?;
    let made = document.sync_token.and_then(|token| token.parse().ok()).map(Time::from_seconds);
    Ok(Reference { table, entries, made, kind: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Reference<AwsRanges>, ReferenceError> {
        aws_ranges(Path::new("ip-ranges.json"), text.as_bytes())
    }

    #[test]
    fn a_list_tells_region_and_date() {
        let text = r#"{"syncToken":"1787411825","createDate":"2026-08-22-15-17-05","prefixes":[
            {"ip_prefix":"3.5.140.0/22","region":"eu-west-1","service":"EC2","network_border_group":"eu-west-1"}],
            "ipv6_prefixes":[{"ipv6_prefix":"2600:1f18::/33","region":"us-east-1","service":"AMAZON"}]}"#;
        for text in [text.to_owned(), format!("\u{feff}{text}"), text.replace('\n', "\r\n")] {
            let read = read(&text).unwrap();
            let region = |text: &str| read.table.find(text.parse().unwrap()).map(|network| network.region);
            assert_eq!((region("3.5.141.1"), region("2600:1f18::1")), (Some("eu-west-1"), Some("us-east-1")));
            assert_eq!((region("8.8.8.8"), read.entries), (None, 2));
            assert_eq!(read.made.unwrap().to_string(), "2026-08-22T15:17:05Z");
        }
    }

    #[test]
    fn what_is_no_such_list_says_why() {
        let row = |prefix: &str| {
            format!(r#"{{"prefixes":[{{"ip_prefix":"{prefix}","region":"x","service":"EC2"}}]}}"#)
        };
        for (text, why) in [
            (String::new(), "EOF while parsing"),
            ("<html>".to_owned(), "expected value at line 1"),
            ("{}".to_owned(), "it has no prefixes"),
            (r#"{"prefixes":[{"ip_prefix":"3.5.140.0/22"}]}"#.to_owned(), "missing field `region`"),
            (row("3.5.140.0/99"), "\"3.5.140.0/99\": the length behind /"),
            (row("0.0.0.0/0"), "wider than any network"),
            (row("3.5.140.1/22"), "the network is 3.5.140.0/22"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert!(error.to_string().starts_with("ip-ranges.json is no list of AWS's address ranges"));
        }
    }
}
