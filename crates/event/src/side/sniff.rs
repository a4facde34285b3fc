//! Tells from its first lines whether a text is a table of a side log.

use super::flow::{self, Layout};

/// A table of a side log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Flow log rows, separated by spaces, with a header.
    Flows,
    /// Flow log rows in these columns, without a header; each may have a time in front.
    BareFlows(Box<Layout>),
    /// Flow log columns as a CSV with a header.
    FlowCsv,
    /// A CSV whose column `@message` holds whole rows.
    FlowMessages,
    /// A cost and usage report or FOCUS, as a CSV with a header.
    BillCsv,
}

/// Column names that only bills have.
const BILL_NAMES: [&str; 8] = [
    "line_item_usage_account_id",
    "line_item_line_item_type",
    "bill_payer_account_id",
    "bill_bill_type",
    "identity_line_item_id",
    "identity/LineItemId",
    "BilledCost",
    "BillingAccountId",
];

/// Returns what table begins with `head`; `bare` are the columns of rows without a header, where the caller knows them.
///
/// A few hundred bytes are enough; the first line may be cut.
#[must_use]
pub fn sniff(head: &[u8], bare: Option<&Layout>) -> Option<TableKind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    if matches!(first.first(), None | Some(b'{' | b'[' | b'<')) {
        return None;
    }
    let first = std::str::from_utf8(first)
        .or_else(|error| std::str::from_utf8(&first[..error.valid_up_to()]))
        .ok()?;
    let cells = || first.split(',').map(|cell| cell.trim().trim_matches('"'));
    if first.contains(',') {
        if cells().any(|cell| BILL_NAMES.contains(&cell)) {
            return Some(TableKind::BillCsv);
        }
        if Layout::of(cells()).is_some() {
            return Some(TableKind::FlowCsv);
        }
        let holds_rows = memchr::memmem::find(head, b" eni-").is_some();
        return (cells().any(|cell| cell == "@message") && holds_rows).then_some(TableKind::FlowMessages);
    }
    if Layout::of(first.split(' ')).is_some() {
        return Some(TableKind::Flows);
    }
    if let Some(bare) = bare {
        let fits = first.split(' ').count() == bare.width() && bare.read_line(first.as_bytes()).is_ok();
        if fits {
            return Some(TableKind::BareFlows(Box::new(bare.clone())));
        }
    }
    flow::default_row(first.as_bytes()).map(|_| TableKind::BareFlows(Box::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_known_by_their_first_line() {
        let kinds = [
            ("version account-id interface-id srcaddr dstaddr start\n2 1 eni-1", Some(TableKind::Flows)),
            ("srcAddr,dstAddr,@timestamp\n10.0.0.1,1.2.3.4,2026", Some(TableKind::FlowCsv)),
            (
                "@timestamp,@message\n2026-09-14 02:17:00.000,2 1111 eni-0a 10.0.0.1",
                Some(TableKind::FlowMessages),
            ),
            ("identity_line_item_id,line_item_us", Some(TableKind::BillCsv)),
            ("\u{feff}BillingAccountId,SubAccountId\n", Some(TableKind::BillCsv)),
            ("\"BilledCost\",\"BillingAccountId\"\n", Some(TableKind::BillCsv)),
            ("{\"srcaddr\":1}", None),
            ("name,age\nann,5\n", None),
            ("hello world", None),
            ("", None),
        ];
        for (head, kind) in kinds {
            assert_eq!(sniff(head.as_bytes(), None), kind, "{head}");
        }
    }

    #[test]
    fn rows_without_a_header_are_known_by_the_callers_columns() {
        let layout = Layout::of("srcaddr dstaddr start".split(' ')).unwrap();
        let head = b"10.0.0.1 1.2.3.4 1789352220\n10.0.0.1 1.2.3.4 1789352280\n";
        assert_eq!(sniff(head, None), None);
        assert_eq!(sniff(head, Some(&layout)), Some(TableKind::BareFlows(Box::new(layout.clone()))));
        assert_eq!(sniff(b"not a row\n", Some(&layout)), None);
    }
}
