//! VPC flow logs: who exchanged how many packets with whom in a minute or ten.
//!
//! A row is one direction of one connection in one window. Which end is the machine's own follows from the row alone:
//! its direction where it has one, else the private address, else which address is Amazon's, else which port is a client's.
//!
//! Blind spots: behind a NAT gateway whose rows lack `pkt-srcaddr`, the machine is the gateway. Rows are bytes on the
//! wire, headers included.

mod cells;

use std::net::{IpAddr, Ipv4Addr};

use self::cells::{Cell, separate};
use super::Fault;
use crate::time::Time;

/// The longest a row may last, in seconds; AWS aggregates over one or ten minutes.
///
/// Shorter, and a row whose window AWS cut oddly is lost; longer, and one wrong number covers a day.
const ROW_SECONDS_MAX: i64 = 3_600;

/// How many columns of a row are looked at.
///
/// Fewer, and a row with every field of version 11 does not fit (it has about seventy); more costs nothing but stack.
const COLUMNS_MAX: usize = 128;

/// From this port on it is a client's: Linux and NAT gateways begin at 1024 and mean it from 32768 on.
const CLIENT_PORT_MIN: u16 = 10_000;

/// The columns that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Account,
    Interface,
    Instance,
    Vpc,
    Src,
    Dst,
    PacketSrc,
    PacketDst,
    SrcPort,
    DstPort,
    Protocol,
    Packets,
    Bytes,
    Start,
    End,
    Action,
    Status,
    Direction,
    TcpFlags,
}

/// Names of the columns that are read, without hyphens and in lower case: so text, Parquet and Insights are one.
const NAMES: [(&str, Column); 22] = [
    ("accountid", Column::Account),
    ("interfaceid", Column::Interface),
    ("instanceid", Column::Instance),
    ("vpcid", Column::Vpc),
    ("srcaddr", Column::Src),
    ("dstaddr", Column::Dst),
    ("pktsrcaddr", Column::PacketSrc),
    ("pktdstaddr", Column::PacketDst),
    ("srcport", Column::SrcPort),
    ("dstport", Column::DstPort),
    ("protocol", Column::Protocol),
    ("packets", Column::Packets),
    ("numpackets", Column::Packets),
    ("bytes", Column::Bytes),
    ("numbytes", Column::Bytes),
    ("start", Column::Start),
    ("starttime", Column::Start),
    ("end", Column::End),
    ("endtime", Column::End),
    ("action", Column::Action),
    ("logstatus", Column::Status),
    ("flowdirection", Column::Direction),
];

const COLUMNS: usize = Column::TcpFlags as usize + 1;

/// Fields up to version 11 that are known and not needed.
const OTHER_NAMES: [&str; 32] = [
    "version",
    "subnetid",
    "type",
    "tcpflags",
    "region",
    "azid",
    "sublocationtype",
    "sublocationid",
    "pktsrcawsservice",
    "pktdstawsservice",
    "trafficpath",
    "ecsclusterarn",
    "ecsclustername",
    "ecscontainerinstancearn",
    "ecscontainerinstanceid",
    "ecscontainerid",
    "ecssecondcontainerid",
    "ecsservicename",
    "ecstaskdefinitionarn",
    "ecstaskarn",
    "ecstaskid",
    "rejectreason",
    "resourceid",
    "encryptionstatus",
    "instancetag",
    "instancetag2",
    "interfacetag",
    "interfacetag2",
    "asgtag",
    "asgtag2",
    "interfacetype",
    "@timestamp",
];

/// Where the columns of a flow log stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    columns: [Option<u8>; COLUMNS],
    width: usize,
    unknown: usize,
}

impl Default for Layout {
    /// The fourteen columns of version 2, which have no header in CloudWatch Logs.
    fn default() -> Self {
        let names = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
        Self::of(names.split(' ')).expect("the default columns are known")
    }
}

impl Layout {
    /// Reads a header, or a format as `aws ec2 create-flow-logs --log-format` takes it (`${srcaddr} ${dstaddr} …`).
    ///
    /// `None` if it lacks both ends, or the time: then it is not of a flow log.
    #[must_use]
    pub fn of<'n>(names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let mut layout = Self { columns: [None; COLUMNS], width: 0, unknown: 0 };
        let mut timestamp = None;
        for (at, name) in names.enumerate().take(COLUMNS_MAX) {
            layout.width = at + 1;
            let place = u8::try_from(at).ok();
            let name = plain(name);
            match NAMES.iter().find(|(known, _)| *known == name) {
                Some((_, column)) => layout.columns[*column as usize] = place,
                None if name == "tcpflags" => layout.columns[Column::TcpFlags as usize] = place,
                None if name == "@timestamp" => timestamp = place,
                None if OTHER_NAMES.contains(&name.as_str()) || name.starts_with("nexthop") => {}
                None => layout.unknown += 1,
            }
        }
        // Insights leaves the window out unless it is asked for; the time of the row is then its beginning.
        if layout.columns[Column::Start as usize].is_none() {
            layout.columns[Column::Start as usize] = timestamp;
        }
        let has = |column: Column| layout.columns[column as usize].is_some();
        let ends =
            (has(Column::Src) || has(Column::PacketSrc)) && (has(Column::Dst) || has(Column::PacketDst));
        (ends && has(Column::Start)).then_some(layout)
    }

    /// The same, of a table that has so many columns of unknown names beside these.
    #[must_use]
    pub fn with_unknown(self, unknown: usize) -> Self {
        Self { unknown, ..self }
    }

    /// How many columns a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many columns have names that no version up to 11 has.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.unknown
    }

    /// Reads one line of text, columns separated by spaces.
    #[inline]
    pub fn read_line<'a>(&self, line: &'a [u8]) -> Result<Flow<'a>, Fault> {
        // Nobody looks behind the last column that has a name, and most formats have few.
        if self.width <= 32 {
            self.read_split::<40>(line)
        } else {
            self.read_split::<{ COLUMNS_MAX + 8 }>(line)
        }
    }

    #[inline]
    fn read_split<'a, const N: usize>(&self, line: &'a [u8]) -> Result<Flow<'a>, Fault> {
        let mut ends = [0_u32; N];
        let found = separate(line, &mut ends);
        self.read(line, found, |column| {
            let from = if column == 0 { 0 } else { ends[column - 1] + 1 };
            (from, ends[column])
        })
    }

    /// Reads a row of `width` cells, each from one place of `row` to another.
    #[inline]
    pub fn read<'a>(
        &self,
        row: &'a [u8],
        width: usize,
        cell: impl Fn(usize) -> (u32, u32),
    ) -> Result<Flow<'a>, Fault> {
        if width < self.width {
            return Err(Fault::Short);
        }
        flow(&|column| match self.columns[column as usize] {
            Some(at) => Cell::of(row, cell(usize::from(at))),
            None => Cell::ABSENT,
        })
    }
}

#[inline(always)]
fn flow<'a>(cell: &impl Fn(Column) -> Cell<'a>) -> Result<Flow<'a>, Fault> {
    let get = |column: Column| cell(column).bytes();
    let start = moment(cell(Column::Start))?;
    let end = match get(Column::End) {
        b"-" | b"" => start,
        _ => moment(cell(Column::End))?,
    };
    // The last packet may be stamped a second before the first: clocks of two hosts.
    if end < start - 1 || end - start > ROW_SECONDS_MAX {
        return Err(Fault::Span);
    }
    Ok(Flow {
        account: text(get(Column::Account))?,
        interface: text(get(Column::Interface))?,
        instance: text(get(Column::Instance))?,
        vpc: text(get(Column::Vpc))?,
        start: Time::from_seconds(start),
        end: Time::from_seconds(end.max(start)),
        traffic: match get(Column::Status) {
            b"OK" | b"-" | b"" => Traffic::Packets(packets(cell)?),
            b"NODATA" => Traffic::None,
            b"SKIPDATA" => Traffic::Skipped,
            _ => return Err(Fault::Status),
        },
    })
}

/// What one row says. Its texts are ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow<'a> {
    /// The account; empty if the row does not say.
    pub account: &'a [u8],
    /// `eni-…`; empty if the row does not say.
    pub interface: &'a [u8],
    /// `i-…`; empty if the row does not say or the interface is no instance's.
    pub instance: &'a [u8],
    /// `vpc-…`; empty if the row does not say.
    pub vpc: &'a [u8],
    /// When the first packet came.
    pub start: Time,
    /// When the last one did; never before `start`.
    pub end: Time,
    /// What there was.
    pub traffic: Traffic,
}

/// What there was in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Nothing.
    None,
    /// AWS could not record it.
    Skipped,
    /// Packets.
    Packets(Packets),
}

/// One direction of one connection in one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packets {
    /// The machine's own address.
    pub own: Address,
    /// Its port.
    pub own_port: u16,
    /// The other end.
    pub peer: Address,
    /// The other end's port.
    pub peer_port: u16,
    /// Which way the packets went.
    pub way: Way,
    /// Both ends are private.
    pub is_inside: bool,
    /// The machine is the one that asks, as far as ports and flags tell.
    pub is_client: bool,
    /// IANA's number of the protocol; 6 is TCP.
    pub protocol: u8,
    /// How many packets.
    pub packets: u64,
    /// How many bytes, headers included.
    pub bytes: u64,
    /// They were let through.
    pub accepted: bool,
}

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

    fn is_v6(self) -> bool {
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

/// Which way packets went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// From the machine.
    Out,
    /// To it.
    In,
}

/// SYN and ACK together: whoever sends it was asked.
const ANSWERS: u64 = 18;

#[inline(always)]
fn packets<'a>(cell: &impl Fn(Column) -> Cell<'a>) -> Result<Packets, Fault> {
    let end = |whole: Column, packet: Column| {
        // Where the interface is a gateway's, the packet's own address is the machine's.
        let is_absent = matches!(cell(packet).bytes(), b"-" | b"");
        cell(if is_absent { whole } else { packet }).address().ok_or(Fault::Address)
    };
    let src = end(Column::Src, Column::PacketSrc)?;
    let dst = end(Column::Dst, Column::PacketDst)?;
    let port = |column| u16::try_from(cell(column).number()?).map_err(|_| Fault::Number);
    let (src_port, dst_port) = (port(Column::SrcPort)?, port(Column::DstPort)?);
    let flags = cell(Column::TcpFlags).number()?;
    let is_private = (src.is_private(), dst.is_private());
    let way = way((src, src_port), (dst, dst_port), is_private, cell(Column::Direction).bytes());
    let (own, own_port, peer, peer_port) = match way {
        Way::Out => (src, src_port, dst, dst_port),
        Way::In => (dst, dst_port, src, src_port),
    };
    let answered = flags & ANSWERS == ANSWERS;
    let looks_client = own_port >= CLIENT_PORT_MIN && !(peer_port >= 32_768 && own_port < 32_768);
    Ok(Packets {
        own,
        own_port,
        peer,
        peer_port,
        way,
        is_inside: is_private == (true, true),
        is_client: if answered { way == Way::In } else { looks_client },
        protocol: u8::try_from(cell(Column::Protocol).number()?).map_err(|_| Fault::Number)?,
        packets: cell(Column::Packets).number()?,
        bytes: cell(Column::Bytes).number()?,
        accepted: cell(Column::Action).bytes() != b"REJECT",
    })
}

/// Tells which end is the machine's own.
#[inline]
fn way(src: (Address, u16), dst: (Address, u16), is_private: (bool, bool), direction: &[u8]) -> Way {
    match direction {
        b"egress" => return Way::Out,
        b"ingress" => return Way::In,
        _ => {}
    }
    match is_private {
        (true, false) => return Way::Out,
        (false, true) => return Way::In,
        _ => {}
    }
    // Both private, or both global as IPv6 is. An address of Amazon's is nearer home than another.
    let amazons = |address: Address| src.0.is_v6() && catalog::aws_network(address.ip()).is_some();
    match (amazons(src.0), amazons(dst.0)) {
        (true, false) => Way::Out,
        (false, true) => Way::In,
        _ if src.1 >= dst.1 => Way::Out,
        _ => Way::In,
    }
}

/// Whether a column of this name is read of flow logs.
#[must_use]
pub fn is_read(name: &str) -> bool {
    let name = plain(name);
    name == "tcpflags" || NAMES.iter().any(|(known, _)| *known == name)
}

/// A column's name without hyphens, underscores, `${…}` and capitals.
fn plain(name: &str) -> String {
    let name = name.trim().trim_matches('"').trim_start_matches("${").trim_end_matches('}');
    name.chars().filter(|letter| !matches!(letter, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[inline]
fn text(cell: &[u8]) -> Result<&[u8], Fault> {
    match cell {
        b"-" => Ok(b""),
        _ if cell.is_ascii() => Ok(cell),
        _ => Err(Fault::Text),
    }
}

/// Reads seconds since the epoch, or a time as Insights writes it.
#[inline]
fn moment(cell: Cell<'_>) -> Result<i64, Fault> {
    if let Ok(seconds) = cell.number() {
        // Some exports write milliseconds.
        let seconds = i64::try_from(seconds).map_err(|_| Fault::Time)?;
        let seconds = if seconds > 100_000_000_000 { seconds / 1_000 } else { seconds };
        return if seconds > 0 { Ok(seconds) } else { Err(Fault::Time) };
    }
    let text = std::str::from_utf8(cell.bytes()).map_err(|_| Fault::Time)?;
    Time::parse(text).map(Time::seconds).ok_or(Fault::Time)
}

/// Tells whether a line without a header is a row in the default columns, and where it begins: an export of
/// CloudWatch Logs puts the time in front.
#[must_use]
pub fn default_row(line: &[u8]) -> Option<usize> {
    let begin = match line.first()? {
        b'0'..=b'9' => 0,
        _ => return None,
    };
    let stamped = line.get(4) == Some(&b'-') && line.get(10) == Some(&b'T');
    let begin = if stamped { memchr::memchr(b' ', line)? + 1 } else { begin };
    let row = line.get(begin..)?;
    let is_row = row.split(|byte| *byte == b' ').count() == 14
        && row.split(|byte| *byte == b' ').nth(2).is_some_and(|cell| cell.starts_with(b"eni-"))
        && [&b" OK"[..], b" NODATA", b" SKIPDATA"].iter().any(|end| row.trim_ascii_end().ends_with(end));
    is_row.then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "2 111122223333 eni-0a1b2c3d4e5f60718 10.0.8.21 203.0.113.77 43122 3333 6 41 18342 1789352220 1789352280 ACCEPT OK";

    fn of(format: &str, row: &str) -> Result<String, Fault> {
        let layout = Layout::of(format.split(' ')).expect("a flow log");
        layout.read_line(row.as_bytes()).map(|flow| told(&flow))
    }

    fn told(flow: &Flow<'_>) -> String {
        let Traffic::Packets(packets) = flow.traffic else { return format!("{:?}", flow.traffic) };
        let Packets { own, own_port, peer, peer_port, way, is_client, packets, bytes, .. } = packets;
        let client = if is_client { "client" } else { "server" };
        format!("{own}:{own_port} {way:?} {peer}:{peer_port} {client} {packets}/{bytes}")
    }

    #[test]
    fn a_row_of_the_default_format_is_read() {
        let flow = Layout::default().read_line(ROW.as_bytes()).unwrap();
        assert_eq!(told(&flow), "10.0.8.21:43122 Out 203.0.113.77:3333 client 41/18342");
        assert_eq!(
            (flow.account, flow.interface, flow.instance),
            (&b"111122223333"[..], &b"eni-0a1b2c3d4e5f60718"[..], &b""[..])
        );
        assert_eq!(flow.start.to_string(), "2026-09-14T02:17:00Z");
    }

    #[test]
    fn every_field_of_version_eleven_may_stand_anywhere() {
        let format = "bytes packets ecs-task-id next-hop-interface-id start end dstaddr srcaddr dstport srcport protocol \
                      instance-tag-2 encryption-status flow-direction instance-id log-status";
        let layout = Layout::of(format.split_whitespace()).unwrap();
        assert_eq!(layout.unknown(), 0);
        let row =
            "100 2 - - 1789352220 1789352280 10.0.8.21 203.0.113.77 43122 3333 6 a%20b 1 ingress i-0abc OK";
        assert_eq!(
            layout.read_line(row.as_bytes()).map(|flow| told(&flow)),
            Ok("10.0.8.21:43122 In 203.0.113.77:3333 client 2/100".to_owned())
        );
    }

    #[test]
    fn a_version_that_is_not_known_yet_is_read_and_its_fields_are_counted() {
        let layout = Layout::of("srcaddr dstaddr start quantum-state".split(' ')).unwrap();
        assert_eq!(layout.unknown(), 1);
        assert!(layout.read_line(b"10.0.0.1 1.2.3.4 1789352220 up").is_ok());
    }

    #[test]
    fn the_three_spellings_of_names_are_one() {
        let spelled = [
            "account-id srcaddr dstaddr pkt-srcaddr start",
            "account_id srcaddr dstaddr pkt_srcaddr start",
            "accountId srcAddr dstAddr pktSrcAddr start",
            "${account-id} ${srcaddr} ${dstaddr} ${pkt-srcaddr} ${start}",
        ];
        for names in spelled {
            assert_eq!(Layout::of(names.split(' ')), Layout::of(spelled[0].split(' ')), "{names}");
        }
        assert_eq!(Layout::of("eventTime sourceIPAddress userAgent".split(' ')), None);
    }

    #[test]
    fn the_machine_is_the_private_end_and_behind_a_gateway_the_packets_own() {
        let there = of(
            "srcaddr dstaddr srcport dstport protocol start",
            "203.0.113.77 10.0.8.21 3333 43122 6 1789352220",
        );
        assert_eq!(there.unwrap(), "10.0.8.21:43122 In 203.0.113.77:3333 client 0/0");
        let gateway = of(
            "srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol start",
            "10.0.0.9 203.0.113.77 10.0.8.21 203.0.113.77 43122 3333 6 1789352220",
        );
        assert_eq!(gateway.unwrap(), "10.0.8.21:43122 Out 203.0.113.77:3333 client 0/0");
    }

    #[test]
    fn of_two_global_addresses_amazons_is_the_machines() {
        let row = "2001:db8::5 2600:1f18:1234::1 3333 43122 6 1789352220";
        let told = of("srcaddr dstaddr srcport dstport protocol start", row).unwrap();
        assert_eq!(told, "2600:1f18:1234::1:43122 In 2001:db8::5:3333 client 0/0");
    }

    #[test]
    fn whoever_answers_is_no_client_whatever_the_ports_look_like() {
        let format = "srcaddr dstaddr srcport dstport protocol tcp-flags start";
        let served = of(format, "10.0.8.21 203.0.113.77 33333 40000 6 18 1789352220").unwrap();
        assert!(served.contains("server"), "{served}");
        let asked = of(format, "10.0.8.21 203.0.113.77 443 50111 6 2 1789352220").unwrap();
        assert!(asked.contains("server"), "{asked}");
    }

    #[test]
    fn what_is_wrong_with_a_row_is_said() {
        let with = |from: &str, to: &str| Layout::default().read_line(ROW.replace(from, to).as_bytes()).err();
        assert_eq!(with("10.0.8.21", "10.0.8.21.5"), Some(Fault::Address));
        assert_eq!(with("10.0.8.21", "10.0.8.256"), Some(Fault::Address));
        assert_eq!(with(" 3333 ", " 70000 "), Some(Fault::Number));
        assert_eq!(with("41 18342", "41 x"), Some(Fault::Number));
        assert_eq!(with("1789352280", "1789352210"), Some(Fault::Span));
        assert_eq!(with("1789352280", "1789452280"), Some(Fault::Span));
        assert_eq!(with("1789352220", "-"), Some(Fault::Time));
        assert_eq!(with(" OK", " FINE"), Some(Fault::Status));
        assert_eq!(with(" OK", ""), Some(Fault::Short));
    }

    #[test]
    fn silence_and_gaps_are_told() {
        let silent = ROW.replace("10.0.8.21 203.0.113.77 43122 3333 6 41 18342", "- - - - - - -");
        for (status, traffic) in [("NODATA", Traffic::None), ("SKIPDATA", Traffic::Skipped)] {
            let row = silent.replace("ACCEPT OK", &format!("- {status}"));
            assert_eq!(Layout::default().read_line(row.as_bytes()).unwrap().traffic, traffic);
        }
    }

    #[test]
    fn a_row_without_a_header_is_known_with_and_without_a_time_in_front() {
        assert_eq!(default_row(ROW.as_bytes()), Some(0));
        assert_eq!(default_row(format!("2026-09-14T02:17:00.000Z {ROW}").as_bytes()), Some(25));
        for other in
            ["", "2 3", "a log line", "2026-09-14T02:17:00.000Z GET / OK", "1 2 3 4 5 6 7 8 9 10 11 12 13 OK"]
        {
            assert_eq!(default_row(other.as_bytes()), None, "{other}");
        }
    }
}
