//! The files of the workspace, read once and held in memory.
//!
//! Every check reads this and nothing else, so its tests need a few strings and no disk.
//!
//! Blind spots: what git ignores is known by its folder's name only.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Folders that hold nothing a person wrote: builds, and what a fuzzer found.
const SKIPPED_FOLDERS: &[&str] = &[".git", "target", "node_modules", "corpus", "artifacts"];

/// Paths from the workspace's root, `/` between the parts, and their text.
#[derive(Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads every file below `root`.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if !entry.file_type()?.is_dir() {
                let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
                self.files.insert(path, String::from_utf8(bytes).ok());
            } else if !SKIPPED_FOLDERS.contains(&name.as_str()) {
                self.read_folder(&entry.path(), &format!("{path}/"))?;
            }
        }
        Ok(())
    }

    /// Returns the text of `path`; `None` where there is no such file, or no text in it.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Returns whether `path` is a file, or a folder with a file in it.
    pub(super) fn holds(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path)
            || path.is_empty()
            || self.files.range(folder.clone()..).next().is_some_and(|(file, _)| file.starts_with(&folder))
    }

    /// Returns path and text of every file that holds text, sorted by path.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Returns name and text of the files that lie in `folder` itself and end in `extension`.
    ///
    /// The name is without folder and extension.
    pub(super) fn stems<'a>(
        &'a self,
        folder: &'a str,
        extension: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts().filter_map(move |(path, text)| {
            let stem = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(extension)?;
            (!stem.contains('/')).then_some((stem, text))
        })
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Tree {
    fn from(files: [(&str, &str); N]) -> Self {
        let files = files.map(|(path, text)| (path.to_owned(), Some(text.to_owned())));
        Self { files: files.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_files_and_the_folders_above_them() {
        let tree = Tree::from([("docs/rules/a.md", ""), ("docs-old.md", "")]);
        assert!(tree.holds("docs/rules/a.md"));
        assert!(tree.holds("docs/rules"));
        assert!(tree.holds("docs/"));
        assert!(!tree.holds("docs/rul"));
        assert!(!tree.holds("docs-old"));
    }

    #[test]
    fn lists_a_folder_without_the_folders_in_it() {
        let tree = Tree::from([("r/b.rs", "B"), ("r/a.rs", "A"), ("r/deep/c.rs", "C"), ("r/d.md", "D")]);
        assert_eq!(tree.stems("r", ".rs").collect::<Vec<_>>(), [("a", "A"), ("b", "B")]);
    }

    #[test]
    fn reads_this_very_workspace_and_nothing_that_was_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let tree = Tree::read(root).unwrap();
        assert!(tree.text("xtask/src/main.rs").unwrap().contains("fn main"));
        assert!(tree.texts().all(|(path, _)| !path.starts_with("target/") && !path.starts_with(".git/")));
    }
}
