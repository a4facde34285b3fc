//! VPC flow logs: who exchanged how many packets with whom in a minute or ten.
//!
//! A row is one direction of one connection in one window. Which end is the machine's own follows from the row alone:
//! the private address where just one is, else its direction where it has one, else which address is Amazon's, else which
//! port is a client's.
//!
//! Blind spots: behind a NAT gateway whose rows lack `pkt-srcaddr`, the machine is the gateway. Rows are bytes on the
//! wire, headers included.

mod address;
mod cells;
mod layout;

pub use self::address::Address;
use self::cells::Cell;
use self::layout::Column;
pub use self::layout::{Layout, is_read};
use super::{Fault, NAME_BYTES_MAX};
use crate::time::Time;

/// The longest a row may last, in seconds; AWS aggregates over one or ten minutes.
///
/// Shorter, and a row whose window AWS cut oddly is lost; longer, and one wrong number covers a day.
const ROW_SECONDS_MAX: i64 = 3_600;

/// From this port on it is a client's: Linux and NAT gateways begin at 1024 and mean it from 32768 on.
const CLIENT_PORT_MIN: u16 = 10_000;

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
    /// An end of the packet is not the end of the row: the interface passes on what others send.
    pub is_forwarded: bool,
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
    let is_forwarded = is_other(cell(Column::PacketSrc), cell(Column::Src))
        || is_other(cell(Column::PacketDst), cell(Column::Dst));
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
        is_forwarded,
        is_client: if answered { way == Way::In } else { looks_client },
        protocol: u8::try_from(cell(Column::Protocol).number()?).map_err(|_| Fault::Number)?,
        packets: cell(Column::Packets).number()?,
        bytes: cell(Column::Bytes).number()?,
        accepted: cell(Column::Action).bytes() != b"REJECT",
    })
}

/// Whether a packet's own end is there and not the row's.
#[inline(always)]
fn is_other(packet: Cell<'_>, whole: Cell<'_>) -> bool {
    !matches!(packet.bytes(), b"-" | b"") && packet.bytes() != whole.bytes()
}

/// Tells which end is the machine's own.
#[inline]
fn way(src: (Address, u16), dst: (Address, u16), is_private: (bool, bool), direction: &[u8]) -> Way {
    // Before the direction: what goes out enters the interface of a gateway first.
    match is_private {
        (true, false) => return Way::Out,
        (false, true) => return Way::In,
        _ => {}
    }
    match direction {
        b"egress" => return Way::Out,
        b"ingress" => return Way::In,
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

#[inline]
fn text(cell: &[u8]) -> Result<&[u8], Fault> {
    match cell {
        b"-" => Ok(b""),
        _ if cell.len() > NAME_BYTES_MAX => Err(Fault::TooLong),
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
    fn what_enters_a_gateway_from_within_goes_out() {
        let format = "srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol start flow-direction";
        let entering = "10.0.8.21 10.0.0.9 10.0.8.21 203.0.113.77 43122 3333 6 1789352220 ingress";
        let coming_back = "10.0.0.9 10.0.8.21 203.0.113.77 10.0.8.21 3333 43122 6 1789352220 egress";
        for (row, way) in [(entering, "Out"), (coming_back, "In")] {
            assert_eq!(
                of(format, row).unwrap(),
                format!("10.0.8.21:43122 {way} 203.0.113.77:3333 client 0/0")
            );
        }
    }

    #[test]
    fn an_interface_that_passes_on_what_others_send_is_known_by_the_packets_ends() {
        let format = "srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol start";
        let forwarded = |row: &str| {
            let layout = Layout::of(format.split(' ')).unwrap();
            let Traffic::Packets(packets) = layout.read_line(row.as_bytes()).unwrap().traffic else {
                panic!()
            };
            packets.is_forwarded
        };
        assert!(forwarded("10.0.8.21 10.0.0.9 10.0.8.21 203.0.113.77 43122 3333 6 1789352220"));
        assert!(!forwarded("10.0.0.9 203.0.113.77 10.0.0.9 203.0.113.77 1024 3333 6 1789352220"));
        assert!(!forwarded("10.0.0.9 203.0.113.77 - - 1024 3333 6 1789352220"));
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
