//! Answers told to a person at a terminal.

mod actor;
mod calls;
mod gaps;
mod hand;
mod reading;

use detect::answers::Call;

pub use self::actor::actor;
pub use self::gaps::gaps;
use super::Style;
use super::ink::Ink;
use super::layout::{Page, Span, faint, plain, strong};
use super::safe;
use crate::answers::Timeline;
use crate::numbers::counted;

/// Returns a hand's profile and its calls in order.
#[must_use]
pub fn timeline(timeline: &Timeline<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    page.rule();
    page.wrapped(1, vec![strong(safe::sentence(timeline.asked))]);
    page.blank();
    hand::tell(&mut page, timeline.profile);
    not_kept(&mut page, timeline.not_kept_from);
    calls::tell(&mut page, timeline.calls);
    if timeline.calls_not_told > 0 {
        let more = counted(timeline.calls_not_told, "more call");
        page.wrapped(
            3,
            vec![faint(format!(
                "… {more}: --limit 0 tells all of them, --changes only what changed something"
            ))],
        );
    }
    reading::tell(&mut page, timeline.read);
    page.into_text()
}

/// Writes that calls from a moment on were not kept.
fn not_kept(page: &mut Page<'_>, from: Option<event::Time>) {
    let Some(from) = from else { return };
    let what = format!(
        "Too many calls for memory: those from {from} on are neither counted nor told. Ask with --until, and again \
         with --since {from}."
    );
    page.labelled("NOT ALL", vec![Span::new(what, Ink::Notice)]);
}

/// Returns one line for each call: when, where, what, how it ended, who, from where.
#[must_use]
pub fn lines(found: &[Call], style: &Style) -> String {
    let mut page = Page::unbounded(style);
    for call in found {
        page.line(calls::one_line(call));
    }
    page.into_text()
}

/// A list of values with how often each comes, cut to the first `max`.
fn counted_values(values: &[detect::answers::hand::Count], max: usize) -> Vec<Span> {
    let told = values.iter().take(max).flat_map(|count| {
        let times = faint(format!(" ×{}", crate::numbers::count(count.calls))).whole();
        [plain(", "), plain(safe::name(&count.value)).whole(), times]
    });
    let mut told: Vec<Span> = told.skip(1).collect();
    if let Some(more) = super::left_out(values.len(), max) {
        told.push(faint(format!(", … and {}", counted(more, "more value"))));
    }
    told
}
