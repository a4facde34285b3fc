//! The few colours we use, and what each of them means.
//!
//! Colour repeats what words or signs already say; without it nothing is lost. Only the
//! sixteen colours that every terminal lets its user choose are used.

/// What a piece of text is, for the eye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text.
    #[default]
    Plain,
    /// What to read first.
    Strong,
    /// What may be left for later.
    Faint,
    /// Severity critical.
    Critical,
    /// Severity high.
    High,
    /// Severity medium.
    Medium,
    /// Severity low and below.
    Low,
    /// Evidence for theft; what runs and costs.
    Against,
    /// Evidence for the owner.
    For,
    /// What the reader should not overlook.
    Notice,
    /// A command to be read and run.
    Command,
}

impl Ink {
    /// The parameters of the escape sequence that begins this ink; `None` for plain text.
    pub(super) fn codes(self) -> Option<&'static str> {
        Some(match self {
            Self::Plain => return None,
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Critical => "1;97;41",
            Self::High => "1;30;43",
            Self::Medium => "1;30;46",
            Self::Low => "1;30;47",
            Self::Against => "31",
            Self::For => "32",
            Self::Notice => "1;33",
            Self::Command => "36",
        })
    }
}
