//! GuardDuty findings, the latest of each id.

use std::collections::BTreeMap;

use event::side::Alert;
use event::side::alert::AlertKind;

/// Findings that are kept, the least by id.
///
/// Fewer, and a loud account hides a quiet one; more, and an export of years fills memory.
pub const ALERTS_MAX: usize = 200_000;

/// GuardDuty findings about mining and credentials.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    all: BTreeMap<Box<str>, Alert>,
    /// Any finding was read, of whatever kind.
    pub was_read: bool,
    pub(super) thinned: bool,
}

impl Alerts {
    /// Takes in one finding; tells whether it is about mining or a credential. A sample is kept to be told.
    pub fn take(&mut self, alert: &Alert) -> bool {
        self.was_read |= !alert.sample;
        if alert.kind == AlertKind::Other {
            return false;
        }
        self.insert(alert.clone());
        true
    }

    fn insert(&mut self, alert: Alert) {
        match self.all.get_mut(&*alert.id) {
            // The first one that was told tells when it was known.
            Some(known) => {
                let (created, first) = (known.created.min(alert.created), known.first.min(alert.first));
                if alert > *known {
                    *known = alert;
                }
                (known.created, known.first) = (created, first);
            }
            None => {
                self.all.insert(alert.id.as_str().into(), alert);
            }
        }
        while self.all.len() > ALERTS_MAX {
            self.all.pop_last();
            self.thinned = true;
        }
    }

    /// Adds what `other` holds.
    pub fn merge(&mut self, other: Self) {
        self.was_read |= other.was_read;
        self.thinned |= other.thinned;
        for alert in other.all.into_values() {
            self.insert(alert);
        }
    }

    /// All findings that count: no samples. By id.
    pub fn real(&self) -> impl Iterator<Item = &Alert> {
        self.all.values().filter(|alert| !alert.sample)
    }

    /// The samples. By id.
    pub fn samples(&self) -> impl Iterator<Item = &Alert> {
        self.all.values().filter(|alert| alert.sample)
    }
}
