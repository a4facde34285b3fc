//! Seeds of side logs: those of drills, and every other form that is read.

use std::path::Path;

use serde_json::{Value, json};

use super::{Done, put};

/// A scenario with flow logs, silent ones too, and queries beside its trail.
const BESIDE: &str = "web-server-begins-to-mine";

/// How many rows or messages of one of its files are taken: the fuzzer repeats them by itself.
const LINES_MAX: usize = 3;

const ROW: &str = "2 111122223333 eni-0a1b2c3d4e5f60718 10.0.8.21 203.0.113.77 43122 3333 6 41 18342 1789352220 1789352280 ACCEPT OK";
const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

pub(super) fn write(folder: &Path) -> Done {
    messages(folder)?;
    flows(folder)?;
    bills(folder)?;
    let scenario = drill::write(BESIDE, 1).ok_or("there is such a scenario")?;
    for (number, file) in scenario.beside.iter().enumerate() {
        let text = String::from_utf8_lossy(&file.body);
        let lines: Vec<&str> = text.lines().take(LINES_MAX).collect();
        let (name, text) = (format!("drill-{number}"), lines.join("\n"));
        if file.path.contains("vpcflowlogs") {
            table(folder, &name, None, &text)?;
        } else {
            message(folder, &name, &text)?;
        }
    }
    Ok(())
}

fn messages(folder: &Path) -> Done {
    let query = json!({"account_id": "111122223333", "vpc_id": "vpc-1", "query_timestamp": "2026-09-14T02:17:02Z",
        "query_name": "pool.example.", "rcode": "NXDOMAIN", "answers": [{"Rdata": "203.0.113.77"}, {"Rdata": "a."}],
        "srcaddr": "10.0.8.21", "srcids": {"instance": "i-0f1"}, "firewall_rule_action": "BLOCK"});
    let finding = json!({"schemaVersion": "2.0", "accountId": "111122223333", "region": "us-west-2", "id": "60c9",
        "type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "severity": 8.5, "createdAt": "2026-09-14T02:31:02.117Z",
        "updatedAt": "2026-09-14T02:41:02.117Z", "title": "t", "resource": {"instanceDetails": {"instanceId": "i-0f1",
        "networkInterfaces": [{"privateIpAddress": "10.0.8.21"}]}, "accessKeyDetails": {"accessKeyId": "A", "userName": "u"}},
        "service": {"count": 6, "eventFirstSeen": "2026-09-14T02:17:02Z", "eventLastSeen": "2026-09-14T02:24:40Z",
        "action": {"networkConnectionAction": {"remotePortDetails": {"port": 3333}}, "dnsRequestAction": {"domain": "d"}},
        "additionalInfo": {"value": "{\"sample\":true}"}}});
    let anomaly = json!({"anomalyId": "a", "accountId": "444455556666", "anomalyStartDate": "2026-09-14T00:00:00Z",
        "anomalyEndDate": "2026-09-15", "impact": {"totalImpact": 986.1}, "rootCauses": [
        {"linkedAccount": "111122223333", "region": "us-west-2", "usageType": "USW2-BoxUsage:g5.12xlarge", "service": "EC2"}]});
    let budget = json!({"Type": "Notification", "Subject": "AWS Budgets: b has exceeded your alert threshold",
        "Timestamp": "2026-09-14T02:15:44.301Z", "TopicArn": "arn:aws:sns:us-east-1:111122223333:t", "Message":
        "AWS Account 111122223333\n\nYou requested that we alert you when the cost exceeds $5. You can find more below.\n"});
    let event = |kind: &str, detail: &Value| json!({"detail-type": kind, "time": "2026-09-15T06:10:11Z", "detail": detail});
    let batch = |message: String| json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": message}]});
    let all = [
        query.clone(),
        finding.clone(),
        anomaly.clone(),
        budget,
        event("GuardDuty Finding", &finding),
        event("Anomaly Detected", &anomaly),
        batch(ROW.to_owned()),
        batch(query.to_string()),
        json!({"Findings": [finding]}),
        json!({"AnomalyId": "a", "AnomalyStartDate": "2026-09-14", "Impact": {"MaxImpact": "3.5"}, "RootCauses": []}),
    ];
    for (number, value) in all.iter().enumerate() {
        message(folder, &format!("message-{number:02}"), &value.to_string())?;
    }
    message(folder, "message-row", ROW)
}

fn flows(folder: &Path) -> Done {
    let gone = ROW
        .replace("10.0.8.21 203.0.113.77 43122 3333 6 41 18342", "- - - - - - -")
        .replace("ACCEPT OK", "- NODATA");
    let six = ROW.replace("10.0.8.21", "2600:1f18:1234::1").replace("203.0.113.77", "2001:db8::5");
    let texts = [
        format!("{HEADER}\n{ROW}\n{gone}\n{six}\nnonsense\r\n\r\n{ROW}\r\n{HEADER} mood\n{ROW} good\n{ROW}"),
        format!("{ROW}\n2026-09-14T02:17:00.000Z {ROW}\n{gone}"),
        "srcAddr,dstAddr,srcPort,dstPort,protocol,@timestamp\n10.0.0.1,1.2.3.4,50000,80,6,2026-09-14 02:17:00.000\n".to_owned(),
        format!("@timestamp,@message\n2026-09-14 02:17:00.000,{ROW}\n\"2026-09-14 02:17:00.000\",\"{gone}\"\n"),
    ];
    for (number, text) in texts.iter().enumerate() {
        table(folder, &format!("flows-{number}"), None, text)?;
    }
    table(folder, "bare-0", Some(0), "10.0.0.1 1.2.3.4 1789352220\n1.2.3.4 10.0.0.1 1789352280\n")?;
    let every = "100 2 1789352220 1789352280 10.0.8.21 203.0.113.77 43122 3333 6 18 ingress i-0abc OK\n";
    table(folder, "bare-1", Some(1), &every.repeat(2))?;
    let wide = "5 vpc-1 subnet-1 i-0abc eni-1 111122223333 IPv4 10.0.0.9 203.0.113.77 43122 3333 10.0.8.21 203.0.113.77 \
                6 100 2 1789352220 1789352280 ACCEPT 2 OK - - - - egress 8 - - - - - us-east-1 use1-az1 good\n";
    table(folder, "bare-2", Some(2), &wide.repeat(2))?;
    table(folder, "bare-3", Some(3), "${pkt-srcaddr} ${pkt-dstaddr} ${start}\n10.0.0.1 1.2.3.4 1789352220\n")
}

fn bills(folder: &Path) -> Done {
    let texts = [
        "identity_line_item_id,line_item_usage_account_id,line_item_resource_id,line_item_usage_start_date,\
         line_item_usage_end_date,line_item_unblended_cost,pricing_public_on_demand_cost,line_item_currency_code,\
         line_item_usage_type,line_item_line_item_type\n\
         a,111122223333,i-0f1,2026-09-14T02:00:00Z,2026-09-14T03:00:00Z,4.582,5.672,USD,USW2-BoxUsage:g5.12xlarge,Usage\n\
         b,111122223333,\"arn:aws:ec2:us-west-2:1:instance/i-0f1\",2026-09-14T02:00:00Z,,-1e-3,,USD,,Credit\n",
        "identity/LineItemId,lineItem/UsageAccountId,lineItem/ResourceId,lineItem/UsageStartDate,lineItem/UnblendedCost\n\
         a,1,i-0f1,2026-09-14T02:00:00Z,4.5820000000\n",
        "\u{feff}BillingAccountId,SubAccountId,ResourceId,ChargePeriodStart,ChargePeriodEnd,BilledCost,ListCost,BillingCurrency\n\
         1,2,i-0f1,2026-09-14T02:00:00Z,2026-09-14T03:00:00Z,1.5,2,USD\n1,2,i-0f1,2026-09-14T02:00:00Z,x,much,2,USD\n",
    ];
    for (number, text) in texts.iter().enumerate() {
        table(folder, &format!("bill-{number}"), None, text)?;
    }
    Ok(())
}

/// A seed of a table: which columns the command line gives, where a window ends, and the text.
fn table(folder: &Path, name: &str, format: Option<u8>, text: &str) -> Done {
    let cut = (text.len() as u16 / 2).to_le_bytes();
    put(folder, "side-table", name, &[&[format.unwrap_or(u8::MAX)], &cut[..], text.as_bytes()].concat())
}

fn message(folder: &Path, name: &str, text: &str) -> Done {
    put(folder, "side-message", name, &[&[60], text.as_bytes()].concat())
}
