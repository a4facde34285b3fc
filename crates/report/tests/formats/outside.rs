//! The formats, judged by software that others wrote: `tools/validate`.

use std::fs;

use crate::judges::{judged, python};
use crate::once::{HARMLESS, kilobyte, poisoned_once};
use crate::samples;
use crate::samples::hostile::ATTACKS;
use crate::{FORMATS, context};

#[test]
fn software_that_others_wrote_takes_every_format() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut cases = vec![
        (
            "stories".to_owned(),
            vec![samples::gpu_fleet(), samples::misuse(), samples::refused_only(), samples::respawners()],
        ),
        ("suppressed".to_owned(), vec![samples::suppressed()]),
        ("six-thousand".to_owned(), vec![samples::six_thousand()]),
        ("many".to_owned(), vec![samples::gpu_fleet(); 130]),
        ("none".to_owned(), Vec::new()),
        ("hostile-plain".to_owned(), vec![poisoned_once(HARMLESS)]),
        ("hostile-kilobyte".to_owned(), vec![poisoned_once(&kilobyte())]),
    ];
    for (number, finding) in cases[3].1.iter_mut().enumerate() {
        finding.id = samples::id(number as u32);
    }
    cases.extend(
        ATTACKS
            .iter()
            .enumerate()
            .map(|(number, attack)| (format!("hostile-{number:02}"), vec![poisoned_once(attack)])),
    );
    for (case, findings) in &cases {
        for (name, format) in FORMATS {
            // Many findings matter where they share a request; the other judges would only take longer.
            if case == "many" && !matches!(name, "asff" | "eventbridge" | "slack" | "webhook") {
                continue;
            }
            fs::write(folder.path().join(format!("{case}.{name}")), format(findings, &context())).unwrap();
        }
    }
    let (is_accepted, said) = judged(&python, folder.path());
    assert!(is_accepted, "{said}");
}

#[test]
fn judges_that_accept_anything_would_be_no_judges() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let broken = [
        ("ocsf", "\"class_uid\"", "\"class_uids\""),
        ("ocsf-1.3", "\"activity_id\":1", "\"activity_id\":\"1\",\"is_alert\":true"),
        ("asff", "\"Title\"", "\"Headline\""),
        ("ecs", "\"category\":[\"intrusion_detection\"]", "\"category\":\"intrusion_detection\""),
        ("guardduty", "\"accountId\"", "\"account\""),
        ("csv", "Stolen instance", "=Stolen instance"),
        ("cef", "CEF:0|minetrail|", "CEF:0||"),
        ("leef", "|x09|", "|^|"),
        ("syslog", "urgency=\"94\"", "urgency=\"9\"4\""),
        ("stix", "\"pattern_type\"", "\"kind_of_pattern\""),
        ("slack", "\"header\"", "\"heading\""),
        ("webhook", "minetrail.finding/1", "minetrail.finding/2"),
        ("eventbridge", "\"DetailType\"", "\"Kind\""),
        ("markdown", "GPU fleet", "GPU https://miner.example fleet"),
    ];
    for (name, from, to) in broken {
        let format = FORMATS.iter().find(|(format, _)| *format == name).unwrap().1;
        let text = format(&[samples::gpu_fleet()], &context());
        assert!(text.contains(from), "{name} has no {from}");
        fs::write(folder.path().join(format!("broken.{name}")), text.replacen(from, to, 1)).unwrap();
    }
    let (is_accepted, said) = judged(&python, folder.path());
    assert!(!is_accepted, "{said}");
    for (name, _, _) in broken {
        assert!(!said.contains(&format!("{name}: 1 files, 0 complaints")), "{name} was accepted: {said}");
    }
}
