//! What was read for an answer: an answer from half of the logs must say so.

use super::super::ink::Ink;
use super::super::layout::{Page, Span, dotted, plain};
use super::super::{safe, tell_left_out};
use crate::answers::Reading;
use crate::numbers::{count, counted};

/// How many unreadable objects are named.
const FAILED_TOLD_MAX: usize = 5;

/// Writes what was read, and what could not be.
pub(super) fn tell(page: &mut Page<'_>, reading: &Reading) {
    page.blank();
    if reading.partial {
        page.labelled("PARTIAL", vec![Span::new("interrupted before everything was read", Ink::Notice)]);
    }
    let mut parts = vec![
        plain(counted(reading.records, "record")).whole(),
        plain(counted(reading.objects.read, "object")).whole(),
    ];
    for (number, what) in [(reading.objects.failed, "failed"), (reading.objects.skipped, "skipped")] {
        if number > 0 {
            let ink = if what == "failed" { Ink::Notice } else { Ink::Plain };
            parts.push(Span::new(format!("{} {what}", count(number)), ink).whole());
        }
    }
    if reading.rejected > 0 {
        parts.push(
            Span::new(format!("{} rejected", counted(reading.rejected, "record")), Ink::Notice).whole(),
        );
    }
    page.labelled("read", dotted(parts));
    for failed in reading.failed.iter().take(FAILED_TOLD_MAX) {
        let what = format!("{}: {}", safe::name(&failed.object), safe::sentence(&failed.reason));
        page.unlabelled(vec![plain(what)]);
    }
    tell_left_out(
        page,
        super::super::layout::GUTTER,
        reading.failed.len(),
        FAILED_TOLD_MAX,
        "unreadable object",
    );
}
