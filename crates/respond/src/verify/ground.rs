//! What runs: image, machines, and what starts new ones.

use std::collections::BTreeSet;

use detect::finding::Question;
use event::Event;

use super::{Asked, answered, counted, listed};

/// Is the image known here?
pub(super) fn image_known(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let launches: Vec<(&str, &Event)> = asked
        .rows
        .iter()
        .flat_map(|row| {
            let got = row.launch.got.iter().filter_map(|got| got.image.as_deref());
            row.launch.image.as_deref().into_iter().chain(got).map(|image| (image, row.event))
        })
        .collect();
    let images: BTreeSet<&str> = launches.iter().map(|(image, _)| *image).collect();
    if images.is_empty() {
        return None;
    }
    let new: BTreeSet<&str> =
        images.iter().copied().filter(|image| !asked.world.was_image_run(image, asked.opens)).collect();
    let question = format!("Was {} run here before?", listed(images.iter().copied()));
    let answer = match new.len() {
        0 => "yes".to_owned(),
        _ if new.len() == images.len() => format!("no: nobody here ran it {}", asked.before()),
        _ => format!("some: not {}", listed(new.iter().copied())),
    };
    let shown = if new.is_empty() { &images } else { &new };
    let events: Vec<&Event> =
        launches.iter().filter(|(image, _)| shown.contains(image)).map(|(_, event)| *event).collect();
    answered(question, answer, &events)
}

/// Are the machines still running?
pub(super) fn still_running(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let launches = &asked.finding.launches;
    if launches.started == 0 {
        return None;
    }
    let running = launches.started.saturating_sub(launches.ended);
    let until =
        asked.finding.cost.as_of.map(|time| format!(" at {time}, where the logs end")).unwrap_or_default();
    let answer = match running {
        0 => format!("no: all {} ended", launches.started),
        _ => format!(
            "yes: {running} of {} run{until}. What runs now: aws ec2 describe-instances --filters Name=instance-state-name,Values=running",
            launches.started
        ),
    };
    let ends: Vec<&Event> = asked
        .rows
        .iter()
        .flat_map(|row| row.launch.got.iter().map(move |got| (got, row.event.time)))
        .filter_map(|(got, time)| asked.world.ending(&got.id, time))
        .map(|ending| ending.event)
        .collect();
    let starts: Vec<&Event> =
        asked.rows.iter().filter(|row| row.event.succeeded()).map(|row| row.event).collect();
    answered("Are the machines still running?", answer, if ends.is_empty() { &starts } else { &ends })
}

/// Does anything start new ones?
pub(super) fn starts_again(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    if asked.rows.is_empty() {
        return None;
    }
    let respawners = &asked.finding.launches.respawners;
    let alive: Vec<&str> = respawners
        .iter()
        .filter(|respawner| !respawner.ended)
        .map(|respawner| respawner.name.as_str())
        .collect();
    let answer = match (respawners.len(), alive.len()) {
        (0, _) => {
            "nothing that the logs show: no group, fleet, service or schedule was made or enlarged".to_owned()
        }
        (all, 0) => format!("no longer: {} ended", counted(all, "respawner", "respawners")),
        (_, alive_count) => {
            format!("yes: {} ({})", counted(alive_count, "respawner", "respawners"), listed(alive))
        }
    };
    let makers: Vec<&Event> = asked
        .by_hand()
        .filter(|row| row.launch.respawner.is_some() && row.event.succeeded())
        .map(|row| row.event)
        .collect();
    answered("Will anything start new machines?", answer, &makers)
}
