use std::fs;

use serde_json::Value;

use crate::world::{failed, stolen, told};

fn receipt(folder: &std::path::Path) -> Value {
    told(folder, &["scan", "logs", "--format", "jsonl", "--receipt", "receipt.json"]);
    serde_json::from_str(&fs::read_to_string(folder.join("receipt.json")).expect("the story is set up"))
        .expect("the story is set up")
}

#[test]
fn a_receipt_says_what_was_read_and_holds_for_a_copy_elsewhere() {
    let folder = stolen();
    let receipt = receipt(folder.path());
    assert_eq!(receipt["schema"], "minetrail.receipt/1");
    assert_eq!(receipt["objects"]["count"], 3);
    assert_eq!(receipt["read"]["records"]["read"], 16);
    assert_eq!(receipt["hours"][0]["region"], "eu-west-1");
    let list = fs::read_to_string(folder.path().join("receipt.json.objects")).unwrap();
    assert_eq!(list.lines().count(), 3);

    fs::rename(folder.path().join("logs"), folder.path().join("elsewhere")).unwrap();
    fs::rename(folder.path().join("elsewhere/a.json"), folder.path().join("elsewhere/z.txt")).unwrap();
    let text = told(folder.path(), &["verify-receipt", "receipt.json", "elsewhere"]);
    assert!(text.lines().all(|line| line.starts_with("ok")), "{text}");
}

#[test]
fn a_changed_a_missing_and_a_planted_file_are_named() {
    let folder = stolen();
    receipt(folder.path());
    let (a, b) = (folder.path().join("logs/a.json"), folder.path().join("logs/b.json"));
    let text = fs::read_to_string(&a).unwrap();
    fs::write(&a, text.replace("mallory", "malrory")).unwrap();
    fs::remove_file(&b).unwrap();
    let run = crate::world::minetrail()
        .current_dir(folder.path())
        .args(["verify-receipt", "receipt.json", "logs"])
        .assert()
        .code(1);
    let told = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    for part in
        ["DIFFERS", "missing or changed: \"logs/a.json\"", "logs/b.json", "not in the receipt: logs/a.json"]
    {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn another_configuration_or_a_forged_verdict_does_not_hold() {
    let folder = stolen();
    receipt(folder.path());
    fs::write(folder.path().join("empty.toml"), "").unwrap();
    assert_eq!(
        failed(folder.path(), &["verify-receipt", "receipt.json", "logs", "--config", "empty.toml"]).0,
        1
    );
    let text = fs::read_to_string(folder.path().join("receipt.json")).unwrap();
    let mut forged: Value = serde_json::from_str(&text).unwrap();
    forged["verdict"]["findings_sha256"] = "00".into();
    fs::write(folder.path().join("forged.json"), forged.to_string()).unwrap();
    fs::copy(folder.path().join("receipt.json.objects"), folder.path().join("forged.json.objects")).unwrap();
    assert_eq!(failed(folder.path(), &["verify-receipt", "forged.json", "logs"]).0, 1);
    assert_eq!(failed(folder.path(), &["verify-receipt", "logs/a.json", "logs"]).0, 2);
    assert_eq!(failed(folder.path(), &["scan", "-", "--receipt", "r.json"]).0, 2);
}
