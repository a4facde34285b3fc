//! Patterns over type names, as in `allowedInstanceTypes`.
//!
//! Fleets, node pools and capacity providers may name what they accept instead of what
//! they want. What such a request asks for is then the best it allows.
//!
//! Blind spot: AWS picks the type by price and supply, so the truth is often less.

use crate::instance::{InstanceType, instance_type, known_types};

/// The longest pattern that is matched. AWS allows 30 bytes; more costs time and can only
/// be hostile, fewer might cut off a pattern that works.
const PATTERN_BYTES_MAX: usize = 128;

/// Returns the most powerful type that `pattern` (`p5.*`, `g*`, `*`) allows: an accelerated
/// one before any other, then the dearest.
///
/// A pattern that matches no known type is read as an unknown type, which is inferred;
/// `None` means that the pattern is empty.
pub fn most_powerful_match(pattern: &str) -> Option<InstanceType> {
    let wanted = pattern.trim();
    if wanted.is_empty() {
        return None;
    }
    if wanted.len() > PATTERN_BYTES_MAX {
        return Some(instance_type(pattern));
    }
    let lower = wanted.to_ascii_lowercase();
    let matching = known_types().filter(|known| matches(lower.as_bytes(), known.name.as_bytes()));
    let best = matching.max_by_key(|known| {
        (known.power.accelerators > 0, known.power.micro_usd_per_hour, known.power, known.name.as_str())
    });
    Some(best.cloned().unwrap_or_else(|| instance_type(&wanted.replace('*', ""))))
}

/// Returns whether `text` matches `pattern`, in which `*` stands for any run of bytes.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut last_star = None;
    while seen < text.len() {
        if pattern.get(at) == Some(&b'*') {
            last_star = Some((at, seen));
            at += 1;
        } else if pattern.get(at) == Some(&text[seen]) {
            at += 1;
            seen += 1;
        } else if let Some((star, taken)) = last_star {
            // The last star takes one more byte, and what follows it is tried again.
            last_star = Some((star, taken + 1));
            at = star + 1;
            seen = taken + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn best(pattern: &str) -> String {
        most_powerful_match(pattern).unwrap().name
    }

    #[test]
    fn a_pattern_asks_for_the_best_it_allows() {
        assert_eq!(best("p5.*"), "p5.48xlarge");
        assert_eq!(best("p4*"), "p4de.24xlarge");
        assert_eq!(best("g6.*"), "g6.48xlarge");
        assert_eq!(best("m5.xlarge"), "m5.xlarge");
        assert_eq!(best("*.nano"), "t2.nano");
        assert_eq!(best("C5.*"), "c5.metal");
    }

    #[test]
    fn anything_goes_means_gpus() {
        assert_eq!(best("*"), "p6-b300.48xlarge");
        assert_eq!(best("*.*"), "p6-b300.48xlarge");
    }

    #[test]
    fn a_pattern_over_tomorrows_types_is_not_nothing() {
        let tomorrow = most_powerful_match("p9.*").unwrap();
        assert!(tomorrow.inferred && tomorrow.power.accelerators >= 1);
        assert!(most_powerful_match("p9*").unwrap().power.accelerators >= 1);
    }

    #[test]
    fn only_an_empty_pattern_asks_for_nothing() {
        assert_eq!(most_powerful_match(""), None);
        assert_eq!(most_powerful_match("  "), None);
        assert!(most_powerful_match(&"*a".repeat(50_000)).unwrap().inferred);
    }

    #[test]
    fn a_star_is_any_run_even_an_empty_one() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*c", "abbc", true),
            ("a*b*c", "axbxxbxc", true),
            ("*b", "ab", true),
            ("a", "ab", false),
            ("ab", "a", false),
            ("a*c", "ab", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_is_answered(pattern in any::<String>()) {
            prop_assert_eq!(most_powerful_match(&pattern).is_none(), pattern.trim().is_empty());
        }

        #[test]
        fn a_text_matches_itself_with_any_part_starred(front in "[a-z]{0,5}", middle in "[a-z]{0,5}", back in "[a-z]{0,5}") {
            let text = format!("{front}{middle}{back}");
            let pattern = format!("{front}*{back}");
            prop_assert!(matches(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
