//! What only a person can find out, and where.

use detect::finding::{Cause, Kind, Outcome, Principal, Question};
use detect::timeline::short;

use super::habits::is_hand;
use super::{Asked, listed, open};

fn hands<'a>(asked: &Asked<'a, '_, '_>) -> Vec<&'a Principal> {
    asked.finding.principals.iter().filter(|principal| is_hand(principal.role)).collect()
}

/// Did the owner do it?
pub(super) fn owner(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let hands = hands(asked);
    let names = listed(hands.iter().map(|principal| short(&principal.arn)));
    let launches = &asked.finding.launches;
    let what = match asked.finding.kind {
        Kind::CredentialMisuse => "use this credential from there".to_owned(),
        Kind::MiningTraffic => "let these machines speak to that place".to_owned(),
        Kind::MiningLaunch => {
            let types: Vec<String> =
                launches.types.iter().map(|(unit, count)| format!("{count} × {unit}")).collect();
            let what = if types.is_empty() {
                "compute".to_owned()
            } else {
                listed(types.iter().map(String::as_str))
            };
            format!("ask for {what} in {}", listed(launches.regions.iter().map(String::as_str)))
        }
    };
    open(
        format!("Did the owner of {names} {what} at {}?", asked.finding.first_seen),
        "ask by another way than the account itself, and somebody who can know; a yes belongs into the configuration as an approved workload",
    )
}

/// Is there a ticket?
pub(super) fn ticket(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    (!asked.rows.is_empty()).then_some(())?;
    open(
        "Is there a ticket, a deployment or a pipeline run for it?",
        "look for one that names these regions and sizes and began before the first call; the program's name in the logs proves nothing, since the caller writes it",
    )
}

/// What do the machines do?
pub(super) fn machine(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let launches = &asked.finding.launches;
    (launches.started > 0).then_some(())?;
    let answer = match (asked.finding.outcome, launches.instances.first()) {
        (Outcome::Running, Some(one)) => format!(
            "look at the process list and open connections of {one} (Systems Manager or its disk), its user data, and its CPU or GPU use in CloudWatch: miners use all of it, evenly"
        ),
        (Outcome::Running, None) => "look at the task's or job's image, command and CPU use: miners use all of it, evenly".to_owned(),
        _ => "they ended: flow logs and resolver logs still tell what they talked to; pools answer on ports 3333, 4444, 5555, 7777 or 14444, and on 443".to_owned(),
    };
    open("What do the machines do?", answer)
}

/// How did the credential get out?
pub(super) fn leak(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let hand = hands(asked).into_iter().next()?;
    let who = short(&hand.arn);
    let answer = match asked.finding.root_cause.first().map(|share| share.cause) {
        Some(Cause::CompromisedInstanceToken) => format!(
            "look at what {} serves to the world: an upload, a proxy, a notebook or a console that reaches 169.254.169.254; IMDSv1 needs no more",
            hand.instance_id.as_deref().unwrap_or("the instance")
        ),
        Some(Cause::CompromisedAccessKey) => format!(
            "look for the key in repositories, container images, build logs, laptops and buckets that {who} can reach; when it was last rotated tells how long it was out"
        ),
        Some(Cause::CompromisedConsoleSession) => {
            "look at the person's mail for a sign-in page that is not AWS's, at the browser, and at the sign-in's address".to_owned()
        }
        _ => format!("look at who may take on {who} (its trust policy), and at the workload that holds its session"),
    };
    open("How did the credential get out?", answer)
}

/// What does the bill say?
pub(super) fn bill(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    (asked.finding.launches.started > 0 || !asked.finding.launches.respawners.is_empty()).then_some(())?;
    open(
        "What does the bill say?",
        "look in the billing console by service, region and usage type for the day; it shows machines that no log here shows, hours later",
    )
}
