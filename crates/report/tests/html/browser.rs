//! What a real browser makes of the page: no complaint, and nothing asked of the network.
//!
//! Runs where Chromium is installed, and says so where it is not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::hostile::poisoned_page;
use crate::samples;
use crate::structure::page;

/// Names under which Chromium is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Returns Chromium, or says in a line that there is none.
#[expect(clippy::print_stderr, reason = "a skipped story says so")]
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|file| file.is_file());
    if found.is_none() {
        eprintln!("skipped: no Chromium on this machine; with it, the page is also opened in a browser");
    }
    found
}

/// What the browser said and asked for while it showed a page.
struct Seen {
    console: Vec<String>,
    requests: Vec<String>,
    dom: String,
}

fn show(chromium: &Path, page: &str) -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, log) = (folder.path().join("page.html"), folder.path().join("net.json"));
    std::fs::write(&file, page).expect("a file");
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-sync",
            "--disable-extensions",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--enable-logging=stderr",
        ])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", file.display()))
        .stdin(Stdio::null())
        .output()
        .expect("Chromium starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let console = said.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
    Seen { console, requests: requests(&log), dom: String::from_utf8_lossy(&output.stdout).into_owned() }
}

/// Every address that the page asked for, from the browser's own log of its network.
///
/// The browser asks for its updates as well: what no page began has no origin.
fn requests(log: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(log).expect("the browser wrote a log");
    let log: Value = serde_json::from_str(&log).expect("the browser wrote its log to the end");
    let events = log["events"].as_array().expect("a log has events").iter().map(|event| &event["params"]);
    let begun =
        events.filter(|event| event["initiator"].as_str().is_some_and(|origin| origin != "not an origin"));
    begun.filter_map(|event| event["url"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_browser_shows_every_story_without_complaint_and_asks_for_nothing() {
    let Some(chromium) = chromium() else { return };
    let stories = [
        page(&[samples::gpu_fleet(), samples::respawners(), samples::misuse()]),
        page(&[samples::six_thousand()]),
    ];
    for story in stories {
        let seen = show(&chromium, &story);
        assert_eq!((seen.console, seen.requests), (vec![], vec![]));
        assert!(seen.dom.contains("What to do, in order"));
    }
}

#[test]
fn a_browser_runs_nothing_of_what_attackers_wrote() {
    let Some(chromium) = chromium() else { return };
    let attack = "</style></title><script>document.title='owned';console.error('ran')</script><img src=https://evil.example/x onerror=console.error('ran')>\
                  <svg onload=console.error('ran')><iframe src=https://evil.example></iframe>";
    let seen = show(&chromium, &poisoned_page(attack));
    assert_eq!((seen.console, seen.requests), (vec![], vec![]));
    assert!(seen.dom.contains("<title>minetrail report</title>"));
}

#[test]
fn this_test_would_notice() {
    let Some(chromium) = chromium() else { return };
    let story = page(&[samples::gpu_fleet()]);
    let breached = story.replace("<main", "<p style=\"color:red\"></p><script>1</script><main");
    assert!(show(&chromium, &breached).console.len() >= 2, "the policy's complaints are heard");
    let open = "<!doctype html><img src=http://127.0.0.1:9/x.png>";
    assert!(!show(&chromium, open).requests.is_empty(), "a request is seen");
}
