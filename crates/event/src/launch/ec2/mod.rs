//! The rows of `ec2.amazonaws.com`.

pub(super) mod fleet;
pub(super) mod instances;
pub(super) mod reserve;
pub(super) mod spot;
pub(super) mod template;
