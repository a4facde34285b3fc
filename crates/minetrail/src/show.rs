//! How text is shown: the width of the terminal, colours and links, as the user and the environment wish.
//!
//! What was said on the command line counts most, then `NO_COLOR`, then `CLICOLOR_FORCE`, then
//! `CLICOLOR=0` and `TERM=dumb`, then whether it is a terminal at all.

use std::io::IsTerminal;

use report::text::Style;

use crate::args::When;
use crate::output::Target;

/// A terminal of unknown width is taken for this wide.
const COLUMNS: usize = 100;

// How text is to be shown. A documentation comment here would become the help of every verb.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "How it looks")]
pub(crate) struct Show {
    /// Colours: auto means on a terminal, as NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM=dumb say.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub(crate) color: When,

    /// Write for a terminal this many columns wide (default: the terminal's width, else 100).
    #[arg(long, value_name = "N")]
    pub(crate) columns: Option<usize>,

    /// Write nothing but ASCII.
    #[arg(long)]
    pub(crate) ascii: bool,
}

impl Show {
    /// The style of a text that goes to `target`.
    pub(crate) fn style(&self, target: &Target) -> Style {
        let terminal = *target == Target::Stdout && std::io::stdout().is_terminal();
        let width = if terminal {
            terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
        } else {
            None
        };
        let wish = Wish::of(|name| std::env::var(name).ok());
        Style {
            columns: self.columns.or(width).unwrap_or(COLUMNS),
            color: is_coloured(self.color, wish, terminal),
            hyperlinks: terminal && wish != Wish::Never && self.color != When::Never,
            ascii: self.ascii,
        }
    }
}

/// What the environment wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Never,
    Always,
    OnTerminals,
}

impl Wish {
    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str, wanted: fn(&str) -> bool| variable(name).is_some_and(|value| wanted(&value));
        if is("NO_COLOR", |value| !value.is_empty()) {
            Self::Never
        } else if is("CLICOLOR_FORCE", |value| !value.is_empty() && value != "0") {
            Self::Always
        } else if is("CLICOLOR", |value| value == "0") || is("TERM", |value| value == "dumb") {
            Self::Never
        } else {
            Self::OnTerminals
        }
    }
}

fn is_coloured(asked: When, wish: Wish, terminal: bool) -> bool {
    match (asked, wish) {
        (When::Always, _) | (When::Auto, Wish::Always) => true,
        (When::Never, _) | (When::Auto, Wish::Never) => false,
        (When::Auto, Wish::OnTerminals) => terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(variables: &[(&str, &str)]) -> Wish {
        Wish::of(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_is_obeyed_in_the_order_that_users_expect() {
        for (variables, wanted) in [
            (&[][..], Wish::OnTerminals),
            (&[("NO_COLOR", "")], Wish::OnTerminals),
            (&[("NO_COLOR", "1")], Wish::Never),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], Wish::Never),
            (&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], Wish::Always),
            (&[("CLICOLOR_FORCE", "0")], Wish::OnTerminals),
            (&[("CLICOLOR", "0")], Wish::Never),
            (&[("CLICOLOR", "1")], Wish::OnTerminals),
            (&[("TERM", "dumb")], Wish::Never),
            (&[("TERM", "xterm-256color")], Wish::OnTerminals),
        ] {
            assert_eq!(wish(variables), wanted, "{variables:?}");
        }
    }

    #[test]
    fn the_command_line_counts_most() {
        assert!(is_coloured(When::Always, Wish::Never, false));
        assert!(!is_coloured(When::Never, Wish::Always, true));
        assert!(is_coloured(When::Auto, Wish::Always, false));
        assert!(is_coloured(When::Auto, Wish::OnTerminals, true));
        assert!(!is_coloured(When::Auto, Wish::OnTerminals, false));
    }
}
