//! How it went: the story in lines, the middle cut out where it is long.

use detect::Finding;
use detect::finding::Moment;

use super::ink::Ink;
use super::layout::{Page, Span, faint, left, plain, right, strong, width};
use super::{event_id, safe};
use crate::numbers::{count, counted};

/// How many lines are told from the beginning.
///
/// The beginning shows how they came in; the first launch is usually within ten lines.
const FIRST_TOLD_MAX: usize = 14;
/// How many from the end, which shows what they were doing last.
const LAST_TOLD_MAX: usize = 8;

/// How far everything is set in.
const INDENT: usize = 3;
/// Columns for a time of day and the gap after it.
const CLOCK_COLUMNS: usize = 10;
/// Columns for a full id, which is a UUID.
const FULL_ID_COLUMNS: usize = 36;
/// Columns for a shortened one; `content:` and eight characters take two more lines' worth, and are cut.
const SHORT_ID_COLUMNS: usize = 8;

/// Writes the story; nothing where there is none.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    let story = &finding.timeline;
    if story.is_empty() {
        return;
    }
    page.section("how it went", "UTC");
    let mut day = None;
    let mut skipped = 0;
    for (place, moment) in story.iter().enumerate() {
        if !is_told(finding, place) {
            skipped += 1;
            continue;
        }
        cut(page, skipped);
        skipped = 0;
        if day != Some(moment.time.day()) {
            day = Some(moment.time.day());
            page.wrapped(INDENT, vec![faint(date(moment))]);
        }
        line(page, moment, is_where_it_fired(finding, place));
    }
}

/// Whether the line at `place` is told: the beginning, the end, and where the verdict fell.
fn is_told(finding: &Finding, place: usize) -> bool {
    let all = finding.timeline.len();
    // Cutting out a line or two costs a line to say so.
    all <= FIRST_TOLD_MAX + LAST_TOLD_MAX + 2
        || place < FIRST_TOLD_MAX
        || place + LAST_TOLD_MAX >= all
        || is_where_it_fired(finding, place)
}

/// Whether the line at `place` is that of the launch that crossed the threshold: of one second, the launch comes last.
fn is_where_it_fired(finding: &Finding, place: usize) -> bool {
    let at = |place: usize| finding.timeline[place].time == finding.fired_at;
    at(place) && (place + 1 == finding.timeline.len() || !at(place + 1))
}

fn cut(page: &mut Page<'_>, skipped: u64) {
    if skipped > 0 {
        let what = format!("… {} left out here; all of them: --format json", counted(skipped, "line"));
        page.wrapped(INDENT, vec![faint(what)]);
    }
}

fn date(moment: &Moment) -> String {
    let text = moment.time.to_string();
    text.split_once('T').map_or(text.clone(), |(date, _)| date.to_owned())
}

fn clock(moment: &Moment) -> String {
    let text = moment.time.to_string();
    text.split_once('T').map_or(String::new(), |(_, clock)| clock.trim_end_matches('Z').to_owned())
}

fn line(page: &mut Page<'_>, moment: &Moment, fired: bool) {
    let ink = if fired { Ink::Against } else { Ink::Faint };
    let lead = vec![plain(" ".repeat(INDENT)), Span::new(left(&clock(moment), CLOCK_COLUMNS), ink)];
    let mut body = vec![plain(safe::sentence(&moment.what))];
    if moment.count > 1 {
        body.push(strong(format!(" ×{}", count(moment.count))));
    }
    if fired {
        body.push(Span::new(" ← crosses the threshold", Ink::Against));
    }
    let id = event_id(&moment.event, page.is_wide());
    let short = width(&id).clamp(SHORT_ID_COLUMNS, FULL_ID_COLUMNS);
    let columns = if page.is_wide() { FULL_ID_COLUMNS } else { short };
    let room = page.columns() - INDENT - CLOCK_COLUMNS - 2 - columns;
    page.beside(lead, &body, room, vec![plain("  "), faint(right(&id, columns))]);
}
