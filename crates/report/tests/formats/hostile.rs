//! Hostile text in every field of every format: a reader sees the same keys, and the values unchanged.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::once::{HARMLESS, kilobyte, poisoned_once};
use crate::readers::{self, Fields};
use crate::samples::hostile::{self, ATTACKS};
use crate::{FORMATS, context};
use report::formats;

/// Every attack, and a kilobyte.
fn attacks() -> Vec<String> {
    hostile::attacks().into_iter().chain([kilobyte()]).collect()
}

/// Judged apart from the code under test, by plain ranges.
fn is_dangerous(character: char) -> bool {
    matches!(u32::from(character),
        0..0x20 | 0x7f..0xa0 | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe0000..=0xe0fff)
}

#[test]
fn no_format_writes_a_character_that_a_terminal_obeys() {
    for attack in attacks() {
        for (name, format) in FORMATS {
            let text = format(&[poisoned_once(&attack)], &context());
            // Each format's own separators, and the mark that RFC 5424 asks for.
            let ours = |character| match name {
                "csv" => matches!(character, '\r' | '\n'),
                "leef" => matches!(character, '\t' | '\n'),
                "syslog" => matches!(character, '\u{feff}' | '\n'),
                _ => character == '\n',
            };
            let offender = text.chars().find(|&character| is_dangerous(character) && !ours(character));
            assert_eq!(offender, None, "{name}: {attack:?}");
        }
    }
}

/// Asserts that one line is read back with the keys of a harmless finding.
fn assert_same_keys(
    name: &str,
    read: impl Fn(&str) -> Fields,
    format: crate::Printer,
    attack: &str,
) -> Fields {
    let keys = |fields: &Fields| fields.keys().cloned().collect::<BTreeSet<_>>();
    let harmless = read(format(&[poisoned_once(HARMLESS)], &context()).trim_end_matches('\n'));
    let text = format(&[poisoned_once(attack)], &context());
    assert_eq!(text.lines().count(), 1, "{name}: {attack:?}");
    let fields = read(text.trim_end_matches('\n'));
    assert_eq!(keys(&fields), keys(&harmless), "{name}: {attack:?}");
    fields
}

#[test]
fn cef_is_read_back_with_the_same_keys_and_values() {
    for attack in ATTACKS {
        let fields = assert_same_keys("cef", readers::cef, formats::cef, attack);
        assert_eq!(readers::unshown(&fields["msg"]), attack.trim_matches(' '));
        assert_eq!(readers::unshown(&fields["cs4"]), attack.trim_matches(' '));
        assert_eq!(fields["header name"], "Suspected cryptomining launch");
        assert_eq!(fields["outcome"], "running");
    }
}

#[test]
fn leef_is_read_back_with_the_same_keys_and_values() {
    for attack in ATTACKS {
        let fields = assert_same_keys("leef", readers::leef, formats::leef, attack);
        for key in ["msg", "origins", "principals", "suppressedBy"] {
            assert_eq!(readers::unshown(&fields[key]), attack, "{key}");
        }
    }
}

#[test]
fn syslog_is_read_back_with_the_same_keys_and_values() {
    for attack in ATTACKS {
        let fields = assert_same_keys("syslog", readers::syslog, formats::syslog, attack);
        assert_eq!(readers::unshown(&fields["message"]), attack);
        for key in ["data id", "data origins", "data accounts", "data suppressedBy"] {
            assert_eq!(readers::unshown(&fields[key]), attack, "{key}");
        }
    }
}

#[test]
fn a_kilobyte_is_cut_and_the_keys_stay() {
    let attack = kilobyte();
    let cef = assert_same_keys("cef", readers::cef, formats::cef, &attack);
    assert_eq!(cef["msg"].encode_utf16().count(), 1_023);
    assert!(cef["msg"].ends_with("A…"), "the cut is told");
    let leef = assert_same_keys("leef", readers::leef, formats::leef, &attack);
    assert!(leef["msg"].ends_with("A…"), "the cut is told");
    let syslog = assert_same_keys("syslog", readers::syslog, formats::syslog, &attack);
    assert!(syslog["message"].ends_with("A…"), "the cut is told");
}

#[test]
fn csv_is_read_back_and_no_cell_is_a_formula() {
    let columns = readers::csv(&formats::csv(&[poisoned_once(HARMLESS)], &context()))[0].len();
    for attack in attacks() {
        let rows =
            readers::csv(&formats::csv(&[poisoned_once(&attack), poisoned_once(HARMLESS)], &context()));
        assert_eq!(rows.len(), 2, "{attack:?}");
        for (name, cell) in rows.iter().flatten() {
            let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '\t', '\r']);
            assert!(!formula, "{name}: {cell:?}");
        }
        let row = rows.iter().find(|row| row["title"] != HARMLESS).unwrap();
        assert_eq!(row.len(), columns);
        for name in ["id", "title", "summary", "instances", "suppressed_reason", "caveats"] {
            let cell = row[name].strip_prefix('\'').unwrap_or(&row[name]);
            // A text may begin with a quote of its own, which stays.
            let raw = readers::unshown(cell);
            assert!(
                raw == attack || readers::unshown(&row[name]) == attack,
                "{name}: {raw:?} is not {attack:?}"
            );
        }
    }
}

/// Returns the path of every field: what a reader of JSON tells apart.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| paths(value, &format!("{path}/{name}"), found))
        }
        Value::Array(entries) => entries
            .iter()
            .enumerate()
            .for_each(|(place, value)| paths(value, &format!("{path}/{place}"), found)),
        _ => _ = found.insert(path.to_owned()),
    }
}

#[test]
fn json_formats_keep_their_fields_and_the_text_as_it_was() {
    // Where the raw title stands; ASFF, which a console shows, has it visible.
    let titles = [
        ("ocsf", "/finding_info/title"),
        ("ocsf-1.3", "/finding_info/title"),
        ("asff", "/Findings/0/Title"),
        ("ecs", "/message"),
        ("guardduty", "/title"),
        ("webhook", "/findings/0/title"),
        ("eventbridge", "/Entries/0/Resources/0"),
        ("slack", "/text"),
        ("stix", "/type"),
    ];
    for (name, pointer) in titles {
        let format = FORMATS.iter().find(|(format, _)| *format == name).unwrap().1;
        let read = |attack: &str| -> Value {
            serde_json::from_str(&format(&[poisoned_once(attack)], &context())).unwrap()
        };
        for attack in attacks() {
            let document = read(&attack);
            let (mut found, mut harmless) = (BTreeSet::new(), BTreeSet::new());
            paths(&document, "", &mut found);
            paths(&read(HARMLESS), "", &mut harmless);
            // Names of machine types are keys in the contract; there the hostile name stands for the plain one.
            let without_maps = |paths: BTreeSet<String>| -> BTreeSet<String> {
                paths
                    .into_iter()
                    .filter(|path| !path.contains("/types/") && !path.contains("/refusals/"))
                    .collect()
            };
            assert_eq!(without_maps(found), without_maps(harmless), "{name}: {attack:?}");
            if name != "slack" && name != "stix" {
                let told = document.pointer(pointer).and_then(Value::as_str).unwrap();
                let told = if name == "asff" { readers::unshown(told) } else { told.to_owned() };
                let begins = attack.chars().take(250).collect::<String>();
                assert!(told.starts_with(&begins), "{name}: {told:?} is not {attack:?}");
            }
        }
    }
}

#[test]
fn slack_pings_nobody_and_links_nothing() {
    for attack in attacks() {
        let body: Value =
            serde_json::from_str(&formats::slack(&[poisoned_once(&attack)], &context())).unwrap();
        let mut found = BTreeSet::new();
        paths(&body, "", &mut found);
        for path in found {
            let told = body.pointer(&path).unwrap();
            assert_ne!(told, "mrkdwn", "{path} would be formatted");
            let text = told.as_str().unwrap_or_default();
            assert!(!text.contains(['<', '>']), "{path}: {text}");
            assert!(
                !path.ends_with("/text") || path != "/text" || !text.contains(&attack),
                "a notification links what it holds"
            );
        }
    }
}
