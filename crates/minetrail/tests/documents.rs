//! The documents: every command in them is run, and what they show is what it says.
//!
//! This is the one way in which documents hold examples. A block that begins with ```` ```console ````
//! holds commands after `$ `, a backslash at the end of a line continues one, and below each stands
//! what it says, shortened: a line `…` stands for any lines, `…` within a line for any text. Nothing below
//! a command means that what it says does not matter. Every command must succeed; one that may
//! not is written with its code: `$ minetrail … ; echo $?`.
//!
//! Commands of one document run one after the other in one new folder, with the program on the path.
//! A page that shows what others run (`aws …`, a real bucket) uses ```` ```sh ````, and is not run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A command of a document, and what the document says that it says.
struct Example {
    line: usize,
    command: String,
    expected: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The README, and every page for users.
fn documents() -> Vec<PathBuf> {
    let pages = fs::read_dir(root().join("docs")).expect("there are documents");
    let mut pages: Vec<PathBuf> = pages.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let (mut inside, mut goes_on) = (false, false);
    for (place, line) in text.lines().enumerate() {
        match (inside, line.strip_prefix("$ ")) {
            (false, _) => inside = line == "```console",
            (true, _) if line == "```" => (inside, goes_on) = (false, false),
            (true, Some(command)) if !goes_on => {
                let command = command.to_owned();
                goes_on = command.ends_with('\\');
                examples.push(Example { line: place + 1, command, expected: Vec::new() });
            }
            (true, _) => {
                let last = examples.last_mut().expect("a block begins with a command");
                if goes_on {
                    last.command.push('\n');
                    last.command.push_str(line);
                    goes_on = line.ends_with('\\');
                } else {
                    last.expected.push(line.to_owned());
                }
            }
        }
    }
    examples
}

/// Whether `said` is what was expected, where `…` stands for what is left out.
fn is_like(expected: &[String], said: &[&str]) -> bool {
    match expected.split_first() {
        None => said.iter().all(|line| line.trim().is_empty()),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=said.len()).any(|skipped| is_like(rest, &said[skipped..]))
        }
        Some((first, rest)) => {
            said.split_first().is_some_and(|(line, said)| is_line_like(first, line) && is_like(rest, said))
        }
    }
}

/// The first line of what was expected that does not stand where it should.
fn first_missed<'e>(expected: &'e [String], said: &[&str]) -> &'e str {
    let reaches = |length: &usize| {
        let beginning: Vec<String> = expected[..*length].iter().cloned().chain(["…".to_owned()]).collect();
        is_like(&beginning, said)
    };
    let reached = (0..=expected.len()).take_while(reaches).last().unwrap_or(0);
    expected.get(reached).map_or("(what follows the last line)", String::as_str)
}

fn is_line_like(expected: &str, said: &str) -> bool {
    let mut parts = expected.trim_end().split('…');
    let Some(mut left) = parts.next().and_then(|head| said.trim_end().strip_prefix(head)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    for (place, part) in parts.iter().enumerate() {
        let is_last = place + 1 == parts.len();
        let Some(at) = (if is_last { left.rfind(part) } else { left.find(part) }) else { return false };
        left = &left[at + part.len()..];
        if is_last && !part.is_empty() && !left.is_empty() {
            return false;
        }
    }
    parts.last().is_some_and(|last| last.is_empty()) || left.is_empty()
}

/// Runs all commands of a document; returns what is not as the document says.
fn faults(document: &Path) -> Vec<String> {
    let text = fs::read_to_string(document).expect("a document");
    let folder = tempfile::tempdir().expect("a folder");
    let fault = |example: &Example| {
        let (succeeded, said) = run(&example.command, folder.path());
        let lines: Vec<&str> = said.lines().collect();
        let is_told = example.expected.is_empty() || is_like(&example.expected, &lines);
        let place = format!("{}:{}: {}", document.display(), example.line, example.command);
        let expected = example.expected.join("\n");
        (!succeeded || !is_told)
            .then(|| format!("{place}\nshould succeed and say:\n{expected}\nsays:\n{said}"))
    };
    examples(&text).iter().filter_map(fault).collect()
}

fn run(command: &str, folder: &Path) -> (bool, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_minetrail")).parent().expect("a folder");
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .env("SOURCE_DATE_EPOCH", "1790000000")
        .output()
        .expect("a shell");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn every_command_in_the_documents_says_what_they_show() {
    let documents = documents();
    let faults: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = documents.iter().map(|document| scope.spawn(|| faults(document))).collect();
        runs.into_iter().flat_map(|run| run.join().expect("a document is run")).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn documents_have_examples_and_no_other_way_to_show_our_commands() {
    let mut all = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document");
        all += examples(&text).len();
        let indented = text.lines().find(|line| line.starts_with("    minetrail "));
        assert_eq!(indented, None, "{}: a command that is not run", document.display());
    }
    assert!(all > 10, "{all} examples");
}

#[test]
fn examples_are_compared_as_shortened() {
    let is_like = |expected: &str, said: &str| {
        let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
        is_like(&expected, &said.lines().collect::<Vec<_>>())
    };
    assert!(is_like("…\n sum …51.0…\n…", "a\nb\n sum      +51.0  ██\nc"));
    assert!(is_like("one\n…", "one"));
    assert!(is_like("a…z", "abcz") && !is_like("a…z", "abc"));
    assert!(!is_like("one", "one\ntwo") && !is_like("one\ntwo", "one") && !is_like("…\nthree", "one\ntwo"));
    let expected: Vec<String> = ["one", "…", "four"].map(str::to_owned).into();
    assert_eq!(first_missed(&expected, &["one", "two", "three"]), "four");
    let text = "x\n```console\n$ a \\\n  b\nsaid\n$ c\n```\n```sh\n$ d\n```\n";
    let commands: Vec<(String, usize)> =
        examples(text).into_iter().map(|example| (example.command, example.expected.len())).collect();
    assert_eq!(commands, [("a \\\n  b".to_owned(), 1), ("c".to_owned(), 0)]);
}
