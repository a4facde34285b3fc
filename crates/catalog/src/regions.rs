//! Regions, and whether an account has them without asking.
//!
//! A launch in a region that must first be enabled says more than one in a region that is
//! always there; and a region of another partition needs an account of its own, so that it
//! cannot be one lineage with this account.
//!
//! Blind spot: a region newer than the table is unknown, which says nothing about it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::table::REGIONS;

/// Whether an account has a region without asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OptIn {
    /// Every account has it and cannot turn it off.
    DefaultOn,
    /// It must be enabled first (`account:EnableRegion`).
    OptIn,
    /// It needs an account of its own (China, GovCloud, European Sovereign Cloud).
    SeparateAccount,
}

/// One region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// `us-east-1`.
    pub name: &'static str,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`, as in an ARN.
    pub partition: &'static str,
    /// Whether an account has it without asking.
    pub opt_in: OptIn,
}

/// Returns the region called `name`; `None` when the table does not know it.
pub fn region(name: &str) -> Option<&'static Region> {
    KNOWN.get(name)
}

/// Returns the region that the zone `zone` is in: availability zones (`us-east-1a`), local
/// zones (`us-east-1-bos-1a`) and Wavelength zones, of unknown regions too.
///
/// `None` for anything else, zone ids (`use1-az1`) and bare regions included.
pub fn region_of_az(zone: &str) -> Option<&str> {
    let is_letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut end = 0;
    for (place, part) in zone.split('-').enumerate() {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && place >= 2 {
            let (region, zone) = zone.split_at(end + digits);
            let is_zone = zone.starts_with('-') || (zone.len() == 1 && is_letters(zone));
            return is_zone.then_some(region);
        }
        if !is_letters(part) {
            return None;
        }
        end += part.len() + 1;
    }
    None
}

static KNOWN: LazyLock<BTreeMap<&'static str, Region>> = LazyLock::new(|| {
    let regions = REGIONS.rows().map(|[name, partition, opt_in]| {
        let opt_in = match opt_in {
            "default-on" => OptIn::DefaultOn,
            "opt-in" => OptIn::OptIn,
            _ => OptIn::SeparateAccount,
        };
        (name, Region { name, partition, opt_in })
    });
    regions.collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(name: &str, partition: &str, opt_in: OptIn) {
        let region = region(name).unwrap();
        assert_eq!((region.name, region.partition, region.opt_in), (name, partition, opt_in));
    }

    #[test]
    fn regions_older_than_march_2019_are_always_on() {
        check("us-east-1", "aws", OptIn::DefaultOn);
        check("eu-north-1", "aws", OptIn::DefaultOn);
        check("ap-east-1", "aws", OptIn::OptIn);
        check("af-south-1", "aws", OptIn::OptIn);
    }

    #[test]
    fn other_partitions_need_an_account_of_their_own() {
        check("us-gov-west-1", "aws-us-gov", OptIn::SeparateAccount);
        check("cn-north-1", "aws-cn", OptIn::SeparateAccount);
        check("eusc-de-east-1", "aws-eusc", OptIn::SeparateAccount);
        for region in KNOWN.values() {
            assert_eq!(region.partition != "aws", region.opt_in == OptIn::SeparateAccount, "{}", region.name);
        }
    }

    #[test]
    fn seventeen_regions_are_on_in_every_account() {
        assert_eq!(KNOWN.values().filter(|region| region.opt_in == OptIn::DefaultOn).count(), 17);
    }

    #[test]
    fn what_is_not_a_region_is_not_known() {
        for name in ["", "us-east-9", "US-EAST-1", "us-east-1a", "ca-south-3r", "global"] {
            assert_eq!(region(name), None, "{name}");
        }
    }

    #[test]
    fn a_zone_names_its_region() {
        for (zone, expected) in [
            ("us-east-1a", Some("us-east-1")),
            ("us-gov-west-1b", Some("us-gov-west-1")),
            ("ap-northeast-12c", Some("ap-northeast-12")),
            ("us-east-1-bos-1a", Some("us-east-1")),
            ("us-west-2-lax-1b", Some("us-west-2")),
            ("us-east-1-wl1-bos-wlz-1", Some("us-east-1")),
            ("us-east-1", None),
            ("use1-az1", None),
            ("us-1a", None),
            ("us-east-1ab", None),
            ("-east-1a", None),
            ("", None),
        ] {
            assert_eq!(region_of_az(zone), expected, "{zone}");
        }
    }

    proptest! {
        #[test]
        fn every_zone_of_every_region_names_it(zone in "[a-z]") {
            for name in KNOWN.keys() {
                let zone = format!("{name}{zone}");
                prop_assert_eq!(region_of_az(&zone), Some(*name));
            }
        }

        #[test]
        fn any_text_is_answered(zone in any::<String>()) {
            prop_assert!(region_of_az(&zone).is_none_or(|region| zone.starts_with(region)));
        }
    }
}
