//! Machines, in the one measure of power, from the names that APIs use.
//!
//! Blind spots: `cpuOptions` can switch cores off, but the price and the quota stay, so
//! it is ignored. Where a call allows several types, the strongest counts until the
//! response tells the truth.

use catalog::{InstanceType, Power};

use super::call::{Node, kept};
use crate::event::{Ask, Unit};

/// An EC2 instance of this type; also `ml.…`, `cache.…` and other prefixed spellings.
#[must_use]
pub fn ec2(name: &str) -> Unit {
    of_type(name, catalog::instance_type(name))
}

/// A SageMaker instance, `ml.p4d.24xlarge`.
#[must_use]
pub fn sagemaker(name: &str) -> Unit {
    of_type(name, catalog::sagemaker_type(name))
}

/// One Fargate task, from CPU units (1024 are one vCPU) and MiB.
#[must_use]
pub fn fargate(cpu_units: u64, memory_mib: u64) -> Unit {
    let name = format!("fargate {} vCPU / {} GB", decimal(cpu_units, 1_024), decimal(memory_mib, 1_024));
    Unit { name, power: catalog::fargate(cpu_units, memory_mib), inferred: false }
}

/// A named size of a managed service, whose power the catalogue tells.
#[must_use]
pub fn named(name: &str, power: Power) -> Unit {
    Unit { name: kept(name), power, inferred: false }
}

/// MiB of a memory text: `32768`, `32 GB`, `32GB`.
#[must_use]
pub fn mib(text: &str) -> Option<u64> {
    let text = text.trim();
    let gigabytes = text.strip_suffix("GB").or_else(|| text.strip_suffix("gb"));
    match gigabytes {
        Some(number) => {
            let number: f64 = number.trim().parse().ok()?;
            // A cast stops at the largest integer; negative numbers become zero.
            Some((number * 1_024.0) as u64)
        }
        None => text.parse().ok(),
    }
}

/// GPUs among the `resourceRequirements` of containers.
pub fn gpus<'a>(requirements: impl IntoIterator<Item = Node<'a>>) -> u64 {
    let wanted = requirements.into_iter().filter(|item| item.get("type").text() == Some("GPU"));
    wanted.filter_map(|item| item.get("value").number()).fold(0, u64::saturating_add)
}

/// Adds GPUs to a task, at the price of the least instance that has one.
pub fn add_gpus(unit: &mut Unit, count: u64) {
    if count > 0 {
        unit.power += accelerators(count);
        unit.name = format!("{}, {count} GPU", unit.name);
    }
}

/// A g5.xlarge is the least that one accelerator costs; its vCPUs are counted elsewhere.
fn accelerators(count: u64) -> Power {
    Power { millivcpus: 0, ..catalog::instance_type("g5.xlarge").power }.times(count)
}

/// One vCPU of a machine that the service chooses.
#[must_use]
pub fn vcpu() -> Unit {
    Unit { name: "vCPU".to_owned(), power: vcpus(1), inferred: true }
}

/// The power of `count` vCPUs at the price of a general-purpose machine.
#[must_use]
pub fn vcpus(count: u64) -> Power {
    // An m5.large is two vCPUs; half its price is what one costs where nobody chose a type.
    let pair = catalog::instance_type("m5.large").power;
    let price = pair.micro_usd_per_hour / 2;
    Power { millivcpus: 1_000, accelerators: 0, micro_usd_per_hour: price }.times(count)
}

/// What `InstanceRequirements` allow: the strongest of the allowed types, else the least that they ask for.
#[must_use]
pub fn requirements(node: Node<'_>) -> Option<Unit> {
    if !node.exists() {
        return None;
    }
    let allowed = node.first_of(&["allowedInstanceTypes", "allowedInstanceTypeSet"]);
    let patterns = allowed.texts();
    let matches = patterns.iter().filter_map(|pattern| {
        let found = catalog::most_powerful_match(pattern)?;
        Some(Unit { inferred: found.inferred, power: found.power, name: kept(pattern) })
    });
    if let Some(unit) = strongest(matches) {
        return Some(unit);
    }
    let cpus = node.first_of(&["vCpuCount.min", "vCpuCountRange.min"]).number().unwrap_or(1).max(1);
    let accelerators = node.at("acceleratorCount.min").number().unwrap_or(0);
    let mut power = vcpus(cpus);
    let mut name = format!("requirements ≥ {cpus} vCPU");
    if accelerators > 0 {
        power += self::accelerators(accelerators);
        name = format!("{name}, {accelerators} accelerators");
    }
    Some(Unit { name, power, inferred: true })
}

/// The strongest of several machines: by price, then accelerators, then vCPUs.
#[must_use]
pub fn strongest(units: impl IntoIterator<Item = Unit>) -> Option<Unit> {
    units.into_iter().max_by(|one, other| rank(one).cmp(&rank(other)))
}

/// The order of strength; the name decides between equals, so that the choice never depends on the order.
pub(crate) fn rank(unit: &Unit) -> (u64, u64, u64, &str) {
    let power = unit.power;
    (power.micro_usd_per_hour, power.accelerators, power.millivcpus, &unit.name)
}

/// A line for exactly `count` machines.
#[must_use]
pub fn ask(unit: Option<Unit>, count: u64) -> Ask {
    Ask { unit, min: count, max: count }
}

/// What a capacity is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Machines, or units that the caller gave each type a weight in.
    Machines,
    /// vCPUs.
    Vcpus,
    /// MiB of memory.
    MemoryMib,
}

impl Measure {
    /// Reads `TargetCapacityUnitType` or `desiredCapacityType`.
    #[must_use]
    pub fn read(node: Node<'_>) -> Self {
        match node.text() {
            Some("vcpu") => Self::Vcpus,
            Some("memory-mib") => Self::MemoryMib,
            _ => Self::Machines,
        }
    }
}

/// One machine that a fleet or group may choose, and how many units of capacity it counts for.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The machine.
    pub unit: Unit,
    /// Its weight; `None` counts as one.
    pub weight: Option<u64>,
}

impl Choice {
    /// Reads `instanceType` or `instanceRequirements`, and `weightedCapacity`.
    #[must_use]
    pub fn read(node: Node<'_>) -> Option<Self> {
        let typed = node.get("instanceType").text().map(ec2);
        let unit = typed.or_else(|| requirements(node.get("instanceRequirements")))?;
        Some(Self { unit, weight: node.get("weightedCapacity").number() })
    }

    /// How many such machines make up `capacity`.
    #[must_use]
    pub fn count(&self, capacity: u64, measure: Measure) -> u64 {
        let each = match measure {
            Measure::Machines => self.weight.unwrap_or(1),
            Measure::Vcpus => self.unit.power.millivcpus / 1_000,
            Measure::MemoryMib => catalog::instance_type(&self.unit.name).memory_mib,
        };
        capacity.div_ceil(each.max(1))
    }
}

/// The strongest of the machines that a fleet may choose.
#[must_use]
pub fn strongest_choice(choices: Vec<Choice>) -> Option<Choice> {
    choices.into_iter().max_by(|one, other| rank(&one.unit).cmp(&rank(&other.unit)))
}

fn of_type(name: &str, found: InstanceType) -> Unit {
    Unit { name: kept(name), power: found.power, inferred: found.inferred }
}

/// `part` of `whole` with at most two places, without zeros at the end.
fn decimal(part: u64, whole: u64) -> String {
    let text = format!("{}.{:02}", part / whole, part % whole * 100 / whole);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_is_named_by_what_it_has() {
        assert_eq!(fargate(16_384, 32_768).name, "fargate 16 vCPU / 32 GB");
        assert_eq!(fargate(256, 512).name, "fargate 0.25 vCPU / 0.5 GB");
    }

    #[test]
    fn requirements_without_types_count_as_the_least_they_ask_for() {
        let asked = json!({"VCpuCount": {"Min": 96}, "AcceleratorCount": {"Min": "8"}});
        let unit = requirements(Node::new(Some(&asked))).unwrap();
        assert_eq!(unit.name, "requirements ≥ 96 vCPU, 8 accelerators");
        assert_eq!((unit.power.millivcpus, unit.power.accelerators), (96_000, 8 * per_g5()));
    }

    fn per_g5() -> u64 {
        catalog::instance_type("g5.xlarge").power.accelerators
    }

    #[test]
    fn a_weight_turns_capacity_into_machines() {
        let choice = Choice { unit: ec2("c5.24xlarge"), weight: Some(96) };
        assert_eq!(choice.count(960, Measure::Machines), 10);
        assert_eq!(choice.count(961, Measure::Machines), 11);
    }
}
