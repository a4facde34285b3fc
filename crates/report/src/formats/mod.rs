//! The formats that a security team's other tools read: one module each.
//!
//! Every printer is a pure function of the findings and a [`Context`]; the same findings and
//! the same context give the same bytes, in the order of urgency and id. Nothing is said that
//! the finding does not hold. Each format's own limits are obeyed by cutting, and a cut is
//! told where it was made: a name ends in `…`, a list in how many more there are.
//!
//! Blind spots: nothing is sent here, so what a receiver answers (a partial failure, a rate
//! limit) is the sender's to handle. `docs/formats.md` has the mapping of the fields.

mod asff;
mod batch;
mod brief;
mod cef;
mod compact;
mod csv;
mod ecs;
mod eventbridge;
mod guardduty;
mod leef;
mod markdown;
mod ocsf;
mod shown;
mod slack;
mod stix;
mod syslog;
mod webhook;

use event::Time;
use serde::Serialize;

pub use self::asff::asff;
pub use self::cef::cef;
pub use self::csv::csv;
pub use self::ecs::ecs;
pub use self::eventbridge::eventbridge;
pub use self::guardduty::guardduty;
pub use self::leef::leef;
pub use self::markdown::markdown;
pub use self::ocsf::{ocsf, ocsf_1_3};
pub use self::slack::slack;
pub use self::stix::stix;
pub use self::syslog::syslog;
pub use self::webhook::webhook;

/// The name under which other tools know us, as product and as vendor.
const PRODUCT: &str = "minetrail";

/// What a printer has to be told, since it does not ask.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The product's version, such as `0.1.0`.
    pub version: &'a str,
    /// When the findings are told: for fields that mean "now", such as ASFF's `UpdatedAt`.
    pub now: Time,
}

/// Returns `value` as one line of JSON, with every hidden character by its number.
fn line(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("values that are built here have only text keys");
    let mut text = crate::json::by_number(&text);
    text.push('\n');
    text
}
