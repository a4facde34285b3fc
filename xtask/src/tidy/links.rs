//! Links between the documents of the repository lead somewhere.
//!
//! Files, folders and headings are checked; addresses on the network are not, because a
//! check that fails when somebody else's machine is down is soon ignored.
//!
//! Blind spots: links written as HTML, and link text that spans lines.

use super::Complaint;
use super::tree::Tree;

/// Returns the links in `tree` that lead nowhere.
pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let documents = tree.texts().filter(|(path, _)| path.ends_with(".md"));
    documents.flat_map(|(path, text)| check_document(path, text, tree)).collect()
}

fn check_document(path: &str, text: &str, tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (line, target) in prose(text).flat_map(|(line, prose)| targets(prose).map(move |found| (line, found)))
    {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        if let Some(fault) = fault(path, &target, tree) {
            complaints.push(Complaint::new(path, line, fault, "correct the link"));
        }
    }
    complaints
}

/// Returns the lines that are not code, numbered from one.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_fence = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_fence ^= is_fence;
        (!in_fence && !is_fence).then_some((index + 1, line))
    })
}

/// Returns where the links of one line lead, without titles.
fn targets(line: &str) -> impl Iterator<Item = String> {
    let text = without_code(line);
    let mut found: Vec<String> =
        text.split("](").skip(1).map(|rest| up_to_closing(rest).to_owned()).collect();
    if let Some((label, target)) = text.split_once("]: ")
        && label.starts_with('[')
        && !label.starts_with("[^")
    {
        found.push(target.to_owned());
    }
    found.into_iter().filter_map(|target| {
        let target = target.split_whitespace().next()?.trim_start_matches('<').trim_end_matches('>');
        Some(target.to_owned())
    })
}

/// What stands between back-ticks is every second part.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// Returns the part of `rest` before the bracket that closes one opened before it.
fn up_to_closing(rest: &str) -> &str {
    let mut depth = 1;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[..at];
        }
    }
    rest
}

/// Returns what is wrong with a link to `target` from the document at `path`.
fn fault(path: &str, target: &str, tree: &Tree) -> Option<String> {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let Some(wanted) = resolve(path, file) else {
        return Some(format!("`{target}` leads out of the repository"));
    };
    if !tree.holds(&wanted) {
        return Some(format!("`{target}` leads to no file"));
    }
    let anchor = anchor.filter(|_| wanted.ends_with(".md"))?;
    let lands = anchors(tree.text(&wanted)?).iter().any(|known| known == anchor);
    (!lands).then(|| format!("`{target}` leads to no heading"))
}

/// Returns the path from the root for `file` as written in the document at `from`.
fn resolve(from: &str, file: &str) -> Option<String> {
    if file.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = match file.starts_with('/') {
        true => Vec::new(),
        false => from.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Returns the anchors of a document's headings, as code hosts make them.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose(text).filter(|(_, line)| line.starts_with('#')) {
        let slug = slug(line.trim_start_matches('#').trim());
        let repeated = |known: &String| {
            let number = known.strip_prefix(&slug).and_then(|rest| rest.strip_prefix('-'));
            *known == slug || number.is_some_and(|number| number.parse::<u32>().is_ok())
        };
        let anchor = match anchors.iter().filter(|known| repeated(known)).count() {
            0 => slug,
            n => format!("{slug}-{n}"),
        };
        anchors.push(anchor);
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let tree = Tree::from([
            ("docs/a.md", text),
            ("docs/rules/swarm.md", "# `swarm`\n\n## Why these decibans?\n\n## Notes\n\n## Notes\n"),
            ("README.md", ""),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let text = "[r](../README.md) [s](rules/swarm.md#why-these-decibans \"title\") ![i](/docs/a.md)\n\
                    [f](rules) [n](rules/swarm.md#notes-1) [w](https://example.org/x) [h](#here)\n# Here\n";
        assert_eq!(faults(text), [""; 0]);
    }

    #[test]
    fn a_missing_file_is_named_with_its_line() {
        assert_eq!(
            faults("first\n[x](rules/gone.md)"),
            ["docs/a.md:2: `rules/gone.md` leads to no file; correct the link"]
        );
    }

    #[test]
    fn a_missing_heading_is_a_fault() {
        assert_eq!(
            faults("[x](rules/swarm.md#gone)"),
            ["docs/a.md:1: `rules/swarm.md#gone` leads to no heading; correct the link"]
        );
    }

    #[test]
    fn a_link_may_not_leave_the_repository() {
        assert_eq!(
            faults("[x](../../other/README.md)"),
            ["docs/a.md:1: `../../other/README.md` leads out of the repository; correct the link"]
        );
    }

    #[test]
    fn code_holds_no_links() {
        assert_eq!(faults("`a[0](gone)` and\n```\n[x](gone.md)\n```\n"), [""; 0]);
    }

    #[test]
    fn reference_definitions_are_links() {
        assert_eq!(faults("[x]: gone.md\n[^1]: a note").len(), 1);
    }
}
