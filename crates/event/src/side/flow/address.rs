//! An address of a row.

use std::net::{IpAddr, Ipv4Addr};

/// An address, IPv4 among IPv6: all of one size, for there are two in every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(u128);

/// What an IPv4 address is among those of IPv6: `::ffff:0:0/96`.
const V4: u128 = 0xffff << 32;

impl Address {
    /// Its bits; those of an IPv4 address as IPv6 has it.
    #[must_use]
    pub fn bits(self) -> u128 {
        self.0
    }

    /// The address.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        IpAddr::V6(self.0.into()).to_canonical()
    }

    /// Whether it cannot come from the public internet.
    #[must_use]
    #[inline]
    pub fn is_private(self) -> bool {
        // Most are, and of the same network.
        let is_ten = self.0 >> 24 == (V4 >> 24 | 10);
        is_ten || catalog::is_private(self.ip())
    }

    /// Whether it is none of IPv4's.
    #[must_use]
    #[inline]
    pub fn is_v6(self) -> bool {
        self.0 >> 32 != V4 >> 32
    }
}

impl From<Ipv4Addr> for Address {
    #[inline]
    fn from(v4: Ipv4Addr) -> Self {
        Self(V4 | u128::from(v4.to_bits()))
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => v4.into(),
            IpAddr::V6(v6) => Self(v6.to_bits()),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.ip().fmt(formatter)
    }
}
