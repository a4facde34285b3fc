//! Real and sample records of other projects, where they lie beside this one.
//!
//! They are other people's data and no part of the repository; without them these stories are skipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use event::event::{IssueKind, Launch};
use event::{Attribution, Detail, Event, FailureKind, Lane};
use serde_json::Value;

#[expect(clippy::print_stderr, reason = "a skipped story says so")]
fn corpora() -> Option<PathBuf> {
    let shared = std::env::var_os("MINETRAIL_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let folder = shared.join("corpora");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no sample logs in {}", folder.display());
    None
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.metadata().expect("a file has a size").len() < 20_000_000 {
            found.push(path);
        }
    }
}

/// Finds records at any depth: in `Records`, in envelopes, in texts that hold JSON.
fn records(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(members)
            if members.contains_key("eventName") && members.contains_key("eventSource") =>
        {
            found.push(value.clone());
        }
        Value::Object(members) => members.values().for_each(|member| records(member, found)),
        Value::Array(elements) => elements.iter().for_each(|element| records(element, found)),
        Value::String(text) if text.contains("\"eventName\"") => {
            if let Ok(inner) = serde_json::from_str(text) {
                records(&inner, found);
            }
        }
        _ => {}
    }
}

fn records_under(folder: &Path) -> Vec<Value> {
    let (mut paths, mut found) = (Vec::new(), Vec::new());
    files(folder, &mut paths);
    paths.sort();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => records(&value, &mut found),
            Err(_) => {
                let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
                lines.for_each(|value: Value| records(&value, &mut found));
            }
        }
    }
    found
}

fn events_under(folder: &Path) -> Vec<Event> {
    let records = records_under(folder);
    records.iter().filter_map(|record| event::decode::decode_value(record).ok()).collect()
}

fn launches(events: &[Event]) -> Vec<(&Event, &Launch)> {
    let mut found = Vec::new();
    for event in events {
        if let Detail::Launch(launch) = &event.detail {
            found.push((event, launch.as_ref()));
        }
    }
    found
}

#[test]
fn the_skim_and_the_parser_tell_the_same() {
    let Some(folder) = corpora() else { return };
    let mut told = 0;
    for record in records_under(&folder) {
        for (skimmed, parsed) in super::brief::all(&record) {
            if skimmed.is_some() {
                told += 1;
                assert_eq!(skimmed, parsed, "{record}");
            }
        }
    }
    assert!(told > 100, "{told}");
}

#[test]
fn every_notable_record_decodes_or_lacks_a_time() {
    let Some(folder) = corpora() else { return };
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    let mut timeless = 0;
    for record in records_under(&folder) {
        let text = |name: &str| record[name].as_str().unwrap_or_default().as_bytes();
        if event::lane(text("eventSource"), text("eventName")) == Lane::Skim {
            continue;
        }
        match event::decode::decode_value(&record) {
            Ok(event) => *kept.entry(format!("{} {}", event.source, event.name)).or_default() += 1,
            // Rule tests of other projects are often records without any time.
            Err(error) if error.is_rejection() => {
                assert!(error.to_string().contains("readable time"), "{error}: {record}");
                timeless += 1;
            }
            Err(_) => {}
        }
    }
    eprintln!("{} names, {} events, {timeless} without a time", kept.len(), kept.values().sum::<usize>());
    assert!(kept.len() > 100 && kept.values().sum::<usize>() > timeless, "{kept:?}");
}

#[test]
fn the_refused_gpu_launches_of_a_stolen_user_are_seen() {
    let Some(folder) = corpora() else { return };
    let events = events_under(&folder.join("invictus-ir-aws-dataset"));
    let launches = launches(&events);
    let refused: Vec<_> = launches
        .iter()
        .filter(|(event, _)| event.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Quota))
        .collect();
    assert_eq!((launches.len(), refused.len()), (8, 2));
    for (event, launch) in refused {
        let ask = &launch.asks[0];
        assert_eq!(ask.unit.as_ref().map(|unit| unit.name.as_str()), Some("p2.xlarge"));
        assert_eq!((ask.min, ask.max, launch.got.len()), (1, 10, 0), "{}", event.id);
        assert!(event.actor.principal.contains(":role/stratus-red-team-ec2lui-role-"));
        assert_eq!(event.actor.instance, None);
    }
}

#[test]
fn the_role_session_leads_back_to_the_user_who_assumed_it() {
    let Some(folder) = corpora() else { return };
    let events = events_under(&folder.join("invictus-ir-aws-dataset"));
    let issuer = |key: &str| {
        events.iter().find(|event| {
            matches!(&event.detail, Detail::Issue(issue)
                if issue.kind == IssueKind::AssumeRole && issue.key.as_deref() == Some(key))
        })
    };
    let used = events.iter().find(|event| event.id == "8e865acb-b1e1-41d1-bdf3-47462f79d24c").unwrap();
    let issued = issuer(used.actor.key.as_deref().unwrap()).expect("the key was issued in the log");
    assert!(issued.actor.principal.ends_with(":user/bert-jan"), "{}", issued.actor.principal);
    let Detail::Issue(issue) = &issued.detail else { unreachable!("found as an issue") };
    assert_eq!(issue.principal.as_deref(), Some(used.actor.principal.as_str()));
}

#[test]
fn both_deliveries_of_one_instance_are_told_apart() {
    let Some(folder) = corpora() else { return };
    let records = records_under(&folder.join("invictus-ir-aws-dataset"));
    let actors = records.iter().map(event::decode::actor::actor);
    let stolen: Vec<_> = actors
        .filter(|actor| actor.instance.as_ref().is_some_and(|instance| instance.id == "i-0dbc91f429e48eeed"))
        .collect();
    assert!(stolen.iter().all(|actor| {
        actor.instance.as_ref().is_some_and(|instance| instance.attribution == Attribution::Ec2RoleDelivery)
    }));
    let mut deliveries: Vec<_> = stolen.iter().filter_map(|actor| actor.delivery).collect();
    deliveries.sort();
    deliveries.dedup();
    assert_eq!(deliveries.len(), 2);
}
