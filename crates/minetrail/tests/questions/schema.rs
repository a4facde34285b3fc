//! The checked-in JSON Schema of a finding, held against findings of many kinds.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::world::{minetrail, told};

/// Attacks and ordinary life of different kinds, so that every field is seen filled and empty.
const SCENARIOS: &[&str] = &["forged-request-token", "karpenter-bursts"];

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/finding-1.schema.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the schema is checked in")).expect("JSON")
}

/// What is wrong with `value`, as far as `schema` says. Stricter than a validator: an unknown field is wrong too.
fn wrong(value: &Value, schema: &Value, root: &Value, path: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target =
            root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is not defined"));
        return wrong(value, target, root, path);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let tried: Vec<Vec<String>> = any.iter().map(|one| wrong(value, one, root, path)).collect();
        return if tried.iter().any(Vec::is_empty) { Vec::new() } else { tried.concat() };
    }
    let fits = match (schema["type"].as_str(), value) {
        (Some("string"), Value::String(text)) => {
            schema["enum"].as_array().is_none_or(|all| all.iter().any(|one| one == text))
                && (schema["format"] != "date-time" || event::Time::parse(text).is_some())
        }
        (Some("integer"), Value::Number(number)) => number
            .as_u64()
            .is_some_and(|number| schema["maximum"].as_u64().is_none_or(|maximum| number <= maximum)),
        (Some("number"), Value::Number(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("null"), Value::Null)
        | (Some("array"), Value::Array(_))
        | (Some("object"), Value::Object(_)) => true,
        (None, value) => schema["const"] == *value,
        _ => false,
    };
    if !fits {
        return vec![format!("{path}: {value} is not {schema}")];
    }
    let mut all = Vec::new();
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        all.extend(wrong(item, &schema["items"], root, &format!("{path}/{place}")));
    }
    let members = value.as_object().into_iter().flatten();
    for (name, member) in members {
        let known = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
        match known {
            Some(known) => all.extend(wrong(member, known, root, &format!("{path}/{name}"))),
            None => all.push(format!("{path}/{name} is not in the schema")),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            all.push(format!("{path}/{name} is missing"));
        }
    }
    all
}

#[test]
fn every_finding_is_as_the_schema_says() {
    let (folder, schema) = (tempfile::tempdir().unwrap(), schema());
    let mut findings = 0;
    for scenario in SCENARIOS {
        let out = folder.path().join(scenario);
        let write = ["drill", "write", "--seed", "7", "--scenario", scenario, "--out"];
        minetrail().args(write).arg(&out).assert().success();
        for line in told(&out, &["scan", "AWSLogs", "--format", "jsonl", "--min-certainty", "0"]).lines() {
            let finding: Value = serde_json::from_str(line).unwrap();
            assert_eq!(wrong(&finding, &schema, &schema, ""), Vec::<String>::new(), "{scenario}");
            findings += 1;
        }
    }
    assert!(findings > SCENARIOS.len(), "too few findings to say anything");
}

#[test]
fn a_schema_that_takes_anything_would_be_none() {
    let schema = schema();
    let required = schema["required"].as_array().unwrap().len();
    assert_eq!(wrong(&serde_json::json!({}), &schema, &schema, "").len(), required);
    assert!(required > 20);
    let text = schema.to_string();
    assert!(!text.contains("no type"), "a type of the finding is not understood by the generator");
}
