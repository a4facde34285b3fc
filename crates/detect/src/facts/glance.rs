//! A record at a glance: what the profiles take of it, worked out once for what comes again.

use event::Time;
use event::notable::{Lane, lane};
use event::skim::{Field, Skimmed, unescape};

use super::memo::Memo;
use super::names::{Name, Names};
use crate::profile::{agent_family, network_of};

/// What a service and a name say about a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// How much of such a record is read.
    pub(super) lane: Lane,
    /// The service.
    pub(super) service: Name,
    /// It issues a role's session.
    pub(super) issues: bool,
    /// Its name is that of a look-up.
    reads: bool,
}

/// What was worked out before about fields that come again.
#[derive(Clone, Debug, Default)]
pub(super) struct Glances {
    calls: Memo<2, Call>,
    agents: Memo<1, Name>,
    names: Memo<1, Name>,
    networks: Memo<1, Name>,
    clock: Clock,
}

impl Glances {
    /// The record's time: its own, else that of the export.
    #[inline]
    pub(super) fn time(&mut self, record: &Skimmed<'_>) -> Option<Time> {
        if let Some(time) = record.bytes(Field::EventTime).and_then(|stamp| self.clock.read(stamp)) {
            return Some(time);
        }
        stamp(record).and_then(|stamp| Time::parse(&stamp))
    }

    /// What the record's service and name say.
    #[inline]
    pub(super) fn call(&mut self, record: &Skimmed<'_>, names: &mut Names) -> Call {
        let fields = [record.bytes(Field::EventSource), record.bytes(Field::EventName)];
        let hash = self.calls.hash(&fields);
        if let Some(known) = self.calls.get(hash, &fields) {
            return known;
        }
        let source = record.text(Field::EventSource).unwrap_or_default();
        let name = record.text(Field::EventName).unwrap_or_default();
        let call = Call {
            lane: lane(fields[0].unwrap_or_default(), fields[1].unwrap_or_default()),
            service: names.name(source.trim_end_matches(".amazonaws.com")),
            issues: source.starts_with("sts.") && name.starts_with("AssumeRole"),
            reads: ["Describe", "Get", "List", "Head", "Lookup"].iter().any(|verb| name.starts_with(verb)),
        };
        self.calls.put(hash, &fields, call);
        call
    }

    /// The number of the caller's agent family; as long as it has none, the family.
    #[inline]
    pub(super) fn agent(&mut self, record: &Skimmed<'_>, names: &Names) -> Result<Name, String> {
        let fields = [record.bytes(Field::UserAgent)];
        let hash = self.agents.hash(&fields);
        if let Some(known) = self.agents.get(hash, &fields) {
            return Ok(known);
        }
        let family = agent_family(&record.text(Field::UserAgent).unwrap_or_default());
        let known = names.find(&family).ok_or(family)?;
        self.agents.put(hash, &fields, known);
        Ok(known)
    }

    /// The network of the caller's address.
    #[inline]
    pub(super) fn network(&mut self, record: &Skimmed<'_>, names: &mut Names) -> Name {
        let fields = [record.bytes(Field::SourceIpAddress)];
        let hash = self.networks.hash(&fields);
        if let Some(known) = self.networks.get(hash, &fields) {
            return known;
        }
        let network = names.name(&network_of(&record.text(Field::SourceIpAddress).unwrap_or_default()));
        self.networks.put(hash, &fields, network);
        network
    }

    /// The name of a field's text that comes again: a region, an endpoint. Of an absent field, of the empty text.
    #[inline]
    pub(super) fn name(&mut self, field: Option<&[u8]>, names: &mut Names) -> Name {
        let fields = [field];
        let hash = self.names.hash(&fields);
        if let Some(known) = self.names.get(hash, &fields) {
            return known;
        }
        let name = names.name(&field.map(unescape).unwrap_or_default());
        self.names.put(hash, &fields, name);
        name
    }
}

/// Whether a call is one that changes something, by its own word or else by its name.
pub(super) fn changes(record: &Skimmed<'_>, call: Call) -> bool {
    let reads = match record.bytes(Field::ReadOnly) {
        Some(flag) => flag == b"true",
        None => call.reads,
    };
    !reads && record.bytes(Field::ErrorCode).is_none()
}

/// The text of the record's time, as far as it has one.
pub(super) fn stamp<'a>(record: &Skimmed<'a>) -> Option<std::borrow::Cow<'a, str>> {
    record.text(Field::EventTime).or_else(|| record.text(Field::Timestamp))
}

/// Reads times in the usual form. Records of one file are of one day, which is worked out once.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    /// `2026-11-24T`
    date: [u8; 11],
    midnight: i64,
}

impl Clock {
    /// Reads `2026-11-24T08:00:00Z`; leaves every other form, and leap seconds, to [`Time::parse`].
    #[inline]
    fn read(&mut self, stamp: &[u8]) -> Option<Time> {
        let stamp: &[u8; 20] = stamp.try_into().ok()?;
        if stamp[..11] != self.date {
            let midnight = Time::parse(&format!("{}00:00:00Z", std::str::from_utf8(&stamp[..11]).ok()?))?;
            *self = Self { date: stamp[..11].try_into().ok()?, midnight: midnight.seconds() };
        }
        let two = |at: usize| {
            let (tens, ones) = (stamp[at].wrapping_sub(b'0'), stamp[at + 1].wrapping_sub(b'0'));
            (tens < 10 && ones < 10).then_some(i64::from(tens * 10 + ones))
        };
        let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
        let is_plain = stamp[13] == b':'
            && stamp[16] == b':'
            && stamp[19] == b'Z'
            && hour < 24
            && minute < 60
            && second < 60;
        is_plain.then_some(Time::from_seconds(self.midnight + hour * 3_600 + minute * 60 + second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_reads_what_time_reads_and_leaves_the_rest() {
        let mut clock = Clock::default();
        for stamp in [
            "2026-11-24T08:00:00Z",
            "2026-11-24T23:59:59Z",
            "2024-02-29T00:00:01Z",
            "2026-11-24T08:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-24T08:00:60Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24 08:00:00Z",
            "2026-13-24T08:00:00Z",
            "2026-11-24T0a:00:00Z",
            "2026-11-24T08:00:00+",
            "2026-11-24",
            "",
        ] {
            if let Some(read) = clock.read(stamp.as_bytes()) {
                assert_eq!(Some(read), Time::parse(stamp), "{stamp}");
            }
        }
        assert_eq!(clock.read(b"2026-11-24T08:00:07Z"), Time::parse("2026-11-24T08:00:07Z"));
    }
}
