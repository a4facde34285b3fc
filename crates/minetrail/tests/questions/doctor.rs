use std::fs;

use serde_json::Value;

use crate::mmdb::{Style, mmdb};
use crate::world::{minetrail, stolen, told};

/// Noon of 24 November 2026, at which the stories are told.
const TODAY: &str = "1795521600";

/// Runs the doctor and returns its exit code and what it said.
fn doctor(folder: &std::path::Path, args: &[&str]) -> (i32, String) {
    let run =
        minetrail().env("SOURCE_DATE_EPOCH", TODAY).current_dir(folder).arg("doctor").args(args).assert();
    let output = run.get_output();
    (output.status.code().expect("it ended by itself"), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn document(folder: &std::path::Path, args: &[&str]) -> Value {
    let (code, text) = doctor(folder, &[args, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{text}");
    serde_json::from_str(&text).expect("a document")
}

#[test]
fn tables_that_ship_are_told_with_their_age() {
    let folder = stolen();
    let told = document(folder.path(), &[]);
    assert_eq!(told["schema"], "minetrail.doctor/1");
    let table = |name: &str| {
        told["shipped"].as_array().unwrap().iter().find(|table| table["name"] == name).expect(name).clone()
    };
    assert_eq!(table("aws-networks.tsv")["date"], "2026-08-22");
    assert_eq!(table("aws-networks.tsv")["days_old"], 94);
    assert_eq!(table("hosting-asns.tsv")["is_old"], true);
    assert!(told["logs"].is_null());
}

#[test]
fn each_list_that_is_missing_says_what_it_would_add_and_where_to_get_it() {
    let folder = stolen();
    for columns in ["80", "140"] {
        let (code, text) = doctor(folder.path(), &["--columns", columns]);
        assert_eq!(code, 0);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "--asn-db not given. It would tell whose network an address is in",
            "https://ip-ranges.amazonaws.com/ip-ranges.json",
            "--networks not given",
            "aws-networks.tsv",
            "94 days old",
            "OLD: ",
        ] {
            assert!(flat.contains(part), "{part}\n{text}");
        }
        let width: usize = columns.parse().unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
    }
}

#[test]
fn lists_that_are_given_are_tried_each_by_itself() {
    let folder = stolen();
    let at = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    at("ours.txt", b"203.0.113.0/24 office Berlin\n10.0.0.0/8 vpn\n");
    at("asn.mmdb", &mmdb(Style::Ipinfo, 1_793_491_200, &[("203.0.113.0/24", 64496, "Example")]));
    at("old.json", br#"{"syncToken":"1700000000","prefixes":[{"ip_prefix":"3.0.0.0/9","region":"us-east-1","service":"EC2"}]}"#);
    at("bad.txt", b"<html>");
    let lists = ["--networks", "ours.txt", "--asn-db", "asn.mmdb", "--aws-ip-ranges", "old.json"];
    let told = document(folder.path(), &lists);
    let of = |option: &str| {
        told["references"].as_array().unwrap().iter().find(|kind| kind["option"] == option).expect(option)["files"][0].clone()
    };
    assert_eq!((&of("--asn-db")["days_old"], &of("--asn-db")["entries"]), (&23.into(), &1.into()));
    assert_eq!(of("--networks")["entries"], 2);
    assert!(
        of("--networks")["remark"].as_str().unwrap().starts_with("private ones (1) do nothing"),
        "{told}"
    );
    for part in ["a part of AWS's list only", "older than the ranges that ship"] {
        assert!(of("--aws-ip-ranges")["remark"].as_str().unwrap().contains(part), "{told}");
    }

    let (code, text) = doctor(folder.path(), &[&lists[..], &["--tor-exits", "bad.txt"]].concat());
    assert_eq!(code, 1, "{text}");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("NOT USABLE: bad.txt:1: \"<html>\": not an address or network"), "{text}");
    assert!(flat.contains("asn.mmdb (Story-ASN): 1 entry of 2026-11-01, 23 days old"), "{text}");
}

#[test]
fn logs_are_told_by_kind_and_so_is_what_others_would_add() {
    let folder = stolen();
    let flows = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n\
                 2 111122223333 eni-0abc 10.0.0.5 203.0.113.77 40000 3333 6 10 840 1789380000 1789380060 ACCEPT OK\n";
    fs::write(folder.path().join("logs/flows.log"), flows).unwrap();
    let told_of = document(folder.path(), &["logs"]);
    let read = |name: &str| {
        let kinds = told_of["logs"]["kinds"].as_array().unwrap();
        kinds.iter().find(|kind| kind["name"] == name).expect(name)["read"].as_u64().unwrap()
    };
    assert_eq!((read("cloudtrail"), read("vpc-flow-logs"), read("bills")), (16, 1, 0));
    let text = told(folder.path(), &["doctor", "logs"]);
    assert!(text.contains("16 records of 1 account in 2 regions, 2026-09-14 to 2026-09-14"), "{text}");
    let (code, text) = doctor(folder.path(), &["nowhere"]);
    assert_eq!(code, 3);
    assert!(text.contains("aws-networks.tsv"), "tables are told all the same: {text}");
}

#[test]
fn a_form_of_flow_logs_that_is_none_is_a_fault_also_without_logs() {
    let folder = stolen();
    assert_eq!(doctor(folder.path(), &["--flow-format", "nonsense"]).0, 2);
    assert_eq!(doctor(folder.path(), &["--flow-format", "${srcaddr} ${dstaddr} ${start} ${end}"]).0, 0);
}
