//! The hands of a finding: whose calls it is about.

use std::path::PathBuf;

use anyhow::anyhow;
use detect::Finding;
use detect::answers::Filter;
use detect::answers::filter::{Pattern, TextField};
use detect::finding::Role;
use ingest::Input;

use crate::exit::{Failure, USAGE};
use crate::scan::{self, How};

/// Judges the logs and returns filters for the keys and instances of the finding whose id begins with `id`.
pub(super) fn hands(
    paths: &[PathBuf],
    input: &Input,
    how: &How,
    id: &str,
) -> Result<(Vec<Filter>, String), Failure> {
    let found = find(paths, input, how, id)?;
    let hands = found.principals.iter().filter(|principal| principal.role != Role::Service);
    let mut any = Vec::new();
    for principal in hands {
        any.extend(principal.access_keys.iter().map(|key| Filter::Text(TextField::Key, Pattern::new(key))));
        any.extend(
            principal.instance_id.iter().map(|id| Filter::Text(TextField::Instance, Pattern::new(id))),
        );
        if principal.access_keys.is_empty() && principal.instance_id.is_none() {
            any.push(Filter::Text(TextField::Principal, Pattern::new(&principal.arn)));
        }
    }
    Ok((any, format!("finding {}: {}", found.id, found.title)))
}

fn find(paths: &[PathBuf], input: &Input, how: &How, id: &str) -> Result<Finding, Failure> {
    super::twice(paths, "--finding")?;
    let (facts, _) = scan::read(paths, how, input)?;
    let mut findings = respond::judge(&facts, &[], 0);
    findings.retain(|finding| finding.id.starts_with(&id.to_ascii_lowercase()));
    let wrong = |what: String| {
        Err(Failure::new(USAGE, anyhow!(what)).help("minetrail scan --format jsonl tells ids"))
    };
    match findings.len() {
        0 => wrong(format!("no finding in these logs has an id that begins with {id:?}")),
        1 => Ok(findings.remove(0)),
        more => wrong(format!("{more} findings have an id that begins with {id:?}")),
    }
}
