//! Records in the cells of a table, as consoles and query editors save them: `"{""eventVersion"":""1.11"",…}"`.
//!
//! Only such cells are looked at, wherever they stand; header and other columns are not read.

/// How a cell begins that holds a JSON object.
const BEGIN: &[u8] = b"\"{\"\"";

/// Where a cell stands in a window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// From its opening quote to behind its closing one.
    Whole(usize, usize),
    /// It begins here and its end is not in the window.
    Cut(usize),
    /// There is none before this position; a beginning of one may stand behind.
    None(usize),
}

/// Returns the first cell from `at` on that holds an object.
pub(crate) fn next_cell(window: &[u8], at: usize) -> Cell {
    let rest = window.get(at..).unwrap_or_default();
    let Some(found) = memchr::memmem::find(rest, BEGIN) else {
        return Cell::None(at.max(window.len().saturating_sub(BEGIN.len() - 1)));
    };
    let begin = at + found;
    let mut end = begin + 1;
    loop {
        let Some(quote) = memchr::memchr(b'"', &window[end..]) else { return Cell::Cut(begin) };
        end += quote + 1;
        match window.get(end) {
            Some(b'"') => end += 1,
            Some(_) => return Cell::Whole(begin, end),
            None => return Cell::Cut(begin),
        }
    }
}

/// Returns what a cell holds, given with its quotes.
pub(crate) fn contents(cell: &[u8]) -> Vec<u8> {
    let inside = cell.get(1..cell.len() - 1).unwrap_or_default();
    let mut text = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = memchr::memmem::find(rest, b"\"\"") {
        text.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    text.extend_from_slice(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_between_others_and_its_quotes_are_halved() {
        let row = br#"2026,"a, ""b""","{""a"":""x,\""{""}",7"#;
        let cell = next_cell(row, 0);
        assert_eq!(cell, Cell::Whole(16, row.len() - 2));
        assert_eq!(contents(&row[16..row.len() - 2]), br#"{"a":"x,\"{"}"#);
    }

    #[test]
    fn a_cell_without_an_end_is_cut_and_a_row_without_one_is_passed() {
        assert_eq!(next_cell(br#"1,"{""a"":1}"#, 0), Cell::Cut(2));
        assert_eq!(next_cell(br#"1,"{""a"":1}""#, 0), Cell::Cut(2));
        assert_eq!(next_cell(b"1,2,3\n\"{", 0), Cell::None(5));
    }
}
