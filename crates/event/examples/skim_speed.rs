//! How fast the skim reads: gigabytes a second over the files given as arguments, gzip or plain, on one thread.
//!
//! Everything is inflated beforehand and all fields of every record are touched, so only the skim is measured.
//! `cargo run --release -p minetrail-event --example skim_speed -- FILE…`

#![expect(clippy::print_stdout, reason = "it is a program, and its result is what it prints")]

use std::error::Error;
use std::hint::black_box;
use std::io::Read;
use std::time::Instant;

use event::limits::Limits;
use event::skim::{Field, Reader, RecordSink, Rejected, Skimmed};

/// How often all texts are read; the fastest counts.
const ROUNDS: usize = 60;

/// Touches every field, as a profile would.
#[derive(Default)]
struct Touch {
    records: u64,
    rejected: u64,
    bytes: u64,
}

impl RecordSink for Touch {
    fn record(&mut self, record: &Skimmed<'_>) {
        self.records += 1;
        for field in [
            Field::EventName,
            Field::EventSource,
            Field::EventTime,
            Field::AwsRegion,
            Field::SourceIpAddress,
            Field::UserAgent,
            Field::ErrorCode,
            Field::EventId,
            Field::RecipientAccountId,
            Field::PrincipalId,
            Field::Arn,
            Field::AccessKeyId,
            Field::IssuerArn,
            Field::InvokedBy,
        ] {
            self.bytes += record.bytes(field).map_or(0, |value| value.len() as u64);
        }
    }

    fn rejected(&mut self, _: Rejected) {
        self.rejected += 1;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let texts = std::env::args().skip(1).map(open).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let mut reader = Reader::new(Limits::default());
    let mut best = f64::INFINITY;
    let mut touch = Touch::default();
    for _ in 0..ROUNDS {
        touch = Touch::default();
        let start = Instant::now();
        for text in &texts {
            reader.begin();
            let consumed = reader.feed(text, &mut touch);
            black_box(reader.finish(&text[consumed..], &mut touch));
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let nanoseconds = best * 1e9 / touch.records.max(1) as f64;
    println!("{} records, {} rejected, {} bytes of fields", touch.records, touch.rejected, touch.bytes);
    println!(
        "{bytes} bytes in {best:.4} s: {:.2} GB/s, {nanoseconds:.0} ns a record",
        bytes as f64 / best / 1e9
    );
    Ok(())
}

/// Reads a file, inflated if it is gzip.
fn open(path: String) -> Result<Vec<u8>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text)?;
    Ok(text)
}
