//! The one law.
