//! The first line: how bad, what, how sure; and the sentence that says it.

use detect::Finding;
use detect::finding::Severity;

use super::ink::Ink;
use super::layout::{Page, Span, plain, strong};
use super::safe;

/// Writes the headline and the sentence.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    let badge = badge(finding);
    let indent = badge.width() + 2;
    let title = strong(safe::name(&finding.title));
    let scores = format!("certainty {}   threat {}", finding.certainty, finding.threat);

    let used = indent + title.width() + 3 + scores.len();
    if used <= page.columns() {
        let gap = " ".repeat(page.columns() - used + 3);
        page.line(vec![badge, plain("  "), title, plain(gap), plain(scores)]);
    } else {
        page.hanging(vec![badge, plain("  ")], indent, vec![title]);
        page.wrapped(indent, vec![plain(scores).whole()]);
    }
    page.blank();
    page.wrapped(1, vec![plain(safe::sentence(&finding.summary))]);
}

/// Returns severity and urgency as one coloured block: `CRITICAL 94`.
pub(super) fn badge(finding: &Finding) -> Span {
    let (word, ink) = match finding.severity {
        Severity::Informational => ("INFO", Ink::Low),
        Severity::Low => ("LOW", Ink::Low),
        Severity::Medium => ("MEDIUM", Ink::Medium),
        Severity::High => ("HIGH", Ink::High),
        Severity::Critical => ("CRITICAL", Ink::Critical),
    };
    Span::new(format!(" {word} {} ", finding.urgency), ink).whole()
}
