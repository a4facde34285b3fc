//! The small print: ATT&CK techniques and the finding's id.

use detect::Finding;

use super::layout::{Page, Span, faint, listed, plain};
use super::safe;

/// Where a technique of ATT&CK is explained.
const TECHNIQUES: &str = "https://attack.mitre.org/techniques/";

/// How many techniques are told. A finding that shows more has them in its signals.
const TECHNIQUES_TOLD_MAX: usize = 24;

/// Writes ATT&CK ids, id and revision.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    let attack = &finding.attack;
    if attack.v18 == attack.v19 {
        techniques(page, "ATT&CK", &attack.v18);
    } else {
        techniques(page, "ATT&CK v18", &attack.v18);
        techniques(page, "ATT&CK v19", &attack.v19);
    }
    let id = format!("{}, revision {}", safe::name(&finding.id), finding.revision);
    page.labelled("finding", vec![faint(id)]);
}

fn techniques(page: &mut Page<'_>, label: &str, ids: &[String]) {
    if !ids.is_empty() {
        page.labelled(label, listed(ids.iter().take(TECHNIQUES_TOLD_MAX).map(|id| technique(id)).collect()));
    }
}

/// Returns a technique's id, linked where it has the form of one.
fn technique(id: &str) -> Span {
    let span = plain(safe::name(id)).whole();
    let Some(digits) = id.strip_prefix('T') else { return span };
    // Nothing but digits and a dot can reach the address.
    let is_technique = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_technique { span.linked(format!("{TECHNIQUES}T{}/", digits.replace('.', "/"))) } else { span }
}
