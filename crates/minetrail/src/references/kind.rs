//! Kinds of files of reference: their options, what each adds, and where to get it.

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `--networks`
    Networks,
    /// `--asn-db`
    AsnDb,
    /// `--aws-ip-ranges`
    AwsIpRanges,
    /// `--tor-exits`
    TorExits,
    /// `--hosting-networks`
    HostingNetworks,
    /// `--pool-list`
    PoolList,
}

impl Kind {
    /// All kinds, in the order in which they are told.
    pub(crate) const ALL: [Self; 6] = [
        Self::Networks,
        Self::AsnDb,
        Self::AwsIpRanges,
        Self::TorExits,
        Self::HostingNetworks,
        Self::PoolList,
    ];

    /// Its option.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Networks => "--networks",
            Self::AsnDb => "--asn-db",
            Self::AwsIpRanges => "--aws-ip-ranges",
            Self::TorExits => "--tor-exits",
            Self::HostingNetworks => "--hosting-networks",
            Self::PoolList => "--pool-list",
        }
    }

    /// What it adds.
    pub(crate) fn adds(self) -> &'static str {
        match self {
            Self::Networks => {
                "your offices, VPNs and NAT gateways by name: they are never foreign, and a machine may leave by a NAT gateway"
            }
            Self::AsnDb => {
                "whose network an address is in: hosting company, household line or another company; another address of the usual provider is hardly foreign"
            }
            Self::AwsIpRanges => "AWS's newest addresses and regions, in place of those that ship",
            Self::TorExits => "which addresses are exits of the Tor network",
            Self::HostingNetworks => "networks of hosting companies and VPNs beside those that ship",
            Self::PoolList => "names and addresses of mining pools beside those that ship",
        }
    }

    /// Where to get it.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Networks => {
                "your network team; one `203.0.113.0/28 office Berlin` a line (docs/networks.md)"
            }
            Self::AsnDb => {
                "GeoLite2-ASN of MaxMind (dev.maxmind.com), IPinfo Lite (ipinfo.io/lite) or asn.mmdb of ip-location-db (github.com/sapics/ip-location-db)"
            }
            Self::AwsIpRanges => "https://ip-ranges.amazonaws.com/ip-ranges.json",
            Self::TorExits => "https://check.torproject.org/torbulkexitlist",
            Self::HostingNetworks => "output/datacenter and output/vpn of github.com/X4BNet/lists_vpn",
            Self::PoolList => "your threat intelligence; a hosts file of cryptojacking names will do",
        }
    }

    /// What a run that has no such file cannot tell; `None` where what ships does.
    pub(crate) fn without(self) -> Option<&'static str> {
        match self {
            Self::Networks => Some("no own networks: a new office, VPN or NAT gateway is foreign"),
            Self::AsnDb => Some("no ASN database: network owners are not told"),
            Self::TorExits => Some("no list of Tor exits: they are not told"),
            Self::AwsIpRanges | Self::HostingNetworks | Self::PoolList => None,
        }
    }
}
