//! Streams a gzip object of any size: all its members, one after the other.
//!
//! Whoever joins compressed logs with `cat`, and some services by themselves, write several
//! members into one object. Behind the last one there may be padding (tapes, block devices) or
//! rubbish; both are tolerated and noted. What is tolerated nowhere is a member that breaks off.

use std::io::{self, BufRead, Read};

use crate::budget::Refused;
use crate::deflate::Deflate;
use crate::limits::Limit;

/// The first byte of a member. A second byte may not have arrived yet, so this one decides.
pub(crate) const MEMBER_BEGINS: u8 = 0x1f;

/// The text of all members of a gzip object.
pub(crate) struct Members<R> {
    /// The member that is being read; `None` behind the last.
    member: Option<Deflate<R>>,
    members: u64,
    members_max: u64,
    trailing: bool,
}

impl<R: BufRead> Members<R> {
    pub(crate) fn new(input: R, members_max: u64) -> Self {
        Self { member: Some(Deflate::gzip(input)), members: 1, members_max, trailing: false }
    }

    /// Returns whether bytes that are no member followed the last one. Known at the end.
    pub(crate) fn trailing(&self) -> bool {
        self.trailing
    }

    fn next_member(&mut self) -> io::Result<()> {
        let Some(ended) = self.member.take() else { return Ok(()) };
        let mut input = ended.into_inner();
        match input.fill_buf()?.first() {
            None => return Ok(()),
            Some(&MEMBER_BEGINS) => self.member = Some(Deflate::gzip(input)),
            Some(_) => self.trailing = true,
        }
        self.members += 1;
        if self.members > self.members_max {
            return Err(Refused::Limit(Limit::GzipMembers).into());
        }
        Ok(())
    }

    /// Returns whether `member` begins like one and then has no header: rubbish behind the last.
    fn is_rubbish(member: &Deflate<R>, members: u64, error: &io::Error) -> bool {
        members > 1 && error.kind() == io::ErrorKind::InvalidData && member.has_no_header()
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            match member.read(buffer) {
                Ok(0) if !buffer.is_empty() => self.next_member()?,
                Ok(count) => return Ok(count),
                Err(error) if Self::is_rubbish(member, self.members, &error) => {
                    self.member = None;
                    self.trailing = true;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;
    use crate::testing::{Trickle, gzip, noise};

    fn read(input: &[u8]) -> (Vec<u8>, io::Result<bool>) {
        // One byte at a time is the worst that a pipe can do.
        let mut members = Members::new(BufReader::with_capacity(1, Trickle(input)), 100);
        let mut text = Vec::new();
        let end = members.read_to_end(&mut text).map(|_| members.trailing());
        (text, end)
    }

    #[test]
    fn all_members_are_read_as_one_text() {
        let (text, end) = read(&[gzip(b"one "), gzip(b""), gzip(b"two")].concat());
        assert_eq!(text, b"one two");
        assert!(!end.unwrap());
    }

    #[test]
    fn padding_and_rubbish_behind_the_last_member_are_noticed_and_harmless() {
        for behind in [&b"\0\0\0"[..], b"rubbish", b"\x1frubbish of twelve"] {
            let (text, end) = read(&[&gzip(b"text")[..], behind].concat());
            assert_eq!(text, b"text");
            assert!(end.unwrap(), "{behind:?}");
        }
    }

    #[test]
    fn a_break_gives_what_was_before_it_and_an_error() {
        let text = noise(500);
        let two = [gzip(b"first "), gzip(&text)].concat();
        let first_ends = gzip(b"first ").len();
        for length in first_ends + 1..two.len() {
            let (before, end) = read(&two[..length]);
            assert!(before.starts_with(b"first "), "cut at {length}");
            assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "cut at {length}");
        }
    }

    #[test]
    fn too_many_members_are_a_limit_and_not_a_fault() {
        let (text, end) = read(&gzip(b"x").repeat(101));
        assert_eq!(text.len(), 100);
        assert_eq!(Refused::within(&end.unwrap_err()), Some(Refused::Limit(Limit::GzipMembers)));
    }
}
