//! One name in five places: a rule's file, function, row in the list, story and page.
//!
//! A file below `rules/` is a rule when it speaks or works as one: its first line is
//! ``//! `its-name`: …`` or it has a function of its own name. Everything else there helps
//! the rules and needs no page.
//!
//! Blind spots: whether a story is a good one.

use super::Complaint;
use super::source::{Source, words};
use super::tree::Tree;

const CODE: &str = "crates/detect/src/rules";
const PAGES: &str = "docs/rules";

/// What every page answers, as headings.
const SECTIONS: &[&str] = &[
    "What it means",
    "Why these decibans",
    "Who looks the same and is innocent",
    "What it cannot see",
    "What to check next",
];

const INDEX_HEAD: &str = "# Rules

<!-- Written by `cargo xtask generate` from the first sentence of each page. -->

Each rule is a pure function from what is known of a case to at most one signal: a weight in
decibans, a sentence, and the events that prove it. Its page says what the signal means, why
it weighs what it weighs, who looks the same and is innocent, what it cannot see, and what to
check next.
";

/// Returns where rules, their list and their pages disagree.
pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let list_path = format!("{CODE}/mod.rs");
    let list = tree.text(&list_path).unwrap_or_default();
    let mut complaints = Vec::new();
    for (snake, text) in rules(tree) {
        complaints.extend(check_file(snake, text));
        if !is_listed(list, snake) {
            let what = format!("`{}` has no row in the list of rules", kebab(snake));
            complaints.push(Complaint::new(&list_path, 1, what, format!("list `{snake}::{snake}`")));
        }
        if !tree.holds(&page_path(&kebab(snake))) {
            let what = format!("`{}` has no page", kebab(snake));
            complaints.push(Complaint::new(
                &file_path(snake),
                1,
                what,
                format!("write {}", page_path(&kebab(snake))),
            ));
        }
    }
    for (name, text) in pages(tree) {
        complaints.extend(check_page(name, text));
        let snake = name.replace('-', "_");
        if !rules(tree).any(|(rule, _)| rule == snake) {
            let remedy = format!("write {} or remove the page", file_path(&snake));
            complaints.push(Complaint::new(&page_path(name), 1, "a page without a rule", remedy));
        }
    }
    complaints
}

/// Returns the index of the rules' pages, as Markdown.
pub(super) fn index(tree: &Tree) -> String {
    let mut text = INDEX_HEAD.to_owned();
    let mut pages = pages(tree).peekable();
    if pages.peek().is_some() {
        text += "\n| rule | what it means |\n|---|---|\n";
    }
    for (name, page) in pages {
        let sentence = first_sentence(page).replace('|', "\\|");
        text += &format!("| [`{name}`]({name}.md) | {sentence} |\n");
    }
    text
}

fn rules(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    let files = tree.stems(CODE, ".rs").filter(|(stem, _)| *stem != "mod");
    files.filter(|(snake, text)| header_name(text).is_some() || has_function(text, snake))
}

fn pages(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.stems(PAGES, ".md").filter(|(stem, _)| *stem != "README")
}

fn kebab(snake: &str) -> String {
    snake.replace('_', "-")
}

fn file_path(snake: &str) -> String {
    format!("{CODE}/{snake}.rs")
}

fn page_path(kebab: &str) -> String {
    format!("{PAGES}/{kebab}.md")
}

/// Returns the name in a first line like ``//! `region-spread`: …``.
fn header_name(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix("//! `")?.split_once("`:")?;
    Some(name)
}

fn has_function(text: &str, name: &str) -> bool {
    Source::new(text).functions().iter().any(|function| function.name == name)
}

/// A row names the rule again, beside the line that declares its module.
fn is_listed(list: &str, snake: &str) -> bool {
    let code = Source::new(list).code;
    let named = words(&code, snake).any(|offset| code[offset + snake.len()..].starts_with("::"));
    named || list.contains(&format!("\"{}\"", kebab(snake)))
}

fn check_file(snake: &str, text: &str) -> Vec<Complaint> {
    let path = file_path(snake);
    let name = kebab(snake);
    let mut complaints = Vec::new();
    if header_name(text) != Some(&name) {
        let remedy = format!("begin with ``//! `{name}`: …``");
        complaints.push(Complaint::new(&path, 1, "the first line does not name the rule", remedy));
    }
    if !has_function(text, snake) {
        let what = format!("no function `{snake}`");
        complaints.push(Complaint::new(&path, 1, what, "name the rule's function like its file"));
    }
    if !text.contains("#[test]") {
        complaints.push(Complaint::new(&path, 1, "no story", "add a test in which the rule speaks"));
    }
    complaints
}

fn check_page(name: &str, text: &str) -> Vec<Complaint> {
    let path = page_path(name);
    let mut complaints = Vec::new();
    let title = text.lines().next().unwrap_or_default();
    if !title.starts_with("# ") || !title.contains(name) {
        complaints.push(Complaint::new(&path, 1, "no title", format!("begin with `# {name}`")));
    }
    if first_sentence(text).is_empty() {
        complaints.push(Complaint::new(
            &path,
            1,
            "no first sentence",
            "say what the rule sees, for the index",
        ));
    }
    for section in SECTIONS {
        let asked = |line: &str| line.trim_start_matches('#').trim().trim_end_matches('?') == *section;
        if !text.lines().any(|line| line.starts_with("##") && asked(line)) {
            let what = format!("no section \"{section}\"");
            complaints.push(Complaint::new(&path, 1, what, format!("answer under `## {section}`")));
        }
    }
    complaints
}

/// Returns the first sentence below the title, on one line; empty where a section comes first.
fn first_sentence(page: &str) -> String {
    let below_title = page.lines().skip_while(|line| line.starts_with("# ") || line.trim().is_empty());
    let paragraph: Vec<&str> =
        below_title.take_while(|line| !line.trim().is_empty() && !line.starts_with('#')).collect();
    let paragraph = paragraph.join(" ");
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_owned(),
        None => paragraph,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: (&str, &str) = (
        "crates/detect/src/rules/mod.rs",
        "mod dormant_region;\nmod swarm;\nconst RULES: &[Rule] = &[dormant_region::dormant_region];",
    );
    const FILE: (&str, &str) = (
        "crates/detect/src/rules/dormant_region.rs",
        "//! `dormant-region`: compute where nobody was.\nfn dormant_region() {}\n#[test]\nfn speaks() {}\n",
    );
    const PAGE: (&str, &str) = (
        "docs/rules/dormant-region.md",
        "# dormant-region\n\nCompute starts in a region\nwhere nobody was. It is often empty.\n\n\
         ## What it means\n## Why these decibans?\n## Who looks the same and is innocent\n\
         ## What it cannot see\n## What to check next\n",
    );

    fn complaints<const N: usize>(files: [(&str, &str); N]) -> Vec<String> {
        check(&Tree::from(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_rule_with_all_five_is_fine() {
        assert_eq!(complaints([LIST, FILE, PAGE]), [""; 0]);
    }

    #[test]
    fn a_rule_without_a_page_is_named() {
        assert_eq!(
            complaints([LIST, FILE]),
            ["crates/detect/src/rules/dormant_region.rs:1: `dormant-region` has no page; \
              write docs/rules/dormant-region.md"]
        );
    }

    #[test]
    fn a_page_without_a_rule_is_named() {
        assert_eq!(
            complaints([LIST, PAGE]),
            ["docs/rules/dormant-region.md:1: a page without a rule; \
              write crates/detect/src/rules/dormant_region.rs or remove the page"]
        );
    }

    #[test]
    fn a_rule_that_is_declared_and_not_listed_never_runs() {
        let list = (LIST.0, "mod dormant_region;");
        assert_eq!(
            complaints([list, FILE, PAGE]),
            ["crates/detect/src/rules/mod.rs:1: `dormant-region` has no row in the list of rules; \
              list `dormant_region::dormant_region`"]
        );
    }

    #[test]
    fn a_rule_needs_its_name_its_function_and_a_story() {
        let file = (FILE.0, "//! `dormant-regions`: compute where nobody was.\nfn other() {}\n");
        assert_eq!(complaints([LIST, file, PAGE]).len(), 3);
    }

    #[test]
    fn what_helps_the_rules_needs_no_page() {
        let helper = ("crates/detect/src/rules/window.rs", "//! Windows of time.\nfn widest() {}\n");
        assert_eq!(complaints([LIST, FILE, PAGE, helper]), [""; 0]);
    }

    #[test]
    fn a_page_answers_every_question() {
        let page = (PAGE.0, "# dormant-region\n\nWhere nobody was.\n\n## What it means\n");
        let complaints = complaints([LIST, FILE, page]);
        assert_eq!(complaints.len(), 4);
        assert_eq!(
            complaints[0],
            "docs/rules/dormant-region.md:1: no section \"Why these decibans\"; \
             answer under `## Why these decibans`"
        );
    }

    #[test]
    fn a_page_begins_with_its_name_and_a_sentence() {
        let page = (PAGE.0, PAGE.1.split_once("\n\n## ").map_or("", |(_, sections)| sections));
        let page = (page.0, &*format!("## {}", page.1));
        let complaints = complaints([LIST, FILE, page]);
        assert!(complaints[0].contains("no title"), "{complaints:?}");
        assert!(complaints[1].contains("no first sentence"), "{complaints:?}");
    }

    #[test]
    fn the_index_takes_the_first_sentence_of_each_page() {
        let index = index(&Tree::from([PAGE, ("docs/rules/swarm.md", "# swarm\n\nMany | small.\n")]));
        assert!(index.starts_with("# Rules\n"));
        assert!(index.ends_with(
            "| [`dormant-region`](dormant-region.md) | Compute starts in a region where nobody was. |\n\
             | [`swarm`](swarm.md) | Many \\| small. |\n"
        ));
    }
}
