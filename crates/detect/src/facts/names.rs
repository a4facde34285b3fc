//! Texts that come again and again, each kept once and known by a number.
//!
//! A trail repeats a few thousand texts (roles, regions, addresses, agents) in a billion places. A number is
//! compared and stored in one step, and a profile of numbers fits in a few cache lines.
//!
//! The numbers depend on the order of arrival and never leave the facts: whatever is told is sorted by text.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::num::NonZeroU32;

/// Bytes of a text that are kept.
///
/// Fewer, and the longest arn of a role (a path of 512, a name of 64) is cut; more, and an attacker's kilobyte is stored a hundred times.
pub(super) const TEXT_BYTES_MAX: usize = 640;

/// Bytes of all texts together.
///
/// Fewer, and a large organisation's sessions and addresses do not fit; more, and a log that was made up of ever new
/// texts fills memory. Past it every new text is [`REST`], which is the one thing here that depends on the order of
/// arrival; it is counted and told.
pub(super) const TEXTS_BYTES_MAX: usize = 512 << 20;

/// What every new text is called once there are too many.
const REST: &str = "(one of too many)";

/// The number of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name(NonZeroU32);

impl Name {
    /// The bare number, to be packed with others. It is never zero.
    pub(super) fn number(self) -> u32 {
        self.0.get()
    }

    /// The name with a number that [`Name::number`] gave.
    pub(super) fn of_number(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The name of the text at this place, from zero.
    fn at(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// All texts.
#[derive(Clone, Debug)]
pub(super) struct Names {
    bytes_max: usize,
    bytes: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
    hasher: RandomState,
    lost: u64,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            bytes_max: TEXTS_BYTES_MAX,
            bytes: String::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
            lost: 0,
        }
    }
}

impl Names {
    /// How many times a text came that did not fit.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// The number of `text`; a new one if it is new. What is past [`TEXT_BYTES_MAX`] is left out.
    pub(super) fn name(&mut self, text: &str) -> Name {
        self.whole(cut(text))
    }

    /// The number of `text`, however long; a new one if it is new. For texts that have a limit of their own.
    pub(super) fn whole(&mut self, text: &str) -> Name {
        let hash = self.hasher.hash_one(text);
        if let Some(known) = self.table.find(hash, |known| slice(&self.bytes, &self.ends, *known) == text) {
            return Name::at(*known);
        }
        if self.bytes.len() + text.len() > self.bytes_max && text != REST {
            self.lost += 1;
            return self.whole(REST);
        }
        let number = u32::try_from(self.ends.len()).expect("there are fewer than four billion texts");
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).expect("all texts together are smaller than 4 GiB"));
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.table.insert_unique(hash, number, |known| hasher.hash_one(slice(bytes, ends, *known)));
        Name::at(number)
    }

    /// The number of `text`, if it has one.
    pub(super) fn find(&self, text: &str) -> Option<Name> {
        self.find_whole(cut(text))
    }

    /// The number of `text`, however long, if it has one.
    pub(super) fn find_whole(&self, text: &str) -> Option<Name> {
        let hash = self.hasher.hash_one(text);
        self.table.find(hash, |known| slice(&self.bytes, &self.ends, *known) == text).copied().map(Name::at)
    }

    /// The text with this number.
    pub(super) fn text(&self, name: Name) -> &str {
        slice(&self.bytes, &self.ends, name.0.get() - 1)
    }

    /// Gives all texts of `other` a number here; returns them by their number there.
    pub(super) fn adopt(&mut self, other: &Self) -> Renamed {
        self.lost += other.lost;
        Renamed(
            (0..other.ends.len())
                .map(|number| self.whole(slice(&other.bytes, &other.ends, number as u32)))
                .collect(),
        )
    }
}

/// The numbers that the texts of one table have in another.
pub(super) struct Renamed(Vec<Name>);

impl Renamed {
    /// The number here of what was `name` there.
    pub(super) fn name(&self, name: Name) -> Name {
        self.0[name.index()]
    }
}

/// A text that is given a number only when it must be kept. Else a log of ever new texts would fill [`Names`] with those
/// that nothing keeps.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spelled<'a> {
    Known(Name),
    New(&'a str),
}

impl<'a> Spelled<'a> {
    /// Looks `text` up.
    pub(super) fn of(text: &'a str, names: &Names) -> Self {
        names.find(text).map_or(Self::New(cut(text)), Self::Known)
    }

    /// The number, if it has one.
    pub(super) fn known(self) -> Option<Name> {
        match self {
            Self::Known(name) => Some(name),
            Self::New(_) => None,
        }
    }

    /// The text.
    pub(super) fn text<'b>(self, names: &'b Names) -> &'b str
    where
        'a: 'b,
    {
        match self {
            Self::Known(name) => names.text(name),
            Self::New(text) => text,
        }
    }

    /// The number, from now on.
    pub(super) fn name(&mut self, names: &mut Names) -> Name {
        match *self {
            Self::Known(name) => name,
            Self::New(text) => {
                let name = names.name(text);
                *self = Self::Known(name);
                name
            }
        }
    }
}

/// What is kept of a text.
pub(crate) fn cut(text: &str) -> &str {
    if text.len() <= TEXT_BYTES_MAX { text } else { &text[..text.floor_char_boundary(TEXT_BYTES_MAX)] }
}

#[inline]
fn slice<'a>(bytes: &'a str, ends: &[u32], number: u32) -> &'a str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] as usize };
    &bytes[start..ends[number] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_a_number_one_text() {
        let mut names = Names::default();
        let texts = ["eu-west-1", "", "us-east-1", "eu-west-1", "é"];
        let numbers = texts.map(|text| names.name(text));
        assert_eq!(numbers.map(|name| names.text(name).to_owned()), texts);
        assert_eq!(numbers[0], numbers[3]);
        assert_eq!((names.find("us-east-1"), names.find("mars-1")), (Some(numbers[2]), None));
    }

    #[test]
    fn a_long_text_is_cut_where_a_character_ends() {
        let mut names = Names::default();
        let name = names.name(&"é".repeat(400));
        assert_eq!(names.text(name), "é".repeat(320));
        assert_eq!(names.find(&"é".repeat(330)), Some(name));
    }

    #[test]
    fn once_there_are_too_many_texts_new_ones_are_one_and_old_ones_themselves() {
        let mut names = Names { bytes_max: 8, ..Names::default() };
        let old = names.name("12345678");
        let new = [names.name("a"), names.name("b")];
        assert_eq!((new[0], names.text(new[0])), (new[1], REST));
        assert_eq!((names.name("12345678"), names.lost()), (old, 2));
    }

    #[test]
    fn adopted_texts_keep_their_meaning() {
        let (mut one, mut other) = (Names::default(), Names::default());
        one.name("b");
        let theirs = [other.name("a"), other.name("b")];
        let renamed = one.adopt(&other);
        assert_eq!(theirs.map(|name| one.text(renamed.name(name)).to_owned()), ["a", "b"]);
    }
}
