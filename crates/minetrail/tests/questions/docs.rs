//! The examples of docs/answers.md are what the program prints.
//!
//! A block begins with `$ minetrail …`; its output follows, where a line `…` stands for any
//! number of lines.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::minetrail;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/answers.md");
    fs::read_to_string(path).expect("the page is there")
}

/// Commands and what the page says they print.
fn examples(page: &str) -> Vec<(String, Vec<String>)> {
    let mut examples: Vec<(String, Vec<String>)> = Vec::new();
    for block in page.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => examples.push((command.to_owned(), Vec::new())),
                None => examples.last_mut().expect("a command comes first").1.push(line.to_owned()),
            }
        }
    }
    examples
}

/// Whether `told` is as `wanted` says.
fn agrees(wanted: &[String], told: &[&str]) -> bool {
    match wanted {
        [] => told.is_empty(),
        [any, rest @ ..] if any == "…" => (0..=told.len()).any(|skipped| agrees(rest, &told[skipped..])),
        [line, rest @ ..] => told.first().is_some_and(|first| first == line) && agrees(rest, &told[1..]),
    }
}

fn drill(folder: &Path) -> PathBuf {
    let out = folder.join("example");
    let write = ["drill", "write", "--scenario", "forged-request-token", "--seed", "7", "--out"];
    minetrail().args(write).arg(&out).assert().success();
    out
}

/// Splits a command line at spaces outside of single quotes.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate().flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    parts.skip(1).collect()
}

#[test]
fn the_examples_are_true() {
    let folder = tempfile::tempdir().unwrap();
    let out = drill(folder.path());
    let examples = examples(&page());
    assert!(examples.len() >= 6, "the page has lost its examples");
    for (command, wanted) in examples {
        let run = minetrail()
            .current_dir(&out)
            .args(words(&command))
            .args(["--columns", "100"].iter().filter(|_| takes_columns(&command)))
            .assert()
            .success();
        let told = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        let lines: Vec<&str> = told.lines().map(str::trim_end).collect();
        assert!(agrees(&wanted, &lines), "$ {command}\n{told}");
    }
}

/// Whether a verb prints pages.
fn takes_columns(command: &str) -> bool {
    !["verify-logs", "verify-receipt", "completions", "man", "drill", "rules"]
        .iter()
        .any(|verb| command.contains(verb))
        && !command.contains("--raw")
}
