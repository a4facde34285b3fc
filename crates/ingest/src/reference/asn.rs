//! A database of autonomous systems in MaxMind's format (MMDB).
//!
//! The whole tree is walked once and becomes a sorted table. That costs a few tenths of a second for a database of the
//! whole internet; in return a broken file is told before the first log is read, and no look-up can fail.
//!
//! Blind spots: a tree whose branches lead back into each other has more leaves than its bytes can hold; it is read up
//! to so many, [`ASN_NETWORKS_MAX`] at most, and then refused.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;

use catalog::{AsnTable, OwnedRun, Owner};
use event::Time;
use maxminddb::{LookupResult, MaxMindDbError, Reader, WithinOptions, path};

use super::{Reference, ReferenceError};

/// How many leaves the tree may have; those that only say that nothing is known count too.
///
/// Fewer, and a database that lists IPv4 four times, as IPv6 aliases of it, does not fit; more, and a tree whose branches
/// lead back into each other takes minutes.
pub const ASN_NETWORKS_MAX: usize = 16_000_000;

/// How many bytes a node has at least, and how often IPv4 may stand in a tree: for itself, mapped, as 6to4 and Teredo.
const NODE_BYTES_MIN: usize = 6;
const ALIASES_MAX: usize = 4;

/// The longest name of an organisation, in characters.
const NAME_CHARS_MAX: usize = 200;

/// Reads a database of autonomous systems.
pub fn asn_table(path: &Path, bytes: &[u8]) -> Result<Reference<AsnTable>, ReferenceError> {
    let fault = |why: String| ReferenceError::NoAsnTable { path: path.to_owned(), why };
    let broken = |error: MaxMindDbError| fault(error.to_string());
    let reader = Reader::from_source(bytes).map_err(broken)?;
    let metadata = reader.metadata();
    let kind = cut(&metadata.database_type);
    // A tree has one leaf more than nodes. One that has more leads back into itself.
    let most = ASN_NETWORKS_MAX.min((bytes.len() / NODE_BYTES_MIN + 1) * ALIASES_MAX);
    let (runs, owners) = walk(&reader, most).map_err(|fault_of_tree| match fault_of_tree {
        TreeFault::Broken(error) => broken(error),
        TreeFault::TooLarge => {
            fault(format!("it has more than {most} networks, which do not fit in its bytes"))
        }
    })?;
    if runs.is_empty() {
        return Err(fault(format!("it is a {kind:?}, and none of its networks tells an autonomous system")));
    }
    let table =
        AsnTable::new(runs, owners).map_err(|first| fault(format!("two networks overlap at {first}")))?;
    let made = i64::try_from(metadata.build_epoch).ok().filter(|epoch| *epoch > 0).map(Time::from_seconds);
    Ok(Reference { entries: table.count(), table, made, kind: Some(kind) })
}

enum TreeFault {
    Broken(MaxMindDbError),
    TooLarge,
}

/// All networks with a known owner, in order, and the owners; `most` networks at most.
fn walk(reader: &Reader<&[u8]>, most: usize) -> Result<(Vec<OwnedRun>, Vec<Owner>), TreeFault> {
    // Leaves without data and aliases are passed over below, not by the iterator: every step of it must be counted.
    let options = WithinOptions::default().include_networks_without_data().include_aliased_networks();
    let (mut runs, mut owners) = (Vec::<OwnedRun>::new(), Owners::default());
    for (leaves, found) in reader.networks(options).map_err(TreeFault::Broken)?.enumerate() {
        let found = found.map_err(TreeFault::Broken)?;
        if leaves >= most {
            return Err(TreeFault::TooLarge);
        }
        let Some(offset) = found.offset() else { continue };
        let network = found.network().map_err(TreeFault::Broken)?;
        if is_alias(network.ip(), network.prefix()) {
            continue;
        }
        let Some(owner) = owners.of(offset, &found).map_err(TreeFault::Broken)? else { continue };
        let (first, last) = (network.network(), network.broadcast());
        match runs.last_mut() {
            // Half of all networks go on where the one before ends.
            Some((_, end, same)) if *same == owner && next(*end) == Some(first) => *end = last,
            _ => runs.push((first, last, owner)),
        }
    }
    Ok((runs, owners.all))
}

/// Owners by the place of their record, each decoded once.
#[derive(Default)]
struct Owners {
    all: Vec<Owner>,
    by_offset: HashMap<usize, Option<u32>>,
}

impl Owners {
    fn of(&mut self, offset: usize, found: &LookupResult<'_, &[u8]>) -> Result<Option<u32>, MaxMindDbError> {
        if let Some(known) = self.by_offset.get(&offset) {
            return Ok(*known);
        }
        let owner = decode(found)?;
        // Fewer than there are networks, of which there are fewer than four milliards.
        let place = owner.map(|owner| {
            self.all.push(owner);
            u32::try_from(self.all.len() - 1).expect("there are fewer owners than networks")
        });
        self.by_offset.insert(offset, place);
        Ok(place)
    }
}

/// Reads a record as MaxMind and DB-IP write it, or as IPinfo does.
fn decode(found: &LookupResult<'_, &[u8]>) -> Result<Option<Owner>, MaxMindDbError> {
    if let Some(asn) = found.decode_path::<u32>(&path!["autonomous_system_number"])? {
        let name: Option<&str> = found.decode_path(&path!["autonomous_system_organization"])?;
        return Ok(Some(Owner { asn, organisation: cut(name.unwrap_or_default()).into() }));
    }
    let Some(text) = found.decode_path::<&str>(&path!["asn"])? else { return Ok(None) };
    let Some(asn) = text.strip_prefix("AS").and_then(|digits| digits.parse().ok()) else { return Ok(None) };
    let name: Option<&str> = found.decode_path(&path!["as_name"])?;
    Ok(Some(Owner { asn, organisation: cut(name.unwrap_or_default()).into() }))
}

/// Whether a network of IPv6 is no one's own: it stands for IPv4 again (mapped, 6to4, Teredo), or for nothing.
fn is_alias(ip: IpAddr, prefix: u8) -> bool {
    let IpAddr::V6(ip) = ip else { return false };
    match ip.segments() {
        [0 | 0x2002, ..] => true,
        [0x2001, 0, ..] => prefix > 32,
        _ => false,
    }
}

/// The address behind `address`.
fn next(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => v4.to_bits().checked_add(1).map(|bits| IpAddr::V4(bits.into())),
        IpAddr::V6(v6) => v6.to_bits().checked_add(1).map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(NAME_CHARS_MAX).collect()
}
