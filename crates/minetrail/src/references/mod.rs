//! What the command line says is known beside the logs: lists of pools and of networks, and the form of flow logs.
//!
//! Every verb that judges takes the same options, so that a finding is the same whoever asks. The files are read before
//! the logs: whoever mistyped a path learns it at once.

mod beside;
pub(crate) mod kind;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog::{Networks, PoolList};
use event::Time;
use event::side::flow::Layout;
use ingest::reference::{self, DATABASE_BYTES_MAX, LIST_BYTES_MAX, Reference, ReferenceError};
use report::summary::ReferenceTold;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::kind::Kind;
use crate::digests::hex;
use crate::exit::{Failure, USAGE};

/// A list of AWS's ranges with fewer prefixes than this is a part of it: AWS publishes some twenty thousand.
const AWS_PREFIXES_FEW: usize = 5_000;

// What is known beside the logs. A documentation comment here would become the help of every verb.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "What is known beside the logs")]
pub(crate) struct ReferenceArgs {
    /// Your own networks, one a line: `203.0.113.0/28 office Berlin` (or nat, vpn). They are never foreign.
    #[arg(long, value_name = "FILE")]
    pub(crate) networks: Option<PathBuf>,

    /// Who announces which addresses: an ASN database (MMDB). May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) asn_db: Vec<PathBuf>,

    /// AWS's ip-ranges.json, where it is newer than the ranges that ship.
    #[arg(long, value_name = "FILE")]
    pub(crate) aws_ip_ranges: Option<PathBuf>,

    /// Exits of the Tor network, one address a line. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) tor_exits: Vec<PathBuf>,

    /// Networks of hosting companies and VPNs, one network or AS number a line. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) hosting_networks: Vec<PathBuf>,

    /// Names and addresses of pools beside those that ship: one a line, a hosts file or CSV. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) pool_list: Vec<PathBuf>,

    /// The columns of flow logs without a header, as for `create-flow-logs --log-format`.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) flow_format: Option<String>,
}

impl ReferenceArgs {
    /// All files that are named, by kind.
    pub(crate) fn files(&self) -> Vec<(Kind, &PathBuf)> {
        let of = |kind: Kind| {
            let files: Vec<&PathBuf> = match kind {
                Kind::Networks => self.networks.iter().collect(),
                Kind::AsnDb => self.asn_db.iter().collect(),
                Kind::AwsIpRanges => self.aws_ip_ranges.iter().collect(),
                Kind::TorExits => self.tor_exits.iter().collect(),
                Kind::HostingNetworks => self.hosting_networks.iter().collect(),
                Kind::PoolList => self.pool_list.iter().collect(),
            };
            files.into_iter().map(move |file| (kind, file))
        };
        Kind::ALL.into_iter().flat_map(of).collect()
    }
}

/// A file of reference that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileRead {
    pub(crate) kind: Kind,
    pub(crate) path: PathBuf,
    /// How many entries it has.
    pub(crate) entries: usize,
    /// When it was made, where it says so.
    pub(crate) made: Option<Time>,
    /// What it calls itself.
    pub(crate) name: Option<String>,
    /// How many of its entries do nothing, since they are private.
    pub(crate) private: usize,
    pub(crate) sha256: String,
}

/// What a receipt notes of a file of reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct FileNoted {
    pub(crate) option: String,
    pub(crate) sha256: String,
}

/// Everything that is known beside the logs.
#[derive(Clone, Debug, Default)]
pub(crate) struct References {
    /// Pools beside those that ship.
    pub(crate) pools: Arc<PoolList>,
    /// The columns of flow logs without a header.
    pub(crate) flow_columns: Option<Layout>,
    /// Whose network an address is in.
    pub(crate) networks: Arc<Networks>,
    /// The files that were read, by kind.
    pub(crate) files: Vec<FileRead>,
}

impl References {
    /// Reads all files; the first that cannot be used is a fault of the command line.
    pub(crate) fn read(args: &ReferenceArgs) -> Result<Self, Failure> {
        let (mut networks, mut pools) = (Networks::default(), PoolList::default());
        let mut files = Vec::new();
        for (kind, path) in args.files() {
            files.push(add(kind, path, &mut networks, &mut pools)?);
        }
        let flow_columns = beside::flow_columns(args.flow_format.as_deref())?;
        Ok(Self { pools: Arc::new(pools), flow_columns, networks: Arc::new(networks), files })
    }

    /// What a receipt notes of them, sorted: which file was named first does not matter.
    pub(crate) fn noted(&self) -> Vec<FileNoted> {
        let noted = |file: &FileRead| FileNoted {
            option: file.kind.option().to_owned(),
            sha256: file.sha256.clone(),
        };
        let mut all: Vec<FileNoted> = self.files.iter().map(noted).collect();
        all.sort();
        all
    }

    /// What the summary of a run says of them.
    pub(crate) fn told(&self) -> Vec<ReferenceTold> {
        let told = |file: &FileRead| ReferenceTold {
            option: file.kind.option().to_owned(),
            file: file.path.display().to_string(),
            entries: file.entries as u64,
            made: file.made,
            remark: remark(file),
        };
        self.files.iter().map(told).collect()
    }

    /// What could not be told for want of a list, a sentence each.
    pub(crate) fn without(&self) -> Vec<String> {
        let has = |kind| self.files.iter().any(|file| file.kind == kind);
        let missing = |kind: Kind| (!has(kind)).then(|| kind.without().map(str::to_owned)).flatten();
        Kind::ALL.into_iter().filter_map(missing).collect()
    }
}

/// What is to be said of a file beyond its size and age.
pub(crate) fn remark(file: &FileRead) -> Option<String> {
    if file.private > 0 {
        let why = "a thief's own VPC endpoint may have such an address";
        return Some(format!("private ones ({}) do nothing: {why}", file.private));
    }
    if file.kind != Kind::AwsIpRanges {
        return None;
    }
    let shipped = Time::parse(&format!("{}T00:00:00Z", catalog::AWS_NETWORKS_DATE));
    let is_old = file.made.is_some_and(|made| shipped.is_some_and(|shipped| made < shipped));
    let old = is_old.then(|| format!("older than the ranges that ship, of {}", catalog::AWS_NETWORKS_DATE));
    let few = (file.entries < AWS_PREFIXES_FEW)
        .then(|| "a part of AWS's list only: the rest of AWS is taken for strangers".to_owned());
    let remarks: Vec<String> = few.into_iter().chain(old).collect();
    (!remarks.is_empty()).then(|| remarks.join("; "))
}

/// Reads one file into the tables.
pub(crate) fn add(
    kind: Kind,
    path: &Path,
    networks: &mut Networks,
    pools: &mut PoolList,
) -> Result<FileRead, Failure> {
    let fault = |error: ReferenceError| {
        let help = error.help();
        Failure::new(USAGE, error).help(help)
    };
    let most = if kind == Kind::AsnDb { DATABASE_BYTES_MAX } else { LIST_BYTES_MAX };
    let bytes = reference::read(path, most).map_err(fault)?;
    let mut file = FileRead {
        kind,
        path: path.to_owned(),
        entries: 0,
        made: None,
        name: None,
        private: 0,
        sha256: hex(&Sha256::digest(&bytes)),
    };
    match kind {
        Kind::AsnDb => networks.asns.push(file.takes(reference::asn_table(path, &bytes).map_err(fault)?)),
        Kind::AwsIpRanges => {
            networks.aws = Some(file.takes(reference::aws_ranges(path, &bytes).map_err(fault)?))
        }
        Kind::Networks => {
            networks.own = file.takes(reference::own_networks(path, &bytes).map_err(fault)?);
            file.private = networks.own.private;
        }
        Kind::TorExits => {
            networks.tor.push(file.takes(reference::address_list(path, &bytes).map_err(fault)?))
        }
        Kind::HostingNetworks => {
            networks.hosting.push(file.takes(reference::address_list(path, &bytes).map_err(fault)?));
        }
        Kind::PoolList => file.entries = beside::add_pools(path, &bytes, pools)?,
    }
    Ok(file)
}

impl FileRead {
    fn takes<T>(&mut self, read: Reference<T>) -> T {
        (self.entries, self.made, self.name) = (read.entries, read.made, read.kind);
        read.table
    }
}
