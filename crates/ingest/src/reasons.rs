//! Records that could not be understood, by reason.
//!
//! A reason may hold text of the record, so it is an attacker's: it is cut, and of too many different ones those that
//! sort first are kept, which does not depend on the order. The count is exact in any case.

use std::collections::BTreeMap;

use crate::named::Named;
use crate::totals::Position;

/// How many different reasons are kept.
///
/// Fewer, and two faults of one export hide each other; more, and a log whose every record has a fault of its own fills
/// memory and the report.
pub const REASONS_MAX: usize = 100;

/// How many bytes of a reason are kept.
///
/// Fewer, and it does not say what is wrong; more, and a field of megabytes is quoted whole.
const REASON_BYTES_MAX: usize = 160;

/// What stands for the reasons past [`REASONS_MAX`]. It sorts behind all that begin with a letter.
const OTHERS: &str = "~ for other reasons";

/// Where records stand that could not be understood, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons(BTreeMap<String, Named<Position>>);

impl Reasons {
    /// Adds one record.
    pub fn add(&mut self, reason: &str, position: Position) {
        let reason = cut(reason);
        match self.0.get_mut(reason) {
            Some(known) => known.add(position),
            None => {
                let mut one = Named::default();
                one.add(position);
                self.join(reason.to_owned(), one);
            }
        }
    }

    /// Returns how many records there are.
    pub fn count(&self) -> u64 {
        self.0.values().map(Named::count).sum()
    }

    pub(crate) fn by_reason(&self) -> &BTreeMap<String, Named<Position>> {
        &self.0
    }

    pub(crate) fn add_all(&mut self, reason: &str, positions: Named<Position>) {
        self.join(cut(reason).to_owned(), positions);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (reason, positions) in other.0 {
            self.join(reason, positions);
        }
    }

    fn join(&mut self, reason: String, positions: Named<Position>) {
        self.0.entry(reason).or_default().merge(positions);
        let kept = self.0.len() - usize::from(self.0.contains_key(OTHERS));
        if kept > REASONS_MAX
            && let Some(last) = self.0.keys().rev().find(|reason| *reason != OTHERS).cloned()
            && let Some(left_out) = self.0.remove(&last)
        {
            self.0.entry(OTHERS.to_owned()).or_default().merge(left_out);
        }
    }
}

fn cut(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(REASON_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::ObjectName;

    fn position(index: u64) -> Position {
        Position { object: ObjectName::of_path("log".into()), offset: index, index }
    }

    #[test]
    fn a_fault_in_every_record_is_counted_and_does_not_fill_memory() {
        let (mut one, mut other, mut all) = (Reasons::default(), Reasons::default(), Reasons::default());
        for index in 0..5_000 {
            let reason = format!("no readable time {}{}", (index * 7_919) % 5_000, "é".repeat(1_000));
            let half = if index % 3 == 0 { &mut one } else { &mut other };
            half.add(&reason, position(index));
            all.add(&reason, position(index));
        }
        assert_eq!((all.count(), all.0.len()), (5_000, REASONS_MAX + 1));
        assert!(all.0.keys().all(|reason| reason.len() <= REASON_BYTES_MAX));
        let mut backward = other.clone();
        backward.merge(one.clone());
        one.merge(other);
        assert_eq!(one, backward, "whichever comes first");
        assert_eq!(one, all, "however the records are divided");
    }
}
