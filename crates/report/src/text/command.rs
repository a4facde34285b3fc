//! A command, so that it can be copied.
//!
//! A wrapped command must still be a command: lines are broken at spaces outside of quotes,
//! and end in the shell's own continuation. A word is never broken, so a long arn may be
//! wider than the page. A command that cannot be shown as it is, is not shown at all: what
//! is on the screen would not be what it says.

use super::ink::Ink;
use super::layout::{Page, Span, faint, plain, width};
use crate::hidden::is_hidden;
use crate::numbers::count;

/// The longest command that is shown, in characters.
///
/// Shorter, and ending a hundred machines in one call is not shown; longer, and the story
/// is pushed off the screen by a list of ids.
const COMMAND_CHARS_MAX: usize = 3_000;

/// Writes `command`, set in by `indent`; its further lines by two more.
pub(super) fn tell(page: &mut Page<'_>, indent: usize, command: &str) {
    let length = command.chars().count();
    if command.chars().any(is_hidden) {
        return withheld(page, indent, "a command with characters that cannot be shown");
    }
    if length > COMMAND_CHARS_MAX {
        return withheld(page, indent, &format!("a command of {} characters", count(length as u64)));
    }
    let room = page.columns().saturating_sub(indent + 2 + " \\".len());
    let lines = lines(&words(command), room);
    let last = lines.len().saturating_sub(1);
    for (place, line) in lines.iter().enumerate() {
        let indent = if place == 0 { indent } else { indent + 2 };
        let ending = if place == last { "" } else { " \\" };
        page.line(vec![plain(" ".repeat(indent)), Span::new(format!("{line}{ending}"), Ink::Command)]);
    }
}

fn withheld(page: &mut Page<'_>, indent: usize, what: &str) {
    page.wrapped(indent, vec![faint(format!("({what}: see --format json)"))]);
}

/// Splits a command at its spaces, except within quotes.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (place, character) in command.char_indices() {
        match (character, quote) {
            _ if escaped => escaped = false,
            // Between single quotes the shell takes a backslash as it is.
            ('\\', None | Some('"')) => escaped = true,
            ('\'' | '"', None) => quote = Some(character),
            (end, Some(open)) if end == open => quote = None,
            (' ', None) => {
                words.push(&command[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    words.push(&command[start..]);
    words
}

/// Lays the words out in lines of `room` columns, where they fit; an option stays with its value.
fn lines(words: &[&str], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let value = words.get(place + 1).filter(|value| word.starts_with("--") && !value.starts_with("--"));
        let together = width(word) + value.map_or(0, |value| 1 + width(value));
        // With a value that fits on no line, the option stays where it is.
        let needed = if together <= room { together } else { width(word) };
        match lines.last_mut() {
            Some(line) if width(line) + 1 + needed <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push((*word).to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::Style;
    use super::*;

    fn told(command: &str, columns: usize) -> String {
        let style = Style::plain(columns);
        let mut page = Page::new(&style);
        tell(&mut page, 4, command);
        page.into_text()
    }

    #[test]
    fn a_long_command_is_continued_outside_of_its_quotes() {
        let command = "aws iam put-role-policy --role-name web-frontend --policy-name cut-sessions \
                       --policy-document '{\"Statement\": [{\"Effect\": \"Deny\"}]}'";
        let text = told(command, 72);
        assert_eq!(
            text,
            "    aws iam put-role-policy --role-name web-frontend \\\n\
             \u{20}     --policy-name cut-sessions \\\n\
             \u{20}     --policy-document '{\"Statement\": [{\"Effect\": \"Deny\"}]}'\n"
        );
        let joined: Vec<&str> = text.lines().map(|line| line.trim().trim_end_matches(" \\")).collect();
        assert_eq!(joined.join(" "), command, "the shell reads what was written");
    }

    #[test]
    fn a_word_is_never_broken() {
        let arn = format!("arn:aws:iam::441212345678:policy/{}", "x".repeat(90));
        let text = told(&format!("aws iam detach-user-policy --policy-arn {arn}"), 80);
        assert!(text.lines().any(|line| line.trim() == arn), "{text}");
    }

    #[test]
    fn what_cannot_be_shown_as_it_is_is_withheld() {
        let text = told("aws iam delete-user --user-name $'x\u{1b}[2K'", 80);
        assert_eq!(text, "    (a command with characters that cannot be shown: see --format json)\n");
        let text = told(&format!("aws ec2 terminate-instances {}", "i-1 ".repeat(2_000)), 80);
        assert_eq!(text, "    (a command of 8,028 characters: see --format json)\n");
    }
}
