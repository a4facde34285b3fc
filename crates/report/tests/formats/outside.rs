//! The formats, judged by software that others wrote: `tools/validate`.
//!
//! The judges are Python packages with pinned versions, installed once into a folder beside
//! the build. Where Python or the registry cannot be reached, the test says so and passes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::poison::{ATTACKS, HARMLESS, kilobyte, poisoned};
use crate::samples;
use crate::{FORMATS, context};

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/validate")
}

/// Returns a Python that has the judges; else why there is none.
fn python() -> Result<PathBuf, String> {
    let requirements = fs::read(tools().join("requirements.txt")).map_err(|error| error.to_string())?;
    let name = format!(
        "judges-{:08x}",
        requirements.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)))
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = folder.join("bin/python");
    let ready = folder.join("ready");
    if ready.exists() {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--timeout",
        "20",
        "--retries",
        "1",
        "-r",
    ];
    run(Command::new(&python).args(pip).arg(tools().join("requirements.txt")))?;
    fs::write(ready, "").map_err(|error| error.to_string())?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}", said.lines().last().unwrap_or_default()))
}

/// Returns a Python that has the judges, installed once; else why there is none.
fn judges() -> Result<PathBuf, String> {
    // Two tests at once would install into the same folder.
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    PYTHON.get_or_init(python).clone()
}

/// Returns whether every file of `folder` was accepted, and what the judges said.
fn judged(python: &Path, folder: &Path) -> (bool, String) {
    let output = Command::new(python)
        .arg(tools().join("validate.py"))
        .arg(folder)
        .output()
        .expect("a Python that runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn software_that_others_wrote_takes_every_format() {
    let python = match judges() {
        Ok(python) => python,
        Err(why) => return eprintln!("skipped: no judges of the formats here ({why})"),
    };
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
        ("hostile-plain".to_owned(), vec![poisoned(HARMLESS)]),
        ("hostile-kilobyte".to_owned(), vec![poisoned(&kilobyte())]),
    ];
    for (number, finding) in cases[3].1.iter_mut().enumerate() {
        finding.id = samples::id(number as u32);
    }
    cases.extend(
        ATTACKS
            .iter()
            .enumerate()
            .map(|(number, attack)| (format!("hostile-{number:02}"), vec![poisoned(attack)])),
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
    let python = match judges() {
        Ok(python) => python,
        Err(why) => return eprintln!("skipped: no judges of the formats here ({why})"),
    };
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
