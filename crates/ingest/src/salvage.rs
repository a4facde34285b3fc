//! Reads the entries of a zip archive that was cut, so that its directory is gone.
//!
//! Each entry carries a header of its own, and a download that broke off has all of them up to
//! the break. Writers that did not know the sizes in advance put them behind the entry; deflate
//! tells its own end, so those are read too. Where the trail of headers is lost, reading ends: the archive has
//! failed in any case, and what is found here comes on top.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::archive::{Archive, Entry, Method};
use crate::budget::Unfolded;
use crate::deflate::Deflate;
use crate::lane::{Lane, ScanSink};
use crate::open::Layer;

/// How long the sizes behind an entry may be: with and without a signature, 32 and 64 bits wide; or none.
const DESCRIPTOR_BYTES: [u64; 5] = [0, 16, 12, 24, 20];

impl<S: ScanSink> Lane<'_, S> {
    /// Reads what entries can be found from the beginning of `file` on.
    pub(crate) fn salvage_entries<R: Read + Seek + Send>(
        &mut self,
        layer: Layer<'_>,
        file: &mut R,
    ) -> io::Result<()> {
        let mut archive = Archive::without_directory(file);
        let (mut at, mut entries) = (Some(0), 0);
        while let Some(header_at) = at {
            layer.budget.go_on()?;
            let Some(local) = archive.local_entry(header_at)? else { break };
            entries += 1;
            if entries > self.limits.zip_entries {
                break;
            }
            let object = layer.object.entry(&local.entry.name);
            let inner = layer.entry(&object);
            let taken = if local.entry.is_folder() {
                local.entry.stored
            } else if local.sizes_follow {
                let Some(taken) = self.salvage_unsized(inner, &mut archive, &local.entry)? else { break };
                taken
            } else {
                self.open_entry(inner, &mut archive, &local.entry);
                local.entry.stored
            };
            at = archive.next_local_header(local.data_at.saturating_add(taken))?;
        }
        Ok(())
    }

    /// Reads an entry of unknown size; returns how many stored bytes it took, or `None` if only its writer knows.
    fn salvage_unsized<R: Read + Seek + Send>(
        &mut self,
        layer: Layer<'_>,
        archive: &mut Archive<R>,
        entry: &Entry,
    ) -> io::Result<Option<u64>> {
        if entry.encrypted || entry.method != Method::Deflate {
            return Ok(None);
        }
        let mut decoder = Deflate::bare(BufReader::new(archive.stored_bytes(entry)?));
        self.open_stream(layer, &mut Unfolded::new(&mut decoder, layer.budget));
        Ok(Some(decoder.taken()))
    }
}

impl<R: Read + Seek> Archive<R> {
    /// Returns where the next entry begins, if it does so behind the `end` of one.
    fn next_local_header(&mut self, end: u64) -> io::Result<Option<u64>> {
        let mut behind = Vec::new();
        self.file.seek(SeekFrom::Start(end))?;
        (&mut self.file).take(28).read_to_end(&mut behind)?;
        let begins =
            |skipped: &u64| behind.get(*skipped as usize..).is_some_and(|at| at.starts_with(b"PK\x03\x04"));
        Ok(DESCRIPTOR_BYTES.iter().find(|skipped| begins(skipped)).map(|skipped| end + skipped))
    }
}
