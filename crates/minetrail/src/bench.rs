//! `minetrail bench`: what it costs to unpack somebody's own data, on the way that a scan takes.
//!
//! It is hidden: it finds nothing. Beside the time of a scan it tells how much of that is not ours to save.

use std::fmt::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ingest::{Input, Options, Progress, Totals};

use crate::Done;
use crate::args::BenchArgs;
use crate::exit::{FAILED, Failure};
use crate::output::{Target, write};

/// Runs `minetrail bench`.
pub(crate) fn run(args: &BenchArgs) -> Done {
    let began = Instant::now();
    let input = Input::from_paths(&args.paths).map_err(|error| Failure::new(FAILED, error))?;
    let mut options = Options::default();
    options.threads = args.threads.unwrap_or(options.threads);
    let totals = ingest::unfold(&input, &options, &Progress::default())
        .map_err(|error| Failure::new(FAILED, error))?;
    let text = told(&totals, began.elapsed(), cpu_time(), options.threads.get());
    write(&Target::Stdout, &text).map_err(|error| Failure::new(FAILED, error))?;
    Ok(ExitCode::SUCCESS)
}

fn told(totals: &Totals, wall: Duration, cpu: Option<[Duration; 2]>, threads: usize) -> String {
    let (stored, text) = (totals.bytes.stored as f64 / 1e6, totals.bytes.decompressed as f64);
    let mut told = format!(
        "{} objects unpacked, {} failed: {:.1} MB of text in {stored:.1} MB\n{:.3} s on {threads} threads: {:.2} GB a second\n",
        totals.objects.read(),
        totals.objects.failed(),
        text / 1e6,
        wall.as_secs_f64(),
        text / 1e9 / wall.as_secs_f64(),
    );
    if let Some([user, system]) = cpu {
        let all = (user + system).as_secs_f64();
        // To a String nothing can fail to be written.
        writeln!(
            told,
            "{all:.3} s of processor time ({:.3} user, {:.3} system): {:.2} GB a second",
            user.as_secs_f64(),
            system.as_secs_f64(),
            text / 1e9 / all,
        )
        .expect("memory takes everything");
    }
    told
}

/// Returns the user and system time of this process.
#[cfg(unix)]
fn cpu_time() -> Option<[Duration; 2]> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let duration = |time: nix::sys::time::TimeVal| {
        let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
        Duration::from_secs(u64::try_from(time.tv_sec()).unwrap_or_default()) + Duration::from_micros(micros)
    };
    Some([duration(usage.user_time()), duration(usage.system_time())])
}

/// Returns nothing: this system is not asked.
#[cfg(not(unix))]
fn cpu_time() -> Option<[Duration; 2]> {
    None
}
