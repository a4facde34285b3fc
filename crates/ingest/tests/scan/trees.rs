//! Folders as people have them: links, pipes, names that are not text, the same file many times.

use std::path::PathBuf;

use ingest::{Failed, Input, Skipped};

use crate::world::{World, gzip, ids, log, zip};

#[test]
fn a_pipe_by_name_is_read_to_its_end() {
    let world = World::new();
    let pipe = world.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::write(pipe, gzip(&log(&["a", "b"]))).unwrap())
    };
    let told = world.scan_paths(&[pipe]);
    writer.join().unwrap();
    assert_eq!(told.ids(), ["a", "b"]);
    assert_eq!(told.objects(), (1, 1, 0, 0));
}

#[test]
fn an_archive_may_come_through_a_pipe() {
    let world = World::new();
    let pipe = world.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::write(pipe, zip(&[("a.json", log(&["a"]))])).unwrap())
    };
    let told = world.scan_paths(&[pipe]);
    writer.join().unwrap();
    assert_eq!(told.ids(), ["a"]);
}

#[test]
fn a_pipe_in_a_tree_does_not_hang_the_scan() {
    let world = World::new();
    world.write("log.json", &log(&["a"]));
    assert!(std::process::Command::new("mkfifo").arg(world.path("pipe")).status().unwrap().success());
    let told = world.scan();
    assert_eq!(told.ids(), ["a"]);
    assert_eq!(told.skipped(Skipped::NotAFile), ["pipe"]);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_named_and_end() {
    let world = World::new();
    world.write("a/b/log.json", &log(&["a"]));
    std::os::unix::fs::symlink(world.path("a"), world.path("a/b/circle")).unwrap();
    std::os::unix::fs::symlink("nowhere", world.path("a/broken")).unwrap();
    let told = world.scan();
    assert_eq!(told.ids(), ["a"]);
    assert_eq!(told.objects(), (3, 1, 1, 1));
    assert_eq!(told.skipped(Skipped::LinkToKnownFolder), ["circle"]);
    assert!(told.failed(Failed::Unreadable).starts_with("cannot look at it"));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_text_is_read_and_told_apart() {
    use std::os::unix::ffi::OsStringExt;
    let world = World::new();
    let name = std::ffi::OsString::from_vec(b"caf\xe9.json".to_vec());
    std::fs::write(world.path("").join(name), log(&["a"])).unwrap();
    let told = world.scan();
    assert_eq!(told.records, [("caf\\xe9.json".to_owned(), "a".to_owned())]);
}

#[test]
fn the_same_bytes_under_several_names_are_read_once_and_counted() {
    let world = World::new();
    let same = log(&["a", "b", "c"]);
    let other = log(&["d", "e", "f"]);
    assert_eq!(same.len(), other.len(), "the story needs files that differ in content only");
    world
        .write("org/2.json", &same)
        .write("account/1.json", &same)
        .write("z/3.json", &same)
        .write("y/4.json", &other);
    let told = world.scan();
    assert_eq!(told.ids(), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(told.records[0].0, "account/1.json", "the first by name is the one that is read");
    assert_eq!(told.objects(), (4, 2, 2, 0));
    assert_eq!(told.totals.records.read(), 12);
    assert_eq!(told.totals.records.duplicate(), 6);
    let skipped = &told.totals.objects.skipped_by_reason()[&Skipped::DuplicateContent];
    assert!(skipped.first().all(|mention| mention.why.ends_with("account/1.json")));
    assert_eq!(told.skipped(Skipped::DuplicateContent), ["2.json", "3.json"]);
}

#[test]
fn large_files_with_the_same_bytes_are_read_once_too() {
    let world = World::new();
    let text = log(&ids("large", 20_000));
    assert!(text.len() > 4 << 20);
    world.write("a.json", &text).write("b.json", &text);
    let told = world.scan();
    assert_eq!(told.objects(), (2, 1, 1, 0));
    assert_eq!(told.totals.records.duplicate(), 20_000);
}

#[test]
fn a_folder_without_files_is_empty_and_says_where_it_looked() {
    let world = World::new();
    std::fs::create_dir(world.path("empty")).unwrap();
    let input = Input::from_paths([world.path("empty")]).unwrap();
    assert_eq!(input.paths(), [world.path("empty")]);
    let told = world.scan_input(&input);
    assert!(told.totals.is_empty());
    assert_eq!(told.objects(), (0, 0, 0, 0));
}

#[test]
fn a_path_that_does_not_exist_stops_before_anything_is_read() {
    let world = World::new();
    let missing = world.path("missing");
    let error = Input::from_paths([missing.clone(), PathBuf::from("-")]).unwrap_err();
    assert!(error.to_string().ends_with("missing"), "{error}");
}
