//! Instance types: what each one is, known or not.
//!
//! A look-up never fails. A type the table does not know is inferred (see
//! [`infer`](crate::infer)) and marked, because miners use the newest types first and a
//! detector that shrugs at them would be blind for a year.
//!
//! Blind spots: a price is the on-demand list price of us-east-1 for Linux. Spot costs a
//! third of it, other regions up to twice, and discounts are private.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::infer::{Relatives, infer, infer_price};
use crate::name::{NAME_BYTES_MAX, TypeName};
use crate::power::Power;
use crate::table::{INSTANCE_TYPES, number};

/// Which prices [`Power::micro_usd_per_hour`] is made of.
pub const PRICES: &str = "us-east-1 on-demand list, 2026-07-20";

/// What sort of device an accelerator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AcceleratorKind {
    /// A graphics processor, NVIDIA or AMD. What miners want.
    Gpu,
    /// AWS Inferentia.
    Inferentia,
    /// AWS Trainium.
    Trainium,
    /// Intel Habana Gaudi.
    Gaudi,
    /// A field-programmable gate array.
    Fpga,
    /// A video transcoding card.
    Media,
    /// Anything else.
    Other,
}

/// The accelerators of one instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accelerator {
    /// What sort of device.
    pub kind: AcceleratorKind,
    /// The device's product name, `NVIDIA H100`; `unknown GPU` and the like when inferred.
    pub name: String,
    /// How many devices; at least 1. A slice of a device counts as one.
    pub count: u64,
}

/// What one instance type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    /// The name: canonical when known, else exactly as asked for, hostile text included.
    pub name: String,
    /// The part before the dot, `p5`; empty when the name cannot be read.
    pub family: String,
    /// The part after the dot, `48xlarge`; empty when there is none.
    pub size: String,
    /// The power of one instance; never zero.
    pub power: Power,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Its accelerators, if any; their count is also in `power`.
    pub accelerator: Option<Accelerator>,
    /// Whether the table does not know the type, so that all its figures are inferred.
    pub inferred: bool,
    /// Whether the price is inferred; the other figures may still be known.
    pub price_inferred: bool,
}

/// Returns what the instance type `name` is. Never fails, and never takes an unknown type for
/// a small one unless its own size word says so.
pub fn instance_type(name: &str) -> InstanceType {
    let asked = normalised(name);
    match KNOWN.get(asked.as_str()) {
        Some(known) => known.clone(),
        None => infer(name, TypeName::parse(&asked), &RELATIVES),
    }
}

/// Returns every type the table knows, by name.
pub(crate) fn known_types() -> impl Iterator<Item = &'static InstanceType> {
    KNOWN.values()
}

static KNOWN: LazyLock<BTreeMap<&'static str, InstanceType>> = LazyLock::new(read_table);

static RELATIVES: LazyLock<Relatives<'static>> = LazyLock::new(|| Relatives::new(KNOWN.values()));

/// Returns `name` as the table spells it. Too long a name is left out: it is no type.
fn normalised(name: &str) -> String {
    let name = name.trim();
    if name.len() > NAME_BYTES_MAX { String::from("?") } else { name.to_ascii_lowercase() }
}

fn read_table() -> BTreeMap<&'static str, InstanceType> {
    let mut types: BTreeMap<&str, InstanceType> =
        INSTANCE_TYPES.rows().map(|row| (row[0], read_row(row))).collect();

    let (unpriced, priced): (Vec<_>, Vec<_>) =
        types.values().cloned().partition(|instance| instance.price_inferred);
    let relatives = Relatives::new(priced.iter());
    for instance in &unpriced {
        if let Some(known) = types.get_mut(instance.name.as_str()) {
            known.power.micro_usd_per_hour = infer_price(instance, &relatives);
        }
    }
    types
}

fn read_row([name, vcpus, memory, kind, device, devices, price]: [&'static str; 7]) -> InstanceType {
    let parsed = TypeName::parse(name).expect("every row's name is shaped like a type");
    let accelerator =
        kind_named(kind).map(|kind| Accelerator { kind, name: device.to_owned(), count: number(devices) });
    InstanceType {
        name: name.to_owned(),
        family: parsed.family.to_owned(),
        size: parsed.size.to_owned(),
        power: Power {
            millivcpus: number(vcpus) * 1_000,
            accelerators: accelerator.as_ref().map_or(0, |accelerator| accelerator.count),
            micro_usd_per_hour: if price.is_empty() { 0 } else { number(price) },
        },
        memory_mib: number(memory),
        accelerator,
        inferred: false,
        price_inferred: price.is_empty(),
    }
}

/// Returns the kind a row of the table means; `None` for no accelerator.
fn kind_named(kind: &str) -> Option<AcceleratorKind> {
    match kind {
        "" => None,
        "gpu" => Some(AcceleratorKind::Gpu),
        "inferentia" => Some(AcceleratorKind::Inferentia),
        "trainium" => Some(AcceleratorKind::Trainium),
        "gaudi" => Some(AcceleratorKind::Gaudi),
        "fpga" => Some(AcceleratorKind::Fpga),
        "media" => Some(AcceleratorKind::Media),
        _ => Some(AcceleratorKind::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tables;

    /// Checks vCPUs, accelerators and dollars an hour of a type the table knows.
    fn check(name: &str, vcpus: f64, accelerators: u64, usd_per_hour: f64) {
        let instance = instance_type(name);
        assert!(!instance.inferred, "{name}");
        assert_eq!(instance.power.vcpus(), vcpus, "{name}");
        assert_eq!(instance.power.accelerators, accelerators, "{name}");
        assert_eq!(instance.power.usd_per_hour(), usd_per_hour, "{name}");
    }

    #[test]
    fn a_miners_favourites_are_known() {
        check("p5.48xlarge", 192.0, 8, 55.04);
        check("p3.16xlarge", 64.0, 8, 24.48);
        check("g5.48xlarge", 192.0, 8, 16.288);
        check("g4dn.xlarge", 4.0, 1, 0.526);
        check("c5.24xlarge", 96.0, 0, 4.08);
        check("t3.micro", 2.0, 0, 0.0104);
    }

    #[test]
    fn the_type_of_every_attack_simulation_is_known() {
        check("p2.xlarge", 4.0, 1, 0.90);
        check("p2.8xlarge", 32.0, 8, 7.20);
        check("p2.16xlarge", 64.0, 16, 14.40);
        let accelerator = instance_type("p2.xlarge").accelerator.unwrap();
        assert_eq!((accelerator.kind, accelerator.name.as_str()), (AcceleratorKind::Gpu, "NVIDIA K80"));
    }

    #[test]
    fn every_row_of_the_table_has_power_memory_and_a_price() {
        let rows = tables().iter().find(|table| table.name == "instance-types.tsv").unwrap().rows;
        assert_eq!(known_types().count(), rows, "a name is in the table twice");
        for instance in known_types() {
            assert!(instance.power.millivcpus >= 1_000, "{}", instance.name);
            assert!(instance.power.micro_usd_per_hour > 0, "{}", instance.name);
            assert!(instance.memory_mib > 0, "{}", instance.name);
            let count = instance.accelerator.as_ref().map_or(0, |accelerator| accelerator.count);
            assert_eq!(instance.power.accelerators, count, "{}", instance.name);
            assert_eq!(&instance_type(&instance.name), instance);
        }
    }

    #[test]
    fn no_price_in_the_table_is_out_of_all_proportion() {
        for instance in known_types() {
            let a_vcpu = instance.power.usd_per_hour() / instance.power.vcpus();
            assert!((0.002..=0.8).contains(&a_vcpu), "{} costs {a_vcpu} a vCPU", instance.name);
        }
    }

    #[test]
    fn a_missing_price_is_inferred_from_the_nearest_relative_and_marked() {
        let h200 = instance_type("p5e.48xlarge");
        assert!(!h200.inferred && h200.price_inferred);
        assert_eq!(h200.power.micro_usd_per_hour, instance_type("p5en.48xlarge").power.micro_usd_per_hour);
        assert!(instance_type("trn2.48xlarge").power.usd_per_hour() >= 20.0);
        assert!(!instance_type("p5.48xlarge").price_inferred);
    }

    #[test]
    fn a_slice_of_a_gpu_is_a_gpu() {
        assert_eq!(instance_type("g6f.large").power.accelerators, 1);
    }

    #[test]
    fn case_and_blanks_do_not_hide_a_type() {
        assert_eq!(instance_type(" P5.48XLarge\n"), instance_type("p5.48xlarge"));
    }
}
