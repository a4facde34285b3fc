//! What receivers refuse: too long, too many, too large. A cut is told.

use detect::Finding;
use serde_json::Value;

use crate::once::poisoned_once;
use crate::samples;
use crate::{FORMATS, context};
use report::formats;

/// Findings beyond measure: six thousand machines, a megabyte in every field, and two hundred of a kind.
fn absurd() -> Vec<Finding> {
    let mut findings = vec![
        samples::six_thousand(),
        poisoned_once(&"A".repeat(1 << 20)),
        poisoned_once(&"\u{1b}\"".repeat(4_000)),
    ];
    findings.extend((0..200).map(|number| Finding { id: samples::id(number), ..samples::gpu_fleet() }));
    findings
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn nothing_found_is_told_without_a_finding() {
    for (name, format) in FORMATS {
        let text = format(&[], &context());
        match name {
            "csv" => assert_eq!(text.lines().count(), 1, "the header stays"),
            "stix" | "slack" | "webhook" => assert_eq!(lines(&text).len(), 1, "{name}"),
            "markdown" => assert!(text.contains("0 findings"), "{text}"),
            _ => assert_eq!(text, "", "{name}"),
        }
    }
}

#[test]
fn the_order_of_the_findings_does_not_matter() {
    let mut findings =
        vec![samples::gpu_fleet(), samples::misuse(), samples::refused_only(), samples::suppressed()];
    let forward = FORMATS.map(|(_, format)| format(&findings, &context()));
    findings.reverse();
    assert_eq!(FORMATS.map(|(_, format)| format(&findings, &context())), forward);
}

#[test]
fn security_hub_takes_every_batch() {
    let text = formats::asff(&absurd(), &context());
    let mut told = 0;
    for line in text.lines() {
        assert!(line.len() <= 240_000, "{} bytes", line.len());
        let batch: Value = serde_json::from_str(line).unwrap();
        let findings = batch["Findings"].as_array().unwrap();
        assert!((1..=100).contains(&findings.len()));
        told += findings.len();
        for finding in findings {
            let units = |name: &str| finding[name].as_str().unwrap().encode_utf16().count();
            assert!(units("Title") <= 256 && units("Description") <= 1_024 && units("Id") <= 512);
            assert!((1..=32).contains(&finding["Resources"].as_array().unwrap().len()));
            let fields = finding["ProductFields"].as_object().unwrap();
            assert!(fields.len() <= 50);
            assert!(
                fields.iter().all(|(key, value)| key.len() <= 128
                    && value.as_str().unwrap().encode_utf16().count() <= 2_048)
            );
        }
    }
    assert_eq!(told, absurd().len());
}

#[test]
fn an_event_bus_takes_every_batch_and_the_cut_is_told() {
    let text = formats::eventbridge(&absurd(), &context());
    let mut told = 0;
    for line in text.lines() {
        assert!(line.len() < 256 * 1_024, "{} bytes", line.len());
        let batch: Value = serde_json::from_str(line).unwrap();
        let entries = batch["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()));
        told += entries.len();
        for entry in entries {
            let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
            let listed = detail["launches"]["instances"].as_array().unwrap().len() as u64;
            let left_out = detail["left_out"]["/launches/instances"].as_u64().unwrap_or(0);
            assert!([6_000, 24, 1].contains(&(listed + left_out)), "{listed} and {left_out}");
        }
    }
    assert_eq!(told, absurd().len());
}

#[test]
fn slack_takes_the_message() {
    let text = formats::slack(&absurd(), &context());
    assert!(text.len() <= 13_000, "{} bytes", text.len());
    let body: Value = serde_json::from_str(&text).unwrap();
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    assert!(text.contains("more findings not told here"), "{text}");
    for block in blocks {
        let units = block["text"]["text"].as_str().unwrap_or_default().encode_utf16().count();
        assert!(units <= if block["type"] == "header" { 150 } else { 3_000 });
        let fields = block["fields"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(
            fields.len() <= 10
                && fields.iter().all(|field| field["text"].as_str().unwrap().encode_utf16().count() <= 2_000)
        );
    }
}

#[test]
fn a_spreadsheet_takes_every_cell_and_a_collector_every_line() {
    for row in crate::readers::csv(&formats::csv(&absurd(), &context())) {
        assert!(row.values().all(|cell| cell.encode_utf16().count() <= 32_767));
    }
    let machines =
        &crate::readers::csv(&formats::csv(&[samples::six_thousand()], &context()))[0]["instances"];
    let listed = machines.split(' ').filter(|id| id.starts_with("i-")).count();
    assert!(machines.ends_with(&format!(" …+{}", 6_000 - listed)), "the cut is told");
    for (name, format) in FORMATS.iter().filter(|(name, _)| matches!(*name, "cef" | "leef" | "syslog")) {
        for line in format(&absurd(), &context()).lines() {
            assert!(line.len() <= 32_768, "{name}: {} bytes", line.len());
        }
    }
}

#[test]
fn a_webhook_takes_the_body_and_counts_what_is_not_told() {
    let text = formats::webhook(&absurd(), &context());
    assert!(text.len() <= 1_000_000, "{} bytes", text.len());
    let body: Value = serde_json::from_str(&text).unwrap();
    let told = body["findings"].as_array().unwrap().len() as u64;
    assert_eq!(told + body["not_told"].as_u64().unwrap(), absurd().len() as u64);
}

#[test]
fn what_fits_is_told_as_our_own_json_tells_it() {
    let findings = [samples::gpu_fleet(), samples::misuse()];
    let body: Value = serde_json::from_str(&formats::webhook(&findings, &context())).unwrap();
    let summary = samples::summary(&findings);
    let ours: Value = serde_json::from_str(&report::json::json(&findings, &summary)).unwrap();
    assert_eq!(body["findings"], ours["findings"]);
}

#[test]
fn events_for_lakes_and_searches_stay_small() {
    for (name, format) in
        FORMATS.iter().filter(|(name, _)| matches!(*name, "ocsf" | "ocsf-1.3" | "ecs" | "guardduty"))
    {
        let text = format(&absurd(), &context());
        assert_eq!(text.lines().count(), absurd().len());
        assert!(text.lines().all(|line| line.len() <= 1_000_000), "{name}");
    }
}

#[test]
fn ids_are_the_same_on_every_run_and_differ_between_findings() {
    let bundle = |findings: &[Finding]| lines(&formats::stix(findings, &context())).remove(0);
    let twice = [samples::gpu_fleet(), samples::misuse()].map(|mut finding| {
        finding.id = format!("{}-{}", finding.id, finding.urgency);
        finding
    });
    assert_eq!(bundle(&twice), bundle(&twice));
    let objects = bundle(&twice)["objects"].as_array().unwrap().clone();
    let mut ids: Vec<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert_eq!(objects.iter().filter(|object| object["type"] == "report").count(), 2);
}
