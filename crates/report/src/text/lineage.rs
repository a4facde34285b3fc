//! Who issued what to whom: from the credential it goes back to, down to what launches.

use std::collections::{BTreeMap, BTreeSet};

use detect::Finding;
use detect::finding::Link;
use event::Time;

use super::facts::moment;
use super::layout::{Page, faint, plain, strong};
use super::{event_id, safe, tell_left_out};
use crate::numbers::count;

/// How many links are told, alike ones as one. The longest real chain had nineteen principals.
const LINKS_TOLD_MAX: usize = 24;

/// How deep the tree is drawn. Deeper links are still told, at this depth.
const DEPTH_MAX: usize = 6;

/// How far everything is set in.
const INDENT: usize = 3;

/// Links that are alike, told as one.
struct Branch<'a> {
    from: &'a str,
    to: &'a str,
    by: &'a str,
    /// The first of them.
    time: Time,
    event: &'a str,
    times: u64,
}

/// Writes the tree; nothing where there is no link.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    if finding.lineage.is_empty() {
        return;
    }
    page.section("lineage", "who issued or made what");
    let mut branches = branches(&finding.lineage);
    let all = branches.len();
    branches.truncate(LINKS_TOLD_MAX);
    let mut tree = Tree { page, finding, branches: &branches, told: BTreeSet::new() };
    tree.tell();
    tell_left_out(page, INDENT, all, LINKS_TOLD_MAX, "link");
}

/// Returns the links, alike ones joined, in the order of their first time.
fn branches(links: &[Link]) -> Vec<Branch<'_>> {
    let mut joined: BTreeMap<(&str, &str, &str), Branch<'_>> = BTreeMap::new();
    for link in links {
        let Link { time, event, from, to, by } = link;
        let branch = Branch { from, to, by, time: *time, event, times: 0 };
        let known = joined.entry((from, to, by)).or_insert(branch);
        known.times += 1;
        if (*time, event.as_str()) < (known.time, known.event) {
            (known.time, known.event) = (*time, event);
        }
    }
    let mut branches: Vec<Branch<'_>> = joined.into_values().collect();
    branches.sort_by_key(|branch| (branch.time, branch.event));
    branches
}

struct Tree<'a, 'p> {
    page: &'a mut Page<'p>,
    finding: &'a Finding,
    branches: &'a [Branch<'a>],
    /// Branches already told: credentials can be issued in a circle.
    told: BTreeSet<usize>,
}

impl Tree<'_, '_> {
    fn tell(&mut self) {
        let branches = self.branches;
        let made: BTreeSet<&str> = branches.iter().map(|branch| branch.to).collect();
        let roots = branches.iter().filter(|branch| !made.contains(branch.from));
        // After the true roots, whatever is left begins in a circle: any of it will do.
        for root in roots.chain(branches) {
            if self.untold_from(root.from).is_empty() {
                continue;
            }
            self.page.wrapped(INDENT, vec![strong(self.short(root.from))]);
            self.below(root.from, "", 0);
        }
    }

    /// Tells what `from` made, and what that made. Never deeper than there are branches.
    fn below(&mut self, from: &str, stem: &str, depth: usize) {
        let untold = self.untold_from(from);
        self.told.extend(&untold);
        for (place, &index) in untold.iter().enumerate() {
            let last = place + 1 == untold.len();
            let branch = &self.branches[index];
            self.branch(branch, stem, last);
            let stem = match (depth < DEPTH_MAX, last) {
                (true, true) => format!("{stem}   "),
                (true, false) => format!("{stem}│  "),
                (false, _) => stem.to_owned(),
            };
            self.below(branch.to, &stem, depth + 1);
        }
    }

    fn untold_from(&self, from: &str) -> Vec<usize> {
        let from_here = self.branches.iter().enumerate().filter(|(_, branch)| branch.from == from);
        from_here.map(|(index, _)| index).filter(|index| !self.told.contains(index)).collect()
    }

    fn branch(&mut self, branch: &Branch<'_>, stem: &str, last: bool) {
        let fork = if last { "└─ " } else { "├─ " };
        let lead = format!("{}{stem}{fork}", " ".repeat(INDENT));
        let indent = super::layout::width(&lead);
        let mut body = vec![plain(format!("{} → ", safe::name(branch.by))), strong(self.short(branch.to))];
        if branch.times > 1 {
            body.push(plain(format!(" ×{}", count(branch.times))));
        }
        let time = moment(branch.time, self.finding.first_seen);
        let id = event_id(branch.event, self.page.is_wide());
        body.extend([plain(" "), faint(format!("({time}, {id})")).whole()]);
        self.page.hanging(vec![faint(lead)], indent, body);
    }

    /// Returns a principal without the beginning that all arns share; with its account where there are several.
    fn short(&self, principal: &str) -> String {
        let mut parts = principal.splitn(6, ':');
        let (scheme, account, resource) = (parts.next(), parts.nth(3), parts.next());
        let (Some("arn"), Some(account), Some(resource)) = (scheme, account, resource) else {
            return safe::name(principal);
        };
        if account.is_empty() || self.finding.launches.accounts.len() < 2 {
            return safe::name(resource);
        }
        format!("{} ({})", safe::name(resource), safe::name(account))
    }
}
