//! Why: the evidence for and against, as the sum that it is.
//!
//! Each bar begins where the one above it ends, so the eye follows the odds from where any
//! launch starts to the verdict. The upright line is even odds. What a group's ceiling took
//! from a signal is drawn as dots and said in words.

use detect::Finding;
use detect::finding::SignalTold;
use detect::score::Decibans;

use super::facts::moment;
use super::ink::Ink;
use super::layout::{Page, Span, faint, left, plain, right, strong};
use super::{event_id, safe};
use crate::numbers::count;

/// Columns for the rule's name. The longest has 22 characters.
const RULE_COLUMNS: usize = 23;
/// Columns for a weight: `-100.0`.
const WEIGHT_COLUMNS: usize = 6;
/// Columns for the bars where sentences stand beside them.
const BAR_COLUMNS_BESIDE: usize = 32;
/// How many events are named as proof, shortened; the rest is counted.
const EVENTS_TOLD_MAX: usize = 5;
/// How many are named where they are told in full.
const FULL_EVENTS_TOLD_MAX: usize = 2;
/// How far everything is set in.
const INDENT: usize = 3;

/// Writes the waterfall.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    page.section("why", "decibans: +10 is ten times likelier theft; │ is even odds");
    let bars = Bars::over(finding, bar_columns(page));
    let mut sum = finding.score.prior;
    let prior = Row { name: "where any launch starts", from: Decibans::ZERO, to: sum, uncapped: sum };
    row(page, &bars, &prior, &[]);

    for signal in &finding.signals {
        let to = sum + signal.decibans;
        let name = safe::name(signal.rule);
        let told = Row { name: &name, from: sum, to, uncapped: sum + signal.full_decibans };
        row(page, &bars, &told, &[plain(sentence(signal))]);
        proof(page, finding, signal);
        sum = to;
    }
    if sum != finding.score.sum {
        let rest =
            Row { name: "not itemised", from: sum, to: finding.score.sum, uncapped: finding.score.sum };
        row(page, &bars, &rest, &[]);
    }
    total(page, &bars, finding);
}

/// Returns the signal's sentence, with what the group's ceiling took.
fn sentence(signal: &SignalTold) -> String {
    let sentence = safe::sentence(&signal.sentence);
    if signal.decibans == signal.full_decibans {
        return sentence;
    }
    format!("{sentence} ({} alone; the group {} has reached its ceiling)", signal.full_decibans, signal.group)
}

/// One step of the waterfall.
struct Row<'a> {
    name: &'a str,
    from: Decibans,
    to: Decibans,
    /// Where it would end without the ceiling.
    uncapped: Decibans,
}

fn row(page: &mut Page<'_>, bars: &Bars, row: &Row<'_>, sentence: &[Span]) {
    let weight = row.to - row.from;
    let ink = ink(weight);
    let name = Span::new(format!("{}{}", " ".repeat(INDENT), left(row.name, RULE_COLUMNS)), Ink::Strong);
    let weight = Span::new(right(&told(weight), WEIGHT_COLUMNS), ink);
    let mut numbers = vec![weight, plain("  ")];
    numbers.extend(bars.draw(row, ink));
    if page.is_wide() {
        let lead = vec![name, plain(" ")];
        page.beside(lead, sentence, sentence_columns(page), [vec![plain("  ")], numbers].concat());
        return;
    }
    page.line([vec![name, plain(" ")], numbers].concat());
    if !sentence.is_empty() {
        page.wrapped(INDENT + 2, sentence.to_vec());
    }
}

/// Returns the weight with its sign; nothing is neither for nor against.
fn told(weight: Decibans) -> String {
    if weight == Decibans::ZERO { "0.0".to_owned() } else { weight.to_string() }
}

fn ink(weight: Decibans) -> Ink {
    match weight.cmp(&Decibans::ZERO) {
        std::cmp::Ordering::Greater => Ink::Against,
        std::cmp::Ordering::Less => Ink::For,
        std::cmp::Ordering::Equal => Ink::Faint,
    }
}

/// Writes since when a signal is true, and the events that prove it.
fn proof(page: &mut Page<'_>, finding: &Finding, signal: &SignalTold) {
    let wide = page.is_wide();
    let told_max = if wide { FULL_EVENTS_TOLD_MAX } else { EVENTS_TOLD_MAX };
    let since = format!("since {}", moment(signal.since, finding.first_seen));
    let events = if signal.events.is_empty() { "" } else { " · events" };
    let mut spans = vec![faint(format!("{since}{events}")).whole()];
    for id in signal.events.iter().take(told_max) {
        spans.extend([plain(" "), faint(event_id(id, wide)).whole()]);
    }
    if let Some(more) = super::left_out(signal.events.len(), told_max) {
        spans.extend([plain(" "), faint(format!("+{} more", count(more))).whole()]);
    }
    let indent = if wide { INDENT + RULE_COLUMNS + 1 } else { INDENT + 2 };
    page.wrapped(indent, spans);
}

fn total(page: &mut Page<'_>, bars: &Bars, finding: &Finding) {
    let sum = finding.score.sum;
    let row = Row { name: "sum", from: Decibans::ZERO, to: sum, uncapped: sum };
    let mut bar = bars.draw(&row, ink(sum));
    let verdict = format!("= certainty {}", finding.certainty);
    let name = format!("{}{} ", " ".repeat(INDENT), left("sum", RULE_COLUMNS));
    let mut spans = vec![strong(name)];
    if page.is_wide() {
        let columns = sentence_columns(page) + 2;
        spans.push(strong(left(&verdict, columns)));
    }
    spans.extend([strong(right(&told(sum), WEIGHT_COLUMNS)), plain("  ")]);
    spans.append(&mut bar);
    page.line(spans);
    if !page.is_wide() {
        page.wrapped(INDENT + 2, vec![strong(verdict)]);
    }
}

/// Columns for the sentence where it stands beside the bars.
fn sentence_columns(page: &Page<'_>) -> usize {
    page.columns() - (INDENT + RULE_COLUMNS + 1 + 2 + WEIGHT_COLUMNS + 2 + BAR_COLUMNS_BESIDE)
}

fn bar_columns(page: &Page<'_>) -> usize {
    if page.is_wide() {
        BAR_COLUMNS_BESIDE
    } else {
        page.columns() - (INDENT + RULE_COLUMNS + 1 + WEIGHT_COLUMNS + 2)
    }
}

/// The scale that all bars of one waterfall share.
struct Bars {
    least: f64,
    most: f64,
    columns: usize,
}

impl Bars {
    /// A scale of `columns` that holds even odds and every point the sum passes, or would without ceilings.
    fn over(finding: &Finding, columns: usize) -> Self {
        let mut sum = finding.score.prior;
        let (mut least, mut most) = (sum.min(Decibans::ZERO), sum.max(Decibans::ZERO));
        let steps = finding.signals.iter().flat_map(|signal| {
            let uncapped = sum + signal.full_decibans;
            sum += signal.decibans;
            [sum, uncapped]
        });
        for point in steps.chain([finding.score.sum]) {
            least = least.min(point);
            most = most.max(point);
        }
        Self { least: least.as_f64(), most: most.as_f64(), columns }
    }

    /// The column at which `point` lies, 0 to `columns`; beyond the scale, its nearest end.
    fn column(&self, point: Decibans) -> usize {
        let length = (self.most - self.least).max(1.0);
        let share = ((point.as_f64() - self.least) / length).clamp(0.0, 1.0);
        (share * self.columns as f64).round() as usize
    }

    fn draw(&self, row: &Row<'_>, ink: Ink) -> Vec<Span> {
        let bar = between(self.column(row.from), self.column(row.to), row.from != row.to, self.columns);
        let lost = between(self.column(row.to), self.column(row.uncapped), false, self.columns);
        let axis = self.column(Decibans::ZERO).min(self.columns.saturating_sub(1));
        let mut spans = Vec::new();
        for column in 0..self.columns {
            spans.push(if bar.contains(&column) {
                Span::new(if ink == Ink::For { "░" } else { "█" }, ink)
            } else if lost.contains(&column) {
                Span::new("·", ink)
            } else if column == axis {
                faint("│")
            } else {
                plain(" ")
            });
        }
        merged(spans)
    }
}

/// Returns the columns from one end to the other, at least one where there is `something` to see.
fn between(one: usize, other: usize, something: bool, columns: usize) -> std::ops::Range<usize> {
    let (start, end) = (one.min(other), one.max(other));
    if start == end && something {
        let start = start.min(columns.saturating_sub(1));
        return start..start + 1;
    }
    start..end
}

/// Joins neighbours of one ink, so that a bar is coloured once.
fn merged(spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        super::layout::add(&mut joined, &span);
    }
    joined
}
