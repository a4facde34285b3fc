//! Who issued what to whom, drawn: instance, credential, role, what they made, what launched.
//!
//! It is a list in a list, with lines that the style sheet draws: names wrap on a telephone,
//! and a screen reader says how deep it is.

use std::collections::BTreeSet;

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::{Principal, Respawner, Role};

use super::headline::readable;
use super::left_out;
use super::records::{Records, Reference};
use super::shown::Shown;
use crate::lineage::{Branch, Branches, DEPTH_MAX};
use crate::numbers::{count, counted};
use crate::words::word;

/// How many links are drawn, alike ones as one. The longest real chain had nineteen principals.
const LINKS_TOLD_MAX: usize = 80;
/// How many children stand open below one parent; the others are folded away.
const CHILDREN_OPEN_MAX: usize = 6;
/// How many keys a credential is told with.
const KEYS_TOLD_MAX: usize = 3;
/// How many roots there are: principals and beginnings of chains.
const ROOTS_TOLD_MAX: usize = 12;

/// The tree, or several.
#[derive(Template)]
#[template(path = "report/lineage.html")]
pub(super) struct Lineage {
    roots: Vec<Node>,
    left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Lineage {}

/// One thing in the tree, with what came of it.
#[derive(Template)]
#[template(path = "report/node.html")]
struct Node {
    /// What kind of thing: `instance`, `credential`, `role` …
    kind: String,
    name: Shown,
    note: Option<Shown>,
    /// How it came from its parent: `AssumeRole`.
    by: Option<Shown>,
    times: Option<String>,
    time: Option<String>,
    record: Option<Reference>,
    open: Vec<Node>,
    folded: Vec<Node>,
    folded_count: String,
}

// A template escapes what it is given.
impl HtmlSafe for Node {}

impl Lineage {
    /// The lineage of `finding`.
    pub(super) fn of(finding: &Finding, records: &Records<'_>) -> Self {
        let mut tree = Tree { finding, records, branches: Branches::of(&finding.lineage, LINKS_TOLD_MAX) };
        let mut roots: Vec<Node> =
            tree.root_names().into_iter().take(ROOTS_TOLD_MAX).map(|name| tree.root(name)).collect();
        if let (Some(first), Some(launched)) = (roots.first_mut(), launched(finding, &tree.branches.made())) {
            hand_of(first).insert(0, launched);
        }
        Self { roots, left_out: left_out(tree.branches.found, LINKS_TOLD_MAX) }
    }
}

struct Tree<'a> {
    finding: &'a Finding,
    records: &'a Records<'a>,
    branches: Branches<'a>,
}

impl<'a> Tree<'a> {
    /// Returns where trees begin: principals nobody made, then beginnings of other chains.
    fn root_names(&self) -> Vec<&'a str> {
        let made = self.branches.made();
        let mut principals: Vec<&Principal> =
            self.finding.principals.iter().filter(|principal| principal.role != Role::Service).collect();
        principals.sort_by_key(|principal| principal.role);
        let principals = principals.into_iter().map(|principal| principal.arn.as_str());
        let mut names = Vec::new();
        for name in principals.chain(self.branches.beginnings()) {
            if !made.contains(name) && !names.contains(&name) {
                names.push(name);
            }
        }
        // What is left begins in a circle: any of it will do.
        if names.is_empty() {
            names.extend(self.branches.beginnings().next());
        }
        names
    }

    /// Returns a root: a principal below its credential, below the instance that was issued it.
    fn root(&mut self, name: &'a str) -> Node {
        let mut node = self.node(name);
        node.open = self.below(name, 0);
        let Some(principal) = self.finding.principals.iter().find(|principal| principal.arn == name) else {
            return fold(node);
        };
        let mut node = fold(node);
        if !principal.access_keys.is_empty() {
            node.by = Some(Shown::name("acts as"));
            node = parent("credential", keys(principal), node);
        }
        let Some(instance) = &principal.instance_id else { return node };
        node.by = Some(Shown::name("instance metadata service issues"));
        parent("instance", Shown::name(instance), node)
    }

    /// Returns what `from` made, and what that made. Never deeper than there are branches.
    fn below(&mut self, from: &str, depth: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for Branch { to, by, time, event, times, .. } in self.branches.take_from(from) {
            let mut node = self.node(to);
            node.by = Some(Shown::name(by));
            node.times = (times > 1).then(|| count(times));
            node.time = Some(readable(time));
            node.record = Some(self.records.refer(event));
            let below = self.below(to, depth + 1);
            if depth + 1 < DEPTH_MAX {
                node.open = below;
                nodes.push(fold(node));
            } else {
                nodes.push(node);
                nodes.extend(below);
            }
        }
        nodes
    }

    fn node(&self, name: &str) -> Node {
        let respawner = self.finding.launches.respawners.iter().find(|respawner| respawner.name == name);
        match respawner {
            Some(respawner) => respawning(respawner),
            None => Node::new(&kind(name), Shown::name(self.short(name))),
        }
    }

    /// Returns a principal without the beginning that all arns share, where there is one account.
    fn short<'n>(&self, name: &'n str) -> &'n str {
        let resource = name.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4));
        resource.filter(|_| self.finding.launches.accounts.len() < 2).unwrap_or(name)
    }
}

impl Node {
    fn new(kind: &str, name: Shown) -> Self {
        Self {
            kind: kind.to_owned(),
            name,
            note: None,
            by: None,
            times: None,
            time: None,
            record: None,
            open: Vec::new(),
            folded: Vec::new(),
            folded_count: String::new(),
        }
    }
}

/// Returns what kind of principal a name is, by the form of arns and ids.
fn kind(name: &str) -> String {
    let resource = name.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4)).unwrap_or(name);
    let known = ["role", "user", "assumed-role", "federated-user"];
    match resource.split_once('/') {
        Some((kind, _)) if known.contains(&kind) => kind.replace('-', " "),
        _ if resource == "root" => "root".to_owned(),
        _ if name.starts_with("i-") => "instance".to_owned(),
        _ if name.starts_with("service:") => "service".to_owned(),
        _ => "made".to_owned(),
    }
}

fn keys(principal: &Principal) -> Shown {
    let told: Vec<&str> = principal.access_keys.iter().take(KEYS_TOLD_MAX).map(String::as_str).collect();
    let more = left_out(principal.access_keys.len(), KEYS_TOLD_MAX);
    let more = more.map_or(String::new(), |more| format!(" and {more} more"));
    Shown::name(&format!("{}{more}", told.join(", ")))
}

fn parent(kind: &str, name: Shown, child: Node) -> Node {
    let mut node = Node::new(kind, name);
    node.open.push(child);
    node
}

/// Folds away the children beyond the first few.
fn fold(mut node: Node) -> Node {
    // Folding one or two away costs a line to say so.
    if node.open.len() > CHILDREN_OPEN_MAX + 2 {
        node.folded = node.open.split_off(CHILDREN_OPEN_MAX);
        node.folded_count = count(node.folded.len() as u64);
    }
    node
}

/// Returns where the children of the principal that a root ends in are.
fn hand_of(root: &mut Node) -> &mut Vec<Node> {
    let is_above_hand = (root.kind == "instance" || root.kind == "credential") && root.open.len() == 1;
    if is_above_hand { hand_of(&mut root.open[0]) } else { &mut root.open }
}

/// Returns what was launched in all, and the respawners that no link leads to.
fn launched(finding: &Finding, linked: &BTreeSet<&str>) -> Option<Node> {
    let launches = &finding.launches;
    if launches.requested == 0 && launches.dry_run == 0 && launches.respawners.is_empty() {
        return None;
    }
    let running = launches.started.saturating_sub(launches.ended);
    let what = match launches.requested {
        0 => format!("{} tried in dry runs", counted(launches.dry_run, "machine")),
        asked => format!("{} asked for", counted(asked, "machine")),
    };
    let mut node = Node::new("machines", Shown::name(&what));
    let numbers = [
        (launches.started, "started"),
        (running, "running"),
        (launches.ended, "ended"),
        (launches.refused, "refused"),
    ];
    let told = numbers.iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, what)| format!("{} {what}", count(*number))).collect();
    node.note = (!told.is_empty()).then(|| Shown::name(&told.join(", ")));
    node.by = Some(Shown::name(&format!("launches, in {}", counted(launches.calls, "call"))));
    let unlinked = launches.respawners.iter().filter(|respawner| !linked.contains(respawner.name.as_str()));
    node.open = unlinked.take(LINKS_TOLD_MAX).map(respawning).collect();
    Some(fold(node))
}

fn respawning(respawner: &Respawner) -> Node {
    let mut node = Node::new(&word(&respawner.kind), Shown::name(&respawner.name));
    node.note = Some(Shown::sentence(&match (respawner.ended, respawner.max) {
        (true, _) => format!("{}, ended", respawner.region),
        (false, Some(max)) => format!("{}, may grow to {}", respawner.region, counted(max, "machine")),
        (false, None) => format!("{}, no ceiling known", respawner.region),
    }));
    node
}
