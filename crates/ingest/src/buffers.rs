//! Buffers that are used again, so that reading a file allocates nothing once the thread is warm.

/// A buffer larger than this is given back to the system: it was needed for one odd object.
const KEPT_BYTES_MAX: usize = 16 << 20;

/// The buffers of one thread that nobody uses at the moment.
#[derive(Default)]
pub(crate) struct Buffers(Vec<Vec<u8>>);

impl Buffers {
    /// Returns a buffer of any length with any content.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.0.pop().unwrap_or_default()
    }

    pub(crate) fn give(&mut self, buffer: Vec<u8>) {
        if buffer.len() <= KEPT_BYTES_MAX {
            self.0.push(buffer);
        }
    }
}

/// Makes `buffer` at least `length` bytes long and keeps its first `keep` bytes.
///
/// Fresh memory comes zeroed from the system for nothing; to zero it here would cost a pass over it.
pub(crate) fn grow(buffer: &mut Vec<u8>, length: usize, keep: usize) {
    if buffer.len() < length {
        let mut larger = vec![0; length];
        larger[..keep].copy_from_slice(&buffer[..keep]);
        *buffer = larger;
    }
}
