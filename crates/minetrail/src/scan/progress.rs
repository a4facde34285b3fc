//! The progress bar: on standard error, and only on a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ingest::Progress;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// Does `work` with a bar that follows `progress`.
pub(crate) fn shown<T: Send>(progress: &Progress, work: impl FnOnce() -> T + Send) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let bar = ProgressBar::new(0).with_style(style());
    std::thread::scope(|scope| {
        let worker = scope.spawn(work);
        while !worker.is_finished() {
            bar.set_length(progress.bytes_total());
            bar.set_position(progress.bytes_done());
            bar.set_message(format!(
                "{} of {} files, {} records",
                progress.objects_done(),
                progress.objects_total(),
                progress.records()
            ));
            std::thread::park_timeout(TICK);
        }
        bar.finish_and_clear();
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:32} {bytes}/{total_bytes} {msg} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
