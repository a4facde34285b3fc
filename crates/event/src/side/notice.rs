//! Notices about cost: events of Cost Anomaly Detection, and the English mail of AWS Budgets.
//!
//! A budget's notice is prose whose wording may change. It is kept as a sentence; of its numbers none is believed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Fault;
use super::json::{at, parse, text, thousandths, time};
use crate::time::Time;

/// How much of a budget's notice is kept, in letters.
///
/// Less, and the amount is cut off; more, and a page is told where a sentence is wanted.
const SENTENCE_LETTERS_MAX: usize = 300;

/// How many causes of one anomaly are kept, the least of all.
///
/// Fewer, and a cause that AWS tells is lost (it tells ten); more, and a message of empty causes unfolds to gigabytes.
const CAUSES_MAX: usize = 100;

/// Spending that looked unusual.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anomaly {
    /// When it was told; of the same anomaly the last counts. Absent from answers of the API.
    pub told: Option<Time>,
    /// The first day that it is about.
    pub from: Time,
    /// The last day.
    pub until: Time,
    /// Its id.
    pub id: String,
    /// What was spent above what was expected, in thousandths of a dollar.
    pub impact_thousandths: i64,
    /// Where it came from.
    pub causes: Vec<AnomalyCause>,
}

/// One cause of an anomaly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnomalyCause {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// `USW2-BoxUsage:g5.12xlarge`
    pub usage: String,
    /// The service.
    pub service: String,
}

/// A budget that was exceeded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Budget {
    /// When it was told.
    pub told: Time,
    /// The account, if the text names one where it used to; not to be relied on.
    pub account: String,
    /// What it says, in its own words.
    pub sentence: String,
}

/// Reads an anomaly, in its envelope or not.
pub(super) fn read_anomaly(text_of: &[u8]) -> Result<Anomaly, Fault> {
    let message = parse(text_of)?;
    let in_envelope = message.get("detail-type").is_some();
    let anomaly = if in_envelope { at(&message, &["detail"]) } else { &message };
    let from = time(anomaly, &["anomalyStartDate"])
        .or_else(|| day(anomaly, "anomalyStartDate"))
        .ok_or(Fault::Time)?;
    let until = time(anomaly, &["anomalyEndDate"]).or_else(|| day(anomaly, "anomalyEndDate")).unwrap_or(from);
    let owner = text(anomaly, &["accountId"]).unwrap_or_default();
    let mut causes = BTreeSet::new();
    for cause in at(anomaly, &["rootCauses"]).as_array().into_iter().flatten() {
        causes.insert(AnomalyCause {
            account: text(cause, &["linkedAccount"]).unwrap_or_else(|| owner.clone()),
            region: text(cause, &["region"]).unwrap_or_default(),
            usage: text(cause, &["usageType"]).unwrap_or_default(),
            service: text(cause, &["service"]).unwrap_or_default(),
        });
        if causes.len() > CAUSES_MAX {
            causes.pop_last();
        }
    }
    Ok(Anomaly {
        told: if in_envelope { time(&message, &["time"]) } else { None },
        from,
        until: until.max(from),
        id: text(anomaly, &["anomalyId"]).ok_or(Fault::Shape)?,
        impact_thousandths: thousandths(anomaly, &["impact", "totalImpact"])
            .or_else(|| thousandths(anomaly, &["impact", "maxImpact"]))
            .unwrap_or(0),
        causes: causes.into_iter().collect(),
    })
}

/// The API writes days without a time.
fn day(value: &Value, name: &str) -> Option<Time> {
    Time::parse(&format!("{}T00:00:00Z", at(value, &[name]).as_str()?))
}

/// Reads a budget's notice as SNS delivers it.
pub(super) fn read_budget(text_of: &[u8]) -> Result<Budget, Fault> {
    let message = parse(text_of)?;
    let body = at(&message, &["Message"]).as_str().unwrap_or_default();
    let subject = text(&message, &["Subject"]).ok_or(Fault::Shape)?;
    Ok(Budget {
        told: time(&message, &["Timestamp"]).ok_or(Fault::Time)?,
        account: account(body).or_else(|| account_of_topic(&message)).unwrap_or_default(),
        sentence: sentence(&subject, body),
    })
}

fn account(body: &str) -> Option<String> {
    let after = body.split_once("AWS Account ")?.1;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 12).then_some(digits)
}

fn account_of_topic(message: &Value) -> Option<String> {
    let topic = text(message, &["TopicArn"])?;
    topic.split(':').nth(4).filter(|account| account.len() == 12).map(str::to_owned)
}

/// The paragraph that begins with "You requested", as long as there is one; else the subject.
fn sentence(subject: &str, body: &str) -> String {
    let told = body.lines().find(|line| line.starts_with("You requested")).unwrap_or(subject);
    let end = told.find(" You can find").unwrap_or(told.len());
    told[..end].chars().take(SENTENCE_LETTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anomaly_names_its_causes() {
        let text = br#"{"source":"aws.ce","detail-type":"Anomaly Detected","time":"2026-09-15T06:10:11Z","detail":{"anomalyId":"a",
            "accountId":"444455556666","anomalyStartDate":"2026-09-14T00:00:00Z","impact":{"totalImpact":986.1},
            "rootCauses":[{"linkedAccount":"111122223333","region":"us-west-2","usageType":"USW2-BoxUsage:g5.12xlarge"}]}}"#;
        let anomaly = read_anomaly(text).unwrap();
        assert_eq!(
            (anomaly.impact_thousandths, anomaly.told),
            (986_100, Time::parse("2026-09-15T06:10:11Z"))
        );
        assert_eq!(anomaly.causes[0].account, "111122223333");
        let bare = br#"{"AnomalyId":"a","AnomalyStartDate":"2026-09-14","Impact":{"MaxImpact":"3.5"},"RootCauses":[]}"#;
        assert_eq!(read_anomaly(bare).unwrap().from.to_string(), "2026-09-14T00:00:00Z");
    }

    #[test]
    fn thousands_of_causes_do_not_each_keep_the_name_of_the_owner() {
        let causes: Vec<String> =
            (0..20_000).map(|number| format!(r#"{{"region":"{number:05}"}}"#)).collect();
        let text = format!(
            r#"{{"anomalyId":"a","accountId":"{}","anomalyStartDate":"2026-09-14","rootCauses":[{}]}}"#,
            "4".repeat(100_000),
            causes.join(",")
        );
        let anomaly = read_anomaly(text.as_bytes()).unwrap();
        assert_eq!((anomaly.causes.len(), &*anomaly.causes[99].region), (CAUSES_MAX, "00099"));
        assert!(format!("{anomaly:?}").len() < 200_000);
    }

    #[test]
    fn a_budgets_notice_is_a_sentence_and_whatever_it_says_is_no_fault() {
        let text = br#"{"Subject":"AWS Budgets: b has exceeded your alert threshold","Timestamp":"2026-09-14T02:15:44.301Z",
            "Message":"AWS Account 111122223333\n\nYou requested that we alert you when the cost exceeds $5. Yesterday it was $9. You can find more below.\n"}"#;
        let budget = read_budget(text).unwrap();
        assert_eq!(
            budget.sentence,
            "You requested that we alert you when the cost exceeds $5. Yesterday it was $9."
        );
        assert_eq!(budget.account, "111122223333");
        let other = br#"{"Subject":"AWS Budgets: neue Worte","Timestamp":"2026-09-14T02:15:44.301Z","TopicArn":"arn:aws:sns:us-east-1:111122223333:t"}"#;
        let budget = read_budget(other).unwrap();
        assert_eq!((&*budget.sentence, &*budget.account), ("AWS Budgets: neue Worte", "111122223333"));
    }
}
