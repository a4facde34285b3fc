//! Writing results: standard output, or a file that appears whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}

/// Writes `text` to `target`. A reader who closes the pipe has read enough: that is no error.
pub(crate) fn write(target: &Target, text: &str) -> anyhow::Result<()> {
    match target {
        Target::Stdout => write_stdout(text).context("cannot write to standard output"),
        Target::File(path) => {
            write_file(path, text).with_context(|| format!("cannot write {}", path.display()))
        }
    }
}

/// Says something on standard error, beside a result.
#[expect(clippy::print_stderr, reason = "this is where the program talks")]
pub(crate) fn say(text: &str) {
    eprintln!("{}", report::text::visible(text));
}

fn write_stdout(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Writes beside the file and renames, so that nobody ever reads half a result.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    // A device or pipe (`/dev/null`, `/dev/stderr`) has no "beside".
    if path.exists() && !path.is_file() {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".minetrail-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    make_readable(file.as_file())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private; results are as readable as any file of their owner's.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}
