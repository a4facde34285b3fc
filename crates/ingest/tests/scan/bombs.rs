//! Objects made to cost more than they are worth. Ceilings are lowered, so that tests are quick.

use ingest::{Failed, Limit, Limits, Skipped};

use crate::world::{Told, World, gzip, ids, log, record, zip, zstd};

const MIB: usize = 1 << 20;

/// A scan whose ceilings are low, of a bomb beside a good file.
fn set_off(bomb: &[u8], limits: Limits) -> Told {
    let world = World::with_limits(limits);
    world.write("good.json", &log(&["good"]));
    let told = world.write("bomb", bomb).scan();
    assert!(told.ids().contains(&"good"), "the next file is read");
    told
}

fn low() -> Limits {
    Limits { expansion_free_bytes: 4 * MIB as u64, ..Limits::default() }
}

fn assert_stopped(told: &Told, limit: Limit) {
    assert_eq!(told.totals.limits_reached.get(&limit), Some(&1), "{:#?}", told.totals);
    told.failed(Failed::LimitReached);
}

#[test]
fn a_bomb_is_stopped_where_it_unfolds() {
    let zeros = vec![b' '; 20 * MIB];
    for bomb in [gzip(&zeros), zstd(&zeros), gzip(&gzip(&zeros)), zip(&[("zeros", zeros.clone())])] {
        let told = set_off(&bomb, low());
        assert_stopped(&told, Limit::ExpansionRatio);
        assert!(told.totals.bytes.decompressed < 6 * MIB as u64);
    }
}

#[test]
fn ten_gibibytes_in_ten_mebibytes_are_stopped_at_the_ordinary_ceiling() {
    // One member of 16 MiB of nothing, 640 times: ten GiB that nobody has to make.
    let member = gzip(&vec![0; 16 * MIB]);
    let bomb = [gzip(&log(&["bait"])), member.repeat(640)].concat();
    let told = set_off(&bomb, Limits::default());
    assert_stopped(&told, Limit::ExpansionRatio);
    // The ratio counts against what was read of the file, so a long file may unfold a little further.
    assert!(told.totals.bytes.decompressed < 1 << 30, "{}", told.totals.bytes.decompressed);

    let without_bait = set_off(&member.repeat(640), Limits::default());
    assert_eq!(without_bait.totals.limits_reached.get(&Limit::BarrenBytes), Some(&1));
    assert!(without_bait.totals.bytes.decompressed < 300 << 20);
}

#[test]
fn records_before_the_ceiling_are_kept() {
    let mut text = log(&["kept"]);
    text.extend(vec![b' '; 20 * MIB]);
    let told = set_off(&gzip(&text), low());
    assert_eq!(told.ids(), ["good", "kept"]);
    assert_stopped(&told, Limit::ExpansionRatio);
}

#[test]
fn a_layer_that_unfolds_to_nothing_visible_is_stopped_too() {
    // The inner gzip has two mebibytes of empty members: nothing comes out at the top.
    let told = set_off(&gzip(&gzip(b"").repeat(2 * MIB / 20)), Limits { gzip_members: 1000, ..low() });
    assert_stopped(&told, Limit::GzipMembers);
    let told = set_off(&gzip(&gzip(b"").repeat(20 * MIB / 20)), Limits { expansion_ratio: 50, ..low() });
    assert_stopped(&told, Limit::ExpansionRatio);
}

#[test]
fn small_and_repetitive_is_no_bomb() {
    let mut text = log(&["a"]);
    text.extend(vec![b' '; 3 * MIB]);
    let told = set_off(&gzip(&text), low());
    assert_eq!(told.objects(), (2, 2, 0, 0));
}

#[test]
fn an_object_may_not_be_longer_than_its_ceiling() {
    let many = ids("many", 5000);
    let limits = Limits { object_bytes: MIB as u64, ..Limits::default() };
    for wrapping in [gzip(&log(&many)), zstd(&log(&many))] {
        let told = set_off(&wrapping, limits.clone());
        assert_stopped(&told, Limit::ObjectBytes);
        assert!(told.records.len() > 1000, "what came before is kept");
    }
    let told = set_off(&log(&many), limits);
    assert_eq!(told.objects(), (2, 2, 0, 0), "what is not compressed costs what it is");
}

#[test]
fn archives_in_archives_end_somewhere() {
    let mut archive = zip(&[("log.json", log(&["deep"]))]);
    for _ in 0..3 {
        archive = zip(&[("inner.zip", archive)]);
    }
    let told = set_off(&archive, Limits::default());
    assert_stopped(&told, Limit::Nesting);
    let told = set_off(&gzip(&gzip(&gzip(&gzip(&log(&["deep"]))))), Limits::default());
    assert_stopped(&told, Limit::Nesting);
}

#[test]
fn an_archive_has_a_ceiling_of_entries_and_keeps_those_below() {
    let names = ids("entry", 50);
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), log(&[name]))).collect();
    let told = set_off(&zip(&entries), Limits { zip_entries: 20, ..Limits::default() });
    assert_stopped(&told, Limit::ZipEntries);
    assert_eq!(told.objects(), (22, 21, 0, 1));
}

#[test]
fn entries_that_share_their_bytes_are_not_read_again_and_again() {
    // Every line of the directory points at the same local entry.
    let archive = zip(&[("a", log(&ids("same", 50)))]);
    let end = archive.len() - 22;
    let directory_at = u32::from_le_bytes(archive[end + 16..end + 20].try_into().unwrap()) as usize;
    let line = &archive[directory_at..end];
    let mut bomb = archive[..directory_at].to_vec();
    bomb.extend(line.repeat(100));
    let mut end_record = archive[end..].to_vec();
    end_record[12..16].copy_from_slice(&(line.len() as u32 * 100).to_le_bytes());
    bomb.extend(end_record);
    let told = set_off(&bomb, Limits::default());
    assert_stopped(&told, Limit::ExpansionRatio);
}

#[test]
fn an_archive_that_cannot_be_held_is_refused_with_advice() {
    let noise: Vec<u8> = {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        std::iter::repeat_with(next).take(6 * MIB).collect()
    };
    let inner = zip(&[("noise", noise)]);
    let limits = Limits { unseekable_archive_bytes: 5 * MIB as u64, ..Limits::default() };
    let told = set_off(&zip(&[("inner.zip", inner)]), limits);
    assert_stopped(&told, Limit::UnseekableArchiveBytes);
}

#[test]
fn a_record_that_is_too_long_or_too_deep_is_rejected_and_the_next_is_read() {
    let long = record("long").replace("mallory", &"m".repeat(MIB));
    let deep = record("deep").replace(r#""AwsApiCall""#, &format!("{}{}", "[".repeat(500), "]".repeat(500)));
    let mut world = World::new();
    world.options.reader.record_bytes_max = MIB;
    let lines = [record("a"), long, record("b"), deep, record("c")].join("\n");
    let told = world.write("log.jsonl", lines.as_bytes()).scan();
    assert_eq!(told.ids(), ["a", "b", "c"]);
    assert_eq!(told.objects(), (1, 1, 0, 0));
    assert_eq!(told.totals.records.rejected(), 2);
    assert_eq!(told.totals.limits_reached[&Limit::RecordBytes], 1);
    assert_eq!(told.totals.limits_reached[&Limit::RecordDepth], 1);
}

#[test]
fn a_text_too_long_to_be_understood_is_not_passed_over_in_silence() {
    let unforeseen = format!(r#"{{"pages":[[{}]]}}"#, vec![record("hidden"); 5000].join(","));
    let mut world = World::new();
    world.options.reader.record_bytes_max = MIB;
    let told = world.write("export.json", unforeseen.as_bytes()).scan();
    assert_eq!(told.failed(Failed::LimitReached), "something in it is longer than a record may be");
}

#[test]
fn a_disk_image_is_not_read_to_its_end() {
    let limits = Limits { barren_bytes: 2 * MIB as u64, ..Limits::default() };
    let world = World::with_limits(limits);
    world.write("disk.img", &vec![0; 20 * MIB]);
    let mut preamble = b"-- dump --\n".repeat(MIB / 11);
    preamble.extend(log(&ids("late", 9000)));
    let told = world.write("late.json", &preamble).scan();
    assert_eq!(told.records.len(), 9000, "a trail behind a preamble is read");
    assert_eq!(told.objects(), (2, 1, 1, 0));
    assert_eq!(told.skipped(Skipped::NoRecords), ["disk.img"]);
    assert_eq!(told.totals.limits_reached[&Limit::BarrenBytes], 1);
    assert!(told.totals.bytes.decompressed < 10 * MIB as u64);
}

#[test]
fn a_zstd_window_may_not_ask_for_gigabytes() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(24).unwrap();
    encoder.long_distance_matching(true).unwrap();
    std::io::Write::write_all(&mut encoder, &log(&["a"])).unwrap();
    std::io::Write::flush(&mut encoder).unwrap();
    let wide = encoder.finish().unwrap();
    let told = set_off(&wide, Limits { zstd_window_log: 20, ..Limits::default() });
    assert_stopped(&told, Limit::ZstdWindow);
    assert_eq!(set_off(&wide, Limits::default()).ids(), ["a", "good"]);
}
