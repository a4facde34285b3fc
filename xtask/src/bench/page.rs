//! The tables that the bench prints, as they stand in `docs/performance.md`.

use super::Runs;
use super::contenders::{ALL, Contender};
use super::measure::{Run, middle};
use super::sets::{Set, SetName};
use super::truth::Difference;

/// Where what is reached is held against what was promised.
const GROWTH: &str = "8.5 to 10.5";

/// Returns the table of one set.
pub(super) fn table(set: &Set, runs: &Runs) -> String {
    let manifest = &set.manifest;
    let mut page = format!(
        "### {}: {} files, {} {}, {} MB of text in {} MB\n\n",
        set.name.label(),
        manifest.files,
        manifest.records,
        if set.name.is_flows() { "rows" } else { "records" },
        manifest.text_bytes / 1_000_000,
        manifest.stored_bytes / 1_000_000,
    );
    page += "| contender | job | CPU s | ÷ inflate | ÷ scan | wall s | peak MB | launches |\n";
    page += "|---|---|---|---|---|---|---|---|\n";
    let (floor, scan) = (cpu(runs, Contender::Inflate), cpu(runs, Contender::Scan(2)));
    for contender in ALL {
        let Some(all) = runs.get(&contender) else { continue };
        let (cpu, least, most) = middle(seconds(all, |run| run.cpu));
        let (wall, ..) = middle(seconds(all, |run| run.wall));
        page += &format!(
            "| {} | {} | {cpu:.2} [{least:.2}–{most:.2}] | {} | {} | {wall:.2} | {:.0} | {} |\n",
            contender.label(),
            contender.job(),
            ratio(cpu, floor),
            ratio(cpu, scan),
            peak(all),
            launches(set, contender, all),
        );
    }
    page
}

/// What a contender says it found, and whether that is the truth.
fn launches(set: &Set, contender: Contender, runs: &[Run]) -> String {
    let said = runs.first().map_or("", |run| run.said.as_str());
    let truth = if contender == Contender::Ripgrep {
        set.manifest.kinds.get("RunInstances").copied().unwrap_or(0)
    } else if contender.finds_launches() {
        set.manifest.launches.len() as u64
    } else {
        return "–".to_owned();
    };
    if said == truth.to_string() { said.to_owned() } else { format!("{said} for {truth}: wrong") }
}

/// Returns what became of the launches or miners that were planted.
pub(super) fn truth(set: &Set, difference: &Difference) -> String {
    format!(
        "{}: of {} {} among decoys {} wrong, {} missed; records counted {}",
        set.name.label(),
        difference.planted,
        if set.name.is_flows() { "miners" } else { "launches" },
        difference.wrong,
        difference.missed,
        if difference.records_right { "right" } else { "WRONG" },
    )
}

/// Returns how cost grows with size and shrinks with cores, as far as the sets that were read tell.
pub(super) fn growth(measured: &[(Set, Runs)]) -> String {
    let runs = |wanted| measured.iter().find(|(set, _)| set.name == wanted).map(|(_, runs)| runs);
    let mut page = String::new();
    let pairs = [
        ("200 MB to 2 GB", SetName::Small, SetName::Big),
        ("100 MB to 1 GB of flow logs", SetName::FlowsSmall, SetName::Flows),
    ];
    for (what, small, big) in pairs {
        let (Some(small), Some(big)) = (runs(small), runs(big)) else { continue };
        let scan = Contender::Scan(2);
        page += &format!(
            "\n{what}: {} times the CPU (promised: {GROWTH}), memory {:+.0} % ({:.0} to {:.0} MB).\n",
            ratio(cpu(big, scan), cpu(small, scan)),
            (of(big, scan).map_or(0.0, peak) / of(small, scan).map_or(1.0, peak) - 1.0) * 100.0,
            of(small, scan).map_or(0.0, peak),
            of(big, scan).map_or(0.0, peak),
        );
    }
    for (set, runs) in measured {
        let wall = |threads| {
            middle(of(runs, Contender::Scan(threads)).map_or(Vec::new(), |all| seconds(all, |run| run.wall)))
                .0
        };
        page += &format!("{}: wall on 2 threads ÷ 1 thread {}\n", set.name.label(), ratio(wall(2), wall(1)));
    }
    page
}

fn of(runs: &Runs, contender: Contender) -> Option<&[Run]> {
    runs.get(&contender).map(Vec::as_slice)
}

fn cpu(runs: &Runs, contender: Contender) -> f64 {
    middle(of(runs, contender).map_or(Vec::new(), |all| seconds(all, |run| run.cpu))).0
}

fn seconds(runs: &[Run], of: impl Fn(&Run) -> std::time::Duration) -> Vec<f64> {
    runs.iter().map(|run| of(run).as_secs_f64()).collect()
}

fn peak(runs: &[Run]) -> f64 {
    runs.iter().map(|run| run.peak_bytes).max().unwrap_or(0) as f64 / 1e6
}

fn ratio(number: f64, by: f64) -> String {
    if by > 0.0 && number > 0.0 { format!("{:.2}", number / by) } else { "–".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::super::sets::Manifest;
    use super::*;

    fn runs(cpu: [u64; 3], peak_bytes: u64) -> Runs {
        let run = |milliseconds| {
            let cpu = Duration::from_millis(milliseconds);
            vec![Run { cpu, wall: cpu, peak_bytes, said: "7".to_owned() }]
        };
        Runs::from([
            (Contender::Inflate, run(cpu[0])),
            (Contender::Scan(1), run(cpu[1])),
            (Contender::Scan(2), run(cpu[2])),
        ])
    }

    #[test]
    fn growth_is_told_when_both_ends_were_measured() {
        let set = |name| Set { name, logs: PathBuf::new(), manifest: Manifest::default() };
        let measured = [
            (set(SetName::Small), runs([100, 140, 150], 40_000_000)),
            (set(SetName::Big), runs([1000, 1400, 1500], 44_000_000)),
        ];
        let page = growth(&measured);
        assert!(
            page.contains("10.00 times the CPU") && page.contains("memory +10 % (40 to 44 MB)"),
            "{page}"
        );
        assert!(page.ends_with("big: wall on 2 threads ÷ 1 thread 1.07\n"), "{page}");
        assert!(!growth(&measured[..1]).contains("times the CPU"));
    }
}
