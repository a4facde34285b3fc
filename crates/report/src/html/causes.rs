//! Possible root causes with their shares, malicious and benign.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::Cause;

use super::chart::{Bar, Scale};
use crate::words::word;

/// The causes.
#[derive(Template)]
#[template(path = "report/causes.html")]
pub(super) struct Causes {
    causes: Vec<CauseTold>,
}

// A template escapes what it is given.
impl HtmlSafe for Causes {}

struct CauseTold {
    name: String,
    ink: &'static str,
    side: &'static str,
    percent: i64,
    bar: Bar,
    meaning: &'static str,
}

impl Causes {
    /// The causes of `finding`.
    pub(super) fn of(finding: &Finding) -> Self {
        let scale = Scale::new(0.0, 1.0);
        let causes = finding.root_cause.iter().map(|told| {
            let (ink, side, meaning) = meaning(told.cause);
            CauseTold {
                name: word(&told.cause),
                ink,
                side,
                percent: (told.share * 100.0).round() as i64,
                bar: scale.bar(0.0, told.share),
                meaning,
            }
        });
        Self { causes: causes.collect() }
    }
}

/// Returns how a cause is drawn, whose doing it is, and what it means.
fn meaning(cause: Cause) -> (&'static str, &'static str, &'static str) {
    match cause {
        Cause::CompromisedInstanceToken => (
            "against",
            "malicious",
            "The metadata service issued the credential to an instance, and somebody else uses it: usually a forged request through a web application, or code that runs on the machine.",
        ),
        Cause::CompromisedAccessKey => (
            "against",
            "malicious",
            "A long-term key of a user is in other hands: usually from a repository, an image, a build log or a laptop.",
        ),
        Cause::CompromisedConsoleSession => (
            "against",
            "malicious",
            "Somebody signed in to the console as this person: usually phishing, a reused password, or a stolen browser session.",
        ),
        Cause::CompromisedRoleSession => (
            "against",
            "malicious",
            "A temporary credential of a role (a task, a function, a federated or assumed session) is used by somebody else.",
        ),
        Cause::OverPermissiveRole => (
            "for",
            "own",
            "Own people or software did this with more power than their job needs: a mistake, a test, or a default that was never narrowed.",
        ),
        Cause::CompromisedMachine => (
            "against",
            "theft",
            "Somebody is on a machine that was there before, and uses it to mine: through a hole in what it runs, or with its keys.",
        ),
        Cause::AuthorisedAutomation => (
            "for",
            "own",
            "Automation that is meant to launch compute did its work: approve it in the configuration, if so.",
        ),
    }
}
