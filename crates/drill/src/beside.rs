//! Logs beside the trail: what the network, the resolver and GuardDuty would have written about machines.
//!
//! Only scenarios whose point it is have any. Flow logs are in version 3, ten minutes a row, as AWS writes them
//! unless asked for more.

use jiff::Timestamp;
use serde_json::json;

use crate::files::DrillFile;
use crate::organisation::Account;
use crate::rng::Rng;
use crate::time::{iso, secs};

/// Minutes of one row.
const WINDOW_MINUTES: i64 = 10;

/// The columns of the flow logs.
const HEADER: &str = "version account-id interface-id instance-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/// What a machine exchanges with the other end, in one window: packets and bytes out, then in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Talk {
    /// A miner and its pool.
    Mining,
    /// A worker and a file server.
    Working,
}

/// Rows and messages of one account and region.
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    account: String,
    region: String,
    flows: Vec<String>,
    queries: Vec<String>,
    alerts: Vec<String>,
    rng: Rng,
}

/// A stretch of minutes.
pub(crate) type Stretch = (Timestamp, i64);

impl Beside {
    /// Nothing yet.
    pub(crate) fn new(account: &Account, region: &str) -> Self {
        let rng = account.ids.fork("beside");
        Self {
            account: account.id.clone(),
            region: region.to_owned(),
            flows: Vec::new(),
            queries: Vec::new(),
            alerts: Vec::new(),
            rng,
        }
    }

    /// The machine's address in its subnet, always the same.
    fn address(&self, machine: &str) -> String {
        let mut rng = self.rng.fork(machine);
        format!("10.20.{}.{}", rng.between(8, 60), rng.between(5, 250))
    }

    fn interface(&self, machine: &str) -> String {
        self.rng.fork(machine).resource("eni")
    }

    /// Writes what `machine` exchanges with `peer:port` in every window of a stretch.
    pub(crate) fn talks(&mut self, machine: &str, (peer, port): (&str, u16), stretch: Stretch, talk: Talk) {
        let (own, eni) = (self.address(machine), self.interface(machine));
        let own_port = self.rng.fork(machine).between(33_000, 60_000);
        for (start, end) in windows(stretch) {
            let (out, back) = match talk {
                Talk::Mining => (
                    (self.rng.between(40, 90), self.rng.between(120, 190)),
                    (self.rng.between(40, 90), self.rng.between(160, 320)),
                ),
                Talk::Working => {
                    ((self.rng.between(40_000, 90_000), 90), (self.rng.between(60_000, 120_000), 1_460))
                }
            };
            let (sent, got) = (out.0 * out.1, back.0 * back.1);
            let account = &self.account;
            let head = format!("3 {account} {eni} {machine}");
            self.flows.push(format!(
                "{head} {own} {peer} {own_port} {port} 6 {} {sent} {start} {end} ACCEPT OK",
                out.0
            ));
            self.flows.push(format!(
                "{head} {peer} {own} {port} {own_port} 6 {} {got} {start} {end} ACCEPT OK",
                back.0
            ));
        }
    }

    /// Writes that `machine` is covered and says nothing.
    pub(crate) fn is_silent(&mut self, machine: &str, stretch: Stretch) {
        let (account, eni) = (self.account.clone(), self.interface(machine));
        let rows = windows(stretch)
            .map(|(start, end)| format!("3 {account} {eni} {machine} - - - - - - - {start} {end} - NODATA"));
        self.flows.extend(rows);
    }

    /// Writes a query that was answered.
    pub(crate) fn asks(&mut self, machine: &str, name: &str, answer: &str, time: Timestamp) {
        let message = json!({
            "version": "1.100000", "account_id": self.account, "region": self.region,
            "query_timestamp": iso(time), "query_name": format!("{name}."), "query_type": "A", "query_class": "IN",
            "rcode": "NOERROR", "answers": [{"Rdata": answer, "Type": "A", "Class": "IN"}],
            "srcaddr": self.address(machine), "srcport": "48121", "transport": "UDP", "srcids": {"instance": machine},
        });
        self.queries.push(message.to_string());
    }

    /// Writes a sample finding of GuardDuty about a machine, as `create-sample-findings` makes it.
    pub(crate) fn sample(&mut self, machine: &str, kind: &str, time: Timestamp) {
        let id = self.rng.uuid().replace('-', "");
        let message = json!({
            "schemaVersion": "2.0", "accountId": self.account, "region": self.region, "partition": "aws", "id": id,
            "type": kind, "severity": 8, "createdAt": iso(time), "updatedAt": iso(time), "title": "[SAMPLE] A machine mines.",
            "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": machine}},
            "service": {"serviceName": "guardduty", "count": 1, "eventFirstSeen": iso(time), "eventLastSeen": iso(time),
                "additionalInfo": {"value": "{\"sample\":true}", "type": "default"}},
        });
        self.alerts.push(message.to_string());
    }

    /// The files as their services deliver them.
    pub(crate) fn files(&self) -> Vec<DrillFile> {
        let file = |path: String, head: Option<&str>, lines: &[String]| {
            let text: String = head
                .into_iter()
                .chain(lines.iter().map(String::as_str))
                .map(|line| format!("{line}\n"))
                .collect();
            (!lines.is_empty()).then(|| DrillFile { path, body: text.into_bytes() })
        };
        let Self { account, region, flows, queries, alerts, .. } = self;
        let path = |what: &str, end: &str| {
            format!("AWSLogs/{account}/{what}/{region}/{account}_{what}_{region}.{end}")
        };
        [
            file(path("vpcflowlogs", "log"), Some(HEADER), flows),
            file(path("vpcdnsquerylogs", "log"), None, queries),
            file(path("GuardDuty", "jsonl"), None, alerts),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Beginning and end of each window of a stretch, in seconds.
fn windows((from, minutes): Stretch) -> impl Iterator<Item = (i64, i64)> {
    let begin = from.as_second();
    (0..minutes / WINDOW_MINUTES).map(move |number| {
        let start = begin + number * WINDOW_MINUTES * 60;
        (start, start + WINDOW_MINUTES * 60 - 2)
    })
}

/// `time` so many minutes later.
pub(crate) fn later(time: Timestamp, minutes: i64) -> Timestamp {
    time + secs(minutes * 60)
}
