//! What other tools read: the shape of each format, its limits, and hostile text in all of them.

mod hostile;
#[path = "../../../../tools/validate/judges.rs"]
mod judges;
mod limits;
mod once;
mod outside;
mod pages;
mod readers;
#[path = "../stories/samples/mod.rs"]
mod samples;

use detect::Finding;
use report::formats::{self, Context};

/// A printer.
pub(crate) type Printer = fn(&[Finding], &Context<'_>) -> String;

/// Every format, by its name on the command line.
pub(crate) const FORMATS: [(&str, Printer); 14] = [
    ("ocsf", formats::ocsf),
    ("ocsf-1.3", formats::ocsf_1_3),
    ("asff", formats::asff),
    ("ecs", formats::ecs),
    ("guardduty", formats::guardduty),
    ("csv", formats::csv),
    ("cef", formats::cef),
    ("leef", formats::leef),
    ("syslog", formats::syslog),
    ("stix", formats::stix),
    ("slack", formats::slack),
    ("webhook", formats::webhook),
    ("eventbridge", formats::eventbridge),
    ("markdown", formats::markdown),
];

/// The context of all tests: a quarter of an hour after the stories.
pub(crate) fn context() -> Context<'static> {
    Context { version: "0.1.0", now: samples::at("03:15:00") }
}
