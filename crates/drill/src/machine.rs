//! The little a faithful launch response needs to know of an instance type.
//!
//! Sizes follow AWS's naming rule; the exceptions in use here are written out. The drill keeps its
//! own figures on purpose: an examiner who copies from the candidate cannot catch a wrong table.

/// Returns the number of vCPUs of `instance_type`, by its size and family.
pub(crate) fn vcpus(instance_type: &str) -> u64 {
    let (family, size) = instance_type.split_once('.').unwrap_or((instance_type, "large"));
    match (family, size) {
        ("p4d" | "c5" | "m5" | "r5" | "c5d", "24xlarge" | "metal") => 96,
        ("r6i" | "c6i" | "m6i", "metal") => 128,
        ("t2", "nano" | "micro" | "small") => 1,
        (_, "nano" | "micro" | "small" | "large") => 2,
        (_, "medium") => {
            if family.starts_with('t') {
                2
            } else {
                1
            }
        }
        (_, "xlarge") => 4,
        (_, other) => other.trim_end_matches("xlarge").parse::<u64>().map_or(64, |times| 4 * times),
    }
}

/// Tells whether `instance_type` has an Arm processor: its family has a `g` after the generation.
pub(crate) fn is_arm(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let after_generation = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    after_generation.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('g')
}

/// Returns cores and threads per core.
pub(crate) fn cores(instance_type: &str) -> (u64, u64) {
    let threads = if is_arm(instance_type) || instance_type.starts_with("t2.") { 1 } else { 2 };
    (vcpus(instance_type).div_ceil(threads), threads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_sizes_by_name() {
        let all = [
            ("t3.micro", 2),
            ("m6i.large", 2),
            ("c5.9xlarge", 36),
            ("p4d.24xlarge", 96),
            ("g5.48xlarge", 192),
        ];
        for (name, count) in all {
            assert_eq!(vcpus(name), count, "{name}");
        }
        assert_eq!(vcpus("r6i.metal"), 128);
    }

    #[test]
    fn tells_arm_by_the_letter_after_the_generation() {
        assert!(is_arm("m7g.large") && is_arm("c6gn.xlarge") && is_arm("t4g.small"));
        assert!(!is_arm("g5.xlarge") && !is_arm("g4dn.xlarge") && !is_arm("m6i.large"));
    }
}
