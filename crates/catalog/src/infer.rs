//! What an instance type that no table knows is likely to be.
//!
//! AWS announces a new family every few weeks; this program is older than some of them when
//! it runs. The name still says the line (`p` is a GPU line, whatever its number) and the
//! size (`48xlarge` is 192 vCPUs), and the nearest relative in the table says what such a
//! machine costs. Where even the name says nothing, the type counts as big: a miner who
//! finds a type we do not know must not be rewarded for it.
//!
//! Blind spots: a price scaled from the last generation is too low by the usual mark-up of
//! a new one; a new line of small machines looks bigger than it is, and is marked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::instance::{Accelerator, AcceleratorKind, InstanceType};
use crate::name::{Size, TypeName};
use crate::power::{Power, scale};

/// What a type of which nothing can be read counts as.
///
/// Fewer, and an unknown type may pass as ordinary; more, and one typing error in a
/// template looks like a GPU farm.
const UNKNOWN_VCPUS: u64 = 64;

/// The least a type of an unknown line counts as, unless its size word says small.
///
/// Every accelerated line came with letters of its own (`inf`, `trn`, `dl`, `vt`), so new
/// letters are a hint. Fewer than 16, and it would not be mining-grade; more, and the first
/// users of a new ordinary line cause alarms.
const UNKNOWN_LINE_VCPUS: u64 = 16;

/// What a size that says `nano` to `medium` counts as, where no relative knows better.
const TINY_VCPUS: u64 = 2;

/// Price of a vCPU where there is no relative: about what general-purpose types cost.
const UNKNOWN_MICRO_USD_PER_VCPU: u64 = 50_000;

/// Memory of a vCPU where there is no relative: as in general-purpose types.
const UNKNOWN_MEMORY_MIB_PER_VCPU: u64 = 4_096;

/// The lines whose every type has an accelerator: how their letters begin, and the line to
/// infer from where the letters are new and a generation follows (`gx1`; `garbage` is no
/// line). The first match counts.
const ACCELERATED_LINES: [(&str, &str); 9] = [
    ("trn", "trn"),
    ("inf", "inf"),
    ("dl", "dl"),
    ("vt", "vt"),
    ("gr", "gr"),
    ("cg", "p"),
    ("p", "p"),
    ("g", "g"),
    ("f", "f"),
];

/// Types to infer from, by line.
pub(crate) struct Relatives<'a>(BTreeMap<&'a str, Vec<(TypeName<'a>, &'a InstanceType)>>);

impl<'a> Relatives<'a> {
    pub(crate) fn new(types: impl Iterator<Item = &'a InstanceType>) -> Relatives<'a> {
        let mut lines: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for instance in types {
            if let Some(name) = TypeName::parse(&instance.name) {
                lines.entry(name.line).or_default().push((name, instance));
            }
        }
        Relatives(lines)
    }

    /// Returns the type of `line` nearest to `name` with about `vcpus`; `None` when there is none.
    ///
    /// Nearest is: closest generation, then the most alike variant, then the newer, then the
    /// same size, then the closest vCPUs, then the dearer.
    fn nearest(&self, line: &str, name: &TypeName<'_>, vcpus: u64) -> Option<&'a InstanceType> {
        let distance = |(other, instance): &(TypeName<'a>, &'a InstanceType)| {
            (
                other.generation.abs_diff(name.generation),
                other.variant != name.variant,
                Reverse(common_prefix(other.variant, name.variant)),
                Reverse(other.generation),
                other.size != name.size,
                instance.power.millivcpus.abs_diff(vcpus * 1_000),
                Reverse(instance.power.micro_usd_per_hour),
                instance.name.as_str(),
            )
        };
        let types = self.0.get(line)?;
        types.iter().min_by(|a, b| distance(a).cmp(&distance(b))).map(|(_, instance)| *instance)
    }
}

/// Returns what the unknown type `raw` is likely to be; `name` is what could be read of it.
pub(crate) fn infer(raw: &str, name: Option<TypeName<'_>>, relatives: &Relatives<'_>) -> InstanceType {
    let Some(name) = name else {
        let size = raw.rsplit_once('.').map_or("", |(_, size)| size.trim());
        let vcpus = if Size::read(size) == Size::Tiny { TINY_VCPUS } else { UNKNOWN_VCPUS };
        return without_relative(raw, "", "", vcpus);
    };
    let size = Size::read(name.size);
    let vcpus = match size {
        Size::Tiny => TINY_VCPUS,
        Size::Vcpus(vcpus) => vcpus,
        Size::Unknown => UNKNOWN_VCPUS,
    };
    let nearest = relatives
        .nearest(name.line, &name, vcpus)
        .or_else(|| relatives.nearest(accelerated_line(&name)?, &name, vcpus));
    match nearest {
        Some(relative) => from_relative(raw, &name, relative, vcpus),
        None if size == Size::Tiny => without_relative(raw, name.family, name.size, vcpus),
        None => without_relative(raw, name.family, name.size, vcpus.max(UNKNOWN_LINE_VCPUS)),
    }
}

/// Returns the known accelerated line that the line of `name` sounds like.
fn accelerated_line(name: &TypeName<'_>) -> Option<&'static str> {
    let (_, known) = ACCELERATED_LINES.iter().find(|(prefix, _)| name.line.starts_with(prefix))?;
    (name.generation > 0).then_some(known)
}

/// Returns the price of `instance`, which the table knows without one.
pub(crate) fn infer_price(instance: &InstanceType, priced: &Relatives<'_>) -> u64 {
    let vcpus = instance.power.millivcpus / 1_000;
    let relative = TypeName::parse(&instance.name).and_then(|name| priced.nearest(name.line, &name, vcpus));
    match relative {
        Some(relative) => scaled_price(relative, instance.power.millivcpus, instance.power.accelerators),
        None => vcpus * UNKNOWN_MICRO_USD_PER_VCPU,
    }
}

fn from_relative(raw: &str, name: &TypeName<'_>, relative: &InstanceType, vcpus: u64) -> InstanceType {
    // The same size in another generation knows better than the doubling rule.
    let millivcpus = if relative.size == name.size { relative.power.millivcpus } else { vcpus * 1_000 };
    let accelerators = scale(relative.power.accelerators, millivcpus, relative.power.millivcpus);
    let accelerator = relative.accelerator.as_ref().map(|known| Accelerator {
        kind: known.kind,
        name: if relative.family == name.family { known.name.clone() } else { unknown_device(known.kind) },
        count: accelerators,
    });
    InstanceType {
        name: raw.to_owned(),
        family: name.family.to_owned(),
        size: name.size.to_owned(),
        power: Power {
            millivcpus,
            accelerators,
            micro_usd_per_hour: scaled_price(relative, millivcpus, accelerators),
        },
        memory_mib: scale(relative.memory_mib, millivcpus, relative.power.millivcpus),
        accelerator,
        inferred: true,
        price_inferred: true,
    }
}

fn without_relative(raw: &str, family: &str, size: &str, vcpus: u64) -> InstanceType {
    InstanceType {
        name: raw.to_owned(),
        family: family.to_owned(),
        size: size.to_owned(),
        power: Power {
            millivcpus: vcpus * 1_000,
            accelerators: 0,
            micro_usd_per_hour: vcpus * UNKNOWN_MICRO_USD_PER_VCPU,
        },
        memory_mib: vcpus * UNKNOWN_MEMORY_MIB_PER_VCPU,
        accelerator: None,
        inferred: true,
        price_inferred: true,
    }
}

/// Returns the relative's price by vCPUs or by accelerators, whichever is more: a machine
/// with few vCPUs and one GPU costs a GPU.
fn scaled_price(relative: &InstanceType, millivcpus: u64, accelerators: u64) -> u64 {
    let Power { micro_usd_per_hour, .. } = relative.power;
    let by_vcpus = scale(micro_usd_per_hour, millivcpus, relative.power.millivcpus);
    by_vcpus.max(scale(micro_usd_per_hour, accelerators, relative.power.accelerators))
}

fn unknown_device(kind: AcceleratorKind) -> String {
    let device = match kind {
        AcceleratorKind::Gpu => "GPU",
        AcceleratorKind::Inferentia => "Inferentia",
        AcceleratorKind::Trainium => "Trainium",
        AcceleratorKind::Gaudi => "Gaudi",
        AcceleratorKind::Fpga => "FPGA",
        AcceleratorKind::Media => "media card",
        AcceleratorKind::Other => "accelerator",
    };
    format!("unknown {device}")
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::instance::{instance_type, known_types};
    use crate::size::{SizeBand, is_mining_grade, size_band};

    #[test]
    fn tomorrows_gpu_machine_is_as_big_as_todays_and_marked() {
        let p9 = instance_type("p9.96xlarge");
        assert!(p9.inferred && p9.price_inferred);
        assert_eq!((p9.power.vcpus(), p9.power.accelerators), (384.0, 16));
        let p6 = instance_type("p6-b300.48xlarge");
        assert_eq!(p9.power.micro_usd_per_hour, 2 * p6.power.micro_usd_per_hour);
        assert_eq!(p9.accelerator.unwrap().name, "unknown GPU");
        assert_eq!((p9.family.as_str(), p9.size.as_str()), ("p9", "96xlarge"));
    }

    #[test]
    fn tomorrows_accelerated_lines_always_have_an_accelerator() {
        for name in [
            "p9.nano",
            "g8.xlarge",
            "gr7.4xlarge",
            "gx1.2xlarge",
            "trn3.48xlarge",
            "inf3.xlarge",
            "dl3.24xlarge",
            "f3.2xlarge",
            "vt2.3xlarge",
            "p7",
            "p7.",
            "p7.huge",
            "pz1.metal",
            "cg1.4xlarge",
            "ml.p9.2xlarge",
        ] {
            let instance = instance_type(name);
            assert_eq!(size_band(&instance), SizeBand::Accelerated, "{name}");
            assert!(instance.accelerator.unwrap().count >= 1, "{name}");
            assert!(instance.power.usd_per_hour() > 0.2, "{name}");
        }
    }

    #[test]
    fn one_gpu_costs_one_gpu_however_few_vcpus_it_has() {
        let small = instance_type("p5.xlarge");
        assert_eq!((small.power.vcpus(), small.power.accelerators), (4.0, 1));
        assert_eq!(small.power.usd_per_hour(), instance_type("p5.4xlarge").power.usd_per_hour());
        assert_eq!(small.accelerator.unwrap().name, "NVIDIA H100", "same family, same device");
    }

    #[test]
    fn tomorrows_ordinary_machine_costs_about_what_todays_does() {
        let next = instance_type("c12i.24xlarge");
        assert_eq!((next.power.vcpus(), next.power.accelerators), (96.0, 0));
        assert!((3.0..7.0).contains(&next.power.usd_per_hour()), "{}", next.power.usd_per_hour());
        assert_eq!(instance_type("m12g.medium").power.vcpus(), 1.0, "as m9g.medium");
    }

    #[test]
    fn a_size_that_says_nothing_counts_as_big() {
        for name in
            ["t3.gigantic", "c7i", "m9.metal", "zz9.plural", "value{", "", ".", "\u{1b}[2J", "m5.0xlarge"]
        {
            let instance = instance_type(name);
            assert!(instance.power.vcpus() >= 64.0, "{name:?}");
            assert!(instance.power.usd_per_hour() >= 1.0, "{name:?}");
        }
    }

    #[test]
    fn new_letters_are_mining_grade_until_we_know_better() {
        assert!(is_mining_grade(&instance_type("npu1.large")));
        assert!(is_mining_grade(&instance_type("q1.xlarge")));
        assert!(!is_mining_grade(&instance_type("q1.small")));
    }

    #[test]
    fn a_word_that_only_begins_like_a_gpu_line_is_big_but_no_gpu() {
        for name in ["garbage", "placeholder", "flexible.unknown"] {
            let instance = instance_type(name);
            assert_eq!((instance.power.vcpus(), instance.power.accelerators), (64.0, 0), "{name}");
        }
    }

    #[test]
    fn only_the_size_word_makes_an_unknown_type_small() {
        assert_eq!(size_band(&instance_type("t9.nano")), SizeBand::Small);
        assert_eq!(size_band(&instance_type("q1.micro")), SizeBand::Small);
        assert_eq!(size_band(&instance_type("{odd}.micro")), SizeBand::Small);
        assert_eq!(size_band(&instance_type("c12i.large")), SizeBand::Medium);
    }

    #[test]
    fn a_hostile_name_stays_as_it_is() {
        let long = "p5.".repeat(5_000);
        assert_eq!(instance_type(&long).name, long);
        assert_eq!(instance_type("<b>\u{202e}").name, "<b>\u{202e}");
        assert_eq!(instance_type("p5.9999999999xlarge").power.vcpus(), 64.0);
    }

    #[test]
    fn every_known_type_of_an_accelerated_line_has_an_accelerator() {
        for instance in known_types() {
            let name = TypeName::parse(&instance.name).unwrap();
            assert_eq!(
                accelerated_line(&name).is_some(),
                instance.accelerator.is_some(),
                "{}",
                instance.name
            );
        }
    }

    /// Takes each known type for an unknown one: the inference against the truth.
    #[test]
    fn a_type_inferred_from_its_relatives_is_rarely_far_from_the_truth() {
        let mut far = Vec::new();
        let mut judged = 0;
        for truth in known_types().filter(|truth| !truth.price_inferred) {
            let others = Relatives::new(known_types().filter(|other| other.family != truth.family));
            let guess = infer(&truth.name, TypeName::parse(&truth.name), &others);
            let ratio = guess.power.usd_per_hour() / truth.power.usd_per_hour();
            judged += 1;
            if !(0.4..=2.5).contains(&ratio) {
                far.push((truth.name.as_str(), ratio));
            }
        }
        assert!(far.len() * 20 < judged, "{} of {judged} are far off: {far:?}", far.len());
    }

    proptest! {
        #[test]
        fn any_text_is_answered(name in any::<String>()) {
            let instance = instance_type(&name);
            prop_assert!(instance.power.millivcpus > 0 && instance.power.micro_usd_per_hour > 0);
        }

        #[test]
        fn text_shaped_like_a_type_is_answered_and_accelerated_lines_are_never_small(
            line in "(p|g|gr|trn|inf|dl|f|vt)", generation in 0u32..20, variant in "[a-z]{0,3}(-[a-z0-9]{1,4})?",
            size in "(nano|micro|small|medium|large|[0-9]{0,12}xlarge|metal|metal-[0-9]{1,3}xl|[a-z]{0,8})",
        ) {
            let instance = instance_type(&format!("{line}{generation}{variant}.{size}"));
            prop_assert_eq!(size_band(&instance), SizeBand::Accelerated);
            prop_assert!(is_mining_grade(&instance));
        }

        #[test]
        fn an_unknown_type_is_never_small_unless_it_says_so(
            family in "[a-z]{1,4}[0-9]{0,2}[a-z]{0,3}", size in "[a-z0-9-]{0,9}",
        ) {
            let instance = instance_type(&format!("{family}.{size}"));
            if instance.inferred && Size::read(&size) != Size::Tiny {
                prop_assert_ne!(size_band(&instance), SizeBand::Small);
            }
        }
    }
}
