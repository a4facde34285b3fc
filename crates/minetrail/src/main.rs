//! The minetrail program.
fn main() {}
