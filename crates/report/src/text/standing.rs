//! What the reasons amount to: the root cause, how much history there was, what was not seen.

use detect::Finding;

use super::ink::Ink;
use super::layout::{GUTTER, Page, Span, dotted, plain, strong};
use super::{safe, tell_left_out};
use crate::numbers::counted;
use crate::words::word;

/// How many caveats are told.
const CAVEATS_TOLD_MAX: usize = 8;

/// How many side logs are told.
const SIDE_LOGS_TOLD_MAX: usize = 8;

/// Writes root cause, history, what other logs say, and caveats.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    page.blank();
    if !finding.root_cause.is_empty() {
        page.labelled("root cause", causes(finding));
    }
    page.labelled("history", vec![history(finding.history_days)]);
    side_logs(page, finding);
    for (place, caveat) in finding.caveats.iter().take(CAVEATS_TOLD_MAX).enumerate() {
        page.labelled(if place == 0 { "not seen" } else { "" }, vec![plain(safe::sentence(caveat))]);
    }
    tell_left_out(page, GUTTER, finding.caveats.len(), CAVEATS_TOLD_MAX, "caveat");
}

/// Writes what each other log covered, and what it says: also where that is nothing.
fn side_logs(page: &mut Page<'_>, finding: &Finding) {
    for (place, told) in finding.corroboration.iter().take(SIDE_LOGS_TOLD_MAX).enumerate() {
        let what = vec![strong(told.source), plain(": "), plain(safe::sentence(&told.says))];
        page.labelled(if place == 0 { "other logs" } else { "" }, what);
    }
    tell_left_out(page, GUTTER, finding.corroboration.len(), SIDE_LOGS_TOLD_MAX, "other log");
}

/// Returns the causes with their shares; the likeliest stands out.
fn causes(finding: &Finding) -> Vec<Span> {
    let causes = finding.root_cause.iter().enumerate().map(|(place, told)| {
        let ink = if place == 0 { Ink::Strong } else { Ink::Plain };
        let percent = (told.share * 100.0).round() as i64;
        Span::new(format!("{} {percent} %", word(&told.cause)), ink).whole()
    });
    dotted(causes.collect())
}

fn history(days: u32) -> Span {
    if days == 0 {
        let none = "none before this: the logs begin with it, so \"never before\" says little";
        return Span::new(none, Ink::Notice);
    }
    plain(format!("{} of records before this", counted(u64::from(days), "day")))
}
