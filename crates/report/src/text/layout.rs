//! The page: lines of spans, wrapped on words, never wider than the terminal.
//!
//! All that is printed passes here. A [`Span`] makes its text safe when it is made, the
//! page wraps it, and only the page writes escape sequences: colours, and links whose
//! address is ours.
//!
//! Commands are the one exception to the width: a single word of a command, such as an arn,
//! is never broken, because a broken command cannot be copied (see `command`).

use unicode_width::UnicodeWidthChar;

use super::Style;
use super::ink::Ink;
use super::safe::visible;

/// The narrowest page. Below this a table has no room; the terminal will wrap for itself.
pub(super) const COLUMNS_MIN: usize = 72;

/// The widest page. Beyond this the eye loses the line on its way back.
pub(super) const COLUMNS_MAX: usize = 160;

/// From this width on, sentences stand beside numbers, and event ids are told in full.
pub(super) const WIDE_FROM: usize = 140;

/// How far labelled lines are set in.
pub(super) const GUTTER: usize = 14;

/// The least room a wrapped text gets, however far it is set in.
const ROOM_MIN: usize = 16;

/// A piece of text in one ink, safe to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    text: String,
    ink: Ink,
    /// Spaces in it are no place to wrap.
    whole: bool,
    /// An address of ours that it links to.
    link: Option<String>,
}

impl Span {
    /// Text in an ink.
    pub(super) fn new(text: impl AsRef<str>, ink: Ink) -> Self {
        Self { text: visible(text.as_ref()), ink, whole: false, link: None }
    }

    /// The same text, not wrapped at its spaces unless it is longer than a line.
    pub(super) fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// The same text, linked to `address`, which must not come from a record.
    pub(super) fn linked(self, address: String) -> Self {
        Self { link: Some(address), ..self }
    }

    /// Columns it takes.
    pub(super) fn width(&self) -> usize {
        width(&self.text)
    }

    fn part(&self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self.clone() }
    }
}

/// Plain text.
pub(super) fn plain(text: impl AsRef<str>) -> Span {
    Span::new(text, Ink::Plain)
}

/// Text to read first.
pub(super) fn strong(text: impl AsRef<str>) -> Span {
    Span::new(text, Ink::Strong)
}

/// Text that may be left for later.
pub(super) fn faint(text: impl AsRef<str>) -> Span {
    Span::new(text, Ink::Faint)
}

/// Returns `items` with `·` between them, which stays with the item before it.
pub(super) fn dotted(items: Vec<Span>) -> Vec<Span> {
    joined(items, " ·")
}

/// Returns `items` with commas between them.
pub(super) fn listed(items: Vec<Span>) -> Vec<Span> {
    joined(items, ",")
}

fn joined(items: Vec<Span>, separator: &str) -> Vec<Span> {
    let mut spans = Vec::with_capacity(items.len() * 3);
    for item in items {
        if !spans.is_empty() {
            spans.extend([plain(separator).whole(), plain(" ")]);
        }
        spans.push(item);
    }
    spans
}

/// Columns that `text` takes, as the sum of its characters: no terminal takes more.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// Returns `text`, made safe, in exactly `columns`: filled with spaces on the right, or cut with `…`.
pub(super) fn left(text: &str, columns: usize) -> String {
    let text = fitted(&visible(text), columns);
    let fill = columns.saturating_sub(width(&text));
    format!("{text}{}", " ".repeat(fill))
}

/// Returns `text`, made safe, in exactly `columns`: filled with spaces on the left, or cut with `…`.
pub(super) fn right(text: &str, columns: usize) -> String {
    let text = fitted(&visible(text), columns);
    let fill = columns.saturating_sub(width(&text));
    format!("{}{text}", " ".repeat(fill))
}

fn fitted(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let (head, _) = split_at_width(text, columns.saturating_sub(1));
    format!("{head}…")
}

/// Splits `text` before the first character that would not fit into `columns`.
fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (place, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > columns {
            return text.split_at(place);
        }
    }
    (text, "")
}

/// Splits a word that is too long: after a slash near the end of what fits, else where it must.
fn split_after_slash(word: &str, columns: usize) -> (&str, &str) {
    let (head, _) = split_at_width(word, columns);
    match head.rfind('/') {
        Some(slash) if width(&head[slash..]) <= columns / 2 => word.split_at(slash + 1),
        _ => word.split_at(head.len()),
    }
}

/// What is being written.
pub(super) struct Page<'a> {
    style: &'a Style,
    columns: usize,
    text: String,
}

impl<'a> Page<'a> {
    /// An empty page in this style.
    pub(super) fn new(style: &'a Style) -> Self {
        Self { style, columns: style.columns.clamp(COLUMNS_MIN, COLUMNS_MAX), text: String::new() }
    }

    /// An empty page for lines that are as long as they are: they are made to be searched and cut, not read.
    pub(super) fn unbounded(style: &'a Style) -> Self {
        Self { style, columns: usize::MAX, text: String::new() }
    }

    /// Its width.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether there is room for sentences beside numbers.
    pub(super) fn is_wide(&self) -> bool {
        self.columns >= WIDE_FROM
    }

    /// The text, and nothing but.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line across the page.
    pub(super) fn rule(&mut self) {
        self.line(vec![faint("─".repeat(self.columns))]);
    }

    /// A title with a line of its own and air above, and a remark at the right edge.
    pub(super) fn section(&mut self, title: &str, remark: &str) {
        self.blank();
        let gap = self.columns.saturating_sub(1 + width(title) + width(remark));
        self.line(vec![plain(" "), strong(title), plain(" ".repeat(gap)), faint(remark)]);
    }

    /// A label in the gutter, and text beside it.
    pub(super) fn labelled(&mut self, label: &str, body: Vec<Span>) {
        self.hanging(vec![faint(format!(" {label}"))], GUTTER, body);
    }

    /// Text beside the gutter, without a label.
    pub(super) fn unlabelled(&mut self, body: Vec<Span>) {
        self.hanging(Vec::new(), GUTTER, body);
    }

    /// Wrapped text, set in by `indent` columns.
    pub(super) fn wrapped(&mut self, indent: usize, body: Vec<Span>) {
        self.hanging(Vec::new(), indent, body);
    }

    /// Wrapped text, set in by `indent` columns, after `lead` on its first line.
    ///
    /// A lead that is wider than the indent pushes the first words to the right.
    pub(super) fn hanging(&mut self, lead: Vec<Span>, indent: usize, body: Vec<Span>) {
        let lead_width: usize = lead.iter().map(Span::width).sum();
        let room = self.columns.saturating_sub(indent).max(ROOM_MIN);
        let first = self.columns.saturating_sub(lead_width.max(indent)).max(ROOM_MIN);
        let mut line = lead;
        line.push(plain(" ".repeat(indent.saturating_sub(lead_width))));
        for words in wrap(&body, first, room) {
            line.extend(words);
            self.line(line);
            line = vec![plain(" ".repeat(indent))];
        }
    }

    /// Wrapped text of at most `room` columns after `lead`, and `tail` to its right on the first line.
    pub(super) fn beside(&mut self, lead: Vec<Span>, body: &[Span], room: usize, tail: Vec<Span>) {
        let indent: usize = lead.iter().map(Span::width).sum();
        let mut line = lead;
        let mut tail = Some(tail);
        for words in wrap(body, room, room) {
            let used: usize = words.iter().map(Span::width).sum();
            line.extend(words);
            if let Some(tail) = tail.take() {
                line.push(plain(" ".repeat(room.saturating_sub(used))));
                line.extend(tail);
            }
            self.line(line);
            line = vec![plain(" ".repeat(indent))];
        }
    }

    /// One line, as it is. The caller has seen to its width.
    pub(super) fn line(&mut self, spans: Vec<Span>) {
        let written: usize =
            spans.iter().rposition(|span| !span.text.trim_end().is_empty()).map_or(0, |at| at + 1);
        for (place, span) in spans.iter().take(written).enumerate() {
            // Spaces at the end of a line show up when it is copied.
            let text = if place + 1 == written { span.text.trim_end() } else { &span.text };
            self.write(text, span);
        }
        self.text.push('\n');
    }

    fn write(&mut self, text: &str, span: &Span) {
        let codes = span.ink.codes().filter(|_| self.style.color && !text.trim().is_empty());
        let link = span.link.as_deref().filter(|_| self.style.hyperlinks);
        if let Some(address) = link {
            self.text.push_str(&format!("\u{1b}]8;;{address}\u{1b}\\"));
        }
        if let Some(codes) = codes {
            self.text.push_str(&format!("\u{1b}[{codes}m"));
        }
        if self.style.ascii {
            self.text.extend(text.chars().flat_map(in_ascii));
        } else {
            self.text.push_str(text);
        }
        if codes.is_some() {
            self.text.push_str("\u{1b}[0m");
        }
        if link.is_some() {
            self.text.push_str("\u{1b}]8;;\u{1b}\\");
        }
    }
}

/// Returns what stands for `character` where only ASCII can be shown: as many columns, never more.
fn in_ascii(character: char) -> impl Iterator<Item = char> {
    let stand_in = match character {
        '\0'..='\u{7f}' => character,
        '█' => '#',
        '░' => '-',
        '·' => '.',
        '─' => '-',
        '✓' => '+',
        '│' | '├' => '|',
        '└' => '`',
        '→' => '>',
        '←' => '<',
        '×' => 'x',
        '…' => '~',
        '–' => '-',
        _ => '?',
    };
    std::iter::repeat_n(stand_in, character.width().unwrap_or(0).max(1))
}

/// Lays `body` out in lines of words: the first of `first` columns, the others of `room`.
///
/// Never empty. A word that is longer than a line is broken.
fn wrap(body: &[Span], first: usize, room: usize) -> Vec<Vec<Span>> {
    let mut lines: Vec<Vec<Span>> = vec![Vec::new()];
    let mut left = first;
    let mut empty = true;
    for word in words(body, room) {
        let needed = word.iter().map(Span::width).sum::<usize>() + usize::from(!empty);
        // A word that must be broken anyway begins where there is room.
        let fits_nowhere = needed > room && left > ROOM_MIN;
        if needed > left && !empty && !fits_nowhere {
            lines.push(Vec::new());
            left = room;
            empty = true;
        }
        let line = lines.last_mut().expect("there is always a line");
        if !empty {
            add(line, &word[0].part(" "));
            left = left.saturating_sub(1);
        }
        for span in word {
            left = put(&mut lines, span, left, room);
        }
        empty = false;
    }
    lines
}

/// Adds `span` to the last line, broken into further lines where it is longer; returns the room left.
fn put(lines: &mut Vec<Vec<Span>>, span: Span, mut left: usize, room: usize) -> usize {
    let mut rest = span.text.as_str();
    while width(rest) > left {
        let (head, tail) = split_after_slash(rest, left);
        if !head.is_empty() {
            add(lines.last_mut().expect("there is always a line"), &span.part(head));
        }
        lines.push(Vec::new());
        rest = tail;
        left = room;
    }
    add(lines.last_mut().expect("there is always a line"), &span.part(rest));
    left - width(rest)
}

/// Appends to a line, in one piece with what stands there in the same ink.
pub(super) fn add(line: &mut Vec<Span>, span: &Span) {
    match line.last_mut() {
        Some(last) if last.ink == span.ink && last.link == span.link => last.text.push_str(&span.text),
        _ => line.push(span.clone()),
    }
}

/// Splits spans into words at their spaces; a word may run across spans of different ink.
fn words(body: &[Span], room: usize) -> Vec<Vec<Span>> {
    let mut words: Vec<Vec<Span>> = Vec::new();
    let mut open = false;
    for span in body {
        if span.whole && span.width() <= room {
            extend(&mut words, open, span.clone());
            open = true;
            continue;
        }
        for (place, piece) in span.text.split(' ').enumerate() {
            open = open && place == 0;
            if !piece.is_empty() {
                extend(&mut words, open, span.part(piece));
                open = true;
            }
        }
    }
    words
}

/// Adds a piece to the last word where that is still `open`, else as a new word.
fn extend(words: &mut Vec<Vec<Span>>, open: bool, piece: Span) {
    match words.last_mut() {
        Some(word) if open => word.push(piece),
        _ => words.push(vec![piece]),
    }
}
