//! A sheet: headings and lines for answers that are no finding, in the manner of the findings.
//!
//! Whoever asks a question after a scan gets a sheet: what it says is built as data, and made
//! safe, wrapped and inked here, like everything else that reaches a terminal.

use super::Style;
use super::ink::Ink;
use super::layout::{Page, Span, faint, plain, strong};
use super::safe;

/// How far sections are set in.
const INDENT: usize = 3;

/// A part of a sheet. Its texts may hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A line across, and a headline below it.
    Headline(String),
    /// The title of a section, and a remark at the right edge.
    Section(String, String),
    /// A sentence.
    Text(String),
    /// A sentence that may be left for later.
    Aside(String),
    /// A sentence after a mark, number or name that stands in a column as wide as it is.
    Row {
        /// What stands before it; rows below one another are filled to one width.
        lead: String,
        /// The sentence.
        body: String,
        /// It is to be read first.
        notice: bool,
    },
    /// Lines to be copied as they are: never wrapped.
    Verbatim(String),
}

/// Returns the sheet. No line is wider than the page, except what is to be copied.
#[must_use]
pub fn sheet(blocks: &[Block], style: &Style) -> String {
    let mut page = Page::new(style);
    for block in blocks {
        match block {
            Block::Headline(text) => {
                page.rule();
                page.wrapped(1, vec![strong(safe::sentence(text))]);
            }
            Block::Section(title, remark) => page.section(title, remark),
            Block::Text(text) => page.wrapped(INDENT, vec![plain(safe::sentence(text))]),
            Block::Aside(text) => page.wrapped(INDENT, vec![faint(safe::sentence(text))]),
            Block::Row { lead, body, notice } => row(&mut page, lead, body, *notice),
            Block::Verbatim(text) => {
                text.lines().for_each(|line| page.line(vec![plain(" ".repeat(INDENT)), plain(line)]));
            }
        }
    }
    page.into_text()
}

fn row(page: &mut Page<'_>, lead: &str, body: &str, notice: bool) {
    let ink = if notice { Ink::Notice } else { Ink::Plain };
    let lead = Span::new(format!("{}{}  ", " ".repeat(INDENT), safe::name(lead)), ink);
    let indent = lead.width();
    page.hanging(vec![lead], indent, vec![plain(safe::sentence(body))]);
}
