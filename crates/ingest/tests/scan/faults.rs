//! Damage: what comes before it is kept, the file is named with the reason, the next file is read.

use ingest::{Failed, Skipped};

use crate::world::{World, gzip, ids, log, record, zip, zip_to_a_pipe, zstd};

/// Scans `damaged` beside a good file, which must be read whatever happens.
fn beside_a_good_file(damaged: &[u8]) -> crate::world::Told {
    let world = World::new();
    world.write("good.json", &log(&["good"]));
    let told = world.write("damaged", damaged).scan();
    assert!(told.ids().contains(&"good"));
    told
}

#[test]
fn a_stream_that_is_cut_anywhere_keeps_its_records_and_is_named() {
    let text = log(&["a", "b", "c"]);
    let wrappings = [
        gzip(&text),
        zstd(&text),
        [gzip(&text), gzip(&log(&["d"]))].concat(),
        zip(&[("log.json", text.clone())]),
    ];
    for (number, wrapping) in wrappings.iter().enumerate() {
        let first_member = gzip(&text).len();
        for length in 1..wrapping.len() {
            if number == 2 && length == first_member {
                continue; // That is a whole file.
            }
            let told = beside_a_good_file(&wrapping[..length]);
            let what = format!("wrapping {number} cut at {length}: {:#?}", told.totals.objects);
            // The first bytes of a container are too few to know it by.
            let (found, read, skipped, failed) = told.objects();
            if length < 4 {
                assert_eq!(found, 2, "{what}");
            } else if number == 3 {
                assert_eq!((skipped, told.count_failed(Failed::Truncated)), (0, failed), "{what}");
            } else {
                assert_eq!((found, read, skipped, failed), (2, 1, 0, 1), "{what}");
                told.failed(Failed::Truncated);
            }
            if number == 2 && length > first_member {
                assert!(told.ids().starts_with(&["a", "b", "c"]), "{what}");
            }
        }
    }
}

#[test]
fn a_download_that_broke_off_gives_the_entries_before_the_break() {
    let entries =
        [("a.json", log(&["a"])), ("b.json.gz", gzip(&log(&["b"]))), ("c.json", log(&ids("c", 40)))];
    for archive in [zip(&entries), zip_to_a_pipe(&entries)] {
        let third_begins = archive.windows(6).position(|window| window == b"c.json").unwrap();
        let told = beside_a_good_file(&archive[..third_begins + 300]);
        assert!(told.ids().starts_with(&["a", "b"]), "{:#?}", told.totals);
        // The third entry, which is cut, and the archive itself.
        assert_eq!(told.objects(), (5, 3, 0, 2));
        assert_eq!(told.count_failed(Failed::Truncated), 2);
    }
}

#[test]
fn a_flipped_byte_anywhere_is_either_harmless_or_named() {
    let text = log(&["a", "b"]);
    for (number, wrapping) in
        [gzip(&text), zstd(&text), zip(&[("log.json", text.clone())])].iter().enumerate()
    {
        for at in 0..wrapping.len() {
            let mut damaged = wrapping.clone();
            damaged[at] ^= 0x55;
            let told = beside_a_good_file(&damaged);
            let harmless = told.ids() == ["a", "b", "good"];
            let named = told.objects().1 == 1;
            assert!(harmless || named, "wrapping {number}, byte {at}: {:#?}", told.totals);
        }
    }
}

#[test]
fn records_before_a_break_count_and_the_file_still_failed() {
    let many = ids("kept", 2000);
    let wrapped = gzip(&log(&many));
    let told = beside_a_good_file(&wrapped[..wrapped.len() / 2]);
    assert!(told.records.len() > 500, "{}", told.records.len());
    assert_eq!(told.objects(), (2, 1, 0, 1));
    assert!(told.failed(Failed::Truncated).starts_with("it ends too early"));
}

#[test]
fn a_text_that_is_cut_is_named_and_its_last_record_rejected() {
    let text = log(&["a", "b"]);
    let told = beside_a_good_file(&text[..text.len() - 20]);
    assert_eq!(told.ids(), ["a", "good"]);
    assert_eq!(told.failed(Failed::Truncated), "its text ends in the middle");
    assert_eq!(told.totals.records.rejected(), 1);
    assert_eq!(told.totals.records.read(), 3);
}

#[test]
fn a_bad_line_is_rejected_with_its_position_and_the_next_is_read() {
    let lines = format!("{}\n{{oops\n{}\n", record("a"), record("b"));
    let told = beside_a_good_file(lines.as_bytes());
    assert_eq!(told.ids(), ["a", "b", "good"]);
    assert_eq!(told.objects(), (2, 2, 0, 0));
    let rejected = told.totals.records.rejected_by_reason();
    let positions: Vec<_> = rejected.values().flat_map(|named| named.first()).collect();
    assert_eq!(positions.len(), 1);
    assert_eq!(positions[0].index, 1);
    assert!(positions[0].offset > record("a").len() as u64);
}

#[test]
fn containers_that_cannot_be_opened_are_named_and_not_passed_over() {
    let told = beside_a_good_file(b"BZh91AY&SY rest of a bzip2 file");
    let why = told.failed(Failed::UnsupportedContainer);
    assert_eq!(why, "a bzip2 file cannot be opened: unpack it first");
}

#[test]
fn a_file_that_vanishes_between_finding_and_reading_is_named() {
    let world = World::new();
    world.write("stays.json", &log(&["a"])).write("goes.json", &log(&["bb"]));
    let input = ingest::Input::from_paths([world.path("")]).unwrap();
    std::fs::remove_file(world.path("goes.json")).unwrap();
    let told = world.scan_input(&input);
    assert_eq!(told.ids(), ["a"]);
    assert_eq!(told.objects(), (2, 1, 0, 1));
    assert!(told.failed(Failed::Unreadable).starts_with("cannot open it: "));
}

#[test]
fn a_folder_that_vanishes_takes_its_files_and_nothing_else() {
    let world = World::new();
    world.write("stays/a.json", &log(&["a"]));
    world.write("goes/b.json", &log(&["b"])).write("goes/c.json", &log(&["cc"]));
    let input = ingest::Input::from_paths([world.path("")]).unwrap();
    std::fs::remove_dir_all(world.path("goes")).unwrap();
    let told = world.scan_input(&input);
    assert_eq!(told.ids(), ["a"]);
    assert_eq!(told.objects(), (3, 1, 0, 2));
}

#[test]
fn a_file_that_shrinks_keeps_what_is_left_and_is_named() {
    let lines: String = ids("line", 10).iter().map(|id| record(id) + "\n").collect();
    let left: String = ids("line", 4).iter().map(|id| record(id) + "\n").collect();
    let world = World::new();
    world.write("log.jsonl", lines.as_bytes());
    let input = ingest::Input::from_paths([world.path("")]).unwrap();
    world.write("log.jsonl", left.as_bytes());
    let told = world.scan_input(&input);
    assert_eq!(told.records.len(), 4);
    assert!(told.failed(Failed::Truncated).contains("while the scan ran"));
}

#[test]
fn an_empty_archive_and_an_empty_stream_are_empty() {
    let world = World::new();
    world.write("empty.zip", &zip(&[])).write("empty.gz", &gzip(b"")).write("empty.zst", &zstd(b""));
    let told = world.scan();
    assert_eq!(told.skipped(Skipped::Empty), ["empty.gz", "empty.zip", "empty.zst"]);
    assert!(told.totals.is_empty());
}
