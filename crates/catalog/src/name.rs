//! Reading an instance type's name: line, generation and size.
//!
//! `p6-b200.48xlarge` is the line `p`, generation 6, variant `-b200`, size `48xlarge`. The
//! name alone says a lot about a type that was launched after the tables were made.
//!
//! Blind spots: names are chosen by AWS's marketing; `u-12tb1` and `mac2-m2` have no
//! generation in the sense above, and their sizes do not follow the doubling rule.

/// The longest name that is read. A longer one is no instance type: the longest today has 21
/// bytes. Fewer, and a future name may be cut off; more, and hostile names cost time.
pub(crate) const NAME_BYTES_MAX: usize = 64;

/// The largest multiple of `xlarge` that is believed.
///
/// Fewer than today's largest (224), and a new giant is misread; far more, and a made-up
/// size in a refused call makes a bill of billions.
const XLARGES_MAX: u64 = 1_024;

/// How many vCPUs an `xlarge` has, by the doubling rule.
const XLARGE_VCPUS: u64 = 4;

/// The parts of a type's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypeName<'a> {
    /// The part before the dot, `p6-b200`.
    pub(crate) family: &'a str,
    /// The part after the dot, `48xlarge`; may be empty.
    pub(crate) size: &'a str,
    /// The leading letters, `p`; never empty.
    pub(crate) line: &'a str,
    /// The number after them, 6; 0 when there is none.
    pub(crate) generation: u32,
    /// What follows, `-b200`; may be empty.
    pub(crate) variant: &'a str,
}

impl<'a> TypeName<'a> {
    /// Returns the parts of `name`, which must be in lower case; `None` when it is not shaped
    /// like a type's name at all.
    ///
    /// A service's prefix (`ml.`, `db.`) is left out.
    pub(crate) fn parse(name: &'a str) -> Option<TypeName<'a>> {
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-';
        if name.len() > NAME_BYTES_MAX || !name.bytes().all(allowed) {
            return None;
        }
        let (front, size) = name.rsplit_once('.').unwrap_or((name, ""));
        let family = front.rsplit_once('.').map_or(front, |(_, family)| family);
        let (line, rest) = split_where(family, |byte| !byte.is_ascii_lowercase());
        if line.is_empty() {
            return None;
        }
        let (digits, variant) = split_where(rest, |byte| !byte.is_ascii_digit());
        let generation = if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u32::MAX) };
        Some(TypeName { family, size, line, generation, variant })
    }
}

/// What a size word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// `nano`, `micro`, `small` or `medium`: small by its own word.
    Tiny,
    /// A size with this many vCPUs by the doubling rule.
    Vcpus(u64),
    /// A word that says nothing.
    Unknown,
}

impl Size {
    /// Returns what `size`, the part after the dot, says.
    pub(crate) fn read(size: &str) -> Size {
        match size {
            "nano" | "micro" | "small" | "medium" => Size::Tiny,
            "large" => Size::Vcpus(XLARGE_VCPUS / 2),
            "xlarge" => Size::Vcpus(XLARGE_VCPUS),
            _ => {
                let metal = size.strip_prefix("metal-").and_then(|rest| rest.strip_suffix("xl"));
                let count = metal.or_else(|| size.strip_suffix("xlarge"));
                match count.and_then(|count| count.parse().ok()) {
                    Some(count @ 1..=XLARGES_MAX) => Size::Vcpus(count * XLARGE_VCPUS),
                    _ => Size::Unknown,
                }
            }
        }
    }
}

fn split_where(text: &str, is_cut: impl Fn(u8) -> bool) -> (&str, &str) {
    let cut = text.bytes().position(is_cut).unwrap_or(text.len());
    text.split_at(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_line_a_generation_a_variant_and_a_size() {
        let check = |name, line, generation, variant, size| {
            let parsed = TypeName::parse(name).unwrap();
            assert_eq!(
                (parsed.line, parsed.generation, parsed.variant, parsed.size),
                (line, generation, variant, size),
                "{name}"
            );
        };
        check("p5.48xlarge", "p", 5, "", "48xlarge");
        check("p6-b200.48xlarge", "p", 6, "-b200", "48xlarge");
        check("c7i-flex.large", "c", 7, "i-flex", "large");
        check("im4gn.16xlarge", "im", 4, "gn", "16xlarge");
        check("u-12tb1.112xlarge", "u", 0, "-12tb1", "112xlarge");
        check("mac-m4.metal", "mac", 0, "-m4", "metal");
        check("ml.g5.2xlarge", "g", 5, "", "2xlarge");
        check("p5", "p", 5, "", "");
        check("p5.", "p", 5, "", "");
        check("p99999999999.metal", "p", u32::MAX, "", "metal");
    }

    #[test]
    fn what_is_not_shaped_like_a_type_is_not_read() {
        for name in ["", ".", "..", "5p.large", "-", "value{", "p5 .large", "\u{1b}[2J", "пять.large"] {
            assert_eq!(TypeName::parse(name), None, "{name:?}");
        }
        assert_eq!(TypeName::parse(&"p".repeat(10_000)), None);
    }

    #[test]
    fn sizes_double_from_xlarge() {
        assert_eq!(Size::read("large"), Size::Vcpus(2));
        assert_eq!(Size::read("xlarge"), Size::Vcpus(4));
        assert_eq!(Size::read("2xlarge"), Size::Vcpus(8));
        assert_eq!(Size::read("48xlarge"), Size::Vcpus(192));
        assert_eq!(Size::read("metal-24xl"), Size::Vcpus(96));
    }

    #[test]
    fn only_four_words_mean_small() {
        for word in ["nano", "micro", "small", "medium"] {
            assert_eq!(Size::read(word), Size::Tiny);
        }
        for word in ["", "metal", "tiny", "0xlarge", "1025xlarge", "99999999999999999999xlarge", "-1xlarge"] {
            assert_eq!(Size::read(word), Size::Unknown, "{word}");
        }
    }
}
