//! The house rules that are counted on code: what is banned where, and how long things are.
//!
//! The compiler's lints say some of this too. Here it holds on a machine without clippy,
//! for what no lint knows (the core has no clock), and in comments.
//!
//! Blind spots: a `Result` dropped by other means than `let _ =` and `.ok();`.

use std::fmt;

use super::source::{Source, words};
use super::tree::Tree;
use super::{Complaint, line_of};

/// The longest function, in lines.
///
/// Shorter, and a table written as a `match` has to be cut in two; longer, and no screen holds it.
/// Clippy already asks at 70, without comments; this is where a reason stops being accepted.
const FUNCTION_LINES_MAX: usize = 90;

/// Crates without a clock, I/O or environment: the same facts give the same findings.
pub(super) const CORE: &[&str] = &["catalog", "event", "detect", "respond", "report", "drill"];

/// Crates that are programs and may print.
const PROGRAMS: &[&str] = &["minetrail", "xtask"];

/// Where the people who began this kept their checkouts. Split, to pass its own check.
const WORKPLACE: &str = concat!("/wo", "rk");

enum Scope {
    Everywhere,
    Libraries,
    Core,
}

struct Ban {
    word: &'static str,
    scope: Scope,
    remedy: &'static str,
}

const fn ban(word: &'static str, scope: Scope, remedy: &'static str) -> Ban {
    Ban { word, scope, remedy }
}

const BANNED_IN_CODE: &[Ban] = &[
    ban(".unwrap()", Scope::Everywhere, "return the error, or `expect(\"the invariant\")`"),
    ban("#[allow", Scope::Everywhere, "write `#[expect(…, reason = \"…\")]`"),
    ban("#![allow", Scope::Everywhere, "write `#![expect(…, reason = \"…\")]`"),
    ban("todo!", Scope::Everywhere, "finish it, or leave it out"),
    ban("unimplemented!", Scope::Everywhere, "finish it, or leave it out"),
    ban("dbg!", Scope::Everywhere, "remove it"),
    ban("let _ =", Scope::Everywhere, "handle the result, or count the failure"),
    ban("print!", Scope::Libraries, "return text; only the program prints"),
    ban("println!", Scope::Libraries, "return text; only the program prints"),
    ban("eprint!", Scope::Libraries, "return text; only the program prints"),
    ban("eprintln!", Scope::Libraries, "return text; only the program prints"),
    ban("SystemTime", Scope::Core, "take the time as an argument"),
    ban("Instant", Scope::Core, "take the time as an argument"),
    ban("now()", Scope::Core, "take the time as an argument"),
    ban("std::env", Scope::Core, "take the setting as an argument"),
    ban("std::fs", Scope::Core, "take the bytes as an argument"),
    ban("std::net::Tcp", Scope::Core, "move it to the rim"),
    ban("std::process", Scope::Core, "move it to the rim"),
];

const BANNED_IN_COMMENTS: &[Ban] = &[
    ban("TODO", Scope::Everywhere, "do it, or open an issue"),
    ban("FIXME", Scope::Everywhere, "do it, or open an issue"),
];

impl Scope {
    fn covers(&self, crate_name: &str) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Libraries => !PROGRAMS.contains(&crate_name),
            Self::Core => CORE.contains(&crate_name),
        }
    }
}

/// The numbers we watch, tests left out.
#[derive(Default)]
pub(super) struct Size {
    /// Lines of each file, with its place.
    files: Vec<(usize, String)>,
    /// Lines of each function, with its place.
    functions: Vec<(usize, String)>,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file_lines, _) = share(&self.files, 50);
        let (function_lines, _) = share(&self.functions, 90);
        let (longest, longest_place) = share(&self.functions, 100);
        let long_files = self.files.iter().filter(|(lines, _)| *lines > 500).count();
        write!(f, "{} files: {file_lines} lines in the middle, {long_files} over 500. ", self.files.len())?;
        write!(f, "{} functions: {function_lines} lines at the 90th percentile, ", self.functions.len())?;
        write!(f, "longest {longest} ({longest_place}).")
    }
}

/// Returns the entry of `sorted` below which `percent` of the entries lie.
fn share(sorted: &[(usize, String)], percent: usize) -> (usize, &str) {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).map_or((0, "none"), |(lines, place)| (*lines, place))
}

/// Returns what is against the house rules in `tree`, and its size.
pub(super) fn check(tree: &Tree) -> (Vec<Complaint>, Size) {
    let sources: Vec<_> = tree
        .texts()
        .filter(|(path, _)| is_production(path))
        .map(|(path, text)| (path, Source::new(text)))
        .collect();
    let for_tests: Vec<String> = sources
        .iter()
        .flat_map(|(path, source)| source.test_modules.iter().map(|module| module_path(path, module)))
        .collect();

    let mut complaints = workplace_paths(tree);
    let mut size = Size::default();
    for (path, source) in &sources {
        if for_tests.iter().any(|module| lies_in(path, module)) {
            continue;
        }
        complaints.extend(check_source(path, source));
        complaints.extend(measure(path, source, &mut size));
    }
    size.files.sort();
    size.functions.sort();
    (complaints, size)
}

/// Returns whether `path` is Rust that ships; tests, benches and fuzz targets do not.
fn is_production(path: &str) -> bool {
    let in_crate = path.starts_with("crates/") || path.starts_with("xtask/");
    let file = path.rsplit('/').next().unwrap_or(path);
    let aside = ["/tests/", "/benches/", "/examples/"].iter().any(|folder| path.contains(folder));
    in_crate && path.ends_with(".rs") && !aside && file != "tests.rs"
}

fn crate_of(path: &str) -> &str {
    let mut parts = path.split('/').filter(|part| *part != "crates");
    parts.next().unwrap_or(path)
}

/// Returns the path, without `.rs`, of `module` as declared in the file at `path`.
fn module_path(path: &str, module: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "mod.rs" | "lib.rs" | "main.rs" => format!("{folder}/{module}"),
        _ => format!("{}/{module}", path.trim_end_matches(".rs")),
    }
}

fn lies_in(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn check_source(path: &str, source: &Source) -> Vec<Complaint> {
    let mut complaints = banned(path, &source.code, BANNED_IN_CODE);
    complaints.extend(banned(path, &source.comments, BANNED_IN_COMMENTS));
    complaints.extend(dropped_by_ok(&source.code).into_iter().map(|offset| {
        let line = line_of(&source.code, offset);
        Complaint::new(path, line, "`.ok();` drops a result", "handle it, or count the failure")
    }));
    complaints
}

fn banned(path: &str, layer: &str, bans: &[Ban]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for ban in bans.iter().filter(|ban| ban.scope.covers(crate_of(path))) {
        for offset in words(layer, ban.word) {
            let what = format!("`{}`", ban.word);
            complaints.push(Complaint::new(path, line_of(layer, offset), what, ban.remedy));
        }
    }
    complaints
}

/// Returns where a statement ends in `.ok();` and nobody takes its value.
fn dropped_by_ok(code: &str) -> Vec<usize> {
    let ends = code.match_indices(".ok();").map(|(offset, _)| offset);
    ends.filter(|&end| {
        let statement = code[statement_start(code, end)..end].trim_start();
        let taken = ["let ", "return ", "break "].iter().any(|word| statement.starts_with(word));
        !taken && !statement.contains(" = ")
    })
    .collect()
}

/// Returns where the statement that ends at `end` begins: behind the `;` or the brace before it.
fn statement_start(code: &str, end: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.as_bytes()[..end].iter().enumerate().rev() {
        match byte {
            b';' if depth == 0 => return at + 1,
            b'}' if depth == 0 && !code[at + 1..end].trim_start().starts_with(['.', '?']) => return at + 1,
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth == 0 => return at + 1,
            b'(' | b'[' | b'{' => depth -= 1,
            _ => {}
        }
    }
    0
}

/// Adds the file at `path` to `size`; returns its functions that are too long.
fn measure(path: &str, source: &Source, size: &mut Size) -> Vec<Complaint> {
    let blank_at_end = source.code.trim_end();
    size.files.push((blank_at_end.lines().count(), path.to_owned()));
    let mut too_long = Vec::new();
    for function in source.functions() {
        let line = line_of(&source.code, function.offset);
        size.functions.push((function.lines, format!("{path}:{line} {}", function.name)));
        if function.lines > FUNCTION_LINES_MAX {
            let what = format!("`{}` has {} lines", function.name, function.lines);
            too_long.push(Complaint::new(path, line, what, format!("at most {FUNCTION_LINES_MAX}: cut it")));
        }
    }
    too_long
}

/// Returns the lines that name a folder only the first authors had.
fn workplace_paths(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            if names_workplace(line) {
                let what = "a path of somebody's machine";
                complaints.push(Complaint::new(path, index + 1, what, "name it relative to the repository"));
            }
        }
    }
    complaints
}

fn names_workplace(line: &str) -> bool {
    words(line, WORKPLACE).any(|offset| {
        let before = line[..offset].chars().next_back();
        let after = line[offset + WORKPLACE.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || "./~-_}".contains(c)) && after != Some('-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        check(&Tree::from([(path, text)])).0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_unwrap_in_code_is_named_with_its_line() {
        assert_eq!(
            complaints("crates/event/src/a.rs", "fn f() {\n    g().unwrap();\n}\n"),
            ["crates/event/src/a.rs:2: `.unwrap()`; return the error, or `expect(\"the invariant\")`"]
        );
    }

    #[test]
    fn tests_and_talk_may_unwrap() {
        let inside = "/// Never `.unwrap()`.\nfn f() {}\n#[cfg(test)]\nmod tests { fn g() { h().unwrap() } }";
        assert_eq!(complaints("crates/event/src/a.rs", inside), [""; 0]);
        assert_eq!(complaints("crates/event/tests/a.rs", "fn f() { g().unwrap() }"), [""; 0]);
    }

    #[test]
    fn a_module_declared_for_tests_is_test_in_its_own_file() {
        let tree = Tree::from([
            ("crates/detect/src/rules/mod.rs", "#[cfg(test)]\nmod story;\nmod swarm;"),
            ("crates/detect/src/rules/story.rs", "fn f() { g().unwrap() }"),
            ("crates/detect/src/rules/swarm.rs", "fn f() { g().unwrap() }"),
        ]);
        let (complaints, _) = check(&tree);
        assert_eq!(complaints.len(), 1);
        assert_eq!(complaints[0].path, "crates/detect/src/rules/swarm.rs");
    }

    #[test]
    fn the_core_has_no_clock_and_the_rim_has() {
        let text = "fn f() { let t = Timestamp::now(); }";
        assert_eq!(
            complaints("crates/detect/src/a.rs", text),
            ["crates/detect/src/a.rs:1: `now()`; take the time as an argument"]
        );
        assert_eq!(complaints("crates/ingest/src/a.rs", text), [""; 0]);
        assert_eq!(complaints("crates/detect/src/b.rs", "struct Instance; fn know() {}"), [""; 0]);
    }

    #[test]
    fn only_programs_print() {
        let text = "fn f() { eprintln!(\"x\"); }";
        assert_eq!(complaints("crates/report/src/a.rs", text).len(), 1);
        assert_eq!(complaints("crates/minetrail/src/a.rs", text), [""; 0]);
    }

    #[test]
    fn leftovers_are_found_in_comments_and_not_in_strings() {
        let marker = concat!("TO", "DO");
        let comment = format!("// {marker}: later\nfn f() {{}}");
        let string = format!("const A: &str = \"{marker}\";");
        assert_eq!(complaints("crates/event/src/a.rs", &comment).len(), 1);
        assert_eq!(complaints("crates/event/src/a.rs", &string), [""; 0]);
    }

    #[test]
    fn a_dropped_result_is_told_from_a_converted_one() {
        let dropped = |text: &str| !dropped_by_ok(text).is_empty();
        assert!(dropped("fn f() { send(x).ok(); }"));
        assert!(dropped("fn f() { if a { b } send(x).ok(); }"));
        assert!(dropped("fn f() { match x { _ => y }.ok(); }"));
        assert!(!dropped("fn f() { let n = text.parse().ok(); }"));
        assert!(!dropped("fn f() { if a { b } let n = { text }.parse().ok(); }"));
        assert!(!dropped("fn f() { self.n = text.parse().ok(); }"));
        assert!(!dropped("fn f() { return text.parse().ok(); }"));
    }

    #[test]
    fn a_function_longer_than_a_screen_is_named() {
        let text = format!("fn long() {{\n{}}}\n", "    step();\n".repeat(FUNCTION_LINES_MAX));
        assert_eq!(
            complaints("crates/event/src/a.rs", &text),
            ["crates/event/src/a.rs:1: `long` has 92 lines; at most 90: cut it"]
        );
    }

    #[test]
    fn the_numbers_name_the_longest_function() {
        let tree = Tree::from([("crates/event/src/a.rs", "fn a() {}\nfn b() {\n    c();\n}\n")]);
        assert_eq!(
            check(&tree).1.to_string(),
            "1 files: 4 lines in the middle, 0 over 500. 2 functions: 3 lines at the 90th percentile, \
             longest 3 (crates/event/src/a.rs:2 b)."
        );
    }

    #[test]
    fn a_path_of_the_workplace_is_found_in_any_file() {
        let line = format!("see {WORKPLACE}/notes");
        assert_eq!(complaints("docs/a.md", &line).len(), 1);
        for innocent in ["docs/work/a", "https://example.org/work/", "/workshop", "home/work", "workload"] {
            assert!(!names_workplace(innocent), "{innocent}");
        }
    }
}
