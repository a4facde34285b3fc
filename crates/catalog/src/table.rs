//! The embedded data files: their shape and their age.

/// One embedded table, for a reader who wants to know how fresh the figures are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name of the data file, without its folder.
    pub name: &'static str,
    /// How many rows it holds.
    pub rows: usize,
    /// Where its figures come from.
    pub source: &'static str,
    /// The day of its source, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// Returns every embedded table with its size, source and date.
pub fn tables() -> &'static [Table] {
    &[]
}
