//! Whole drills, and what is said of them beyond the finding: steps to verify, explanations, guardrails.

mod explain;
mod logs;
mod policies;
mod prevent;
mod verify;
