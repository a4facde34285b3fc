//! What the rows of managed services have in common.
//!
//! A managed service has jobs and apps that run once, fleets and services that launch by
//! themselves, and calls that stop or delete them. The functions here make those; a row
//! says where its names and counts stand.

use super::call::{Call, Node, kept, last_part};
use super::ec2::instances::started_id;
use super::unit;
use crate::event::{
    Ask, Detail, End, EndKind, Launch, Makes, RespawnerKind, RespawnerRef, Started, TemplateRef, Unit,
};

/// A job, task, notebook or build that runs now.
pub(super) fn runs(asks: Vec<Ask>) -> Launch {
    Launch { makes: Makes::Managed, asks, ..Launch::default() }
}

/// Something that launches by itself from now on.
pub(super) fn respawns(asks: Vec<Ask>, kind: RespawnerKind, name: Option<String>) -> Launch {
    Launch { makes: Makes::Respawner, respawner: respawner(kind, name), ..runs(asks) }
}

/// It makes something larger that launches by itself.
pub(super) fn enlarges(asks: Vec<Ask>, kind: RespawnerKind, name: Option<String>) -> Launch {
    Launch { makes: Makes::Enlarges, ..respawns(asks, kind, name) }
}

/// It starts again what was made earlier, by its name.
pub(super) fn restarts(call: &Call<'_>, names: Vec<String>) -> Launch {
    Launch {
        makes: Makes::Restarts,
        got: started_names(call, &names),
        template: names.first().cloned().map(TemplateRef::Machine),
        ..runs(vec![unit::ask(None, (names.len() as u64).max(1))])
    }
}

/// It gives a machine made earlier another size.
pub(super) fn resizes(unit: Unit, name: Option<String>) -> Launch {
    Launch {
        makes: Makes::Resizes,
        template: name.map(TemplateRef::Machine),
        ..runs(vec![unit::ask(Some(unit), 1)])
    }
}

/// Machines known by name that a call obtained: none if it failed.
pub(super) fn started_names(call: &Call<'_>, names: &[String]) -> Vec<Started> {
    if call.failure.is_some() {
        return Vec::new();
    }
    names.iter().map(|name| started_id(name)).collect()
}

/// A respawner by its name; an arn is cut to its last part.
pub(super) fn respawner(kind: RespawnerKind, name: Option<String>) -> Option<RespawnerRef> {
    let name = name?;
    let short = if name.starts_with("arn:") { last_part(&name).to_owned() } else { name };
    Some(RespawnerRef { kind, name: short })
}

/// The names that stand at these paths, whether text or list, arns cut to their last part.
pub(super) fn names(node: Node<'_>, paths: &[&str]) -> Vec<String> {
    let texts = paths.iter().flat_map(|path| node.at(path).texts());
    texts.map(|text| if text.starts_with("arn:") { kept(last_part(text)) } else { kept(text) }).collect()
}

/// The first of the names at these paths.
pub(super) fn name(node: Node<'_>, paths: &[&str]) -> Option<String> {
    names(node, paths).into_iter().next()
}

/// It ended what stands at these paths of the request.
pub(super) fn ended(call: &Call<'_>, kind: EndKind, paths: &[&str]) -> End {
    End { kind, ids: names(call.request, paths), respawner: None, size: None }
}

/// It deleted the respawner that stands at these paths of the request.
pub(super) fn deleted(call: &Call<'_>, kind: RespawnerKind, paths: &[&str]) -> End {
    let ids = names(call.request, paths);
    End { kind: EndKind::RespawnerDeleted, respawner: respawner(kind, ids.first().cloned()), ids, size: None }
}

/// A respawner was told to have none.
pub(super) fn shrunk(kind: RespawnerKind, name: Option<String>) -> Detail {
    Detail::End(End {
        kind: EndKind::RespawnerShrunk,
        ids: Vec::new(),
        respawner: respawner(kind, name),
        size: Some(0),
    })
}

/// A launch as the detail of a row that may also be something else.
pub(super) fn launched(launch: Launch) -> Option<Detail> {
    Some(Detail::Launch(Box::new(launch)))
}

/// Lines of a request that each have a type and a count.
pub(super) fn lines(list: Node<'_>, count: &str, machine: fn(&str) -> Unit) -> Vec<Ask> {
    let items = list.list();
    items
        .into_iter()
        .map(|item| {
            let unit = item.get("instanceType").text().map(machine);
            unit::ask(unit, item.get(count).number().unwrap_or(1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_cut_out_of_arns_and_left_alone_otherwise() {
        let request = json!({"fleet": "arn:aws:codebuild:us-east-1:1:fleet/pit:9f", "ids": ["a/b", "c"]});
        let node = Node::new(Some(&request));
        assert_eq!(names(node, &["fleet"]), ["9f"]);
        assert_eq!(names(node, &["ids"]), ["a/b", "c"]);
        assert_eq!(name(node, &["none", "ids"]).as_deref(), Some("a/b"));
    }
}
