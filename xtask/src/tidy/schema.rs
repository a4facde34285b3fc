//! The JSON Schema of a finding, read off the source that serialises it.
//!
//! The finding's types are plain structs and enums with a comment on each field, so the schema
//! and its words are a reading of that file; a derive would put a dependency into the core for
//! the same. A test of the program holds every finding against it, so a spelling that is not
//! understood here shows there.
//!
//! Blind spots: only what those files use is understood: no generics of our own, no tagged enums.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::tree::Tree;

/// Where the finding's types stand.
const SOURCES: &[&str] = &[
    "crates/detect/src/finding.rs",
    "crates/event/src/actor.rs",
    "crates/event/src/event.rs",
    "crates/detect/src/corroboration.rs",
];

/// A struct or an enum of the source.
#[derive(Debug, Default)]
struct Item {
    doc: String,
    is_enum: bool,
    rename_all: String,
    members: Vec<Member>,
}

/// A field or a variant.
#[derive(Debug, Default)]
struct Member {
    doc: String,
    name: String,
    /// The type of a field.
    kind: String,
    /// It is left out where there is nothing to tell.
    is_optional: bool,
}

/// Returns the schema as it is checked in.
pub(super) fn finding(tree: &Tree) -> String {
    let texts = SOURCES.iter().filter_map(|path| tree.text(path));
    let items: BTreeMap<String, Item> = texts.flat_map(items).collect();
    let mut used = BTreeMap::new();
    let root = items.get("Finding").map(|item| object(item, &items, &mut used)).unwrap_or_default();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://minetrail.dev/schema/finding-1.schema.json",
        "title": "minetrail.finding/1",
        "description": "A finding of minetrail. Fields are added, never renamed or removed, within one version.",
    });
    let whole = schema.as_object_mut().expect("it was just made");
    whole.extend(root);
    if let Some(id) = whole.get_mut("properties").and_then(|properties| properties.get_mut("schema")) {
        *id = json!({"const": "minetrail.finding/1", "description": "The contract's name and version."});
    }
    whole.insert("$defs".to_owned(), Value::Object(used.into_iter().collect()));
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// Reads the structs and enums of a source file.
fn items(text: &str) -> Vec<(String, Item)> {
    let (mut items, mut doc, mut attributes) = (Vec::new(), Vec::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        if let Some(comment) = line.strip_prefix("///") {
            doc.push(comment.trim());
        } else if line.starts_with("#[") {
            attributes.push_str(line);
        } else {
            let named =
                ["pub struct ", "pub enum "].iter().find_map(|kind| Some((*kind, line.strip_prefix(kind)?)));
            if let Some((kind, rest)) = named.filter(|(_, rest)| rest.ends_with(" {")) {
                let mut item = Item { doc: doc.join(" "), is_enum: kind.contains("enum"), ..Item::default() };
                item.rename_all = quoted(&attributes, "rename_all").unwrap_or_default().to_owned();
                item.members = members(&mut lines);
                items.push((rest.trim_end_matches(" {").to_owned(), item));
            }
            doc.clear();
            attributes.clear();
        }
    }
    items
}

/// Reads fields or variants up to the closing bracket.
fn members<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<Member> {
    let (mut members, mut doc, mut attributes) = (Vec::new(), Vec::new(), String::new());
    for line in lines.take_while(|line| *line != "}").map(str::trim) {
        if let Some(comment) = line.strip_prefix("///") {
            doc.push(comment.trim());
        } else if line.starts_with("#[") {
            attributes.push_str(line);
        } else if let Some(rest) = line.strip_suffix(',') {
            let (name, kind) = rest.trim_start_matches("pub ").split_once(": ").unwrap_or((rest, ""));
            let name = quoted(&attributes, "rename").unwrap_or(name).to_owned();
            if !attributes.contains("serde(skip)") {
                let is_optional = attributes.contains("skip_serializing_if");
                members.push(Member { doc: doc.join(" "), name, kind: kind.to_owned(), is_optional });
            }
            doc.clear();
            attributes.clear();
        }
    }
    members
}

/// The value of `name = "…"` in attributes.
fn quoted<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    attributes.split_once(&format!("{name} = \""))?.1.split('"').next()
}

/// A struct as a schema. Types that it uses are put among `used`.
fn object(
    item: &Item,
    items: &BTreeMap<String, Item>,
    used: &mut BTreeMap<String, Value>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    for member in &item.members {
        let mut schema = schema_of(&member.kind, items, used);
        if let Some(schema) = schema.as_object_mut().filter(|_| !member.doc.is_empty()) {
            schema.insert("description".to_owned(), json!(member.doc));
        }
        properties.insert(member.name.clone(), schema);
    }
    let always = item.members.iter().filter(|member| !member.is_optional);
    let required: Vec<&str> = always.map(|member| member.name.as_str()).collect();
    let schema = json!({"type": "object", "properties": properties, "required": required});
    schema.as_object().cloned().unwrap_or_default()
}

/// A type as a schema.
fn schema_of(kind: &str, items: &BTreeMap<String, Item>, used: &mut BTreeMap<String, Value>) -> Value {
    let inner = |outer: &str| kind.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inner("Option<") {
        return json!({"anyOf": [schema_of(inner, items, used), {"type": "null"}]});
    }
    if let Some(inner) = inner("Vec<") {
        return json!({"type": "array", "items": schema_of(inner, items, used)});
    }
    if let Some(inner) = inner("BTreeMap<String, ") {
        return json!({"type": "object", "additionalProperties": schema_of(inner, items, used)});
    }
    match kind {
        "String" | "&'static str" => json!({"type": "string"}),
        "bool" => json!({"type": "boolean"}),
        "u8" => json!({"type": "integer", "minimum": 0, "maximum": 255}),
        "u32" | "u64" => json!({"type": "integer", "minimum": 0}),
        "f64" | "Decibans" => json!({"type": "number"}),
        "Time" => json!({"type": "string", "format": "date-time"}),
        named => reference(named.rsplit("::").next().unwrap_or(named), items, used),
    }
}

fn reference(name: &str, items: &BTreeMap<String, Item>, used: &mut BTreeMap<String, Value>) -> Value {
    let Some(item) = items.get(name) else {
        return json!({"$comment": format!("no type {name} in the source")});
    };
    if !used.contains_key(name) {
        // What refers to itself must find itself.
        used.insert(name.to_owned(), Value::Null);
        let mut schema = if item.is_enum { variants(item) } else { Value::Object(object(item, items, used)) };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), json!(item.doc));
        }
        used.insert(name.to_owned(), schema);
    }
    json!({"$ref": format!("#/$defs/{name}")})
}

fn variants(item: &Item) -> Value {
    let spelt = |member: &Member| match item.rename_all.as_str() {
        "kebab-case" => kebab(&member.name),
        "lowercase" => member.name.to_ascii_lowercase(),
        _ => member.name.clone(),
    };
    json!({"type": "string", "enum": item.members.iter().map(spelt).collect::<Vec<_>>()})
}

/// `DryRun` as `dry-run`.
fn kebab(name: &str) -> String {
    let mut spelt = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !spelt.is_empty() {
            spelt.push('-');
        }
        spelt.push(letter.to_ascii_lowercase());
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_is_read_with_its_words_its_names_and_its_types() {
        let source = "
/// What kind.
#[serde(rename_all = \"kebab-case\")]
pub enum Kind {
    /// One.
    DryRun,
    /// Two.
    Other,
}

/// A finding.
pub struct Finding {
    /// Its name.
    pub schema: &'static str,
    /// What kind.
    pub kind: Option<Kind>,
    #[serde(rename = \"type\")]
    pub unit: Vec<u64>,
    #[serde(skip)]
    pub hidden: Unknown,
}
";
        let tree = Tree::from([(SOURCES[0], source)]);
        let schema: Value = serde_json::from_str(&finding(&tree)).unwrap();
        assert_eq!(schema["required"], json!(["schema", "kind", "type"]));
        assert_eq!(schema["properties"]["schema"]["const"], "minetrail.finding/1");
        assert_eq!(schema["properties"]["kind"]["anyOf"][0]["$ref"], "#/$defs/Kind");
        assert_eq!(schema["$defs"]["Kind"]["enum"], json!(["dry-run", "other"]));
        assert_eq!(schema["properties"]["type"]["items"]["type"], "integer");
    }
}
