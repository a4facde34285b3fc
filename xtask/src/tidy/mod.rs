//! The house rules, as far as a machine can check them.
//!
//! Each module is one kind of rule: a pure function from the files of the workspace to
//! complaints. A complaint is one line that says where, what, and what to do.

mod arrows;
pub(crate) mod generated;
mod house;
mod links;
mod rules;
mod schema;
mod source;
pub(crate) mod tree;

use std::fmt;
use std::path::Path;

use anyhow::Result;

use self::tree::Tree;

/// Something in the workspace that is not as agreed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Complaint {
    /// From the workspace's root.
    path: String,
    /// Counted from one.
    line: usize,
    what: String,
    remedy: String,
}

impl Complaint {
    fn new(path: &str, line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.path, self.line, self.what, self.remedy)
    }
}

/// Prints every complaint about the workspace, then one line of numbers.
///
/// Returns whether there was nothing to complain about.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let tree = Tree::read(root)?;
    let mut complaints = arrows::check(&arrows::metadata(root)?, &tree)?;
    complaints.extend(rules::check(&tree));
    complaints.extend(generated::check(&tree));
    complaints.extend(links::check(&tree));
    let (in_house, size) = house::check(&tree);
    complaints.extend(in_house);

    complaints.sort();
    for complaint in &complaints {
        println!("{complaint}");
    }
    println!("{size}");
    println!("tidy: {}", summary(complaints.len()));
    Ok(complaints.is_empty())
}

fn summary(complaints: usize) -> String {
    match complaints {
        0 => "nothing to complain about".to_owned(),
        1 => "1 complaint".to_owned(),
        n => format!("{n} complaints"),
    }
}

/// Returns the line, counted from one, on which the byte at `offset` of `text` lies.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset].iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_one_line_with_place_fault_and_remedy() {
        let complaint = Complaint::new("crates/a/src/lib.rs", 7, "`.unwrap()`", "return the error");
        assert_eq!(complaint.to_string(), "crates/a/src/lib.rs:7: `.unwrap()`; return the error");
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(line_of("a\nb\n", 0), 1);
        assert_eq!(line_of("a\nb\n", 2), 2);
    }
}
