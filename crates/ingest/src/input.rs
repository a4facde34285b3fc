//! Finds what is to be read: files and folders by name, whole trees below folders, and streams.
//!
//! Folders are walked without recursion and every real folder once, so neither depth nor
//! links can trap the walk. Links to folders are followed last, so a folder that can be reached in both ways
//! has its own name. What cannot be read (a pipe in a tree, a folder without permission, a
//! link to nowhere) is named in the totals; only what the caller asked for by name and does not exist is an error.
//!
//! Blind spots: about 120 bytes of memory for each file; the tree is taken as it was when it was
//! walked, so files that come later are not seen.

use std::collections::{BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::error::IngestError;
use crate::name::{ObjectName, STANDARD_INPUT};
use crate::totals::{Failed, Skipped, Totals};

/// What a scan reads. The order of the paths that it was made from does not matter.
#[derive(Debug, Default)]
pub struct Input {
    pub(crate) files: Vec<FoundFile>,
    pub(crate) streams: Vec<PathBuf>,
    pub(crate) aside: Totals,
    paths: Vec<PathBuf>,
}

/// A regular file, as it was when the tree was walked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FoundFile {
    folder: Arc<Path>,
    file_name: Box<OsStr>,
    pub(crate) bytes: u64,
}

impl FoundFile {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(&*self.file_name)
    }

    pub(crate) fn object(&self) -> ObjectName {
        ObjectName::of_path(self.path())
    }

    /// Returns the parts of the path, to sort by it without putting it together.
    fn components(&self) -> impl Iterator<Item = Component<'_>> {
        self.folder.components().chain([Component::Normal(&self.file_name)])
    }
}

impl Input {
    /// Finds everything below `paths`. `-` is standard input; a pipe or device given by name is read as a stream.
    ///
    /// A path given twice counts once. Errors only when a path that was given does not exist or cannot be looked at.
    pub fn from_paths<I>(paths: I) -> Result<Self, IngestError>
    where
        I: IntoIterator,
        I::Item: Into<PathBuf>,
    {
        let paths: BTreeSet<PathBuf> = paths.into_iter().map(Into::into).collect();
        let mut walk = Walk::default();
        for path in &paths {
            walk.start(path)?;
        }
        walk.follow_links();
        let Walk { mut files, streams, aside, .. } = walk;
        // Largest first, so that no thread is left alone with a large file at the end.
        files.sort_unstable_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.components().cmp(b.components())));
        files.dedup();
        Ok(Self { files, streams, aside, paths: paths.into_iter().collect() })
    }

    /// Returns the paths that this was made from, sorted.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Returns how many files and streams there are to read. Archives count once.
    pub fn objects(&self) -> u64 {
        (self.files.len() + self.streams.len()) as u64
    }

    /// Returns the paths of the files, largest first.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.files.iter().map(FoundFile::path)
    }

    /// Returns how many bytes the files have; nobody knows how many a stream has.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

#[derive(Default)]
struct Walk {
    files: Vec<FoundFile>,
    streams: Vec<PathBuf>,
    aside: Totals,
    folders: Vec<PathBuf>,
    links: BTreeSet<PathBuf>,
    known_folders: HashSet<FolderId>,
}

impl Walk {
    fn start(&mut self, path: &Path) -> Result<(), IngestError> {
        if path == Path::new(STANDARD_INPUT) {
            self.streams.push(path.to_owned());
            return Ok(());
        }
        let metadata = fs::metadata(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => IngestError::NotFound { path: path.to_owned() },
            _ => IngestError::Unreachable { path: path.to_owned(), source },
        })?;
        if metadata.is_dir() {
            self.enter(path.to_owned(), &metadata);
            self.walk();
        } else if metadata.is_file() {
            let folder = path.parent().unwrap_or(Path::new(""));
            self.file(&Arc::from(folder), path.file_name().unwrap_or_default().to_owned(), &metadata);
        } else {
            self.streams.push(path.to_owned());
        }
        Ok(())
    }

    /// Puts a folder on the list, unless it was there before.
    fn enter(&mut self, path: PathBuf, metadata: &Metadata) {
        let id = match folder_id(&path, metadata) {
            Ok(id) => id,
            Err(error) => return self.fail(path, "look at", &error),
        };
        if self.known_folders.insert(id) {
            self.folders.push(path);
        } else if path.is_symlink() {
            // Without the link the folder is there still; a folder given twice needs no mention.
            let why = "a link to a folder that is read under another name";
            self.skip(path, Skipped::LinkToKnownFolder, why);
        }
    }

    fn walk(&mut self) {
        while let Some(folder) = self.folders.pop() {
            if let Err(error) = self.list(&folder) {
                self.fail(folder, "list", &error);
            }
        }
    }

    fn list(&mut self, folder: &Path) -> io::Result<()> {
        let shared: Arc<Path> = Arc::from(folder);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type());
            let path = folder.join(&name);
            let is_link = kind.as_ref().is_ok_and(fs::FileType::is_symlink);
            let metadata = if is_link { fs::metadata(&path) } else { entry.metadata() };
            match metadata {
                Err(error) => self.fail(path, "look at", &error),
                Ok(metadata) if metadata.is_file() => self.file(&shared, name, &metadata),
                Ok(metadata) if metadata.is_dir() && is_link => {
                    self.links.insert(path);
                }
                Ok(metadata) if metadata.is_dir() => self.enter(path, &metadata),
                Ok(_) => self.skip(path, Skipped::NotAFile, "a pipe, a socket or a device"),
            }
        }
        Ok(())
    }

    /// Follows the links to folders, in order, and the links that are found there, until none is left.
    fn follow_links(&mut self) {
        while let Some(link) = self.links.pop_first() {
            match fs::metadata(&link) {
                Ok(metadata) => self.enter(link, &metadata),
                Err(error) => self.fail(link, "look at", &error),
            }
            self.walk();
        }
    }

    fn file(&mut self, folder: &Arc<Path>, name: OsString, metadata: &Metadata) {
        let file_name = name.into_boxed_os_str();
        self.files.push(FoundFile { folder: Arc::clone(folder), file_name, bytes: metadata.len() });
    }

    fn skip(&mut self, path: PathBuf, reason: Skipped, why: &str) {
        self.aside.objects.find();
        self.aside.objects.skip(reason, ObjectName::of_path(path), why);
    }

    fn fail(&mut self, path: PathBuf, operation: &str, error: &io::Error) {
        self.aside.objects.find();
        let why = format!("cannot {operation} it: {error}");
        self.aside.objects.fail(Failed::Unreadable, ObjectName::of_path(path), why);
    }
}

/// What tells a folder from every other, whatever path leads to it.
#[cfg(unix)]
type FolderId = (u64, u64);

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "it can fail where folders have no numbers")]
fn folder_id(_path: &Path, metadata: &Metadata) -> io::Result<FolderId> {
    use std::os::unix::fs::MetadataExt;
    Ok((metadata.dev(), metadata.ino()))
}

/// What tells a folder from every other, whatever path leads to it.
#[cfg(not(unix))]
type FolderId = PathBuf;

#[cfg(not(unix))]
fn folder_id(path: &Path, _metadata: &Metadata) -> io::Result<FolderId> {
    fs::canonicalize(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: impl AsRef<Path>, bytes: &[u8]) {
        let path = path.as_ref();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn names(input: &Input, root: &Path) -> Vec<String> {
        let names = input.files.iter().map(|file| file.path());
        names.map(|path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_tree_is_found_largest_first_and_then_by_name() {
        let root = tempfile::tempdir().unwrap();
        write(root.path().join("a/small"), b"1");
        write(root.path().join("a/b/c/large"), b"22222");
        write(root.path().join("b/small"), b"2");
        let input = Input::from_paths([root.path()]).unwrap();
        assert_eq!(names(&input, root.path()), ["a/b/c/large", "a/small", "b/small"]);
        assert_eq!((input.objects(), input.bytes()), (3, 7));
    }

    #[test]
    fn a_path_that_does_not_exist_is_named() {
        let error = Input::from_paths(["/no/such/folder"]).unwrap_err();
        assert!(matches!(&error, IngestError::NotFound { path } if path == Path::new("/no/such/folder")));
        assert_eq!(error.to_string(), "no such file or folder: /no/such/folder");
    }

    #[test]
    fn what_is_named_twice_is_found_once() {
        let root = tempfile::tempdir().unwrap();
        write(root.path().join("a/log"), b"1");
        let paths = [root.path().to_owned(), root.path().join("a"), root.path().join("a/log")];
        let input = Input::from_paths(paths).unwrap();
        assert_eq!(names(&input, root.path()), ["a/log"]);
        assert_eq!(input.aside, Totals::default());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_never_in_a_circle() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        write(at("tree/real/log"), b"1");
        write(at("elsewhere/log"), b"22");
        symlink("..", at("tree/real/up")).unwrap();
        symlink(at("elsewhere"), at("tree/linked")).unwrap();
        symlink(at("tree/real"), at("elsewhere/back")).unwrap();
        symlink(at("elsewhere/log"), at("tree/file-link")).unwrap();
        symlink("nowhere", at("tree/broken")).unwrap();

        let input = Input::from_paths([at("tree")]).unwrap();
        assert_eq!(names(&input, root.path()), ["tree/file-link", "tree/linked/log", "tree/real/log"]);
        let objects = &input.aside.objects;
        assert_eq!(objects.skipped_by_reason()[&Skipped::LinkToKnownFolder].count(), 2);
        assert_eq!(objects.failed_by_reason()[&Failed::Unreadable].count(), 1);
        assert!(input.aside.add_up());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_a_tree_is_skipped_and_a_pipe_by_name_is_a_stream() {
        let root = tempfile::tempdir().unwrap();
        let pipe = root.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());

        let in_tree = Input::from_paths([root.path()]).unwrap();
        assert_eq!(in_tree.objects(), 0);
        let skipped = &in_tree.aside.objects.skipped_by_reason()[&Skipped::NotAFile];
        assert_eq!(skipped.first().next().unwrap().object.path(), pipe);

        let by_name = Input::from_paths([&pipe]).unwrap();
        assert_eq!(by_name.streams, [pipe]);
    }
}
