use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::mmdb::{Style, mmdb};
use crate::world::{HOSTILE, TOKEN, call, document, failed, is_safe, minetrail, stolen, token, told, write};

/// When the stories' database was built: on 1 November 2026.
const BUILT: u64 = 1_793_491_200;

/// Two weeks of an instance's ordinary life, and then its token at 45.76.18.219, where it asks for GPU machines.
fn launched() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let day = |day: u32| {
        let more = json!({
            "eventTime": format!("2026-09-{day:02}T10:00:00Z"),
            "eventID": format!("{day:08}-0000-4000-8000-00000000000d"),
            "sourceIPAddress": "3.225.16.109",
        });
        call(600, &token(), "ec2:DescribeInstances", more)
    };
    let launch = json!({
        "sourceIPAddress": "45.76.18.219",
        "requestParameters": {"instanceType": "p4d.24xlarge",
                              "instancesSet": {"items": [{"imageId": "ami-1", "minCount": 8, "maxCount": 8}]}},
    });
    let mut records: Vec<Value> = (1..14).map(day).collect();
    records.push(call(700, &token(), "ec2:RunInstances", launch));
    write(folder.path(), "logs/a.json", &records);
    folder
}

/// Writes a database in which the thief's provider is a hosting company of that number.
fn database(folder: &Path, asn: u32) {
    let rows = [("45.76.0.0/16", asn, "Example Hosting"), ("198.51.100.0/24", 3320, "Deutsche Telekom AG")];
    fs::write(folder.join("asn.mmdb"), mmdb(Style::MaxMind, BUILT, &rows)).expect("a new file");
}

/// The one finding of the logs, by these lists.
fn finding(folder: &Path, lists: &[&str]) -> Value {
    let text = told(folder, &[&["scan", "logs", "--format", "jsonl"], lists].concat());
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).expect("a finding")
}

fn decibans(finding: &Value, rule: &str) -> f64 {
    let signals = finding["signals"].as_array().expect("signals");
    let signal = signals.iter().find(|signal| signal["rule"] == rule);
    signal.and_then(|signal| signal["full_decibans"].as_f64()).unwrap_or(0.0)
}

#[test]
fn a_database_is_no_list_of_pools() {
    let folder = stolen();
    fs::write(folder.path().join("pools.txt"), b"pool.example\0\0\0").unwrap();
    let run = minetrail()
        .current_dir(folder.path())
        .args(["scan", "logs", "--pool-list", "pools.txt"])
        .assert()
        .code(2);
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(told.contains("pools.txt is no text") && told.contains("UTF-8"), "{told}");
}

#[test]
fn a_database_tells_whose_the_thiefs_address_is() {
    let folder = launched();
    database(folder.path(), 20473);
    let without = finding(folder.path(), &[]);
    assert_eq!(without["origins"][0], json!({"address": "45.76.18.219", "network": "", "kind": "unknown"}));
    let with = finding(folder.path(), &["--asn-db", "asn.mmdb"]);
    let origin = &with["origins"][0];
    assert_eq!((&origin["kind"], &origin["network"]), (&json!("hosting"), &json!("Example Hosting")));
    assert_eq!(origin["autonomous_system"], json!({"number": 20473, "name": "Example Hosting"}));
    assert!(decibans(&with, "used-off-instance") >= decibans(&without, "used-off-instance"));
    assert!(with["certainty"].as_u64() >= without["certainty"].as_u64());

    let text = told(folder.path(), &["scan", "logs", "--asn-db", "asn.mmdb", "--columns", "80"]);
    assert!(text.contains("45.76.18.219 (hosting, Example Hosting, AS20473)"), "{text}");
    assert!(text.contains("--asn-db · asn.mmdb · 2 entries · of 2026-11-01"), "{text}");
    assert!(!text.contains("no ASN database"), "{text}");
}

#[test]
fn what_was_not_known_is_told_once() {
    let folder = launched();
    let text = told(folder.path(), &["scan", "logs", "--columns", "140"]);
    assert_eq!(text.matches("no ASN database: network owners are not told").count(), 1, "{text}");
    let report: Value =
        serde_json::from_str(&told(folder.path(), &["scan", "logs", "--format", "json"])).unwrap();
    assert_eq!(report["summary"]["without"].as_array().map(Vec::len), Some(3), "{}", report["summary"]);
}

#[test]
fn other_threads_and_another_order_of_lists_change_no_byte() {
    let folder = launched();
    database(folder.path(), 20473);
    fs::write(folder.path().join("tor.txt"), "45.76.18.219\n").unwrap();
    let scan = |args: &[&str]| {
        told(folder.path(), &[&["scan", "logs", "--format", "jsonl", "--min-certainty", "0"], args].concat())
    };
    let one = scan(&["--threads", "1", "--asn-db", "asn.mmdb", "--tor-exits", "tor.txt"]);
    assert_eq!(one, scan(&["--threads", "5", "--tor-exits", "tor.txt", "--asn-db", "asn.mmdb"]));
    assert!(one.contains(r#""kind":"tor""#));
}

#[test]
fn a_network_that_the_owner_named_is_theirs() {
    let folder = launched();
    fs::write(folder.path().join("ours.txt"), "45.76.18.0/24 office Berlin\n").unwrap();
    let text = told(
        folder.path(),
        &["scan", "logs", "--networks", "ours.txt", "--format", "jsonl", "--min-certainty", "0"],
    );
    let all: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = all
        .iter()
        .find(|finding| {
            finding["origins"].as_array().unwrap().iter().any(|origin| origin["address"] == "45.76.18.219")
        })
        .expect("the launches are still judged");
    assert_eq!(found["origins"][0]["kind"], "own");
    assert_eq!(found["origins"][0]["network"], "Berlin");
    assert!(decibans(found, "used-off-instance") <= 2.0 + 6.0, "{found}");
}

#[test]
fn explain_judges_by_the_same_lists() {
    let folder = launched();
    database(folder.path(), 20473);
    let id = finding(folder.path(), &[])["id"].as_str().unwrap().to_owned();
    let with = told(folder.path(), &["explain", &id, "logs", "--asn-db", "asn.mmdb", "--columns", "2000"]);
    assert!(with.contains("hosting company's (Example Hosting, AS20473), not AWS's"), "{with}");
    let without = told(folder.path(), &["explain", &id, "logs"]);
    assert!(!without.contains("Example Hosting"), "{without}");
}

#[test]
fn a_receipt_notes_every_list_and_holds_only_with_them() {
    let folder = launched();
    database(folder.path(), 20473);
    fs::write(folder.path().join("pools.txt"), "pit.example\n").unwrap();
    let lists = ["--asn-db", "asn.mmdb", "--pool-list", "pools.txt"];
    finding(folder.path(), &[&["--receipt", "receipt.json"], &lists[..]].concat());
    let receipt: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("receipt.json")).unwrap()).unwrap();
    let noted = receipt["asked"]["references"].as_array().unwrap();
    assert_eq!(noted.iter().map(|file| &file["option"]).collect::<Vec<_>>(), ["--asn-db", "--pool-list"]);
    assert!(noted.iter().all(|file| file["sha256"].as_str().unwrap().len() == 64));

    let held = told(folder.path(), &[&["verify-receipt", "receipt.json", "logs"], &lists[..]].concat());
    assert!(held.lines().all(|line| line.starts_with("ok")), "{held}");

    let verify = |args: &[&str]| {
        let run = minetrail()
            .current_dir(folder.path())
            .args(["verify-receipt", "receipt.json", "logs"])
            .args(args)
            .assert()
            .code(1);
        String::from_utf8_lossy(&run.get_output().stdout).into_owned()
    };
    let missing = verify(&["--pool-list", "pools.txt"]);
    assert!(missing.contains("the receipt was made with --asn-db and a file of SHA-256"), "{missing}");
    assert!(missing.contains("as the receipt says, but not the same in every word"), "{missing}");
    database(folder.path(), 64496);
    let other = verify(&lists);
    assert!(other.contains("--asn-db names a file that the receipt was not made with"), "{other}");
}

#[test]
fn a_receipt_of_an_older_program_is_still_read() {
    let folder = stolen();
    told(folder.path(), &["scan", "logs", "--format", "jsonl", "--receipt", "receipt.json"]);
    let path = folder.path().join("receipt.json");
    let receipt = fs::read_to_string(&path).unwrap();
    assert!(!receipt.contains("references") && !receipt.contains("flow_format"), "{receipt}");
    let held = told(folder.path(), &["verify-receipt", "receipt.json", "logs"]);
    assert!(held.lines().all(|line| line.starts_with("ok")), "{held}");
}

#[test]
fn an_actors_addresses_are_told_with_their_owners() {
    let folder = stolen();
    database(folder.path(), 20473);
    let told_of = document(folder.path(), &["actor", "logs", TOKEN, "--asn-db", "asn.mmdb"]);
    let origin = &told_of["profile"]["origins"][0];
    assert_eq!((&origin["kind"], &origin["network"]), (&json!("residential"), &json!("Deutsche Telekom AG")));
    let text = told(folder.path(), &["timeline", "logs", "--key", TOKEN, "--asn-db", "asn.mmdb"]);
    assert!(text.contains("198.51.100.23 (residential, Deutsche Telekom AG, AS3320)"), "{text}");
}

#[test]
fn a_list_that_cannot_be_used_ends_the_run_before_the_logs_are_read() {
    let folder = stolen();
    let at = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    at("bad.txt", "198.51.100.0/24 office\n198.51.100.9/24 office\n");
    at("bad.json", "{\"prefixes\":[]}");
    at("bad.mmdb", "not a database");
    let countries = mmdb(Style::Country, BUILT, &[("198.51.100.0/24", 0, "")]);
    fs::write(folder.path().join("countries.mmdb"), countries).unwrap();
    for (args, what, help) in [
        (
            ["--networks", "bad.txt"],
            "bad.txt:2: \"198.51.100.9/24\": the address has bits behind its length",
            "docs/networks.md",
        ),
        (
            ["--aws-ip-ranges", "bad.json"],
            "bad.json is no list of AWS's address ranges: it has no prefixes",
            "curl -O https://ip-ranges",
        ),
        (["--asn-db", "bad.mmdb"], "bad.mmdb is no database of autonomous systems", "GeoLite2-ASN"),
        (["--asn-db", "countries.mmdb"], "none of its networks tells an autonomous system", "GeoLite2-ASN"),
        (["--tor-exits", "nowhere.txt"], "cannot read nowhere.txt", "may read"),
    ] {
        let (code, said) = failed(folder.path(), &["scan", "logs", args[0], args[1]]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(what) && said.contains(help), "{said}");
        let (code, again) = failed(folder.path(), &["prevent", "logs", args[0], args[1]]);
        assert_eq!((code, again), (2, said));
    }
}

#[test]
fn a_name_of_the_owners_is_shown_and_never_obeyed() {
    let folder = launched();
    let line = format!("45.76.18.0/24 office {}\n", HOSTILE.replace(['\n', '\r'], " "));
    fs::write(folder.path().join("ours.txt"), line).unwrap();
    let rows = [("45.76.0.0/16", 20473, HOSTILE)];
    fs::write(folder.path().join("asn.mmdb"), mmdb(Style::MaxMind, BUILT, &rows)).unwrap();
    for format in ["text", "json", "jsonl", "markdown", "ocsf", "ecs", "guardduty"] {
        let args = ["scan", "logs", "--min-certainty", "0", "--asn-db", "asn.mmdb", "--format", format];
        let text = told(folder.path(), &args);
        is_safe(&text);
        is_safe(&told(folder.path(), &[&args[..], &["--networks", "ours.txt"]].concat()));
    }
    is_safe(&told(folder.path(), &["doctor", "--networks", "ours.txt", "--asn-db", "asn.mmdb"]));
}
