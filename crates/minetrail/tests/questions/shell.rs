use std::fs;

use crate::world::{minetrail, stolen, told};

const VERBS: [&str; 9] =
    ["scan", "timeline", "actor", "search", "gaps", "verify-logs", "verify-receipt", "rules", "drill"];

#[test]
fn every_shell_gets_completions_with_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = told(folder.path(), &["completions", shell]);
        for verb in VERBS {
            assert!(script.contains(verb), "{shell} does not know {verb}");
        }
    }
}

#[test]
fn every_verb_has_a_page_and_a_help_that_teaches() {
    let folder = tempfile::tempdir().unwrap();
    told(folder.path(), &["man", "--out", "man"]);
    let page = fs::read_to_string(folder.path().join("man/minetrail.1")).unwrap();
    assert!(page.contains(".TH minetrail 1"), "{page}");
    for verb in VERBS {
        let page = fs::read_to_string(folder.path().join(format!("man/minetrail-{verb}.1"))).unwrap();
        assert!(page.contains(&format!("minetrail\\-{}", verb.replace('-', "\\-"))), "{verb}\n{page}");
        let help = told(folder.path(), &[verb, "--help"]);
        assert!(!help.contains("Examples:") || page.contains("Examples:"), "{verb}\n{page}");
        let (_, examples) = help.split_once("Examples:").unwrap_or_default();
        let teaches = examples.contains(&format!("  minetrail {verb} ")) || help.contains("Commands:");
        assert!(teaches, "{verb} has no example\n{help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 100 || line.contains("minetrail ")),
            "{help}"
        );
    }
}

#[test]
fn colours_and_links_are_for_terminals_and_as_the_environment_says() {
    let folder = stolen();
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = minetrail();
        command.current_dir(folder.path()).args(["gaps", "logs"]).args(args);
        command.envs(variables.iter().copied());
        String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
    };
    let is_coloured = |text: String| text.contains('\u{1b}');
    assert!(!is_coloured(run(&[], &[])));
    assert!(is_coloured(run(&[("CLICOLOR_FORCE", "1")], &[])));
    assert!(!is_coloured(run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[])));
    assert!(is_coloured(run(&[("NO_COLOR", "1")], &["--color", "always"])));
    assert!(!is_coloured(run(&[("CLICOLOR_FORCE", "1")], &["--color", "never"])));
    assert!(!run(&[("CLICOLOR_FORCE", "1")], &[]).contains("\u{1b}]8"), "a link is for terminals");
    assert!(run(&[], &["--ascii"]).is_ascii());
}
