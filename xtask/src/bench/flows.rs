//! The flow logs of the bench: an organisation's ordinary traffic, a few miners, and decoys that look like one.
//!
//! A file is what AWS delivers of one account in five minutes. Most accounts write the fourteen columns of version 2, one
//! in four those of version 5. Decoys: a sender to a port that pools use which gets nothing but acknowledgements,
//! a crawler that speaks to somebody new all the time, and scanners whose packets are refused.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::rng::Rng;
use super::sets::Manifest;

const ACCOUNTS: usize = 12;
const HOSTS_AN_ACCOUNT: usize = 216;
const MINUTES_A_FILE: usize = 5;

/// One host in so many mines.
const MINERS_ONE_IN: usize = 400;

/// Services outside of AWS that hosts ask.
const SERVICES: usize = 4_000;

/// 2026-03-14T02:00:00Z
const BEGIN: u64 = 1_773_453_600;

const V2: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const V5: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path";

/// What a host does beside its work inside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    Works,
    Idles,
    /// Clients of the internet come to it.
    Serves,
    Crawls,
    /// Sends numbers to a port that pools use as well.
    SendsTelemetry,
    Mines,
}

/// A host and its interface.
struct Host {
    interface: String,
    instance: String,
    address: String,
    habit: Habit,
    /// The pool or the receiver of telemetry, and the connection's own port.
    line: (String, u16, u16),
}

struct Account {
    id: String,
    vpc: String,
    subnet: String,
    hosts: Vec<Host>,
    services: Vec<String>,
}

/// One connection in one minute, both ways.
struct Exchange<'a> {
    own: u16,
    peer: &'a str,
    port: u16,
    protocol: u8,
    /// Packets and bytes out and in; no packets in, and there is no row.
    out: (u64, u64),
    back: (u64, u64),
    /// The other end began.
    served: bool,
    accepted: bool,
}

/// About the size of one file's text, taken over both formats.
pub(super) const FILE_BYTES: usize = 1_922_000;

/// Returns how many files a set of so many bytes has.
pub(super) fn files(text_bytes: usize) -> usize {
    (text_bytes / FILE_BYTES / ACCOUNTS).max(1) * ACCOUNTS
}

/// Writes the file with this number.
pub(super) fn write_file(logs: &Path, seed: u64, number: usize) -> Result<Manifest> {
    let (account_number, window) = (number % ACCOUNTS, number / ACCOUNTS);
    let account = account(seed, account_number);
    let mut rng = Rng::of(seed ^ 0xf10e, number as u64);
    let has_v5 = account_number % 4 == 3;
    let mut text = String::from(if has_v5 { V5 } else { V2 });
    text.push('\n');
    for minute in 0..MINUTES_A_FILE {
        let begin = BEGIN + ((window * MINUTES_A_FILE + minute) * 60) as u64;
        let mut rows = Vec::new();
        for host in &account.hosts {
            Rows { rng: &mut rng, account: &account, host, has_v5, begin, rows: &mut rows }.minute();
        }
        // Rows of all interfaces come mixed.
        for at in (1..rows.len()).rev() {
            rows.swap(at, rng.below(at + 1));
        }
        rows.into_iter().for_each(|row| text += &row);
    }
    let folder = logs.join(format!("{}/vpcflowlogs/us-east-1/2026/03/14", account.id));
    fs::create_dir_all(&folder)?;
    let name = format!("{}_vpcflowlogs_us-east-1_fl-0a_{window:05}_{}.log.gz", account.id, rng.hex(8));
    let path = folder.join(name);
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut gzip = GzEncoder::new(BufWriter::new(file), Compression::new(6));
    gzip.write_all(text.as_bytes())?;
    let stored = gzip.finish()?.into_inner()?.metadata()?.len();
    let miners = account.hosts.iter().filter(|host| host.habit == Habit::Mines);
    Ok(Manifest {
        files: 1,
        records: text.lines().count() as u64 - 1,
        text_bytes: text.len() as u64,
        stored_bytes: stored,
        miners: miners.map(|host| host.interface.clone()).collect(),
        ..Manifest::default()
    })
}

/// The account with this number, the same for all its files.
fn account(seed: u64, number: usize) -> Account {
    let rng = &mut Rng::of(seed ^ 0xacc0, number as u64);
    let services = {
        let shared = &mut Rng::of(seed ^ 0x5e1f, 0);
        (0..SERVICES).map(|_| outside(shared)).collect()
    };
    Account {
        id: format!("{:012}", 100_000_000_000 + rng.next() % 900_000_000_000),
        vpc: format!("vpc-0{}", rng.hex(16)),
        subnet: format!("subnet-0{}", rng.hex(16)),
        hosts: (0..HOSTS_AN_ACCOUNT).map(|host| self::host(rng, number, host)).collect(),
        services,
    }
}

fn host(rng: &mut Rng, account: usize, number: usize) -> Host {
    let habit = match (account * HOSTS_AN_ACCOUNT + number, rng.below(100)) {
        (at, _) if at % MINERS_ONE_IN == MINERS_ONE_IN / 2 => Habit::Mines,
        (at, _) if at % MINERS_ONE_IN == 7 => Habit::SendsTelemetry,
        (at, _) if at % 1_000 == 500 => Habit::Crawls,
        (_, 0..10) => Habit::Serves,
        (_, 10..25) => Habit::Idles,
        _ => Habit::Works,
    };
    let port = match habit {
        Habit::SendsTelemetry => 7_777,
        _ => [3_333, 14_444, 20_128][rng.below(3)],
    };
    let own = 32_768 + rng.below(28_000) as u16;
    Host {
        interface: format!("eni-0{}", rng.hex(16)),
        instance: format!("i-0{}", rng.hex(16)),
        address: format!("10.{account}.{}.{}", number / 200, number % 200 + 10),
        habit,
        line: (outside(rng), port, own),
    }
}

/// An address that is nobody's private one, and not Amazon's.
fn outside(rng: &mut Rng) -> String {
    let first = [5, 23, 31, 45, 62, 77, 80, 91, 104, 140, 151, 185, 193, 203, 212][rng.below(15)];
    format!("{first}.{}.{}.{}", rng.below(256), rng.below(256), rng.below(254) + 1)
}

/// One host's minute.
struct Rows<'r> {
    rng: &'r mut Rng,
    account: &'r Account,
    host: &'r Host,
    has_v5: bool,
    begin: u64,
    rows: &'r mut Vec<String>,
}

impl Rows<'_> {
    fn minute(&mut self) {
        if self.host.habit == Habit::Idles && !self.rng.once_in(10) {
            return self.row(None, false);
        }
        self.ask_inside();
        for _ in 0..[0, 1, 1, 2][self.rng.below(4)] {
            let (peer, port) = (self.amazon(), 443);
            self.ask(&peer, port, 6);
        }
        self.ask("169.254.169.253", 53, 17);
        if self.rng.once_in(3) {
            let account = self.account;
            let peer = &account.services[self.rng.skewed(SERVICES)];
            self.ask(peer, 443, 6);
        }
        if self.rng.once_in(4) {
            self.scan();
        }
        match self.host.habit {
            Habit::Serves => self.serve(),
            Habit::Crawls => self.crawl(),
            // What comes back are acknowledgements.
            Habit::SendsTelemetry => self.hold(600, 52),
            Habit::Mines => self.hold(160, 210),
            Habit::Works | Habit::Idles => {}
        }
    }

    fn ask_inside(&mut self) {
        for _ in 0..2 + self.rng.below(5) {
            let account = self.account;
            let peer = &account.hosts[self.rng.skewed(account.hosts.len())].address;
            let port = [5_432, 6_379, 8_080, 9_092, 443][self.rng.below(5)];
            self.ask(peer, port, 6);
        }
    }

    fn serve(&mut self) {
        for _ in 0..4 {
            let peer = outside(self.rng);
            let (packets, bytes) = self.amount();
            let port = 1_024 + self.rng.below(64_000) as u16;
            self.exchange(&Exchange {
                own: 443,
                peer: &peer,
                port,
                protocol: 6,
                out: (packets, bytes),
                back: (packets / 2 + 1, bytes / 9 + 40),
                served: true,
                accepted: true,
            });
        }
    }

    fn crawl(&mut self) {
        for _ in 0..60 {
            let peer = outside(self.rng);
            self.ask(&peer, 443, 6);
        }
    }

    fn scan(&mut self) {
        let peer = outside(self.rng);
        let own = [22, 23, 445, 3_389, 8_080, 8_545][self.rng.below(6)];
        let port = 30_000 + self.rng.below(30_000) as u16;
        let (out, back) = ((0, 0), (1, 40));
        self.exchange(&Exchange {
            own,
            peer: &peer,
            port,
            protocol: 6,
            out,
            back,
            served: true,
            accepted: false,
        });
    }

    /// Holds the host's line for another minute, with packets of so many bytes.
    fn hold(&mut self, out_size: u64, back_size: u64) {
        let (peer, port, own) = &self.host.line;
        let mut packets = |size| {
            let packets = 2 + self.rng.next() % 4;
            (packets, packets * size)
        };
        let (out, back) = (packets(out_size), packets(back_size));
        let line =
            Exchange { own: *own, peer, port: *port, protocol: 6, out, back, served: false, accepted: true };
        self.exchange(&line);
    }

    fn ask(&mut self, peer: &str, port: u16, protocol: u8) {
        let own = 32_768 + self.rng.below(28_000) as u16;
        let (packets, bytes) = self.amount();
        let (out, back) = ((packets, bytes / 3 + 60), (packets, bytes));
        self.exchange(&Exchange { own, peer, port, protocol, out, back, served: false, accepted: true });
    }

    /// Packets and bytes: mostly few, now and then many.
    fn amount(&mut self) -> (u64, u64) {
        let packets = 1 + (self.rng.below(12) * self.rng.below(12) * self.rng.below(12)) as u64 / 8;
        (packets, packets * (52 + self.rng.next() % 900))
    }

    /// An address of one of Amazon's services.
    fn amazon(&mut self) -> String {
        match self.rng.below(2) {
            0 => format!("52.94.{}.{}", self.rng.below(16), self.rng.below(256)),
            _ => format!("3.5.{}.{}", self.rng.below(32), self.rng.below(256)),
        }
    }

    fn exchange(&mut self, exchange: &Exchange<'_>) {
        if exchange.out.0 > 0 {
            self.row(Some(exchange), false);
        }
        self.row(Some(exchange), true);
    }

    /// Writes one direction of an exchange, or that there was none.
    fn row(&mut self, exchange: Option<&Exchange<'_>>, is_back: bool) {
        let (id, interface, host) = (&self.account.id, &self.host.interface, &self.host.address);
        let (start, end) = (self.begin + self.rng.next() % 4, self.begin + 55 + self.rng.next() % 5);
        let version = if self.has_v5 { 5 } else { 2 };
        let (src, dst, said) = match exchange {
            None => ("-", "-", format!("- - - - - {start} {end} - NODATA")),
            Some(Exchange { own, peer, port, protocol, out, back, accepted, .. }) => {
                let action = if *accepted { "ACCEPT" } else { "REJECT" };
                let (src, dst) = if is_back { (*peer, host.as_str()) } else { (host.as_str(), *peer) };
                let (src_port, dst_port) = if is_back { (port, own) } else { (own, port) };
                let (packets, bytes) = if is_back { back } else { out };
                let said =
                    format!("{src_port} {dst_port} {protocol} {packets} {bytes} {start} {end} {action} OK");
                (src, dst, said)
            }
        };
        let mut row = format!("{version} {id} {interface} {src} {dst} {said}");
        if self.has_v5 {
            let Account { vpc, subnet, .. } = self.account;
            row += &format!(" {vpc} {subnet} {}", self.host.instance);
            row += &match exchange {
                None => " - - - - us-east-1 use1-az2 - - - - - -".to_owned(),
                Some(exchange) => {
                    let flags = exchange.flags(is_back);
                    let way = if is_back { "ingress -" } else { "egress 8" };
                    format!(" {flags} IPv4 {src} {dst} us-east-1 use1-az2 - - - - {way}")
                }
            };
        }
        row.push('\n');
        self.rows.push(row);
    }
}

impl Exchange<'_> {
    /// What is set in the packets of one direction: SYN and FIN of whoever asks, SYN and ACK of whoever answers.
    fn flags(&self, is_back: bool) -> u8 {
        match (self.protocol, self.accepted, self.served == is_back) {
            (6, true, true) => 3,
            (6, true, false) => 19,
            (6, false, _) => 2,
            _ => 0,
        }
    }
}
