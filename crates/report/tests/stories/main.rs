//! What a reader sees, for the stories that matter, and the laws that hold for all of them.

mod corners;
mod hostile;
mod laws;
mod machines;
mod pages;
mod poisoned_summary;
mod samples;
