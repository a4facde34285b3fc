//! The embedded data files: their shape and their age.
//!
//! A data file is tab-separated text. Its first lines are comments; two of them are
//! `# source: …` and `# date: …`, so that a table cannot lose where it came from.
//!
//! Blind spot: a file is checked when it is first read, not when the program is built; the
//! tests read every row of every file.

use std::sync::LazyLock;

/// One embedded table, for a reader who wants to know how fresh the figures are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name of the data file, without its folder.
    pub name: &'static str,
    /// How many rows it holds.
    pub rows: usize,
    /// Where its figures come from, in a sentence.
    pub source: &'static str,
    /// The day of its source, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// Returns every embedded table with its size, source and date.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| FILES.iter().map(DataFile::table).collect());
    &TABLES
}

/// Text that was compiled in.
pub(crate) struct DataFile {
    name: &'static str,
    text: &'static str,
}

pub(crate) static INSTANCE_TYPES: DataFile =
    DataFile { name: "instance-types.tsv", text: include_str!("../data/instance-types.tsv") };
pub(crate) static OTHER_COMPUTE: DataFile =
    DataFile { name: "other-compute.tsv", text: include_str!("../data/other-compute.tsv") };
pub(crate) static REGIONS: DataFile =
    DataFile { name: "regions.tsv", text: include_str!("../data/regions.tsv") };
pub(crate) static VCPU_QUOTAS: DataFile =
    DataFile { name: "vcpu-quotas.tsv", text: include_str!("../data/vcpu-quotas.tsv") };
pub(crate) static COMPUTE_QUOTAS: DataFile =
    DataFile { name: "compute-quotas.tsv", text: include_str!("../data/compute-quotas.tsv") };
pub(crate) static AWS_NETWORKS: DataFile =
    DataFile { name: "aws-networks.tsv", text: include_str!("../data/aws-networks.tsv") };
pub(crate) static MINING_NAMES: DataFile =
    DataFile { name: "mining-names.tsv", text: include_str!("../data/mining-names.tsv") };
pub(crate) static MINING_PORTS: DataFile =
    DataFile { name: "mining-ports.tsv", text: include_str!("../data/mining-ports.tsv") };
pub(crate) static HOSTING_ASNS: DataFile =
    DataFile { name: "hosting-asns.tsv", text: include_str!("../data/hosting-asns.tsv") };
pub(crate) static ACCESS_ASNS: DataFile =
    DataFile { name: "access-asns.tsv", text: include_str!("../data/access-asns.tsv") };

static FILES: [&DataFile; 10] = [
    &INSTANCE_TYPES,
    &OTHER_COMPUTE,
    &REGIONS,
    &VCPU_QUOTAS,
    &COMPUTE_QUOTAS,
    &AWS_NETWORKS,
    &MINING_NAMES,
    &MINING_PORTS,
    &HOSTING_ASNS,
    &ACCESS_ASNS,
];

impl DataFile {
    /// Returns the rows, each cut into its `N` columns.
    pub(crate) fn rows<const N: usize>(&self) -> impl Iterator<Item = [&'static str; N]> + use<N> {
        let name = self.name;
        self.lines().map(move |line| {
            let columns: Vec<&str> = line.split('\t').collect();
            columns.try_into().unwrap_or_else(|_| panic!("a row of {name} has not {N} columns: {line}"))
        })
    }

    fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.lines().filter(|line| !line.starts_with('#'))
    }

    /// Returns what the comment line `# key: …` says.
    fn comment(&self, key: &str) -> &'static str {
        let text = self.text;
        let values = text.lines().filter_map(|line| line.strip_prefix("# ")?.strip_prefix(key));
        let mut values = values.filter_map(|rest| rest.strip_prefix(": "));
        values.next().expect("every data file names its source and date")
    }

    fn table(self: &&Self) -> Table {
        Table {
            name: self.name,
            rows: self.lines().count(),
            source: self.comment("source"),
            date: self.comment("date"),
        }
    }
}

/// Returns the number in a column of an embedded table.
pub(crate) fn number(column: &str) -> u64 {
    column.parse().unwrap_or_else(|_| panic!("not a number in an embedded table: {column:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_says_where_it_came_from_and_when() {
        assert_eq!(tables().len(), 10);
        for table in tables() {
            assert!(table.rows > 10, "{} has {} rows", table.name, table.rows);
            assert!(table.source.len() > 10, "{}", table.name);
            let (year, rest) = table.date.split_once('-').unwrap();
            assert!(year.parse::<u32>().unwrap() >= 2025 && rest.len() == 5, "{}", table.date);
        }
    }

    #[test]
    fn a_comment_is_not_a_row() {
        let file = DataFile { name: "x", text: "# source: here\n# date: 2026-01-01\na\t1\nb\t2\n" };
        assert_eq!(file.rows::<2>().collect::<Vec<_>>(), [["a", "1"], ["b", "2"]]);
        let expected = Table { name: "x", rows: 2, source: "here", date: "2026-01-01" };
        assert_eq!((&file).table(), expected);
    }

    #[test]
    #[should_panic(expected = "a row of x has not 3 columns: a\t1")]
    fn a_row_with_a_missing_column_is_a_bug_and_says_which() {
        let file = DataFile { name: "x", text: "a\t1\n" };
        file.rows::<3>().for_each(drop);
    }
}
