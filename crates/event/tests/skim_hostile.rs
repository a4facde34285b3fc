//! Texts that were cut, damaged or made to do harm: nothing is lost without a word, and nothing runs away.

use std::time::{Duration, Instant};

use event::limits::Limits;
use event::skim::{
    Field, ObjectKind, ObjectSummary, Part, Reader, RecordSink, RejectReason, Rejected, Skimmed,
};

/// Keeps event ids and rejections.
#[derive(Default)]
struct Found {
    ids: Vec<String>,
    rejected: Vec<Rejected>,
}

impl RecordSink for Found {
    fn record(&mut self, record: &Skimmed<'_>) {
        for field in Field::ALL {
            record.text(field);
        }
        for part in Part::ALL {
            record.span(part);
        }
        self.ids.push(record.text(Field::EventId).unwrap_or_default().into_owned());
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

/// Reads a text that comes `size` bytes at a time. Returns also the longest window that had to be held.
fn read_in(text: &[u8], size: usize, limits: Limits) -> (Found, ObjectSummary, usize) {
    let mut reader = Reader::new(limits);
    let mut found = Found::default();
    reader.begin();
    let (mut start, mut end, mut longest) = (0, size.min(text.len()), 0);
    while end < text.len() {
        longest = longest.max(end - start);
        start += reader.feed(&text[start..end], &mut found);
        end = (end + size).min(text.len());
    }
    let summary = reader.finish(&text[start..], &mut found);
    assert_eq!(summary.rejected, found.rejected.len() as u64);
    assert_eq!(summary.records, found.ids.len() as u64);
    (found, summary, longest)
}

/// Reads a text at once and in windows, which must make no difference.
fn read(text: impl AsRef<[u8]>) -> (Found, ObjectSummary) {
    let text = text.as_ref();
    let (found, summary, _) = read_in(text, usize::MAX / 2, Limits::default());
    let (in_windows, summary_in_windows, _) = read_in(text, 97, Limits::default());
    assert_eq!(found.ids, in_windows.ids);
    assert_eq!(found.rejected, in_windows.rejected);
    assert_eq!(summary, summary_in_windows);
    (found, summary)
}

fn record(id: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.11","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","eventID":"{id}"}}"#
    )
}

#[test]
fn a_text_that_was_cut_keeps_the_records_before_and_tells_of_the_one_that_is_lost() {
    let text = format!("{{\"Records\":[{},{}", record("one"), record("two"));
    let begin_of_second = text.rfind('{').unwrap();
    for end in begin_of_second + 1..text.len() {
        let (found, summary) = read(&text[..end]);
        assert_eq!(found.ids, ["one"], "{end}");
        let rejected = Rejected { offset: begin_of_second as u64, index: 1, reason: RejectReason::Truncated };
        assert_eq!(found.rejected, [rejected], "{end}");
        assert!(summary.truncated && !summary.gave_up);
        assert_eq!(summary.kind, ObjectKind::CloudTrail);
    }
    // Cut between two records none is seen to be lost, but that the array does not end is.
    let (found, summary) = read(&text);
    assert_eq!((found.ids.len(), found.rejected.len(), summary.truncated), (2, 0, true));
}

#[test]
fn behind_a_damaged_record_the_next_one_is_found() {
    let damaged = r#"{"eventVersion":"1.11","eventName":"x" "eventID":oops,}}]"#;
    let text =
        format!("{{\"Records\":[{},{damaged},\n { },{}]}}", record("one"), record("two"), record("three"));
    let (found, summary) = read(&text);
    assert_eq!(found.ids, ["one", "two", "three"]);
    assert_eq!(found.rejected.len(), 1);
    assert_eq!((found.rejected[0].reason, found.rejected[0].index), (RejectReason::NotJson, 1));
    assert!(!summary.gave_up && !summary.truncated);
}

#[test]
fn behind_a_damaged_line_the_next_one_is_read() {
    let text = format!("{}\nJan 1 00:00:00 not JSON {{\n{{\"a\":}}]\n{}\n", record("one"), record("two"));
    let (found, summary) = read(&text);
    assert_eq!(found.ids, ["one", "two"]);
    assert!(found.rejected.iter().all(|rejected| rejected.reason == RejectReason::NotJson));
    assert!(!summary.gave_up);
}

#[test]
fn if_nothing_can_be_found_behind_a_fault_that_is_said() {
    let text = format!("[{},oops,{{\"eventSource\":\"x\",\"eventName\":\"y\"}}]", record("one"));
    let (found, summary) = read(&text);
    assert_eq!(found.ids, ["one"]);
    assert_eq!(
        found.rejected,
        [Rejected { offset: text.find("oops").unwrap() as u64, index: 1, reason: RejectReason::GaveUp }]
    );
    assert!(summary.gave_up);
    let (found, summary) = read("some text\nthat is a log of another kind\n");
    assert_eq!((summary.kind, found.rejected.len()), (ObjectKind::NotJson, 1));
}

#[test]
fn a_record_that_is_too_deep_is_rejected_and_the_next_is_read() {
    let deep = |depth| {
        format!(r#"{{"eventName":"x","eventSource":"y","a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth))
    };
    let text = format!("[{},{},{},{}]", deep(100), deep(1000), deep(200_000), record("one"));
    let (found, _) = read(&text);
    assert_eq!(found.ids, ["", "one"]);
    let reasons: Vec<_> = found.rejected.iter().map(|rejected| rejected.reason).collect();
    assert_eq!(reasons, [RejectReason::TooDeep, RejectReason::TooDeep]);
}

#[test]
fn a_record_that_is_too_large_is_passed_without_being_held() {
    let limits = Limits { record_bytes_max: 100_000, ..Limits::default() };
    let large = format!(r#"{{"eventName":"x","eventSource":"y","a":"{}\"]}}"}}"#, "x".repeat(4_000_000));
    let keys: String = (0..100_000).map(|key| format!("\"{key}\":{{}},")).collect();
    let many = format!(r#"{{"eventName":"x","eventSource":"y",{keys}"z":0}}"#);
    let text = format!("{{\"Records\":[{large},{},{many},{}],\"x\":{large}}}", record("one"), record("two"));
    let (found, summary, longest) = read_in(text.as_bytes(), 50_000, limits);
    assert_eq!(found.ids, ["one", "two"]);
    assert!(found.rejected.iter().all(|rejected| rejected.reason == RejectReason::TooLarge));
    assert_eq!((found.rejected.len(), summary.truncated), (2, false));
    assert!(longest < 200_000, "{longest}");
    // Also if all of it is there at once.
    let (at_once, _, _) = read_in(text.as_bytes(), usize::MAX / 2, limits);
    assert_eq!(at_once.ids, ["one", "two"]);
    assert_eq!(at_once.rejected, found.rejected);
}

#[test]
fn a_record_larger_than_a_piece_of_the_index_is_read_like_any_other() {
    for size in [2_000, 2_048, 4_095, 131_000, 131_072, 140_000, 3_000_000] {
        let long = format!(
            r#"{{"eventName":"x","a":"{}","eventSource":"y","eventID":"long","b":[{{"eventID":"no"}}]}}"#,
            "\\\"{]".repeat(size / 4)
        );
        let text = format!("[{},{long},{long},{}]", record("one"), record("two"));
        let (found, _, _) = read_in(text.as_bytes(), usize::MAX / 2, Limits::default());
        assert_eq!(found.ids, ["one", "long", "long", "two"], "{size}");
    }
}

#[test]
fn text_that_strict_parsers_refuse_is_read_where_it_means_something() {
    let odd = br#"{"eventName":"a\ud800b","eventSource":"c\u0000d","eventID":"\xff","requestParameters":{"x":1e400}}"#;
    let mut text = odd.to_vec();
    let place = text.windows(4).position(|bytes| bytes == br"\xff").unwrap();
    text.splice(place..place + 4, [0xff, 0x00]);
    let (found, _) = read(&text);
    assert_eq!(found.ids, ["\u{fffd}\0"]);
    // The same in an envelope.
    let wrapped = [br#"{"message":"#, &text[..], b"}"].concat();
    assert_eq!(read(wrapped).0.ids, ["\u{fffd}\0"]);
}

#[test]
fn of_a_key_that_comes_twice_the_last_one_counts() {
    let text = r#"{"eventName":"a","eventSource":"x","eventID":"first","userIdentity":{"arn":"gone","sessionContext":
        {"sessionIssuer":{"arn":"gone"}}},"userIdentity":{"type":"Root"},"eventID":"last","event\u004eame":"b"}"#;
    struct Last;
    impl RecordSink for Last {
        fn record(&mut self, record: &Skimmed<'_>) {
            assert_eq!(record.text(Field::EventId).as_deref(), Some("last"));
            assert_eq!(record.text(Field::EventName).as_deref(), Some("b"));
            assert_eq!(record.text(Field::IdentityType).as_deref(), Some("Root"));
            assert_eq!(record.text(Field::Arn), None);
            assert_eq!(record.text(Field::IssuerArn), None);
        }
        fn rejected(&mut self, rejected: Rejected) {
            panic!("{rejected:?}");
        }
    }
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    assert_eq!(reader.finish(text.as_bytes(), &mut Last).records, 1);
}

#[test]
fn a_text_that_is_at_fault_everywhere_takes_no_longer_than_any_other() {
    let start = Instant::now();
    for line in [
        "{\"a\"}:\n",
        "{]\n",
        "}",
        "[",
        "{",
        "{\"eventVersion\":}",
        "\"",
        "\\",
        "x\n{",
        "1 ",
        "{\"Records\":[",
        "{\"a\":[{",
    ] {
        for before in ["", "{\"Records\":[", "["] {
            let text = format!("{before}{}", line.repeat(500_000 / line.len()));
            read_in(text.as_bytes(), 256 << 10, Limits { record_bytes_max: 1 << 20, ..Limits::default() });
        }
    }
    // A tenth of this is usual even without optimisation; what is quadratic takes much longer.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_reader_remembers_nothing_of_the_text_before() {
    let mut reader = Reader::new(Limits::default());
    let mut found = Found::default();
    for text in ["{\"Records\":[{\"eventName\":\"", "oops", "[[[", "\"", &record("one")] {
        found = Found::default();
        reader.begin();
        reader.finish(text.as_bytes(), &mut found);
    }
    assert_eq!(found.ids, ["one"]);
    assert_eq!(found.rejected, []);
}
