//! What machines read.

use report::json;
use serde_json::Value;

use crate::samples;

#[test]
fn one_document_with_findings_and_summary() {
    let findings = [samples::misuse(), samples::gpu_fleet(), samples::suppressed()];
    let text = json::json(&findings, &samples::summary(&findings));
    insta::assert_snapshot!("document", text);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], "minetrail.report/1");
    assert_eq!(document["findings"][0]["schema"], "minetrail.finding/1");
}

#[test]
fn one_finding_a_line_by_urgency_then_id() {
    let mut twin = samples::misuse();
    twin.id = "00000000-0000-5000-8000-000000000000".to_owned();
    let findings = [samples::misuse(), samples::gpu_fleet(), twin, samples::refused_only()];
    let text = json::jsonl(&findings);
    let order: Vec<(u64, String)> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| (line["urgency"].as_u64().unwrap(), line["id"].as_str().unwrap()[..8].to_owned()))
        .collect();
    let expected = [(94, "5f0c9a2e"), (66, "5f0c9a2e"), (58, "00000000"), (58, "5f0c9a2e")];
    assert_eq!(order, expected.map(|(urgency, id)| (urgency, id.to_owned())));

    let mut reversed = findings;
    reversed.reverse();
    assert_eq!(json::jsonl(&reversed), text, "the order of the findings handed in does not matter");
    assert_eq!(json::jsonl(&[]), "");
}

#[test]
fn money_and_decibans_are_printed_as_they_are_read() {
    let line = json::jsonl(&[samples::gpu_fleet()]);
    for expected in [
        r#""per_hour":390.95"#,
        r#""so_far":61.2"#,
        r#""next_24h":9382.8"#,
        r#""share":0.97"#,
        r#""decibans":18.0"#,
        r#""score":{"prior":-25.0,"sum":15.0}"#,
    ] {
        assert!(line.contains(expected), "{expected} is not in {line}");
    }
}

#[test]
fn hostile_text_is_escaped_and_reads_back_unchanged() {
    let mut told = samples::misuse();
    told.summary = "\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{2028}\u{e0041}".to_owned();
    let line = json::jsonl(&[told.clone()]);
    assert!(line.contains(r#""\u001b[2J\u009b31m\u202e\u007f\u2028\udb40\udc41""#), "{line}");
    let read: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(read["summary"], Value::String(told.summary));
}
