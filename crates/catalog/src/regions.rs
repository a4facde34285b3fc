//! Regions, and whether an account has them without asking.

/// Whether an account has a region without asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OptIn {
    /// Every account has it.
    DefaultOn,
    /// It must be enabled first.
    OptIn,
    /// It needs an account of its own (China, GovCloud, European Sovereign Cloud).
    SeparateAccount,
}

/// One region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// `us-east-1`.
    pub name: &'static str,
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`.
    pub partition: &'static str,
    /// Whether an account has it without asking.
    pub opt_in: OptIn,
}

/// Returns the region of this name; `None` when no table knows it.
pub fn region(_name: &str) -> Option<&'static Region> {
    None
}

/// Returns the region part of a zone name.
pub fn region_of_az(zone: &str) -> Option<&str> {
    zone.strip_suffix(|last: char| last.is_ascii_lowercase())
}
