//! `unknown-image`: machines or tasks run an image the account never ran.
//!
//! A miner brings its software: a private machine image shared from elsewhere, or a container
//! from a public hub. A business runs its own images, new versions of which come from its own
//! registry.
//!
//! Blind spots: user data on a plain Linux image (CloudTrail hides it); first runs of anything.

use event::Event;

use super::Signal;
use crate::ledger::{Row, template_of};
use crate::score::Decibans;
use crate::window::Window;

/// A task this big with an image from a public hub is not a sidecar.
const BIG_TASK_MILLIVCPUS: u64 = 4_000;

/// Returns a signal when a launch by hand runs an image from a public hub at size, or one new to the account.
pub(crate) fn unknown_image(window: &Window<'_, '_>) -> Option<Signal> {
    from_public_hub(window).or_else(|| new_to_account(window))
}

fn from_public_hub(window: &Window<'_, '_>) -> Option<Signal> {
    let found: Vec<(&Event, &str)> = window
        .by_hand()
        .filter(|row| row.lines.iter().any(|line| line.power.millivcpus >= BIG_TASK_MILLIVCPUS))
        .filter_map(|row| image(row, window).map(|image| (row.event, image)))
        .filter(|(_, image)| is_public_hub(image))
        .collect();
    let (_, image) = found.first()?;
    let events: Vec<&Event> = found.iter().map(|(event, _)| *event).collect();
    Signal::proved_by(Decibans::new(4), format!("large tasks run {image}, from a public hub"), &events)
}

fn new_to_account(window: &Window<'_, '_>) -> Option<Signal> {
    let new: Vec<(&Event, &str)> = window
        .by_hand()
        .filter(|row| row.event.succeeded())
        .filter_map(|row| image(row, window).map(|image| (row.event, image)))
        .filter(|(_, image)| {
            image.starts_with("ami-") && !window.world.was_image_run(image, window.history.start)
        })
        .collect();
    let (_, image) = new.first()?;
    let events: Vec<&Event> = new.iter().map(|(event, _)| *event).collect();
    let sentence = format!("runs {image}, which nobody ran {}", window.history.told());
    Signal::proved_by(window.history.weigh(Decibans::new(2)), sentence, &events)
}

fn image<'f>(row: &Row<'f>, window: &Window<'_, 'f>) -> Option<&'f str> {
    let named = row
        .launch
        .image
        .as_deref()
        .or_else(|| row.launch.got.iter().find_map(|started| started.image.as_deref()));
    named.or_else(|| {
        template_of(row.event, row.launch, window.world).and_then(|template| template.image.as_deref())
    })
}

/// Whether a container image comes from a public hub: no registry host, or a well-known public one.
fn is_public_hub(image: &str) -> bool {
    let (first, rest) = image.split_once('/').unwrap_or(("", image));
    let has_host = first.contains('.') || first.contains(':') || first == "localhost";
    let public =
        ["docker.io", "index.docker.io", "registry.hub.docker.com", "ghcr.io", "quay.io"].contains(&first);
    // A bare `nginx` is an official image; `somebody/something` is somebody's.
    !image.starts_with("ami-") && !rest.is_empty() && (public || (!has_host && !first.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::unknown_image;

    #[test]
    fn speaks_of_somebodys_container_at_size() {
        check(
            unknown_image,
            "
            10:00 mallory RunTask 4096 8192 image miner/xmrig:latest
            => + since 10:00: large tasks run miner/xmrig:latest, from a public hub
        ",
        );
    }

    #[test]
    fn is_silent_about_a_sidecar() {
        check(
            unknown_image,
            "
            10:00 ops RunTask 256 512 image datadog/agent:7
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_the_accounts_own_registry() {
        check(
            unknown_image,
            "
            10:00 ops RunTask 4096 8192 image 111122223333.dkr.ecr.us-east-1.amazonaws.com/etl:9
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_an_official_image() {
        check(
            unknown_image,
            "
            10:00 ops RunTask 4096 8192 image nginx
            => silent
        ",
        );
    }

    #[test]
    fn speaks_of_a_machine_image_that_nobody_ran() {
        check(
            unknown_image,
            "
            history 18 days: ops launches m5.large image ami-0aaaaaaaaaaaaaaa1
            10:00 mallory launches m5.large image ami-0bbbbbbbbbbbbbbb2
            => + since 10:00: runs ami-0bbbbbbbbbbbbbbb2, which nobody ran in 18 days of records before
        ",
        );
    }

    #[test]
    fn is_silent_about_a_machine_image_that_a_colleague_runs() {
        check(
            unknown_image,
            "
            history 18 days: ops launches m5.large image ami-0aaaaaaaaaaaaaaa1
            10:00 newcomer launches m5.large image ami-0aaaaaaaaaaaaaaa1
            => silent
        ",
        );
    }

    #[test]
    fn weighs_nothing_where_there_was_no_before() {
        check(
            unknown_image,
            "
            10:00 mallory launches m5.large image ami-0bbbbbbbbbbbbbbb2
            => 0: there are no records from before
        ",
        );
    }
}
