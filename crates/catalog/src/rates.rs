//! Compute that is sold by the vCPU and the gigabyte: Fargate, Lambda, App Runner, EMR
//! Serverless.
//!
//! The figures are list prices of us-east-1 for Linux on x86, from the services' price
//! pages as generally known on 2026-08-22.
//!
//! Blind spots: ARM and spot are cheaper; requests, storage and traffic cost extra.

use crate::power::{Power, scale};

/// CPU units of a vCPU, in ECS and App Runner.
const CPU_UNITS_PER_VCPU: u64 = 1_024;
/// MiB of a GB, as these services bill it.
const MIB_PER_GB: u64 = 1_024;

/// The largest amount of CPU units or MiB that is believed: 4096 vCPUs or 4 TiB.
///
/// Fewer than the largest machine that can run a task, and a real one is lost; more, and
/// a made-up number in a refused call makes a bill of billions.
const AMOUNT_MAX: u64 = 4 * 1_024 * 1_024;

/// Price of one vCPU and one GB for an hour, in millionths of a dollar.
struct Rate {
    vcpu: u64,
    gb: u64,
}

const FARGATE: Rate = Rate { vcpu: 40_480, gb: 4_445 };
const APP_RUNNER: Rate = Rate { vcpu: 64_000, gb: 7_000 };
const EMR_SERVERLESS: Rate = Rate { vcpu: 52_624, gb: 5_779 };
/// Lambda is billed by memory alone: 0.0000166667 dollars a GB-second.
const LAMBDA: Rate = Rate { vcpu: 0, gb: 60_000 };

/// The memory at which a Lambda function has one whole vCPU (AWS Lambda developer guide).
const LAMBDA_MIB_PER_VCPU: u64 = 1_769;

/// Memory of an EMR Serverless vCPU, where only vCPUs are known: half of what is allowed.
const EMR_SERVERLESS_GB_PER_VCPU: u64 = 4;

/// The largest App Runner instance; an amount that cannot be read counts as this.
const APP_RUNNER_UNITS_MAX: u64 = 4_096;
/// Its memory.
const APP_RUNNER_MIB_MAX: u64 = 12_288;

/// Returns the power of one Fargate task.
pub fn fargate(cpu_units: u64, memory_mib: u64) -> Power {
    power(&FARGATE, scale(cpu_units, 1_000, CPU_UNITS_PER_VCPU), memory_mib)
}

/// Returns CPU units from how a task definition writes them: `16384`, `16 vCPU`, `.25 vcpu`.
///
/// `None` when it is no amount, or one that no machine has.
pub fn parse_fargate_cpu(text: &str) -> Option<u64> {
    parse_amount(text, "vcpu", CPU_UNITS_PER_VCPU)
}

/// Returns the power of one Lambda function while it runs.
pub fn lambda(memory_mib: u64) -> Power {
    power(&LAMBDA, scale(memory_mib, 1_000, LAMBDA_MIB_PER_VCPU), memory_mib)
}

/// Returns the power of one App Runner instance from how a request writes it: `1024` or
/// `1 vCPU`, `2048` or `2 GB`. What cannot be read counts as the largest there is.
pub fn apprunner(cpu: &str, memory: &str) -> Power {
    let units = parse_fargate_cpu(cpu).unwrap_or(APP_RUNNER_UNITS_MAX);
    let memory_mib = parse_amount(memory, "gb", MIB_PER_GB).unwrap_or(APP_RUNNER_MIB_MAX);
    power(&APP_RUNNER, scale(units, 1_000, CPU_UNITS_PER_VCPU), memory_mib)
}

/// Returns the power of an EMR Serverless capacity of so many vCPUs, with 4 GB each.
pub fn emr_serverless(vcpus: u64) -> Power {
    let memory_mib = vcpus.saturating_mul(EMR_SERVERLESS_GB_PER_VCPU).saturating_mul(MIB_PER_GB);
    power(&EMR_SERVERLESS, vcpus.saturating_mul(1_000), memory_mib)
}

fn power(rate: &Rate, millivcpus: u64, memory_mib: u64) -> Power {
    let by_cpu = scale(rate.vcpu, millivcpus, 1_000);
    let by_memory = scale(rate.gb, memory_mib, MIB_PER_GB);
    Power { millivcpus, accelerators: 0, micro_usd_per_hour: by_cpu.saturating_add(by_memory) }
}

/// Reads a whole number of small units, or a decimal number with `unit`, each of which is
/// `per_unit` small ones.
fn parse_amount(text: &str, unit: &str, per_unit: u64) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let amount = match text.strip_suffix(unit) {
        None => text.parse().ok()?,
        Some(number) => {
            let number = number.trim();
            // Only digits and a point: `parse` would also take `inf`, `nan` and `1e9`.
            if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                return None;
            }
            (number.parse::<f64>().ok()? * per_unit as f64) as u64
        }
    };
    (amount <= AMOUNT_MAX).then_some(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_fargate_task_is_sixteen_vcpus() {
        let task = fargate(16_384, 122_880);
        assert_eq!(task.vcpus(), 16.0);
        assert_eq!(task.micro_usd_per_hour, 16 * 40_480 + 120 * 4_445);
    }

    #[test]
    fn a_task_definition_writes_its_cpu_in_several_ways() {
        for (text, units) in [
            ("16384", Some(16_384)),
            ("16 vCPU", Some(16_384)),
            ("16vcpu", Some(16_384)),
            (".25 vCPU", Some(256)),
            ("0.5 vCPU", Some(512)),
            (" 4096 ", Some(4_096)),
            ("0", Some(0)),
        ] {
            assert_eq!(parse_fargate_cpu(text), units, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_not_read() {
        for text in
            ["", "vCPU", ".", "-1", "1e9 vCPU", "inf vCPU", "NaN vCPU", "16 cores", "1 2 vCPU", "1.2.3vcpu"]
        {
            assert_eq!(parse_fargate_cpu(text), None, "{text}");
        }
        assert_eq!(parse_fargate_cpu("99999999999"), None, "no machine is that large");
        assert_eq!(parse_fargate_cpu("99999999999999999999999999 vCPU"), None);
    }

    #[test]
    fn a_lambda_function_has_as_much_cpu_as_it_has_memory() {
        assert_eq!(lambda(1_769).vcpus(), 1.0);
        assert_eq!(lambda(10_240).millivcpus, 5_789);
        assert_eq!(lambda(1_024).usd_per_hour(), 0.06);
        assert_eq!(lambda(0), Power::default());
    }

    #[test]
    fn app_runner_is_priced_by_cpu_and_memory() {
        assert_eq!(apprunner("1 vCPU", "2 GB"), apprunner("1024", "2048"));
        assert_eq!(apprunner("1024", "2048").usd_per_hour(), 0.078);
        assert_eq!(apprunner("lots", "").vcpus(), 4.0, "unreadable is the largest, not nothing");
    }

    #[test]
    fn emr_serverless_counts_vcpus() {
        assert_eq!(emr_serverless(400).vcpus(), 400.0);
        assert_eq!(emr_serverless(u64::MAX).millivcpus, u64::MAX);
    }

    proptest! {
        #[test]
        fn no_number_wraps_round(units in any::<u64>(), memory in any::<u64>(), text in any::<String>()) {
            let task = fargate(units, memory);
            prop_assert!(task.micro_usd_per_hour >= fargate(units / 2, memory / 2).micro_usd_per_hour);
            lambda(memory);
            apprunner(&text, &text);
        }
    }
}
