//! Each format, as it is written for two stories: a GPU fleet, and a misused credential.

use serde_json::Value;

use crate::samples;
use crate::{FORMATS, context};

#[test]
fn every_format_tells_the_two_stories() {
    let findings = [samples::gpu_fleet(), samples::misuse()];
    for (name, format) in FORMATS {
        let text = format(&findings, &context());
        let shown = match name {
            "csv" | "cef" | "leef" | "syslog" | "markdown" => {
                text.replace('\r', "␍").replace('\u{feff}', "<BOM>")
            }
            // One line is one document; a reader of a change wants to see which field changed.
            _ => text.lines().map(indented).collect::<Vec<_>>().join("\n"),
        };
        insta::assert_snapshot!(name, shown);
    }
}

fn indented(line: &str) -> String {
    let document: Value = serde_json::from_str(line).expect("a line of JSON");
    serde_json::to_string_pretty(&document).expect("a document that was read")
}

#[test]
fn a_suppressed_finding_says_so_in_every_format() {
    for (name, format) in FORMATS {
        let text = format(&[samples::suppressed()], &context());
        assert!(text.contains("render-farm"), "{name}: {text}");
    }
    let asff = report::formats::asff(&[samples::suppressed()], &context());
    assert!(asff.contains(r#""RecordState":"ARCHIVED""#));
    let ocsf = report::formats::ocsf(&[samples::suppressed()], &context());
    assert!(ocsf.contains(r#""status_id":3"#) && !ocsf.contains("is_alert"));
}
