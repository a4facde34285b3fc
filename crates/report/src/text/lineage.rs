//! Who issued what to whom: from the credential it goes back to, down to what launches.

use detect::Finding;

use super::facts::moment;
use super::layout::{Page, faint, plain, strong};
use super::{event_id, safe, tell_left_out};
use crate::lineage::{Branch, Branches, DEPTH_MAX};
use crate::numbers::count;

/// How many links are told, alike ones as one. The longest real chain had nineteen principals.
const LINKS_TOLD_MAX: usize = 24;

/// How far everything is set in.
const INDENT: usize = 3;

/// Writes the tree; nothing where there is no link.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    if finding.lineage.is_empty() {
        return;
    }
    page.section("lineage", "who issued or made what");
    let branches = Branches::of(&finding.lineage, LINKS_TOLD_MAX);
    let found = branches.found;
    Tree { page, finding, branches }.tell();
    tell_left_out(page, INDENT, found, LINKS_TOLD_MAX, "link");
}

struct Tree<'a, 'p> {
    page: &'a mut Page<'p>,
    finding: &'a Finding,
    branches: Branches<'a>,
}

impl<'a> Tree<'a, '_> {
    fn tell(&mut self) {
        let made = self.branches.made();
        let all: Vec<&str> = self.branches.beginnings().collect();
        let roots = all.iter().filter(|from| !made.contains(*from));
        // After the true roots, whatever is left begins in a circle: any of it will do.
        for root in roots.chain(&all) {
            let branches = self.branches.take_from(root);
            if !branches.is_empty() {
                self.page.wrapped(INDENT, vec![strong(self.short(root))]);
                self.tell_all(&branches, "", 0);
            }
        }
    }

    /// Tells branches, and what they lead to. Never deeper than there are branches.
    fn tell_all(&mut self, branches: &[Branch<'a>], stem: &str, depth: usize) {
        for (place, branch) in branches.iter().enumerate() {
            let last = place + 1 == branches.len();
            self.branch(branch, stem, last);
            let stem = match (depth < DEPTH_MAX, last) {
                (true, true) => format!("{stem}   "),
                (true, false) => format!("{stem}│  "),
                (false, _) => stem.to_owned(),
            };
            let below = self.branches.take_from(branch.to);
            self.tell_all(&below, &stem, depth + 1);
        }
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
