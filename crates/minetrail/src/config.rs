//! The configuration: approved workloads. Read only from where the command line says.

use std::path::Path;

use anyhow::Context;
use detect::approval::ApprovedWorkload;
use serde::Deserialize;

use crate::exit::{Failure, USAGE};

/// Everything a configuration file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Workloads that are meant to be.
    #[serde(default, rename = "approved")]
    pub(crate) approved: Vec<ApprovedWorkload>,
}

/// Reads and checks a configuration; nothing is approved where none is given.
pub(crate) fn read(path: Option<&Path>) -> Result<Config, Failure> {
    let Some(path) = path else { return Ok(Config::default()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))
        .map_err(|error| Failure::new(USAGE, error))?;
    let config: Config = toml::from_str(&text)
        .with_context(|| format!("the configuration {} is not as it should be", path.display()))
        .map_err(|error| Failure::new(USAGE, error).help("docs/configuration.md has an example"))?;
    for approved in &config.approved {
        approved.check().map_err(|error| Failure::new(USAGE, error))?;
    }
    Ok(config)
}
