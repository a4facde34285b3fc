//! Findings as one page that a manager can look at and a responder can work from.
//!
//! The page is a single file without scripts, fonts, images or anything else to load: it
//! opens offline, travels as an attachment, and its policy forbids whatever it does not use.
//! Each finding follows the order in which an analyst asks: what happened, why we say so,
//! how it went, where, what it costs, how it could come about, what to do.
//!
//! The templates are in `templates/`, and each section is one template with one struct, so
//! that a console can show a section alone. They escape what they are given; text from
//! records reaches them only as [`shown::Shown`]. Anchors are built from numbers.
//!
//! Charts are drawn here and not by a library: those we looked at draw to a fixed width with
//! colours and styles of their own inside, which is illegible on a telephone, wrong in dark
//! mode, and forbidden by the page's own policy. Ours place everything in percent and leave
//! colour to the style sheet.
//!
//! Blind spots: what is folded away stays folded on paper, where the summary line still
//! counts it.

mod causes;
mod chart;
mod cost;
mod ending;
mod evidence;
mod headline;
mod lineage;
mod overview;
mod places;
mod records;
mod references;
mod shown;
mod steps;
mod story;
mod verify;

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;

use self::records::Records;
use crate::numbers::count;
use crate::order::by_urgency;
use crate::summary::Summary;

/// How many findings are told in full, the most urgent first.
///
/// Fewer, and an organisation under attack sees part of it; more, and the page no longer
/// opens at once. The overview lists more of them, a line each.
const FINDINGS_TOLD_MAX: usize = 40;

/// The style sheet, and its hash for the page's policy. A test holds them together.
const STYLE: &str = include_str!("../../templates/report/report.css");
const STYLE_HASH: &str = "sha256-c/aFz04OWOpsOpV1IM2rt2ICwBRCjhcCkkB5pNqSQgo=";

/// The style sheet, which is ours and must not be escaped.
struct Style(&'static str);

impl HtmlSafe for Style {}

impl std::fmt::Display for Style {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.0)
    }
}

/// The page.
#[derive(Template)]
#[template(path = "report/page.html")]
struct Page {
    style: Style,
    style_hash: &'static str,
    opening: overview::Opening,
    overview: Option<overview::Overview>,
    findings: Vec<FindingTold>,
    left_out: Option<String>,
    suppressed: Option<overview::Suppressed>,
    ending: ending::Ending,
}

/// One finding, section by section.
#[derive(Template)]
#[template(path = "report/finding.html")]
struct FindingTold {
    /// `f1`, `f2` …: where links within the page lead.
    anchor: String,
    headline: headline::Headline,
    evidence: evidence::Evidence,
    story: story::Story,
    lineage: lineage::Lineage,
    places: places::Places,
    cost: cost::CostTold,
    causes: causes::Causes,
    verify: verify::Verify,
    steps: steps::Steps,
    references: references::References,
}

// A template escapes what it is given.
impl HtmlSafe for FindingTold {}

/// Returns the page: an overview where there are several findings, each finding, the totals.
///
/// Findings below the summary's threshold are counted and not told; suppressed ones are told
/// in a line each. The page loads nothing and runs nothing, and its size is bounded.
#[must_use]
pub fn html(findings: &[Finding], summary: &Summary) -> String {
    let threshold = summary.findings.min_certainty;
    let (raised, suppressed): (Vec<&Finding>, Vec<&Finding>) = by_urgency(findings)
        .into_iter()
        .filter(|finding| finding.certainty >= threshold)
        .partition(|finding| finding.suppressed.is_none());

    let told = raised.iter().take(FINDINGS_TOLD_MAX).enumerate();
    let page = Page {
        style: Style(STYLE),
        style_hash: STYLE_HASH,
        opening: overview::Opening::of(&raised, summary),
        overview: overview::Overview::of(&raised, FINDINGS_TOLD_MAX),
        findings: told.map(|(place, finding)| tell(finding, &anchor(place))).collect(),
        left_out: left_out(raised.len(), FINDINGS_TOLD_MAX).map(|more| {
            format!("{more} more findings are in the overview alone; all of them: --format json")
        }),
        suppressed: overview::Suppressed::of(&suppressed),
        ending: ending::Ending::of(summary),
    };
    page.render().expect("a template writes to a string")
}

fn tell(finding: &Finding, anchor: &str) -> FindingTold {
    let records = Records::of(finding, anchor);
    FindingTold {
        anchor: anchor.to_owned(),
        headline: headline::Headline::of(finding),
        evidence: evidence::Evidence::of(finding, &records),
        story: story::Story::of(finding, &records),
        lineage: lineage::Lineage::of(finding, &records),
        places: places::Places::of(finding),
        cost: cost::CostTold::of(finding),
        causes: causes::Causes::of(finding),
        verify: verify::Verify::of(finding, &records),
        steps: steps::Steps::of(finding),
        references: references::References::of(finding, &records),
    }
}

/// Returns where the finding at `place` of the page is.
fn anchor(place: usize) -> String {
    format!("f{}", place + 1)
}

/// Returns how many of `all` are left out when at most `told` are told; `None` for none.
fn left_out(all: usize, told: usize) -> Option<String> {
    all.checked_sub(told).filter(|left_out| *left_out > 0).map(|left_out| count(left_out as u64))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_exactly_our_style_sheet() {
        let hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)));
        assert_eq!(STYLE_HASH, hash, "the style sheet has changed, and STYLE_HASH has not");
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"), "the page loads nothing");
        assert!(!STYLE.contains('\r') && !STYLE.contains("</"), "the hash is over what a browser reads");
    }
}
