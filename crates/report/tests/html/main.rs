//! The page: what stands on it, what never can, and what a browser makes of it.

#[path = "../stories/samples/mod.rs"]
mod samples;

#[path = "../stories/poisoned_summary.rs"]
mod poisoned_summary;

mod browser;
mod contrast;
mod hostile;
mod structure;
