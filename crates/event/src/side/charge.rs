//! Lines of bills: cost and usage reports (also of the older kind, with slashes) and FOCUS.
//!
//! Only hours of machines are asked for: a line says what one resource cost from when to when. Money is kept in
//! millionths, so that sums do not depend on their order.
//!
//! Blind spots: a report without resource ids, or by the day, tells nothing about one machine's hours.

use super::{Fault, name};
use crate::time::Time;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Account,
    Resource,
    Start,
    End,
    Cost,
    ListCost,
    Currency,
    Usage,
    Kind,
}

const COLUMNS: usize = Column::Kind as usize + 1;

/// Names of the columns that are read, of all three forms.
const NAMES: [(&str, Column); 22] = [
    ("line_item_usage_account_id", Column::Account),
    ("line_item_resource_id", Column::Resource),
    ("line_item_usage_start_date", Column::Start),
    ("line_item_usage_end_date", Column::End),
    ("line_item_unblended_cost", Column::Cost),
    ("pricing_public_on_demand_cost", Column::ListCost),
    ("line_item_currency_code", Column::Currency),
    ("line_item_usage_type", Column::Usage),
    ("line_item_line_item_type", Column::Kind),
    ("subaccountid", Column::Account),
    ("resourceid", Column::Resource),
    ("chargeperiodstart", Column::Start),
    ("chargeperiodend", Column::End),
    ("billedcost", Column::Cost),
    ("listcost", Column::ListCost),
    ("billingcurrency", Column::Currency),
    ("chargedescription", Column::Usage),
    ("chargecategory", Column::Kind),
    ("lineitem_usageaccountid", Column::Account),
    ("lineitem_resourceid", Column::Resource),
    ("lineitem_usagestartdate", Column::Start),
    ("lineitem_unblendedcost", Column::Cost),
];

/// Whether a column of this name is read of bills.
#[must_use]
pub fn is_read(name: &str) -> bool {
    column(name).is_some()
}

fn column(name: &str) -> Option<Column> {
    let name = name.trim_start_matches('\u{feff}').trim().to_ascii_lowercase().replace('/', "_");
    let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
    known.or(match name.as_str() {
        "lineitem_usagetype" => Some(Column::Usage),
        "lineitem_usageenddate" => Some(Column::End),
        "lineitem_lineitemtype" => Some(Column::Kind),
        "lineitem_currencycode" => Some(Column::Currency),
        _ => None,
    })
}

/// Where the columns of a bill stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillLayout {
    columns: [Option<usize>; COLUMNS],
}

impl BillLayout {
    /// Reads a header. `None` if it says neither when nor how much.
    #[must_use]
    pub fn of<'n>(names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let mut columns = [None; COLUMNS];
        for (at, name) in names.enumerate() {
            if let Some(column) = column(name) {
                columns[column as usize].get_or_insert(at);
            }
        }
        let layout = Self { columns };
        let has = |column: Column| layout.columns[column as usize].is_some();
        (has(Column::Start) && has(Column::Cost)).then_some(layout)
    }

    /// Reads a row.
    pub fn read<'a>(&self, cell: impl Fn(usize) -> Option<&'a [u8]>) -> Result<Charge<'a>, Fault> {
        let get = |column: Column| -> Result<&'a str, Fault> {
            let cell = self.columns[column as usize].and_then(&cell).unwrap_or_default();
            std::str::from_utf8(cell).map_err(|_| Fault::Text)
        };
        let start = moment(get(Column::Start)?).ok_or(Fault::Time)?;
        let end = get(Column::End)?;
        let end = if end.is_empty() { start } else { moment(end).ok_or(Fault::Time)? };
        let resource = get(Column::Resource)?;
        let list = get(Column::ListCost)?;
        Ok(Charge {
            account: name(get(Column::Account)?)?,
            // FOCUS names the whole arn; a machine is known by its last part.
            resource: name(resource.rsplit(['/', ':']).next().unwrap_or(resource))?,
            start,
            end: end.max(start),
            cost_millionths: millionths(get(Column::Cost)?).ok_or(Fault::Number)?,
            list_millionths: if list.is_empty() { None } else { millionths(list) },
            currency: name(get(Column::Currency)?)?,
            usage: get(Column::Usage)?,
            kind: get(Column::Kind)?,
        })
    }
}

/// What one resource cost in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge<'a> {
    /// The account that used it.
    pub account: &'a str,
    /// `i-…`, or whatever the resource is called; empty if the line does not say.
    pub resource: &'a str,
    /// From when.
    pub start: Time,
    /// Until when.
    pub end: Time,
    /// What was billed, in millionths of the currency; negative for credits.
    pub cost_millionths: i64,
    /// What it costs without discounts, where the line says.
    pub list_millionths: Option<i64>,
    /// `USD`
    pub currency: &'a str,
    /// `USW2-BoxUsage:g5.12xlarge`, or a description.
    pub usage: &'a str,
    /// `Usage`, `Tax`, `Credit` and the like.
    pub kind: &'a str,
}

impl Charge<'_> {
    /// Whether it is for the running of a machine, and not for its disk, traffic or tax.
    #[must_use]
    pub fn is_machine_time(&self) -> bool {
        let runs = ["BoxUsage", "SpotUsage", "DedicatedUsage", "HostBoxUsage", "UnusedBox"];
        let described = self.usage.contains("Instance Hour") || self.usage.contains("Instance-hour");
        self.resource.starts_with("i-") && (described || runs.iter().any(|kind| self.usage.contains(kind)))
    }
}

fn moment(text: &str) -> Option<Time> {
    Time::parse(text).or_else(|| Time::parse(&format!("{text}T00:00:00Z")))
}

/// Reads a decimal number, exponents included, as millionths.
fn millionths(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    let millionths = (number * 1e6).round();
    (millionths.abs() < 9e15).then_some(millionths as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &str, row: &str) -> Result<(String, i64, bool), Fault> {
        let layout = BillLayout::of(names.split(',')).expect("a bill");
        let cells: Vec<&[u8]> = row.split(',').map(str::as_bytes).collect();
        let charge = layout.read(|at| cells.get(at).copied())?;
        Ok((charge.resource.to_owned(), charge.cost_millionths, charge.is_machine_time()))
    }

    #[test]
    fn the_three_forms_of_bills_say_the_same() {
        let expected = Ok(("i-0f1".to_owned(), 4_582_000, true));
        for (names, row) in [
            (
                "line_item_usage_start_date,line_item_resource_id,line_item_unblended_cost,line_item_usage_type",
                "2026-09-14T02:00:00.000Z,i-0f1,4.582,USW2-BoxUsage:g5.12xlarge",
            ),
            (
                "lineItem/UsageStartDate,lineItem/ResourceId,lineItem/UnblendedCost,lineItem/UsageType",
                "2026-09-14T02:00:00Z,i-0f1,4.5820000000,USW2-SpotUsage:g5.12xlarge",
            ),
            (
                "ChargePeriodStart,ResourceId,BilledCost,ChargeDescription",
                "2026-09-14T02:00:00Z,arn:aws:ec2:us-west-2:1:instance/i-0f1,4.582,$5.672 per On Demand Linux g5.12xlarge Instance Hour",
            ),
        ] {
            assert_eq!(read(names, row), expected, "{names}");
        }
    }

    #[test]
    fn disks_and_taxes_are_no_machine_time() {
        let names =
            "line_item_usage_start_date,line_item_resource_id,line_item_unblended_cost,line_item_usage_type";
        assert!(!read(names, "2026-09-14T02:00:00Z,vol-1,1,EBS:VolumeUsage.gp3").unwrap().2);
        assert!(!read(names, "2026-09-14T02:00:00Z,i-0f1,1,USW2-DataTransfer-Out-Bytes").unwrap().2);
        assert!(!read(names, "2026-09-14T02:00:00Z,,1e-7,Tax").unwrap().2);
    }

    #[test]
    fn a_row_without_time_or_sum_is_a_fault() {
        let names = "line_item_usage_start_date,line_item_unblended_cost";
        assert_eq!(read(names, "soon,1"), Err(Fault::Time));
        assert_eq!(read(names, "2026-09-14,much"), Err(Fault::Number));
        assert_eq!(read(names, "2026-09-14,NaN"), Err(Fault::Number));
        assert_eq!(BillLayout::of(["a", "b"].into_iter()), None);
    }
}
