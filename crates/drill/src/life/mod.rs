//! Ordinary life: what every organisation's trail holds, whatever else happens to it.

mod machines;
mod outsiders;
pub(crate) mod people;
pub(crate) mod pipeline;
pub(crate) mod scaling;
mod services;
mod workload;

use crate::stage::Stage;

/// Writes ordinary life for all days of the stage.
pub(crate) fn live(stage: &mut Stage) {
    let own = stage.rng.clone();
    for (label, write) in WRITERS {
        stage.rng = own.fork(label);
        write(stage);
    }
    stage.rng = own;
}

/// Writes one part of ordinary life.
type Writer = fn(&mut Stage);

/// The parts, each with its own stream of chance, so that a change in one leaves the others alone.
const WRITERS: &[(&str, Writer)] = &[
    ("machines", machines::live),
    ("scaling", scaling::live),
    ("services", services::live),
    ("people", people::live),
    ("pipeline", pipeline::live),
    ("outsiders", outsiders::live),
    ("workload", workload::live),
];
