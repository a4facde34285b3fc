//! Lets one thread unfold a stream while another reads what came out.
//!
//! One huge file is bound by its decompression; with a core to spare, reading the text costs no time on
//! top. Blocks go round between the two threads, so memory is bounded.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use crate::buffers::grow;
use crate::fill::{Stream, fill_slice};

/// How much text is handed over at a time.
///
/// Less, and the threads wake each other more than they work; more, and the text leaves the cache in between.
const BLOCK_BYTES: usize = 256 << 10;

/// How many blocks may wait to be read.
///
/// Fewer, and the threads wait for each other; more, and memory grows while nothing gets faster.
const BLOCKS_MAX: usize = 4;

/// A block and how much of it is filled, or the fault behind the last block.
type Block = io::Result<(Vec<u8>, usize)>;

/// Reads `stream` on a thread of its own, and gives what it gives to `consume`, faults included.
pub(crate) fn ahead<R: Read + Send>(mut stream: R, consume: impl FnOnce(&mut Stream<'_>)) {
    let (full_sender, full) = sync_channel(BLOCKS_MAX);
    let (empty_sender, empty) = channel();
    let (stream_sender, stream_taker) = channel::<R>();
    thread::scope(|scope| {
        let work = move || {
            if let Ok(stream) = stream_taker.recv() {
                unfold(stream, &full_sender, &empty);
            }
        };
        match thread::Builder::new().name("unfolder".to_owned()).spawn_scoped(scope, work) {
            Ok(_) => {
                stream_sender.send(stream).expect("the thread waits for its stream");
                consume(&mut Behind { full, empty_sender, block: Vec::new(), filled: 0, given: 0 });
            }
            // The thread was to save time; without it the same is read here.
            Err(_) => consume(&mut stream),
        }
    });
}

/// Sends block after block, until the stream ends or nobody wants more.
fn unfold(mut stream: impl Read + Send, full: &SyncSender<Block>, empty: &Receiver<Vec<u8>>) {
    loop {
        let mut block = empty.try_recv().unwrap_or_default();
        grow(&mut block, BLOCK_BYTES, 0);
        let (filled, end) = fill_slice(&mut stream, &mut block);
        let ended = filled < block.len();
        let wanted = filled == 0 || full.send(Ok((block, filled))).is_ok();
        if let Err(error) = end {
            // If the reader is gone already, it has no use for the fault either.
            drop(full.send(Err(error)));
        }
        if ended || !wanted {
            return;
        }
    }
}

/// The stream as the other thread sees it.
struct Behind {
    full: Receiver<Block>,
    empty_sender: Sender<Vec<u8>>,
    block: Vec<u8>,
    filled: usize,
    given: usize,
}

impl Read for Behind {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.filled {
            let Ok(block) = self.full.recv() else { return Ok(0) };
            let (block, filled) = block?;
            let empty = std::mem::replace(&mut self.block, block);
            (self.filled, self.given) = (filled, 0);
            // At the end of the stream nobody takes it any more.
            drop(self.empty_sender.send(empty));
        }
        let count = (&self.block[self.given..self.filled]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fill::BrokenEnd;
    use crate::testing::noise;

    #[test]
    fn the_other_thread_sees_the_same_bytes_and_the_fault_behind_them() {
        let bytes = noise(BLOCK_BYTES * 10 + 7);
        let broken = bytes.chain(BrokenEnd(Some(io::Error::other("broken"))));
        let mut seen = Vec::new();
        ahead(broken, |stream| {
            assert_eq!(stream.read_to_end(&mut seen).unwrap_err().to_string(), "broken");
        });
        assert_eq!(seen, bytes);
    }

    #[test]
    fn who_has_read_enough_may_stop() {
        let mut seen = [0; 10];
        ahead(io::repeat(7), |stream| stream.read_exact(&mut seen).unwrap());
        assert_eq!(seen, [7; 10]);
    }
}
