//! Tells a miner's line from other connections, by behaviour alone.
//!
//! A miner holds one connection for hours. The pool sends work every minute or so, the miner a share now and then:
//! small packets with something in them, both ways, never much. Backups and streams are larger, senders of telemetry get
//! nothing back but acknowledgements, and whoever asks an API every minute opens a new connection each time.
//!
//! Blind spots: chat, message queues and agents that wait for orders hold such connections as well. That is why the
//! behaviour is evidence and not a verdict, and why the port or name of the other end adds to it.

use event::Time;
use event::time::HOUR;

use crate::side::flows::{Line, LineHour};

/// The shortest stretch that counts, in minutes.
///
/// Shorter, and a slow download is a line; longer, and a miner that was found at once is not.
pub(crate) const HELD_MINUTES_MIN: i64 = 10;

/// So many minutes of silence end a stretch.
///
/// Fewer, and flow logs that are cut into ten minutes end it in the middle; more, and a poll every quarter of an hour is held.
const SILENCE_MINUTES_MAX: i64 = 15;

/// The most bytes a minute, each way.
///
/// Fewer, and a proxy for some miners is missed; more, and ordinary downloads come in.
const RATE_MAX: u32 = 64 << 10;

/// Packets with something in them: the mean is above this. Bare acknowledgements have 40 to 60 bytes.
const SIZE_MIN: u16 = 70;

/// Packets of work and shares are short of a full frame; bulk is not.
const SIZE_MAX: u16 = 1_200;

/// Of the minutes of a stretch, the share with packets, one in so many.
const MINUTES_ONE_IN: i64 = 3;

/// Ports of its own that a machine may have used in the first hour, and then in each further one.
const CONNECTIONS_MAX: u32 = 4;

/// A stretch of time in which a line looked like a miner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// The most bytes a minute, both ways together.
    pub rate: u32,
}

impl Stretch {
    /// How long it was, in minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.until.since(self.from) / 60
    }
}

/// Returns the longest stretch in which `line` looked like a miner's.
pub(crate) fn longest_stretch(line: &Line) -> Option<Stretch> {
    let hours: i64 = line.hours.len().try_into().unwrap_or(i64::MAX);
    let connections = line.ports.count_ones();
    if i64::from(connections) > i64::from(CONNECTIONS_MAX) + hours - 1 {
        return None;
    }
    let stretches = stretches(line);
    let looks = stretches.into_iter().filter_map(|(first, last, minutes)| held(line, first, last, minutes));
    // Of equals the first.
    looks.max_by_key(|stretch| (stretch.minutes(), std::cmp::Reverse(stretch.from)))
}

/// First and last minute, and how many between had packets, of all stretches without long silence.
fn stretches(line: &Line) -> Vec<(i64, i64, i64)> {
    let mut all: Vec<(i64, i64, i64)> = Vec::new();
    for hour in &line.hours {
        let used = hour.out_minutes | hour.in_minutes;
        for minute in
            (0..60).filter(|minute| used >> minute & 1 == 1).map(|minute| i64::from(hour.hour) * 60 + minute)
        {
            match all.last_mut() {
                Some((_, last, count)) if minute - *last <= SILENCE_MINUTES_MAX => {
                    (*last, *count) = (minute, *count + 1)
                }
                _ => all.push((minute, minute, 1)),
            }
        }
    }
    all
}

/// The stretch, if it is long, both ways, quiet and made of packets with something in them.
fn held(line: &Line, first: i64, last: i64, minutes: i64) -> Option<Stretch> {
    let length = last - first + 1;
    if length < HELD_MINUTES_MIN || minutes * MINUTES_ONE_IN < length {
        return None;
    }
    let hours: Vec<&LineHour> = line
        .hours
        .iter()
        .filter(|hour| (first.div_euclid(60)..=last.div_euclid(60)).contains(&i64::from(hour.hour)))
        .collect();
    let quiet: Vec<&&LineHour> = hours.iter().filter(|hour| is_quiet(hour)).collect();
    // One hour in five may be anything: a reconnection, a new binary.
    if quiet.len() * 5 < hours.len() * 4 {
        return None;
    }
    let rate = quiet.iter().map(|hour| hour.out_rate.saturating_add(hour.in_rate)).max()?;
    Some(Stretch { from: Time::from_seconds(first * 60), until: Time::from_seconds((last + 1) * 60), rate })
}

fn is_quiet(hour: &LineHour) -> bool {
    let both = hour.out_minutes != 0 && hour.in_minutes != 0;
    let talks = |size: u16| (SIZE_MIN..=SIZE_MAX).contains(&size);
    both && hour.out_rate <= RATE_MAX
        && hour.in_rate <= RATE_MAX
        && talks(hour.out_size)
        && talks(hour.in_size)
}

/// The hours of silence after which a line is new: whoever was there all along has not moved in.
pub(crate) const NEW_AFTER: i64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that was used in every so many minutes of some hours.
    fn line(hours: i32, every: u32, hour: LineHour) -> Line {
        let used = (0..60).step_by(every as usize).fold(0, |bits, minute| bits | 1_u64 << minute);
        let of = |hour: LineHour, number| LineHour {
            hour: 497_000 + number,
            out_minutes: if hour.out_rate > 0 { used } else { 0 },
            in_minutes: if hour.in_rate > 0 { used } else { 0 },
            ..hour
        };
        Line { hours: (0..hours).map(|number| of(hour, number)).collect(), ports: 1 }
    }

    const MINER: LineHour = LineHour {
        hour: 0,
        out_minutes: 0,
        in_minutes: 0,
        out_rate: 1_900,
        in_rate: 2_600,
        out_size: 140,
        in_size: 190,
    };

    fn minutes(line: &Line) -> Option<i64> {
        longest_stretch(line).map(|stretch| stretch.minutes())
    }

    #[test]
    fn a_miner_holds_its_line_by_the_minute_and_by_ten() {
        assert_eq!(minutes(&line(6, 1, MINER)), Some(360));
        assert_eq!(minutes(&line(6, 2, MINER)), Some(359));
        assert_eq!(minutes(&line(1, 1, MINER)), Some(60));
    }

    #[test]
    fn a_sender_that_gets_acknowledgements_only_is_none() {
        let sender = LineHour { in_size: 52, out_size: 600, out_rate: 30_000, ..MINER };
        assert_eq!(minutes(&line(24, 1, sender)), None);
        assert_eq!(minutes(&line(24, 1, LineHour { in_rate: 0, ..MINER })), None);
    }

    #[test]
    fn bulk_is_none() {
        assert_eq!(minutes(&line(6, 1, LineHour { in_rate: 9_000_000, in_size: 1_460, ..MINER })), None);
        assert_eq!(minutes(&line(6, 1, LineHour { out_rate: 80_000, ..MINER })), None);
    }

    #[test]
    fn whoever_connects_anew_each_time_is_none() {
        assert_eq!(minutes(&Line { ports: u64::MAX, ..line(6, 1, MINER) }), None);
        assert_eq!(minutes(&Line { ports: 0b1111, ..line(6, 1, MINER) }), Some(360));
    }

    #[test]
    fn a_moment_and_a_poll_every_twenty_minutes_are_none() {
        assert_eq!(minutes(&line(6, 20, MINER)), None);
        let short = LineHour { hour: 497_000, out_minutes: 0b11_1111, in_minutes: 0b11_1111, ..MINER };
        assert_eq!(minutes(&Line { hours: vec![short], ports: 1 }), None);
    }

    #[test]
    fn an_odd_hour_among_many_changes_nothing() {
        let mut mine = line(10, 1, MINER);
        mine.hours[4].in_rate = 40_000_000;
        assert_eq!(minutes(&mine), Some(600));
    }
}
