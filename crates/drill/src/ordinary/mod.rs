//! Ordinary life that looks like an attack to somebody.

use crate::stage::Stage;
use crate::{Kind, Scenario};

mod quiet;

/// Returns an ordinary scenario.
const fn ordinary(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    play: fn(&mut Stage),
) -> Scenario {
    Scenario { name, kind: Kind::Ordinary, summary, source, play }
}

/// Returns all ordinary scenarios.
pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![ordinary("quiet-weeks", "nothing beyond ordinary life", "what every trail holds", quiet::play)]
}
