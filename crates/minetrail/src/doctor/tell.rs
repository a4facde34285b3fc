//! The doctor's answer, for people.

use event::Time;
use report::count;
use report::text::Block;

use super::logs::{KindFound, LogsFound};
use super::{Brought, Doctor, Shipped, Tried};

/// What the answer is made of.
pub(super) fn blocks(doctor: &Doctor) -> Vec<Block> {
    let given = doctor.references.iter().flat_map(|kind| &kind.files);
    let (usable, unusable): (Vec<&Tried>, Vec<&Tried>) = given.partition(|file| file.error.is_none());
    let unusable = match unusable.len() {
        0 => String::new(),
        1 => ", and 1 that cannot be used".to_owned(),
        more => format!(", and {more} that cannot be used"),
    };
    let mut blocks = vec![
        Block::Headline(format!(
            "minetrail {}: {} tables that ship, {} of yours{unusable}",
            doctor.version,
            doctor.shipped.len(),
            usable.len()
        )),
        Block::Section("tables that ship".to_owned(), format!("age on {}", day(doctor.now))),
    ];
    let width = doctor.shipped.iter().map(|table| table.name.len()).max().unwrap_or(0);
    blocks.extend(doctor.shipped.iter().map(|table| shipped(table, width)));
    blocks.push(Block::Section("your lists".to_owned(), "docs/networks.md".to_owned()));
    let width = doctor.references.iter().map(|kind| kind.option.len()).max().unwrap_or(0);
    doctor.references.iter().for_each(|kind| blocks.extend(brought(kind, width)));
    if let Some(logs) = &doctor.logs {
        blocks.extend(found(logs));
    }
    blocks
}

fn day(time: Time) -> String {
    time.to_string().chars().take(10).collect()
}

fn counted(number: usize, one: &str, more: &str) -> String {
    format!("{} {}", count(number as u64), if number == 1 { one } else { more })
}

fn age(days: Option<i64>, is_old: bool) -> String {
    match days {
        None => String::new(),
        Some(1) => ", 1 day old".to_owned(),
        // A table of tomorrow's is a clock that is behind.
        Some(days) if days < 0 => ", from the future: is this machine's clock right?".to_owned(),
        Some(days) if is_old => format!(", OLD: {days} days"),
        Some(days) => format!(", {days} days old"),
    }
}

fn shipped(table: &Shipped, width: usize) -> Block {
    let rows = counted(table.rows, "row", "rows");
    let body =
        format!("{rows} of {}{}: {}", table.date, age(table.days_old, table.is_old), purpose(table.name));
    Block::Row { lead: format!("{:width$}", table.name), body, notice: table.is_old }
}

/// What a table is for.
fn purpose(name: &str) -> &'static str {
    match name {
        "instance-types.tsv" => "what machines are and cost",
        "other-compute.tsv" => "what containers, notebooks and desktops are and cost",
        "regions.tsv" => "regions, and which are on by default",
        "vcpu-quotas.tsv" => "how much compute an account gets",
        "compute-quotas.tsv" => "which quotas are of compute",
        "aws-networks.tsv" => "addresses of AWS; --aws-ip-ranges for newer ones",
        "mining-names.tsv" => "names of mining pools; --pool-list for more",
        "mining-ports.tsv" => "ports of mining pools",
        "hosting-asns.tsv" => "hosting companies and VPNs, by AS number; used with --asn-db",
        "access-asns.tsv" => "companies that connect households, by AS number; used with --asn-db",
        _ => "",
    }
}

fn brought(kind: &Brought, width: usize) -> Vec<Block> {
    let row = |body: String, notice| Block::Row { lead: format!("{:width$}", kind.option), body, notice };
    if kind.files.is_empty() {
        return vec![row(format!("not given. It would tell {}. Get it: {}", kind.adds, kind.from), false)];
    }
    let told = kind.files.iter().map(|file| match &file.error {
        Some(error) => {
            let help = file.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
            row(format!("NOT USABLE: {error}{help}"), true)
        }
        None => row(usable(file), file.is_old || file.remark.is_some()),
    });
    told.collect()
}

fn usable(file: &Tried) -> String {
    let name = file.name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
    let made = match file.made {
        Some(made) => format!(" of {}{}", day(made), age(file.days_old, file.is_old)),
        None => ", without a date".to_owned(),
    };
    let remark = file.remark.as_ref().map_or_else(String::new, |remark| format!("; {remark}"));
    let entries = counted(file.entries, "entry", "entries");
    format!("{}{name}: {entries}{made}{remark}", file.file)
}

fn found(logs: &LogsFound) -> Vec<Block> {
    let failed = if logs.failed == 0 { String::new() } else { format!(", {} unreadable", logs.failed) };
    let files = counted(logs.objects as usize, "file", "files");
    let title = Block::Section("logs".to_owned(), format!("{files}{failed}"));
    let width = logs.kinds.iter().map(|kind| kind.name.len()).max().unwrap_or(0);
    let row = |kind: &KindFound| Block::Row {
        lead: format!("{:width$}", kind.name),
        body: there(kind),
        notice: kind.read == 0 && kind.name == "cloudtrail",
    };
    std::iter::once(title).chain(logs.kinds.iter().map(row)).collect()
}

fn there(kind: &KindFound) -> String {
    if kind.read == 0 {
        return format!("none here. It would tell {}", kind.adds);
    }
    let (one, more) = if kind.name == "cloudtrail" { ("record", "records") } else { ("row", "rows") };
    let what = counted(kind.read as usize, one, more);
    let span = match (kind.first, kind.last) {
        (Some(first), Some(last)) => format!(
            " of {} in {}, {} to {}",
            counted(kind.accounts, "account", "accounts"),
            counted(kind.regions, "region", "regions"),
            day(first),
            day(last)
        ),
        _ => String::new(),
    };
    format!("{what}{span}: {}", kind.adds)
}

#[cfg(test)]
mod tests {
    use super::purpose;

    #[test]
    fn every_table_that_ships_has_a_purpose() {
        for table in catalog::tables() {
            assert!(!purpose(table.name).is_empty(), "{}", table.name);
        }
    }
}
