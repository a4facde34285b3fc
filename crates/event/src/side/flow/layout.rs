//! Which column of a row says what, by the names in a header or format.

use super::cells::{Cell, separate};
use super::{Flow, flow};
use crate::side::Fault;

/// How many columns of a row are looked at.
///
/// Fewer, and a row with every field of version 11 does not fit (it has about seventy); more costs nothing but stack.
const COLUMNS_MAX: usize = 128;

/// The columns that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
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
