//! Service quotas that hold compute back.
//!
//! A new account may run five vCPUs of the standard families and no GPU at all, so a miner
//! asks for more first. Which quota was asked for says what is about to be launched.
//!
//! Blind spots: SageMaker has thousands of quotas, one for each type and use, and hosts of
//! every family have their own; of these only the accelerated hosts are in the table. An
//! unknown quota is not a compute quota.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::table::{COMPUTE_QUOTAS, VCPU_QUOTAS};

/// Which market a quota limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Market {
    /// On-demand instances.
    OnDemand,
    /// Spot instances.
    Spot,
}

/// One EC2 quota that is counted in vCPUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The quota code, `L-1216C47A`.
    pub code: &'static str,
    /// The name the console shows.
    pub name: &'static str,
    /// The market it limits.
    pub market: Market,
    /// What the types it limits begin with: letters (`g`, `vt`) or a family (`p5`).
    pub families: Vec<&'static str>,
}

/// Returns the EC2 vCPU quota with this code; `None` when the table does not know it.
pub fn vcpu_quota(code: &str) -> Option<&'static Quota> {
    VCPU.get(code)
}

/// Returns whether raising this quota allows more compute. Unknown quotas do not count.
pub fn is_compute_quota(service_code: &str, quota_code: &str) -> bool {
    let is_vcpu_quota = service_code == "ec2" && vcpu_quota(quota_code).is_some();
    is_vcpu_quota || OTHER.contains(&(service_code, quota_code))
}

static VCPU: LazyLock<BTreeMap<&'static str, Quota>> = LazyLock::new(|| {
    let quotas = VCPU_QUOTAS.rows().map(|[code, name, market, families]| {
        let market = if market == "spot" { Market::Spot } else { Market::OnDemand };
        (code, Quota { code, name, market, families: families.split(' ').collect() })
    });
    quotas.collect()
});

static OTHER: LazyLock<BTreeSet<(&'static str, &'static str)>> =
    LazyLock::new(|| COMPUTE_QUOTAS.rows().map(|[service, code, _name]| (service, code)).collect());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::known_types;
    use crate::name::TypeName;

    #[test]
    fn the_quotas_miners_ask_for_are_known() {
        let gpus = vcpu_quota("L-417A185B").unwrap();
        assert_eq!((gpus.market, gpus.families.as_slice()), (Market::OnDemand, ["p"].as_slice()));
        let spot = vcpu_quota("L-3819A6DF").unwrap();
        assert_eq!((spot.market, spot.families.as_slice()), (Market::Spot, ["g", "vt"].as_slice()));
    }

    #[test]
    fn every_code_is_shaped_like_one_and_every_name_agrees_with_its_market() {
        for quota in VCPU.values() {
            assert!(quota.code.starts_with("L-") && quota.code.len() == 10, "{}", quota.code);
            assert_eq!(quota.name.contains("Spot"), quota.market == Market::Spot, "{}", quota.name);
            assert!(!quota.families.is_empty());
        }
        assert!(OTHER.iter().all(|(_, code)| code.starts_with("L-") && code.len() == 10));
    }

    #[test]
    fn every_accelerated_type_is_under_an_on_demand_quota() {
        let on_demand: Vec<&str> = VCPU
            .values()
            .filter(|quota| quota.market == Market::OnDemand)
            .flat_map(|q| q.families.clone())
            .collect();
        for instance in known_types().filter(|known| known.accelerator.is_some()) {
            // The quota for G instances limits the GR line too.
            let line = TypeName::parse(&instance.name).unwrap().line.trim_start_matches("gr");
            assert!(line.is_empty() || on_demand.contains(&line), "{}", instance.name);
        }
    }

    #[test]
    fn a_compute_quota_is_more_than_vcpus() {
        assert!(is_compute_quota("ec2", "L-1216C47A"));
        assert!(is_compute_quota("ec2", "L-20F13EBD"), "dedicated hosts");
        assert!(is_compute_quota("fargate", "L-3032A538"));
        assert!(is_compute_quota("lightsail", "L-4259AF9B"));
        assert!(is_compute_quota("lambda", "L-B99A9384"));
    }

    #[test]
    fn other_quotas_are_none_of_our_business() {
        assert!(!is_compute_quota("ec2", "L-0263D0A3"), "elastic addresses");
        assert!(!is_compute_quota("s3", "L-1216C47A"), "the code belongs to another service");
        assert!(!is_compute_quota("sagemaker", "L-00000000"), "unknown");
        assert!(!is_compute_quota("", ""));
    }
}
