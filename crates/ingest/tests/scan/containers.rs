//! Logs come in wrappings, and the wrapping is told by content alone.

use ingest::{Noted, Skipped};

use crate::world::{World, gzip, ids, log, record, zip, zstd};

#[test]
fn every_wrapping_gives_the_same_records() {
    let text = log(&["a", "b"]);
    let wrappings = [
        text.clone(),
        gzip(&text),
        zstd(&text),
        zip(&[("log.json", text.clone())]),
        zip(&[("log.json.gz", gzip(&text))]),
        gzip(&gzip(&text)),
        gzip(&zstd(&text)),
        gzip(&zip(&[("log.json", text.clone())])),
        zip(&[("inner.zip", zip(&[("log.json.gz", gzip(&text))]))]),
    ];
    for (number, wrapping) in wrappings.iter().enumerate() {
        let world = World::new();
        let told = world.write("misleading-name.txt", wrapping).scan();
        assert_eq!(told.ids(), ["a", "b"], "wrapping {number}: {:#?}", told.totals);
        assert_eq!(told.objects(), (1, 1, 0, 0), "wrapping {number}");
        assert_eq!(told.totals.bytes.stored, wrapping.len() as u64);
        assert_eq!(told.totals.bytes.decompressed, text.len() as u64);
    }
}

#[test]
fn what_powershell_redirects_to_a_file_is_read() {
    let text = String::from_utf8(log(&["a", "b"])).unwrap();
    let little: Vec<u8> = format!("\u{feff}{text}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    for wrapping in [little.clone(), big, gzip(&little)] {
        let told = World::new().write("events.json", &wrapping).scan();
        assert_eq!(told.ids(), ["a", "b"]);
    }
}

#[test]
fn all_members_of_a_gzip_file_are_read() {
    let members = [gzip(&log(&["a"])), gzip(&log(&["b"])), gzip(&log(&["c"]))].concat();
    let told = World::new().write("log.json.gz", &members).scan();
    assert_eq!(told.ids(), ["a", "b", "c"]);
}

#[test]
fn a_record_may_be_cut_by_the_border_of_two_members() {
    let text = log(&["a", "b"]);
    let (first, second) = text.split_at(text.len() / 2);
    for wrapping in [[gzip(first), gzip(second)].concat(), [zstd(first), zstd(second)].concat()] {
        let told = World::new().write("log", &wrapping).scan();
        assert_eq!(told.ids(), ["a", "b"]);
    }
}

#[test]
fn padding_and_rubbish_behind_gzip_are_noted_and_harmless() {
    let world = World::new();
    world.write("padded.gz", &[gzip(&log(&["a"])), vec![0; 512]].concat());
    world.write("rubbish.gz", &[gzip(&log(&["b"])), b"rubbish".to_vec()].concat());
    world.write("clean.gz", &gzip(&log(&["c"])));
    let told = world.scan();
    assert_eq!(told.ids(), ["a", "b", "c"]);
    assert_eq!(told.objects(), (3, 3, 0, 0));
    assert_eq!(told.totals.objects.noted()[&Noted::TrailingBytes].count(), 2);
}

#[test]
fn large_objects_are_streamed_to_the_same_records() {
    // Over the bounds of what is held as a whole: 4 MiB stored, 16 MiB of text.
    let many = ids("many", 50_000);
    let text = log(&many);
    assert!(text.len() > 16 << 20);
    let lines = many.iter().map(|id| record(id) + "\n").collect::<String>().into_bytes();
    let wrappings = [
        text.clone(),
        lines.clone(),
        gzip(&text),
        zstd(&lines),
        [gzip(&lines), gzip(b""), gzip(&lines[..0])].concat(),
        zip(&[("log.json", text.clone())]),
    ];
    for (number, wrapping) in wrappings.iter().enumerate() {
        let told = World::new().write("log", wrapping).scan();
        assert_eq!(told.objects(), (1, 1, 0, 0), "wrapping {number}: {:#?}", told.totals);
        assert_eq!(told.records.len(), many.len(), "wrapping {number}");
    }
}

#[test]
fn entries_of_an_archive_are_objects_with_names() {
    let archive = zip(&[
        ("AWSLogs/a.json.gz", gzip(&log(&["a"]))),
        ("AWSLogs/", Vec::new()),
        ("AWSLogs/b.json", log(&["b"])),
        ("README.md", b"# Evidence".to_vec()),
    ]);
    let told = World::new().write("evidence.zip", &archive).scan();
    let expected = [("evidence.zip!AWSLogs/a.json.gz", "a"), ("evidence.zip!AWSLogs/b.json", "b")];
    assert_eq!(told.records, expected.map(|(object, id)| (object.to_owned(), id.to_owned())));
    assert_eq!(told.objects(), (3, 2, 1, 0));
}

#[test]
fn ten_thousand_entries_are_ten_thousand_objects() {
    let names: Vec<String> = ids("entry", 10_000);
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), log(&[name]))).collect();
    let told = World::new().write("evidence.zip", &zip(&entries)).scan();
    assert_eq!(told.objects(), (10_000, 10_000, 0, 0));
    assert_eq!(told.records.len(), 10_000);
}

#[test]
fn what_is_no_audit_trail_is_skipped_and_named() {
    let world = World::new();
    world.write("README.md", b"# A readme\n\nwith \"quotes\" and {brackets}\n");
    world.write("config.yaml", b"a: 1\nb:\n  - c\n");
    world.write("other.json", br#"{"name":"package","version":"1.0.0"}"#);
    world.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    world.write("empty", b"");
    world.write("empty.json", br#"{"Records":[]}"#);
    world.write("log.json", &log(&["a"]));
    let told = world.scan();
    assert_eq!(told.ids(), ["a"]);
    assert_eq!(told.objects(), (7, 1, 6, 0), "{:#?}", told.totals);
    let no_records = ["README.md", "config.yaml", "other.json", "picture.png"];
    assert_eq!(told.skipped(Skipped::NoRecords), no_records);
    assert_eq!(told.skipped(Skipped::Empty), ["empty", "empty.json"]);
    assert_eq!(told.totals.records.rejected(), 0, "what is no log has no bad records");
}

#[test]
fn digests_lie_beside_logs_and_are_no_fault() {
    let digest = br#"{"awsAccountId":"111122223333","digestStartTime":"2026-02-03T04:00:00Z","digestEndTime":"2026-02-03T05:00:00Z","digestS3Bucket":"b","digestS3Object":"o","digestSignatureAlgorithm":"SHA256withRSA","logFiles":[]}"#;
    let told = World::new().write("digest.json.gz", &gzip(digest)).scan();
    assert_eq!(told.skipped(Skipped::Digest), ["digest.json.gz"]);
    assert!(told.totals.is_empty());
}

#[test]
fn unfolding_alone_opens_the_same_and_looks_at_nothing() {
    let text = log(&ids("many", 2_000));
    let world = World::new();
    world.write("plain.json", &text).write("log.json.gz", &gzip(&text)).write("log.zst", &zstd(&text));
    world.write("archive.zip", &zip(&[("a.json", text.clone()), ("b.json.gz", gzip(&text))]));
    world.write("picture.png", b"no records").write("cut.gz", &gzip(&text)[..900]);
    let input = ingest::Input::from_paths([world.path("")]).unwrap();
    let totals = ingest::unfold(&input, &world.options, &ingest::Progress::default()).unwrap();
    assert!(totals.add_up());
    assert_eq!((totals.objects.found(), totals.objects.read(), totals.objects.failed()), (7, 6, 1));
    assert_eq!(totals.records.read(), 0);
    let scanned = world.scan().totals.bytes;
    assert_eq!(totals.bytes.stored, scanned.stored);
    assert_eq!(totals.bytes.decompressed, scanned.decompressed);
}
