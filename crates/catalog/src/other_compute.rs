//! Compute that is sold under names of its own: SageMaker, CodeBuild, Lightsail, Glue,
//! Amplify, WorkSpaces, AppStream.
//!
//! Miners use these because EC2 is watched and has quotas. Measured in the same vCPUs,
//! accelerators and dollars, they add up with everything else.
//!
//! Blind spots: most sizes and prices are from general knowledge and marked so in
//! `data/other-compute.tsv`. An unknown name counts as a large one of its service; a name
//! that the record does not give should not be asked for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::instance::{InstanceType, instance_type};
use crate::name::Size;
use crate::power::{Power, scale};
use crate::table::{OTHER_COMPUTE, number};

/// How much more a managed instance costs than the same EC2 instance, in per cent.
///
/// An assumption: `ml.g5.2xlarge` is 1.25 times `g5.2xlarge`, and others are close to it.
const MANAGED_PERCENT: u64 = 125;

/// The price of one AppStream vCPU for an hour, without graphics and with. Assumptions, from
/// `stream.standard.large` and `stream.graphics-pro.4xlarge`.
const APPSTREAM_MICRO_USD_PER_VCPU: u64 = 65_000;
const APPSTREAM_GRAPHICS_MICRO_USD_PER_VCPU: u64 = 130_000;

/// What an AppStream size that cannot be read counts as.
const APPSTREAM_UNKNOWN_VCPUS: u64 = 16;

/// The most data processing units a Glue worker's name is believed to have. Fewer than today's
/// 16, and the largest is lost; far more, and a made-up name makes a huge bill.
const GLUE_UNITS_MAX: u64 = 1_024;

/// Returns what a SageMaker type (`ml.g5.2xlarge`) is: the EC2 type at a managed price.
///
/// `system`, the default of SageMaker Studio applications, is small and free.
pub fn sagemaker_type(name: &str) -> InstanceType {
    let inner = name.trim();
    if inner == "system" {
        let small = instance_type("t3.medium");
        let power = Power { micro_usd_per_hour: 0, ..small.power };
        return InstanceType { name: name.to_owned(), power, price_inferred: true, ..small };
    }
    let ec2 = instance_type(inner.strip_prefix("ml.").unwrap_or(inner));
    InstanceType { name: name.to_owned(), power: managed(ec2.power), price_inferred: true, ..ec2 }
}

/// Returns the power of one CodeBuild build on `compute_type`: `BUILD_GENERAL1_LARGE` alone, or
/// after its environment type, `LINUX_GPU_CONTAINER/BUILD_GENERAL1_LARGE`, which alone tells
/// builds with a GPU.
pub fn codebuild(compute_type: &str) -> Power {
    let (environment, compute) = compute_type.rsplit_once('/').unwrap_or(("", compute_type));
    let exact = find("codebuild", compute_type);
    let gpu = || {
        let is_gpu = environment.to_ascii_uppercase().contains("GPU");
        is_gpu.then(|| known("codebuild", "LINUX_GPU_CONTAINER/BUILD_GENERAL1_LARGE"))
    };
    exact.or_else(gpu).or_else(|| find("codebuild", compute)).unwrap_or_else(|| known("codebuild", "*"))
}

/// Returns the power of one Lightsail instance of the bundle `id`: `nano_3_0`,
/// `2xlarge_win_3_0`, `gpu_nvidia_xl_1_0`.
pub fn lightsail_bundle(id: &str) -> Power {
    let name = id.trim_end_matches(|last: char| last.is_ascii_digit() || last == '_');
    if let Some(power) = find("lightsail", name) {
        return power;
    }
    let words = || id.split('_');
    if words().any(|word| word.eq_ignore_ascii_case("gpu")) {
        return known("lightsail", "gpu");
    }
    let known_size = words().find_map(|word| find("lightsail", word).filter(|_| word != "*"));
    known_size.unwrap_or_else(|| {
        let largest = known("lightsail", "*");
        let vcpus = words().find_map(|word| match Size::read(&word.to_ascii_lowercase()) {
            Size::Vcpus(vcpus) => Some(vcpus),
            _ => None,
        });
        vcpus.map_or(largest, |vcpus| scaled(largest, vcpus * 1_000))
    })
}

/// Returns the power of one node of a Lightsail container service: `nano` to `xlarge`.
pub fn lightsail_container(power: &str) -> Power {
    find("lightsail-container", power).unwrap_or_else(|| known("lightsail-container", "*"))
}

/// Returns the power of one Glue worker: `G.1X` to `G.16X`, `R.8X`, `Z.2X`, `G.025X`, `Standard`.
///
/// A size newer than the table is read from the name: `G.32X` is 32 times `G.1X`.
pub fn glue_worker(worker_type: &str) -> Power {
    let by_name = || {
        let (_, size) = worker_type.split_once('.')?;
        let units: u64 = size.strip_suffix(['X', 'x'])?.parse().ok()?;
        (1..=GLUE_UNITS_MAX).contains(&units).then(|| known("glue", "G.1X").times(units))
    };
    find("glue", worker_type).or_else(by_name).unwrap_or_else(|| known("glue", "*"))
}

/// Returns the power of one Amplify build: `STANDARD_8GB`, `LARGE_16GB`, `XLARGE_72GB`.
pub fn amplify_build(compute_type: &str) -> Power {
    find("amplify", compute_type).unwrap_or_else(|| known("amplify", "*"))
}

/// Returns the power of one WorkSpaces desktop: `POWERPRO`, `GRAPHICSPRO_G4DN`,
/// `GRAPHICS_G6_2XLARGE`.
pub fn workspaces_compute(compute_type: &str) -> Power {
    if let Some(power) = find("workspaces", compute_type) {
        return power;
    }
    let name = compute_type.to_ascii_lowercase();
    let Some(rest) = name.strip_prefix("graphics") else {
        return known("workspaces", "*");
    };
    let ec2 = instance_type(&rest.trim_start_matches("pro").trim_start_matches('_').replacen('_', ".", 1));
    if ec2.power.accelerators > 0 { managed(ec2.power) } else { known("workspaces", "GRAPHICSPRO_G4DN") }
}

/// Returns the power of one AppStream instance: `stream.standard.large`,
/// `stream.graphics.g4dn.xlarge`, `stream.graphics-pro.4xlarge`.
pub fn appstream(instance_type_name: &str) -> Power {
    let name = instance_type_name.to_ascii_lowercase();
    let kind_and_type = name.strip_prefix("stream.").unwrap_or(&name);
    let (kind, rest) = kind_and_type.split_once('.').unwrap_or((kind_and_type, ""));
    let has_graphics = kind.starts_with("graphics");
    if has_graphics && rest.contains('.') {
        let ec2 = instance_type(rest);
        return managed(Power { accelerators: ec2.power.accelerators.max(1), ..ec2.power });
    }
    let vcpus = match Size::read(rest.rsplit('.').next().unwrap_or_default()) {
        Size::Tiny => 2,
        Size::Vcpus(vcpus) => vcpus,
        Size::Unknown => APPSTREAM_UNKNOWN_VCPUS,
    };
    let price =
        if has_graphics { APPSTREAM_GRAPHICS_MICRO_USD_PER_VCPU } else { APPSTREAM_MICRO_USD_PER_VCPU };
    Power {
        millivcpus: vcpus * 1_000,
        accelerators: u64::from(has_graphics),
        micro_usd_per_hour: vcpus * price,
    }
}

/// All rows by service and key, keys in lower case.
static KNOWN: LazyLock<BTreeMap<(&'static str, String), Power>> = LazyLock::new(|| {
    let rows = OTHER_COMPUTE.rows().map(|[service, key, millivcpus, accelerators, price, _basis]| {
        let power = Power {
            millivcpus: number(millivcpus),
            accelerators: number(accelerators),
            micro_usd_per_hour: number(price),
        };
        ((service, key.to_ascii_lowercase()), power)
    });
    rows.collect()
});

fn find(service: &'static str, key: &str) -> Option<Power> {
    KNOWN.get(&(service, key.trim().to_ascii_lowercase())).copied()
}

fn known(service: &'static str, key: &str) -> Power {
    find(service, key).expect("the embedded table has the row")
}

fn managed(power: Power) -> Power {
    Power { micro_usd_per_hour: scale(power.micro_usd_per_hour, MANAGED_PERCENT, 100), ..power }
}

/// Returns `power` for another number of vCPUs at the same price for each.
fn scaled(power: Power, millivcpus: u64) -> Power {
    let micro_usd_per_hour = scale(power.micro_usd_per_hour, millivcpus, power.millivcpus);
    Power { millivcpus, micro_usd_per_hour, ..power }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(power: Power, vcpus: f64, accelerators: u64) {
        assert_eq!((power.vcpus(), power.accelerators), (vcpus, accelerators));
        assert!(power.micro_usd_per_hour > 0);
    }

    #[test]
    fn a_sagemaker_type_is_its_ec2_type_at_a_managed_price() {
        let gpu = sagemaker_type("ml.g5.2xlarge");
        check(gpu.power, 8.0, 1);
        assert_eq!((gpu.name.as_str(), gpu.family.as_str()), ("ml.g5.2xlarge", "g5"));
        assert_eq!(gpu.power.usd_per_hour(), 1.515);
        assert!(gpu.price_inferred && !gpu.inferred);
        check(sagemaker_type("ml.p9.48xlarge").power, 192.0, 8);
    }

    #[test]
    fn the_default_studio_application_is_small_and_free() {
        assert_eq!(sagemaker_type("system").power, Power { millivcpus: 2_000, ..Power::default() });
    }

    #[test]
    fn a_build_has_a_gpu_only_where_its_environment_says_so() {
        check(codebuild("BUILD_GENERAL1_SMALL"), 2.0, 0);
        check(codebuild("BUILD_GENERAL1_2XLARGE"), 72.0, 0);
        check(codebuild("LINUX_CONTAINER/BUILD_GENERAL1_LARGE"), 8.0, 0);
        check(codebuild("LINUX_GPU_CONTAINER/BUILD_GENERAL1_LARGE"), 32.0, 4);
        check(codebuild("WINDOWS_GPU/BUILD_GENERAL1_XLARGE"), 32.0, 4);
        check(codebuild("BUILD_LAMBDA_10GB"), 6.0, 0);
        check(codebuild("BUILD_GENERAL2_HUGE"), 36.0, 0);
        assert_eq!(codebuild("BUILD_GENERAL1_SMALL").usd_per_hour(), 0.30);
    }

    #[test]
    fn a_lightsail_bundle_is_read_whatever_its_system_and_revision() {
        check(lightsail_bundle("nano_3_0"), 2.0, 0);
        check(lightsail_bundle("medium_win_ipv6_3_0"), 2.0, 0);
        check(lightsail_bundle("2xlarge_3_0"), 8.0, 0);
        check(lightsail_bundle("4xlarge_3_0"), 16.0, 0);
        check(lightsail_bundle("c_16xlarge_1_0"), 64.0, 0);
        check(lightsail_bundle("gpu_nvidia_xl_1_0"), 4.0, 1);
        check(lightsail_bundle("gpu_nvidia_9xl_2_0"), 16.0, 1);
        check(lightsail_bundle("surprise_1_0"), 16.0, 0);
    }

    #[test]
    fn a_lightsail_container_is_small_and_an_unknown_one_the_largest() {
        assert_eq!(lightsail_container("nano").millivcpus, 250);
        check(lightsail_container("xlarge"), 4.0, 0);
        check(lightsail_container("9xlarge"), 4.0, 0);
    }

    #[test]
    fn a_glue_worker_is_as_many_units_as_its_name_says() {
        check(glue_worker("G.1X"), 4.0, 0);
        check(glue_worker("G.8X"), 32.0, 0);
        check(glue_worker("G.16X"), 64.0, 0);
        check(glue_worker("G.32X"), 128.0, 0);
        check(glue_worker("G.025X"), 2.0, 0);
        check(glue_worker("Z.2X"), 8.0, 0);
        check(glue_worker("Standard"), 4.0, 0);
        check(glue_worker("G.99999999X"), 32.0, 0);
        assert_eq!(glue_worker("G.1X").usd_per_hour(), 0.44);
    }

    #[test]
    fn amplify_builds_come_in_three_sizes() {
        check(amplify_build("STANDARD_8GB"), 4.0, 0);
        check(amplify_build("LARGE_16GB"), 8.0, 0);
        check(amplify_build("XLARGE_72GB"), 36.0, 0);
        check(amplify_build("XXLARGE_144GB"), 36.0, 0);
    }

    #[test]
    fn a_graphics_desktop_has_a_gpu() {
        check(workspaces_compute("POWERPRO"), 8.0, 0);
        check(workspaces_compute("GRAPHICSPRO_G4DN"), 16.0, 1);
        check(workspaces_compute("GRAPHICS_G6_2XLARGE"), 8.0, 1);
        assert!(workspaces_compute("GRAPHICS_G9_16XLARGE").accelerators >= 1);
        check(workspaces_compute("GRAPHICSULTRA"), 16.0, 1);
        check(workspaces_compute("ENORMOUS"), 16.0, 0);
    }

    #[test]
    fn a_graphics_stream_has_a_gpu() {
        check(appstream("stream.standard.medium"), 2.0, 0);
        check(appstream("stream.compute.8xlarge"), 32.0, 0);
        check(appstream("stream.memory.z1d.2xlarge"), 8.0, 0);
        check(appstream("stream.graphics.g4dn.xlarge"), 4.0, 1);
        check(appstream("stream.graphics-pro.4xlarge"), 16.0, 1);
        check(appstream("stream.graphics-design.large"), 2.0, 1);
        check(appstream("stream.giant"), 16.0, 0);
    }

    #[test]
    fn every_service_has_a_row_for_the_unknown_that_is_not_its_smallest() {
        for service in ["codebuild", "lightsail", "lightsail-container", "glue", "amplify", "workspaces"] {
            let smallest = KNOWN.iter().filter(|((of, _), _)| *of == service).map(|(_, power)| *power).min();
            assert!(known(service, "*") > smallest.unwrap(), "{service}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_never_with_nothing(text in any::<String>()) {
            for look_up in [
                codebuild, lightsail_bundle, lightsail_container, glue_worker, amplify_build, workspaces_compute,
                appstream,
            ] {
                let power = look_up(&text);
                prop_assert!(power.millivcpus > 0 && power.micro_usd_per_hour > 0);
            }
            prop_assert!(sagemaker_type(&text).power.millivcpus > 0);
        }
    }
}
