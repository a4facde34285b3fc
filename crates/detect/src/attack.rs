//! ATT&CK technique ids of a finding, in versions 18 and 19 of the catalogue.
//!
//! Version 19 moved the defence-impairing techniques to numbers of their own.

use std::collections::BTreeSet;

use crate::finding::{Attack, SignalTold};

/// Techniques that version 19 renamed.
const RENAMED_IN_V19: [(&str, &str); 3] =
    [("T1562.001", "T1685"), ("T1562.007", "T1686.001"), ("T1562.008", "T1685.002")];

/// Returns the techniques that the signals show, exculpation left out.
#[must_use]
pub fn attack(signals: &[SignalTold]) -> Attack {
    let shown = signals.iter().filter(|signal| signal.decibans > crate::score::Decibans::ZERO);
    let v18: BTreeSet<&str> = shown.flat_map(|signal| signal.techniques.iter().copied()).collect();
    let v19: BTreeSet<&str> = v18
        .iter()
        .map(|technique| {
            RENAMED_IN_V19.iter().find(|(old, _)| old == technique).map_or(*technique, |(_, new)| *new)
        })
        .collect();
    let owned = |set: BTreeSet<&str>| set.into_iter().map(str::to_owned).collect();
    Attack { v18: owned(v18), v19: owned(v19) }
}
