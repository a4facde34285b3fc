//! `minetrail rules`: the rules and their pages, which are part of the program.

use std::process::ExitCode;

use detect::rules::{RULES, Rule};
use include_dir::{Dir, include_dir};

use crate::Done;
use crate::args::{RulesArgs, RulesCommand};
use crate::exit::{Failure, USAGE};
use crate::output::{Target, write};

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../docs/rules");

/// Runs `minetrail rules`.
pub(crate) fn run(args: &RulesArgs) -> Done {
    let text = match &args.command {
        RulesCommand::List => list(),
        RulesCommand::Show { name } => show(name)?,
    };
    write(&Target::Stdout, &text).map_err(|error| Failure::new(crate::exit::FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

fn list() -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &Rule| {
        format!("{:width$}  {:13}  {}\n", rule.name, rule.group.name(), first_sentence(rule.name))
    };
    RULES.iter().map(line).collect()
}

fn show(name: &str) -> Result<String, Failure> {
    page(name).map(str::to_owned).ok_or_else(|| {
        let near =
            RULES.iter().map(|rule| rule.name).filter(|known| known.contains(name) || name.contains(known));
        let near: Vec<&str> = near.collect();
        let help = if near.is_empty() {
            "minetrail rules list".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        Failure::new(USAGE, anyhow::anyhow!("no rule is called {name:?}")).help(help)
    })
}

fn page(name: &str) -> Option<&'static str> {
    RULES.iter().find(|rule| rule.name == name)?;
    PAGES.get_file(format!("{name}.md"))?.contents_utf8()
}

/// The sentence under the page's title.
fn first_sentence(name: &str) -> &'static str {
    let text = page(name).unwrap_or_default();
    text.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_that_begins_with_a_sentence() {
        for rule in RULES {
            assert!(!first_sentence(rule.name).is_empty(), "{}", rule.name);
        }
    }
}
