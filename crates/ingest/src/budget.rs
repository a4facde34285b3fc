//! What the reading of one file may cost, over all its layers and entries.
//!
//! Every byte that a decompressor gives out is counted here before anyone looks at it, so a bomb is
//! stopped at the layer where it unfolds, even when the layers above give nothing. Memory
//! plays no part: all layers are streams or have a buffer of bounded size.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::limits::{Limit, Limits};
use crate::progress::Progress;

/// What one file has cost so far. Two threads may read one file: one unfolds, the other reads.
pub(crate) struct Budget<'a> {
    limits: &'a Limits,
    progress: &'a Progress,
    stored: AtomicU64,
    unfolded: AtomicU64,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(limits: &'a Limits, progress: &'a Progress) -> Self {
        Self { limits, progress, stored: AtomicU64::new(0), unfolded: AtomicU64::new(0) }
    }

    /// Returns how many stored bytes were read.
    pub(crate) fn stored(&self) -> u64 {
        self.stored.load(Relaxed)
    }

    pub(crate) fn read(&self, stored: u64) {
        self.stored.fetch_add(stored, Relaxed);
        self.progress.read(stored);
    }

    /// Counts `unfolded` bytes that a decompressor gave out.
    pub(crate) fn unfold(&self, unfolded: u64) -> Result<(), Refused> {
        let unfolded = unfolded + self.unfolded.fetch_add(unfolded, Relaxed);
        self.go_on()?;
        let fair = self.stored().saturating_mul(self.limits.expansion_ratio);
        if unfolded > fair.max(self.limits.expansion_free_bytes) {
            return Err(Refused::Limit(Limit::ExpansionRatio));
        }
        Ok(())
    }

    /// Returns an error when someone asked the scan to stop.
    pub(crate) fn go_on(&self) -> Result<(), Refused> {
        if self.progress.is_stopped() { Err(Refused::Stopped) } else { Ok(()) }
    }
}

/// Why a stream ends although there is more in it. Travels inside an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Limit(Limit),
    Stopped,
}

impl Refused {
    /// Returns the refusal that `error` carries, if it carries one.
    pub(crate) fn within(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().copied()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(limit) => limit.fmt(formatter),
            Self::Stopped => formatter.write_str("the scan was stopped"),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        Self::other(refused)
    }
}

/// Counts the stored bytes that come from a file or pipe.
pub(crate) struct Stored<'a, R> {
    pub(crate) inner: R,
    pub(crate) budget: &'a Budget<'a>,
}

impl<R: Read> Read for Stored<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inner.read(buffer) {
                // A signal is no fault; everything above may take every error for one.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.budget.read(count as u64);
                    return Ok(count);
                }
            }
        }
    }
}

impl<R: Seek> Seek for Stored<'_, R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// Counts the bytes that a decompressor gives out, and the bytes of this one object.
pub(crate) struct Unfolded<'a, R> {
    inner: R,
    budget: &'a Budget<'a>,
    bytes: u64,
}

impl<'a, R> Unfolded<'a, R> {
    pub(crate) fn new(inner: R, budget: &'a Budget<'a>) -> Self {
        Self { inner, budget, bytes: 0 }
    }
}

impl<R: Read> Read for Unfolded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        self.budget.unfold(count as u64)?;
        if self.bytes > self.budget.limits.object_bytes {
            return Err(Refused::Limit(Limit::ObjectBytes).into());
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_objects_may_be_as_repetitive_as_they_like() {
        let (limits, progress) = (Limits::default(), Progress::default());
        let budget = Budget::new(&limits, &progress);
        budget.read(10);
        assert_eq!(budget.unfold(limits.expansion_free_bytes), Ok(()));
        assert_eq!(budget.unfold(1), Err(Refused::Limit(Limit::ExpansionRatio)));
    }

    #[test]
    fn large_objects_may_unfold_in_proportion() {
        let (limits, progress) = (Limits::default(), Progress::default());
        let budget = Budget::new(&limits, &progress);
        budget.read(1 << 30);
        assert_eq!(budget.unfold(40 << 30), Ok(()));
    }

    #[test]
    fn a_refusal_survives_the_journey_through_an_io_error() {
        let error = io::Error::from(Refused::Limit(Limit::ObjectBytes));
        assert_eq!(Refused::within(&error), Some(Refused::Limit(Limit::ObjectBytes)));
        assert_eq!(Refused::within(&io::Error::other("disk")), None);
    }
}
