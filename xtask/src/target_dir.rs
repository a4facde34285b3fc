//! Where builds go, and that they are builds of this checkout.
//!
//! Cargo names what it builds by its path inside the workspace and takes a file for
//! unchanged when it is older than the last build. Two checkouts that share a target folder
//! therefore run each other's tests. So a folder is claimed: for one checkout at a time,
//! and what another one left behind of our own crates is removed. The dependencies, which
//! are most of the work, stay shared.
//!
//! Blind spots: a plain `cargo test` beside this claims nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::{env, io};

use anyhow::{Context, Result};

/// A target folder that is ours until this is dropped.
pub(crate) struct TargetDir {
    pub(crate) path: PathBuf,
    /// Whether another checkout built here last.
    pub(crate) is_foreign: bool,
    claim: File,
    owner: String,
}

impl TargetDir {
    /// Claims the target folder for the checkout at `root`; waits while another one has it.
    pub(crate) fn claim(root: &Path) -> Result<Self> {
        let path = configured(root);
        Self::claim_at(&path, root).with_context(|| format!("cannot claim {}", path.display()))
    }

    fn claim_at(path: &Path, root: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let stamp = path.join("checkout");
        let mut claim = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(stamp)?;
        claim.lock()?;

        let owner = root.to_string_lossy().into_owned();
        let mut last_owner = String::new();
        claim.read_to_string(&mut last_owner)?;
        Ok(Self { path: path.to_owned(), is_foreign: last_owner != owner, claim, owner })
    }

    /// Notes that nothing of another checkout is left.
    pub(crate) fn sign(&mut self) -> io::Result<()> {
        self.claim.set_len(0)?;
        self.claim.rewind()?;
        self.claim.write_all(self.owner.as_bytes())?;
        self.is_foreign = false;
        Ok(())
    }
}

/// Returns `CARGO_TARGET_DIR`, else a folder outside the checkout that clones share.
fn configured(root: &Path) -> PathBuf {
    if let Some(path) = env::var_os("CARGO_TARGET_DIR").filter(|path| !path.is_empty()) {
        return root.join(path);
    }
    match env::home_dir() {
        Some(home) => home.join(".cache/minetrail/target"),
        None => root.join("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_checkout_built_is_foreign_until_signed() {
        let folder = env::temp_dir().join(format!("minetrail-xtask-{}", std::process::id()));
        let is_foreign = |root: &str| TargetDir::claim_at(&folder, Path::new(root)).unwrap().is_foreign;

        TargetDir::claim_at(&folder, Path::new("/here")).unwrap().sign().unwrap();
        assert!(!is_foreign("/here"));
        assert!(is_foreign("/there"));

        TargetDir::claim_at(&folder, Path::new("/there")).unwrap().sign().unwrap();
        assert!(is_foreign("/here"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
