//! Which interface, or which machine behind it, a row is of: a number that is the same for ever.

use event::side::Flow;
use event::side::flow::{Packets, Traffic};

/// An interface, packed: the digits of `eni-…`, or a hash of whatever else tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnId(pub(super) u128);

/// The id of a row's interface; of the machine behind it where it passes on what others send, and where the row names none.
pub(super) fn own_id(flow: &Flow<'_>) -> Option<OwnId> {
    let behind = behind(flow);
    if behind == 0
        && let Some(digits) = flow.interface.strip_prefix(b"eni-")
        && let Some(bits) = hexadecimal(digits)
    {
        return Some(OwnId(bits));
    }
    let own = match flow.traffic {
        Traffic::Packets(packets) => packets.own.bits(),
        Traffic::None | Traffic::Skipped => 0,
    };
    let text = if flow.interface.is_empty() { flow.instance } else { flow.interface };
    if text.is_empty() && own == 0 {
        return None;
    }
    let own = if text.is_empty() { own } else { behind };
    let seed = if own == 0 { 0 } else { (own >> 64) as u64 ^ mix(own as u64) };
    let hash = |salt: u64| {
        text.iter().chain(flow.account).fold(mix(seed ^ salt), |hash, byte| mix(hash ^ u64::from(*byte)))
    };
    // The highest bit tells it from the digits of an interface.
    Some(OwnId(1 << 127 | u128::from(hash(1)) << 64 | u128::from(hash(2))))
}

/// The address of the machine behind a gateway; nought where the interface is the machine's own. A gateway is no
/// instance, and a container's address on its instance's interface is the instance's business.
fn behind(flow: &Flow<'_>) -> u128 {
    match flow.traffic {
        Traffic::Packets(packets) if is_gateways(flow, &packets) => packets.own.bits(),
        _ => 0,
    }
}

/// Whether the interface is a gateway's that passes a row's packets on.
pub(super) fn is_gateways(flow: &Flow<'_>, packets: &Packets) -> bool {
    packets.is_forwarded && flow.instance.is_empty()
}

/// Reads up to 17 hexadecimal digits.
fn hexadecimal(digits: &[u8]) -> Option<u128> {
    if digits.is_empty() || digits.len() > 17 {
        return None;
    }
    let (eights, rest) = digits.as_chunks::<8>();
    let mut bits = 0_u128;
    for eight in eights {
        bits = bits << 32 | u128::from(eight_digits(u64::from_be_bytes(*eight))?);
    }
    for digit in rest {
        let digit = eight_digits(u64::from_be_bytes(*b"00000000") & !0xff | u64::from(*digit))?;
        bits = bits << 4 | u128::from(digit);
    }
    // The length is part of the id: eni-0a is not eni-a.
    Some((digits.len() as u128) << 72 | bits)
}

/// Reads eight hexadecimal digits, none a capital, the highest byte the first.
fn eight_digits(word: u64) -> Option<u32> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let letters = word >> 6 & EACH;
    // `a` is one above the beginning of its row, and stands for ten.
    let values = (word & (EACH * 0x0f)) + letters * 9;
    let is_row = (word & (EACH * 0xf0)) == (EACH + letters) * 0x30;
    // Six more carry a letter over fifteen, and no digit.
    let sixteen = EACH * 0x10;
    let is_value = (values + EACH * 6) & sixteen == letters * 0x10 && values & sixteen == 0;
    if !is_row || !is_value {
        return None;
    }
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some((fours | fours >> 16) as u32)
}

/// A fixed scattering of 64 bits, the same for ever and on every machine.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::hexadecimal;

    /// As one writes it without thinking of speed.
    fn plain(digits: &str) -> Option<u128> {
        let is_right = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let length = digits.len() as u128;
        (is_right && (1..=17).contains(&length))
            .then(|| u128::from_str_radix(digits, 16).unwrap() | length << 72)
    }

    proptest! {
        #[test]
        fn the_digits_of_an_interface_are_its_number(digits in "[0-9a-f]{0,18}|[0-9a-f]{0,16}[ -~][0-9a-f]{0,8}") {
            prop_assert_eq!(hexadecimal(digits.as_bytes()), plain(&digits));
        }
    }

    #[test]
    fn no_other_byte_is_a_digit() {
        for byte in 0..=u8::MAX {
            let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            assert_eq!(hexadecimal(&[byte]).is_some(), is_digit, "{byte}");
            assert_eq!(
                hexadecimal(&[b'0', b'1', byte, b'3', b'4', b'5', b'6', b'7']).is_some(),
                is_digit,
                "{byte}"
            );
        }
    }
}
