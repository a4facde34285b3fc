//! Approved workloads: what the owner has said is meant to be.
//!
//! An approval is explicit, names who, where and how much, and expires. It is matched only on
//! what a thief cannot write: the canonical principal, account, region, machine types and the
//! price list. Tags, agents and session names are not asked. An approved finding is marked,
//! for every output; it is never hidden.

use event::Time;
use serde::Deserialize;

/// One approved workload, as written in the configuration.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedWorkload {
    /// Its name.
    pub name: String,
    /// Why it is approved, and by whom.
    pub reason: String,
    /// The last moment of event time at which it holds, RFC 3339.
    pub expires: String,
    /// Principals, as canonical arns; `*` stands for any run of characters except `:`.
    pub principals: Vec<String>,
    /// Accounts; empty for any.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Regions; empty for any.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Machine types, `*` allowed (`p4d.*`); empty for any.
    #[serde(default)]
    pub types: Vec<String>,
    /// The most it may ask for, in US dollars an hour.
    pub usd_per_hour_max: f64,
}

/// What is wrong with an approval.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// The expiry cannot be read.
    #[error("approved workload {name:?}: expires = {expires:?} is not a time such as 2027-01-31T00:00:00Z")]
    Expires {
        /// The workload.
        name: String,
        /// What was written.
        expires: String,
    },
    /// Nobody is named, or everybody is.
    #[error("approved workload {name:?}: name at least one principal, and none as broad as {principal:?}")]
    Principal {
        /// The workload.
        name: String,
        /// What was written.
        principal: String,
    },
}

impl ApprovedWorkload {
    /// Checks that the approval says whom it approves and until when.
    ///
    /// # Errors
    /// Says what to write instead.
    pub fn check(&self) -> Result<(), ApprovalError> {
        if Time::parse(&self.expires).is_none() {
            return Err(ApprovalError::Expires { name: self.name.clone(), expires: self.expires.clone() });
        }
        let broad = self.principals.iter().find(|principal| !principal.trim_matches('*').contains('/'));
        match (broad, self.principals.is_empty()) {
            (Some(principal), _) => {
                Err(ApprovalError::Principal { name: self.name.clone(), principal: principal.clone() })
            }
            (None, true) => {
                Err(ApprovalError::Principal { name: self.name.clone(), principal: String::new() })
            }
            (None, false) => Ok(()),
        }
    }

    /// Whether it holds at `time`.
    #[must_use]
    pub fn holds_at(&self, time: Time) -> bool {
        Time::parse(&self.expires).is_some_and(|expires| time <= expires)
    }

    /// Whether it covers a principal.
    #[must_use]
    pub fn covers_principal(&self, principal: &str) -> bool {
        self.principals.iter().any(|pattern| is_like(pattern, principal))
    }

    /// Whether it covers a place.
    #[must_use]
    pub fn covers_place(&self, account: &str, region: &str) -> bool {
        let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|known| known == value);
        any(&self.accounts, account) && any(&self.regions, region)
    }

    /// Whether it covers a machine type.
    #[must_use]
    pub fn covers_type(&self, unit: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|pattern| is_like(pattern, unit))
    }
}

/// Whether `text` is like `pattern`, in which `*` stands for any run of characters other than `:`.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    loop {
        if is_like(rest, left) {
            return true;
        }
        match left.chars().next() {
            Some(next) if next != ':' => left = &left[next.len_utf8()..],
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approval(principal: &str) -> ApprovedWorkload {
        ApprovedWorkload {
            name: "training".to_owned(),
            reason: "weekly training, approved by the platform team".to_owned(),
            expires: "2027-01-31T00:00:00Z".to_owned(),
            principals: vec![principal.to_owned()],
            accounts: vec![],
            regions: vec![],
            types: vec!["p4d.*".to_owned()],
            usd_per_hour_max: 100.0,
        }
    }

    #[test]
    fn a_star_does_not_cross_into_another_account() {
        let approval = approval("arn:aws:iam::111122223333:role/train-*");
        assert!(approval.covers_principal("arn:aws:iam::111122223333:role/train-nightly"));
        assert!(!approval.covers_principal("arn:aws:iam::444455556666:role/train-nightly"));
        assert!(approval.covers_type("p4d.24xlarge") && !approval.covers_type("p5.48xlarge"));
    }

    #[test]
    fn everybody_is_not_approved() {
        for broad in ["*", "arn:aws:iam::111122223333:*", ""] {
            assert!(approval(broad).check().is_err(), "{broad}");
        }
        assert_eq!(approval("arn:aws:iam::111122223333:role/train-*").check(), Ok(()));
    }

    #[test]
    fn it_ends_when_it_says() {
        let approval = approval("arn:aws:iam::111122223333:role/x");
        let at = |text| Time::parse(text).unwrap();
        assert!(approval.holds_at(at("2027-01-30T23:59:59Z")));
        assert!(!approval.holds_at(at("2027-01-31T00:00:01Z")));
    }
}
