//! Side logs in stories, as their services write them.
//!
//! | line | what it means |
//! |---|---|
//! | `flow i-mine 203.0.113.77:3333 6h` | the machine holds a line there for six hours, as a miner does; `sends`, `thanked`, `bulk`, `polls` are innocent ways to do it |
//! | `flow i-mine inside 10.0.9.9 6h` | it works with a neighbour |
//! | `flow i-mine silent 6h` | it is covered and says nothing |
//! | `query i-mine NAME [ADDRESS]` | it asks for a name; `missing`, `blocked`, `alias=NAME` |
//! | `guardduty i-mine\|KEY TYPE` | GuardDuty notices something; `sample`, `port8333` |
//! | `anomaly REGION USAGE USD` | Cost Anomaly Detection finds something about the day before |
//! | `budget USD` | AWS Budgets sends a notice |
//! | `bill i-mine TYPE USD 6h` | six hours of a machine are billed |

use event::Time;
use event::side::Source;
use serde_json::json;

/// The columns in which stories write flow logs.
pub(crate) const FLOW_COLUMNS: &str = "account-id interface-id instance-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/// One row or message of a side log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// A row in [`FLOW_COLUMNS`].
    Flow(String),
    /// A message.
    Message(Source, String),
    /// A line of a bill: account, resource, start, usage and what it cost.
    Charge([String; 5]),
}

const ACCOUNT: &str = "111122223333";

/// Writes the rows of a line, if it tells of a side log.
pub(crate) fn write(time: i64, words: &[String]) -> Option<Vec<Beside>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let stamp = Time::from_seconds(time).to_string();
    match words.as_slice() {
        ["flow", machine, rest @ ..] => Some(flow(time, machine, rest)),
        ["query", machine, name, rest @ ..] => Some(vec![query(&stamp, machine, name, rest)]),
        ["guardduty", about, kind, rest @ ..] => Some(vec![guardduty(&stamp, about, kind, rest)]),
        ["anomaly", region, usage, usd] => Some(vec![anomaly(time, region, usage, usd)]),
        ["budget", usd] => Some(vec![budget(&stamp, usd)]),
        ["bill", machine, unit, usd, hours] => Some(bill(time, machine, unit, usd, hours)),
        _ => None,
    }
}

fn minutes(text: &str) -> i64 {
    let (number, unit) = text.split_at(text.len() - 1);
    number.parse::<i64>().expect("a number") * if unit == "h" { 60 } else { 1 }
}

/// The address of a machine: one for each name.
fn address(machine: &str) -> String {
    let sum = machine.bytes().fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 60_000);
    format!("10.1.{}.{}", sum / 250, sum % 250 + 2)
}

fn interface(machine: &str) -> String {
    let hash = machine.bytes().fold(1_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    format!("eni-0{hash:016x}")
}

/// What one row says: which way, how many packets and bytes, and the machine's own port.
type Row = (&'static str, u64, u64, u16);

fn flow(time: i64, machine: &str, rest: &[&str]) -> Vec<Beside> {
    let (peer, lasts, how) = match rest {
        ["inside", peer, lasts] => (format!("{peer}:2049"), *lasts, "inside"),
        ["silent", lasts] => (String::new(), *lasts, "silent"),
        [peer, lasts] => ((*peer).to_owned(), *lasts, "mines"),
        [peer, lasts, how] => ((*peer).to_owned(), *lasts, *how),
        _ => panic!("flow MACHINE ADDRESS:PORT 6h"),
    };
    let (peer, port) = peer.rsplit_once(':').unwrap_or(("-", "-"));
    (0..minutes(lasts))
        .flat_map(|minute| {
            let own_port =
                40_000 + if how == "polls" { u16::try_from(minute % 9_000).unwrap_or(0) } else { 0 };
            let rows: &[Row] = match how {
                "mines" => &[("out", 9, 1_400, own_port), ("in", 8, 1_700, own_port)],
                "sends" => &[("out", 40, 24_000, own_port), ("in", 40, 2_080, own_port)],
                "thanked" => &[("out", 40, 24_000, own_port), ("in", 40, 3_800, own_port)],
                "bulk" => &[("out", 900, 54_000, own_port), ("in", 2_000, 2_900_000, own_port)],
                "polls" => &[("out", 9, 1_400, own_port), ("in", 8, 1_700, own_port)],
                "inside" => &[("out", 900, 90_000, own_port), ("in", 2_000, 2_900_000, own_port)],
                _ => &[("none", 0, 0, 0)],
            };
            rows.iter()
                .map(|row| flow_row(time + minute * 60, machine, (peer, port), *row))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn flow_row(
    time: i64,
    machine: &str,
    (peer, port): (&str, &str),
    (way, packets, bytes, own_port): Row,
) -> Beside {
    let (own, eni, end) = (address(machine), interface(machine), time + 59);
    let ends = match way {
        "out" => format!("{own} {peer} {own_port} {port} 6 {packets} {bytes} {time} {end} ACCEPT OK"),
        "in" => format!("{peer} {own} {port} {own_port} 6 {packets} {bytes} {time} {end} ACCEPT OK"),
        _ => format!("- - - - - - - {time} {end} - NODATA"),
    };
    Beside::Flow(format!("{ACCOUNT} {eni} {machine} {ends}"))
}

fn query(stamp: &str, machine: &str, name: &str, rest: &[&str]) -> Beside {
    let answers: Vec<_> = rest
        .iter()
        .filter(|word| word.contains('.'))
        .map(|to| match to.strip_prefix("alias=") {
            Some(alias) => json!({"Rdata": alias, "Type": "CNAME", "Class": "IN"}),
            None => json!({"Rdata": to, "Type": "A", "Class": "IN"}),
        })
        .collect();
    let mut message = json!({
        "version": "1.100000", "account_id": ACCOUNT, "region": "us-east-1", "vpc_id": "vpc-0a1",
        "query_timestamp": stamp, "query_name": name, "query_type": "A", "query_class": "IN",
        "rcode": if rest.contains(&"missing") { "NXDOMAIN" } else { "NOERROR" },
        "answers": answers, "srcaddr": address(machine), "srcport": "52345", "transport": "UDP",
        "srcids": {"instance": machine},
    });
    if rest.contains(&"blocked") {
        message["firewall_rule_action"] = json!("BLOCK");
    }
    Beside::Message(Source::ResolverQueryLogs, message.to_string())
}

fn guardduty(stamp: &str, about: &str, kind: &str, rest: &[&str]) -> Beside {
    let resource = if about.starts_with("i-") {
        json!({"resourceType": "Instance", "instanceDetails": {"instanceId": about}})
    } else {
        json!({"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": about, "userName": "web"}})
    };
    let action = if rest.contains(&"port8333") {
        json!({"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {"remotePortDetails": {"port": 8333}}})
    } else {
        json!({"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": "pool.example"}})
    };
    let detail = json!({
        "schemaVersion": "2.0", "accountId": ACCOUNT, "region": "us-east-1", "id": format!("{about}-{kind}"),
        "type": kind, "severity": 8, "createdAt": stamp, "updatedAt": stamp, "title": "something was noticed",
        "resource": resource,
        "service": {"serviceName": "guardduty", "count": 1, "eventFirstSeen": stamp, "eventLastSeen": stamp,
            "action": action, "additionalInfo": {"sample": rest.contains(&"sample")}},
    });
    let message = json!({"version": "0", "detail-type": "GuardDuty Finding", "source": "aws.guardduty", "time": stamp, "detail": detail});
    Beside::Message(Source::GuardDuty, message.to_string())
}

fn anomaly(time: i64, region: &str, usage: &str, usd: &str) -> Beside {
    let day = Time::from_seconds(time.div_euclid(86_400) * 86_400 - 86_400).to_string();
    let message = json!({
        "source": "aws.ce", "detail-type": "Anomaly Detected", "time": Time::from_seconds(time).to_string(),
        "detail": {"anomalyId": format!("{region}-{usage}"), "anomalyStartDate": day, "anomalyEndDate": day,
            "accountId": "444455556666", "impact": {"totalImpact": usd.parse::<f64>().expect("dollars")},
            "rootCauses": [{"linkedAccount": ACCOUNT, "region": region, "usageType": usage, "service": "Amazon Elastic Compute Cloud - Compute"}]},
    });
    Beside::Message(Source::CostAnomaly, message.to_string())
}

fn budget(stamp: &str, usd: &str) -> Beside {
    let body = format!(
        "AWS Account {ACCOUNT}\n\nYou requested that we alert you when the ACTUAL Cost is greater than $100.00. Yesterday, it was ${usd}. You can find additional details below.\n"
    );
    let message = json!({"Type": "Notification", "Subject": "AWS Budgets: daily has exceeded your alert threshold", "Message": body, "Timestamp": stamp});
    Beside::Message(Source::Budgets, message.to_string())
}

fn bill(time: i64, machine: &str, unit: &str, usd: &str, hours: &str) -> Vec<Beside> {
    let hour = |number: i64| Time::from_seconds((time.div_euclid(3_600) + number) * 3_600).to_string();
    (0..minutes(hours) / 60)
        .map(|number| {
            Beside::Charge([
                ACCOUNT.to_owned(),
                machine.to_owned(),
                hour(number),
                format!("USW2-BoxUsage:{unit}"),
                usd.to_owned(),
            ])
        })
        .collect()
}

impl Beside {
    /// Calls `take` with what it says, read as every row and message is read.
    pub(crate) fn read(&self, mut take: impl FnMut(&event::side::Fact<'_>)) {
        match self {
            Self::Flow(row) => {
                let layout =
                    event::side::flow::Layout::of(FLOW_COLUMNS.split(' ')).expect("the columns are known");
                take(&event::side::Fact::Flow(
                    layout.read_line(row.as_bytes()).unwrap_or_else(|fault| panic!("{row}: {fault}")),
                ));
            }
            Self::Message(source, text) => {
                assert_eq!(event::side::recognise(text.as_bytes()), Some(*source), "{text}");
                take(
                    &event::side::read(*source, text.as_bytes())
                        .unwrap_or_else(|fault| panic!("{text}: {fault}")),
                );
            }
            Self::Charge(cells) => {
                let names = "line_item_usage_account_id line_item_resource_id line_item_usage_start_date line_item_usage_type line_item_unblended_cost";
                let layout =
                    event::side::charge::BillLayout::of(names.split(' ')).expect("the columns are known");
                let charge = layout.read(|at| cells.get(at).map(String::as_bytes));
                take(&event::side::Fact::Charge(charge.unwrap_or_else(|fault| panic!("{cells:?}: {fault}"))));
            }
        }
    }
}
