//! What a failure tells when the parameters are gone.
//!
//! JSON services write `requestParameters: null` on denial, but the message still names
//! what was asked for: "We currently do not have sufficient p3.16xlarge capacity", "The
//! account-level service limit 'ml.p4d.24xlarge for training job usage' is 0 Instances …
//! request delta of 4 Instances". And some calls succeed as calls while nothing was
//! launched: the failure stands inside the response.
//!
//! Blind spots: EC2's quota message names no type.

use super::call::Call;
use super::unit;
use crate::event::{Launch, Unit};
use crate::failure::Failure;

/// Sizes that an EC2 type may have, apart from `…xlarge` and `metal…`.
const SIZES: &[&str] = &["nano", "micro", "small", "medium", "large"];

/// Fills the machine and the count of a failed launch from the message, where the parameters told neither.
pub(super) fn fill_unit(call: &Call<'_>, launch: &mut Launch) {
    if call.failure.is_none() || launch.asks.iter().any(|ask| ask.unit.is_some()) {
        return;
    }
    let Some(unit) = type_in(call.message()) else { return };
    let count = count_in(call.message());
    for ask in &mut launch.asks {
        ask.unit = Some(unit.clone());
        if let Some(count) = count {
            (ask.min, ask.max) = (count, count);
        }
    }
}

/// Returns the failure that stands inside a response whose call succeeded.
pub(crate) fn hidden_failure(call: &Call<'_>) -> Option<Failure> {
    match call.name {
        "ConsoleLogin" => {
            let said = call.response.get("consoleLogin").text()?;
            (said == "Failure").then(|| Failure::classify(None, Some(said))).flatten()
        }
        "CreateFleet" if call.response.get("fleetInstanceSet").list().is_empty() => {
            let error = *call.response.get("errorSet").list().first()?;
            Failure::classify(error.get("errorCode").text(), error.get("errorMessage").text())
        }
        "RunTask" | "StartTask" if call.response.get("tasks").list().is_empty() => {
            let failure = *call.response.get("failures").list().first()?;
            Failure::classify(failure.get("reason").text(), failure.get("detail").text())
        }
        _ => None,
    }
}

/// Finds the first instance type that a message names.
fn type_in(message: &str) -> Option<Unit> {
    let words = message.split(|at: char| !(at.is_ascii_alphanumeric() || at == '.' || at == '-'));
    words
        .map(|word| word.trim_matches(['.', '-']))
        .find(|word| is_type(word))
        .map(|word| if word.starts_with("ml.") { unit::sagemaker(word) } else { unit::ec2(word) })
}

fn is_type(word: &str) -> bool {
    let word = word.strip_prefix("ml.").unwrap_or(word);
    let Some((family, size)) = word.split_once('.') else { return false };
    let family_fits = family.len() <= 16
        && family.starts_with(|first: char| first.is_ascii_lowercase())
        && family.bytes().any(|byte| byte.is_ascii_digit());
    family_fits && (SIZES.contains(&size) || size.ends_with("xlarge") || size.starts_with("metal"))
}

/// Reads `request delta of N`.
fn count_in(message: &str) -> Option<u64> {
    let (_, rest) = message.split_once("request delta of ")?;
    rest.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(message: &str) -> Option<String> {
        type_in(message).map(|unit| unit.name)
    }

    #[test]
    fn the_type_is_found_in_the_message() {
        let sorry =
            "We currently do not have sufficient p3.16xlarge capacity in zones with support for 'gp2'.";
        assert_eq!(named(sorry).as_deref(), Some("p3.16xlarge"));
        assert_eq!(named("no u-12tb1.metal.").as_deref(), Some("u-12tb1.metal"));
        let quota = "The account-level service limit 'ml.p4d.24xlarge for training job usage' is 0 Instances, \
                     with current utilization of 0 Instances and a request delta of 4 Instances.";
        assert_eq!(named(quota).as_deref(), Some("ml.p4d.24xlarge"));
        assert_eq!(count_in(quota), Some(4));
        assert_eq!(
            named("User: arn:aws:iam::1:user/a.large is not authorized, see docs.example.large"),
            None
        );
    }
}
