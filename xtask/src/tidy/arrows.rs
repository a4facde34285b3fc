//! The arrows between the crates: who may depend on whom, and who alone links what is heavy.
//!
//! The core stays pure because nothing in it can reach a clock, a socket or a database;
//! the heavy dependencies stay behind one wall each, so that a build without them is small.
//!
//! Blind spots: what a dependency depends on in turn.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::house::CORE;
use super::tree::Tree;
use super::{Complaint, line_of};

/// Each crate and the crates of this workspace it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("catalog", &[]),
    ("event", &["catalog"]),
    ("detect", &["event", "catalog"]),
    ("respond", &["detect", "event", "catalog"]),
    ("report", &["detect", "event", "catalog"]),
    ("drill", &["detect", "event", "catalog"]),
    ("ingest", &["detect", "event", "catalog"]),
    ("store", CORE),
    ("aws", CORE),
    ("cluster", CORE),
    ("server", CORE),
    (
        "minetrail",
        &[
            "catalog", "event", "detect", "respond", "report", "drill", "ingest", "store", "aws", "cluster",
            "server",
        ],
    ),
    ("xtask", &["detect", "event", "catalog", "drill", "ingest"]),
];

/// What begins like this may be linked by one crate alone.
const WALLED: &[(&str, &str)] = &[
    ("aws-sdk", "aws"),
    ("aws-config", "aws"),
    ("ballista", "cluster"),
    ("datafusion", "cluster"),
    ("axum", "server"),
];

/// What no crate of the core links: runtimes, networks, databases, clocks, the terminal.
const NOT_IN_CORE: &[&str] = &[
    "anyhow",
    "async-std",
    "chrono",
    "clap",
    "hyper",
    "mio",
    "postgres",
    "rand",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tempfile",
    "time",
    "tokio",
    "ureq",
    "walkdir",
];

#[derive(Debug)]
struct Package {
    name: String,
    /// From the workspace's root.
    manifest: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    for_tests: bool,
}

/// Returns what cargo says about the workspace, as JSON.
pub(super) fn metadata(root: &Path) -> Result<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cannot run cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).context("cargo metadata is no text")
}

/// Returns the dependencies in `metadata` that are not allowed.
pub(super) fn check(metadata: &str, tree: &Tree) -> Result<Vec<Complaint>> {
    let packages = packages(metadata)?;
    let mut complaints = Vec::new();
    for package in &packages {
        for (dependency, what) in faults(package, &packages) {
            let manifest = tree.text(&package.manifest).unwrap_or_default();
            let line = line_of_dependency(manifest, dependency);
            complaints.push(Complaint::new(&package.manifest, line, what, "see xtask/src/tidy/arrows.rs"));
        }
    }
    Ok(complaints)
}

fn packages(metadata: &str) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is no JSON")?;
    let root = metadata["workspace_root"].as_str().context("cargo metadata names no root")?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    packages.iter().map(|package| read_package(package, root).context("a package lacks a field")).collect()
}

fn read_package(package: &Value, root: &str) -> Option<Package> {
    let dependencies = package["dependencies"].as_array()?.iter().map(|dependency| {
        let name = short(dependency["name"].as_str()?);
        Some(Dependency { name, for_tests: dependency["kind"] == "dev" })
    });
    let manifest = package["manifest_path"].as_str()?.strip_prefix(root)?.trim_start_matches('/');
    Some(Package {
        name: short(package["name"].as_str()?),
        manifest: manifest.to_owned(),
        dependencies: dependencies.collect::<Option<_>>()?,
    })
}

/// Our crates call each other by their folder's name.
fn short(name: &str) -> String {
    name.strip_prefix("minetrail-").unwrap_or(name).to_owned()
}

/// Returns the dependencies of `package` that are not allowed, and why.
///
/// The first of the pair is empty where the package itself is unknown.
fn faults<'a>(package: &'a Package, packages: &[Package]) -> Vec<(&'a str, String)> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        return vec![("", format!("`{}` has no row in the table of arrows", package.name))];
    };
    let mut faults = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let ours = packages.iter().any(|other| other.name == name);
        let fault = if ours && dependency.for_tests {
            closes_cycle(&package.name, name, packages)
        } else if ours {
            (!allowed.contains(&name)).then(|| format!("`{}` may not depend on `{name}`", package.name))
        } else {
            outside_fault(&package.name, dependency)
        };
        faults.extend(fault.map(|what| (name, what)));
    }
    faults
}

/// Tests may reach upwards, but not so that a crate comes before itself.
fn closes_cycle(package: &str, dependency: &str, packages: &[Package]) -> Option<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![dependency];
    while let Some(name) = open.pop() {
        let package = packages.iter().find(|each| each.name == name);
        if let Some(package) = package.filter(|_| reached.insert(name)) {
            open.extend(package.dependencies.iter().map(|each| each.name.as_str()));
        }
    }
    let fault = format!("tests of `{package}` need `{dependency}`, which needs `{package}`");
    reached.contains(package).then_some(fault)
}

fn outside_fault(package: &str, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let wall = WALLED.iter().find(|(prefix, owner)| name.starts_with(prefix) && *owner != package);
    if let Some((_, owner)) = wall {
        return Some(format!("only `{owner}` may link `{name}`"));
    }
    let impure = CORE.contains(&package) && NOT_IN_CORE.contains(&name) && !dependency.for_tests;
    impure.then(|| format!("`{package}` is core and may not link `{name}`"))
}

fn line_of_dependency(manifest: &str, dependency: &str) -> usize {
    let is_key = |line: &&str| {
        let key = line.trim_start().trim_start_matches("minetrail-");
        let rest = key.strip_prefix(dependency);
        rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    manifest.lines().find(is_key).and_then(|line| manifest.find(line)).map_or(1, |at| line_of(manifest, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One package a line, as `event: catalog serde dev:drill`.
    fn complaints(workspace: &str) -> Vec<String> {
        let lines = workspace.lines().map(str::trim).filter(|line| !line.is_empty());
        let packages: Vec<Value> = lines.map(package).collect();
        let metadata = serde_json::json!({ "workspace_root": "/r", "packages": packages }).to_string();
        let manifest = "[dependencies]\ncatalog.workspace = true\ntokio = \"1\"\n";
        let tree = Tree::from([("crates/event/Cargo.toml", manifest)]);
        let complaints = check(&metadata, &tree).unwrap();
        complaints.iter().map(|each| format!("{}:{}: {}", each.path, each.line, each.what)).collect()
    }

    fn package(line: &str) -> Value {
        let (name, dependencies) = line.split_once(':').unwrap();
        let dependencies: Vec<Value> = dependencies
            .split_whitespace()
            .map(|dependency| match dependency.strip_prefix("dev:") {
                Some(name) => serde_json::json!({ "name": name, "kind": "dev" }),
                None => serde_json::json!({ "name": dependency, "kind": null }),
            })
            .collect();
        serde_json::json!({
            "name": name,
            "manifest_path": format!("/r/crates/{}/Cargo.toml", short(name)),
            "dependencies": dependencies,
        })
    }

    #[test]
    fn arrows_that_lead_down_are_fine() {
        let workspace = "
            minetrail-catalog: ipnet
            minetrail-event: minetrail-catalog serde
            minetrail-detect: minetrail-event minetrail-catalog dev:minetrail-drill
            minetrail-drill: minetrail-catalog
            minetrail: minetrail-detect anyhow
        ";
        assert_eq!(complaints(workspace), [""; 0]);
    }

    #[test]
    fn an_arrow_that_leads_up_is_named() {
        let workspace = "
            minetrail-catalog: minetrail-event
            minetrail-event: serde
        ";
        assert_eq!(
            complaints(workspace),
            ["crates/catalog/Cargo.toml:1: `catalog` may not depend on `event`"]
        );
    }

    #[test]
    fn nothing_depends_on_the_program() {
        let workspace = "
            minetrail: anyhow
            minetrail-server: minetrail
        ";
        assert_eq!(complaints(workspace).len(), 1);
    }

    #[test]
    fn the_core_links_no_runtime_and_the_line_is_found() {
        assert_eq!(
            complaints("minetrail-event: tokio"),
            ["crates/event/Cargo.toml:3: `event` is core and may not link `tokio`"]
        );
    }

    #[test]
    fn heavy_dependencies_have_one_owner() {
        let workspace = "
            minetrail-aws: aws-sdk-s3
            minetrail-ingest: aws-sdk-s3
            minetrail-cluster: axum
        ";
        assert_eq!(
            complaints(workspace),
            [
                "crates/ingest/Cargo.toml:1: only `aws` may link `aws-sdk-s3`",
                "crates/cluster/Cargo.toml:1: only `server` may link `axum`",
            ]
        );
    }

    #[test]
    fn tests_may_reach_up_but_not_around() {
        let workspace = "
            minetrail-event: dev:minetrail-detect
            minetrail-detect: minetrail-event
        ";
        assert_eq!(
            complaints(workspace),
            ["crates/event/Cargo.toml:1: tests of `event` need `detect`, which needs `event`"]
        );
    }

    #[test]
    fn an_unknown_crate_asks_for_a_row() {
        assert_eq!(
            complaints("minetrail-utils: serde"),
            ["crates/utils/Cargo.toml:1: `utils` has no row in the table of arrows"]
        );
    }
}
