//! Pages that a command writes, and the check that they are as it would write them now.
//!
//! To add one, write a function from the files of the workspace to the page's text and
//! give it a row in [`PAGES`]. A page that another program prints is a function that runs
//! that program.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Complaint;
use super::rules;
use super::schema;
use super::tree::Tree;

struct Page {
    path: &'static str,
    text: fn(&Tree) -> String,
}

const PAGES: &[Page] = &[
    Page { path: "docs/rules/README.md", text: rules::index },
    Page { path: "docs/schema/finding-1.schema.json", text: schema::finding },
];

/// Writes every page that is not as it should be; returns their paths.
pub(crate) fn write(root: &Path, tree: &Tree) -> Result<Vec<&'static str>> {
    let mut written = Vec::new();
    for (page, text) in stale(tree) {
        let folder = root.join(page.path).parent().map_or_else(|| root.to_owned(), Path::to_owned);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(root.join(page.path), text).with_context(|| format!("cannot write {}", page.path))?;
        written.push(page.path);
    }
    Ok(written)
}

/// Returns a complaint for each page that is not as it should be.
pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    stale(tree).map(|(page, text)| complaint(page.path, tree.text(page.path), &text)).collect()
}

fn stale(tree: &Tree) -> impl Iterator<Item = (&'static Page, String)> {
    PAGES.iter().filter_map(|page| {
        let text = (page.text)(tree);
        (tree.text(page.path) != Some(text.as_str())).then_some((page, text))
    })
}

/// Points at the first line that differs.
fn complaint(path: &str, found: Option<&str>, wanted: &str) -> Complaint {
    let found = found.unwrap_or_default();
    let same = found.lines().zip(wanted.lines()).take_while(|(found, wanted)| found == wanted).count();
    Complaint::new(path, same + 1, "not as its command writes it", "run `cargo xtask generate`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SWARM: &str = "# `swarm`\n\nMany small machines at once. More.\n";

    #[test]
    fn a_fresh_page_is_left_alone() {
        let pages = Tree::from([("docs/rules/swarm.md", SWARM)]);
        let index = rules::index(&pages);
        let schema = schema::finding(&pages);
        let tree = Tree::from([
            ("docs/rules/swarm.md", SWARM),
            ("docs/rules/README.md", &index),
            ("docs/schema/finding-1.schema.json", &schema),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_stale_page_is_named_at_the_first_line_that_differs() {
        let index = rules::index(&Tree::default());
        let tree = Tree::from([("docs/rules/swarm.md", SWARM), ("docs/rules/README.md", &index)]);
        let line = index.lines().count() + 1;
        assert_eq!(
            check(&tree)[0].to_string(),
            format!("docs/rules/README.md:{line}: not as its command writes it; run `cargo xtask generate`")
        );
    }

    #[test]
    fn a_missing_page_is_stale() {
        assert_eq!(check(&Tree::default()).len(), PAGES.len());
    }
}
