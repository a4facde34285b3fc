//! Tells a miner's line from other connections, by behaviour alone.
//!
//! A miner holds one connection for hours. The pool sends work every minute or so, the miner a share now and then:
//! small packets with something in them, both ways, never much. Backups and streams are larger. Whoever ships telemetry
//! says far more than it is told, and a subscriber of a feed far less; between a miner and its pool neither has the word.
//! Whoever asks an API every minute opens a new connection each time.
//!
//! Blind spots: chat, message queues and agents that wait for orders hold such connections as well. That is why the
//! behaviour is evidence and not a verdict, and why the port or name of the other end adds to it.

use event::Time;
use event::time::HOUR;

use crate::side::flows::Line;

/// The shortest stretch that counts, in minutes.
///
/// Shorter, and a visit is a line; longer, and a miner that was found at once is not.
const HELD_MINUTES_MIN: i64 = 5;

/// So many minutes of silence end a stretch.
///
/// Fewer, and flow logs that are cut into ten minutes end it in the middle; more, and a poll every quarter of an hour is held.
const SILENCE_MINUTES_MAX: i64 = 15;

/// The most that may be said in a minute, each way: 64 KB.
///
/// Less, and a proxy for some miners is missed; more, and ordinary downloads come in.
const LOUD: u8 = 12;

/// Of the minutes of a stretch, the share with packets, one in so many.
const MINUTES_ONE_IN: i64 = 3;

/// The minutes in which a connection opens: who encrypts is told a certificate then, and it says nothing about the rest.
const OPENING_MINUTES: usize = 2;

/// Of the minutes with packets, the share in which the machine is told something, one in so many. Pools send work, or
/// answer that they are there, every minute or two.
const TOLD_ONE_IN: usize = 4;

/// The same for what the machine says. The slowest have a share for the pool every quarter of an hour.
const SAID_ONE_IN: usize = 30;

/// How many times more a machine may say than it is told.
///
/// Fewer, and a fast miner, whose shares are four times the size of the answers, is missed; more, and whoever ships
/// telemetry and is thanked for each batch comes in.
const SAYS_TIMES_MAX: u64 = 5;

/// How many times more a machine may be told than it says.
///
/// Fewer, and a chain with a block every second is missed; more, and a subscriber of a feed comes in.
const TOLD_TIMES_MAX: u64 = 64;

/// How long the mean connection of an hour must last, in minutes.
///
/// Shorter, and whoever asks anew every minute holds a line; longer, and a miner whose pool throws it out is missed.
const CONNECTION_MINUTES_MIN: u32 = 4;

/// Of a stretch's minutes and hours, one in so many may be anything: a reconnection, a new binary.
const ODD_ONE_IN: usize = 5;

/// A stretch of time in which a line looked like a miner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// The most bytes a minute besides headers, both ways together, to a factor of two.
    pub rate: u32,
}

impl Stretch {
    /// How long it was, in minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.until.since(self.from) / 60
    }
}

/// A minute with packets, and the levels of what was said in it.
#[derive(Clone, Copy, Debug)]
struct Minute {
    number: i64,
    said: u8,
    told: u8,
}

/// Returns the longest stretch in which `line` looked like a miner's.
pub(crate) fn longest_stretch(line: &Line) -> Option<Stretch> {
    let minutes = minutes(line);
    let stretches = minutes.chunk_by(|one, next| next.number - one.number <= SILENCE_MINUTES_MAX);
    // Of equals the first.
    let looks = stretches.filter_map(|stretch| held(line, stretch));
    looks.max_by_key(|stretch| (stretch.minutes(), std::cmp::Reverse(stretch.from)))
}

fn minutes(line: &Line) -> Vec<Minute> {
    let of_hour = |hour: &crate::side::flows::LineHour| {
        let hour = *hour;
        let used = hour.sent.used() | hour.told.used();
        (0..60).filter(move |minute| used >> minute & 1 == 1).map(move |minute| Minute {
            number: i64::from(hour.hour) * 60 + i64::from(minute),
            said: hour.sent.at(minute),
            told: hour.told.at(minute),
        })
    };
    line.hours.iter().flat_map(of_hour).collect()
}

/// The stretch, if it is long, quiet, held, and a conversation.
fn held(line: &Line, stretch: &[Minute]) -> Option<Stretch> {
    let (first, last) = (stretch.first()?.number, stretch.last()?.number);
    let length = last - first + 1;
    if length < HELD_MINUTES_MIN || (stretch.len() as i64) * MINUTES_ONE_IN < length {
        return None;
    }
    let is_quiet = |minute: &&Minute| minute.said <= LOUD && minute.told <= LOUD;
    let quiet: Vec<&Minute> = stretch.iter().filter(is_quiet).collect();
    let is_odd = (stretch.len() - quiet.len()) * ODD_ONE_IN > stretch.len();
    if is_odd || !is_conversation(quiet.get(OPENING_MINUTES..)?) || !is_one_connection(line, first, last) {
        return None;
    }
    let rate = quiet.iter().map(|minute| most(minute.said) + most(minute.told)).max()?;
    Some(Stretch {
        from: Time::from_seconds(first * 60),
        until: Time::from_seconds((last + 1) * 60),
        rate: u32::try_from(rate).unwrap_or(u32::MAX),
    })
}

/// Whether both ends say something, and neither has the word.
fn is_conversation(minutes: &[&Minute]) -> bool {
    let has_content = |level: u8| level > 1;
    let told = minutes.iter().filter(|minute| has_content(minute.told)).count();
    let said = minutes.iter().filter(|minute| has_content(minute.said)).count();
    let sum = |level: fn(&Minute) -> u8| minutes.iter().map(|minute| usual(level(minute))).sum::<u64>();
    let (all_said, all_told) = (sum(|minute| minute.said), sum(|minute| minute.told));
    told > 0
        && said > 0
        && told * TOLD_ONE_IN >= minutes.len()
        && said * SAID_ONE_IN >= minutes.len()
        && all_said <= all_told * SAYS_TIMES_MAX
        && all_told <= all_said * TOLD_TIMES_MAX
}

/// Whether connections last, in nearly all hours of the stretch.
fn is_one_connection(line: &Line, first: i64, last: i64) -> bool {
    let within = first.div_euclid(60)..=last.div_euclid(60);
    let hours: Vec<_> = line.hours.iter().filter(|hour| within.contains(&i64::from(hour.hour))).collect();
    let fleeting = hours.iter().filter(|hour| {
        let used = (hour.sent.used() | hour.told.used()).count_ones();
        // One was there before, or is closed by mistake.
        hour.ports.count_ones() > used / CONNECTION_MINUTES_MIN + 2
    });
    fleeting.count() * ODD_ONE_IN <= hours.len()
}

/// The most bytes of a level.
fn most(level: u8) -> u64 {
    if level < 2 { 0 } else { 16 << level }
}

/// What is usual for a level: the middle between its least and its most.
fn usual(level: u8) -> u64 {
    most(level) * 3 / 4
}

/// The hours of silence after which a line is new: whoever was there all along has not moved in.
pub(crate) const NEW_AFTER: i64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::side::flows::{LineHour, Minutes};

    /// What is said and told in a minute, in bytes besides headers; `None` where nothing is sent at all.
    type Talk = (Option<u64>, Option<u64>);

    const MINER: Talk = (Some(320), Some(700));

    /// A line of some minutes from ten past an hour on.
    fn line(minutes: impl IntoIterator<Item = (u32, Talk)>) -> Line {
        let mut line = Line::default();
        for (minute, (said, told)) in minutes {
            let number = 497_000 + i32::try_from((minute + 10) / 60).unwrap();
            if line.hours.last().is_none_or(|last| last.hour != number) {
                line.hours.push(LineHour { hour: number, ports: 1, ..LineHour::default() });
            }
            let hour = line.hours.last_mut().unwrap();
            for (way, bytes) in [(&mut hour.sent, said), (&mut hour.told, told)] {
                if let Some(bytes) = bytes {
                    way.raise((minute + 10) % 60, Minutes::level(bytes));
                }
            }
        }
        line
    }

    fn every(step: usize, minutes: u32, talk: Talk) -> Line {
        line((0..minutes).step_by(step).map(|minute| (minute, talk)))
    }

    fn held(line: &Line) -> Option<i64> {
        longest_stretch(line).map(|stretch| stretch.minutes())
    }

    #[test]
    fn a_miner_holds_its_line_and_is_known_after_minutes() {
        assert_eq!(held(&every(1, 360, MINER)), Some(360));
        assert_eq!(held(&every(2, 360, MINER)), Some(359));
        assert_eq!(held(&every(1, 6, MINER)), Some(6));
        assert_eq!(held(&every(1, 4, MINER)), None);
    }

    #[test]
    fn a_slow_miner_says_little_and_seldom() {
        let minutes = (0..180).map(|minute| {
            let said = if minute % 12 == 5 { 240 } else { 0 };
            (minute, (Some(said), Some(if minute % 2 == 0 { 395 } else { 0 })))
        });
        assert_eq!(held(&line(minutes)), Some(180));
    }

    #[test]
    fn whoever_ships_and_is_acknowledged_is_none_even_where_it_is_thanked() {
        assert_eq!(held(&every(1, 1_440, (Some(12_000), Some(0)))), None);
        assert_eq!(held(&every(1, 1_440, (Some(12_000), None))), None);
        assert_eq!(held(&every(1, 1_440, (Some(12_000), Some(1_100)))), None);
    }

    #[test]
    fn a_certificate_at_the_beginning_makes_no_conversation() {
        for minutes in [6, 10, 60] {
            let talks =
                (0..minutes).map(|minute| (minute, (Some(900), Some(if minute == 0 { 4_200 } else { 0 }))));
            assert_eq!(held(&line(talks)), None, "{minutes}");
        }
    }

    #[test]
    fn a_subscriber_of_a_feed_is_none() {
        assert_eq!(held(&every(1, 600, (Some(60), Some(40_000)))), None);
        assert_eq!(held(&every(1, 600, (Some(0), Some(4_000)))), None);
    }

    #[test]
    fn bulk_is_none() {
        assert_eq!(held(&every(1, 360, (Some(2_000_000), Some(9_000_000)))), None);
    }

    #[test]
    fn whoever_connects_anew_each_minute_is_none_and_whom_the_pool_throws_out_is_held() {
        let with = |connections: u32| {
            let mut line = every(1, 360, MINER);
            line.hours.iter_mut().for_each(|hour| hour.ports = (1 << connections) - 1);
            held(&line)
        };
        assert_eq!(with(12), Some(360));
        assert_eq!(with(26), None);
    }

    #[test]
    fn a_poll_every_twenty_minutes_is_none() {
        assert_eq!(held(&every(20, 360, MINER)), None);
    }

    #[test]
    fn an_odd_hour_among_many_changes_nothing() {
        let mut mine = every(1, 600, MINER);
        (0..60).for_each(|minute| mine.hours[4].told.raise(minute, 15));
        assert_eq!(held(&mine), Some(600));
    }
}
