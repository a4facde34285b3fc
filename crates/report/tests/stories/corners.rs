//! Small promises that no whole page shows.

use detect::finding::{Kind, Link, Outcome, Respawner};
use detect::score::Decibans;
use event::event::RespawnerKind;
use report::Summary;
use report::summary::FindingCounts;
use report::text::{self, Style};

use crate::samples::{self, at, id, place};

/// The page for one finding at 80 columns.
fn page(finding: detect::Finding) -> String {
    let findings = [finding];
    text::findings(&findings, &samples::summary(&findings), &Style::plain(80))
}

/// The lines of one section, without its title.
fn section<'a>(page: &'a str, title: &str) -> Vec<&'a str> {
    let from_title = page.lines().skip_while(|line| !line.starts_with(&format!(" {title}")));
    from_title.skip(1).take_while(|line| !line.is_empty()).collect()
}

fn links(links: &[(&str, &str)]) -> Vec<Link> {
    let link = |(place, (from, to)): (usize, &(&str, &str))| Link {
        time: at("03:00:00").plus(place as i64),
        event: id(place as u32),
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        by: "AssumeRole".to_owned(),
    };
    links.iter().enumerate().map(link).collect()
}

#[test]
fn a_circle_of_credentials_is_told_once() {
    let mut told = samples::misuse();
    told.lineage = links(&[("a", "b"), ("b", "c"), ("c", "a"), ("x", "x")]);
    let page = page(told);
    assert_eq!(
        section(&page, "lineage"),
        [
            "   a",
            "   └─ AssumeRole → b (03:00:00Z, 00000000)",
            "      └─ AssumeRole → c (03:00:01Z, 9e3779b1)",
            "         └─ AssumeRole → a (03:00:02Z, 3c6ef362)",
            "   x",
            "   └─ AssumeRole → x (03:00:03Z, daa66d13)",
        ]
    );
}

#[test]
fn a_long_chain_stays_on_the_page() {
    let names: Vec<String> = (0..30).map(|number| format!("principal-{number}")).collect();
    let chain: Vec<(&str, &str)> =
        names.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let mut told = samples::misuse();
    told.lineage = links(&chain);
    let page = page(told);
    assert!(page.contains("AssumeRole → principal-24 "), "the last that is told");
    assert!(page.contains("… and 5 more links: --format json"));
}

#[test]
fn in_several_accounts_each_principal_and_row_says_whose_it_is() {
    let mut told = samples::gpu_fleet();
    told.launches.accounts = vec!["111111111111".to_owned(), "222222222222".to_owned()];
    for (row, account) in told.launches.places.iter_mut().zip(["1", "1", "2", "2"]) {
        row.account = account.repeat(12);
    }
    told.launches.respawners = vec![Respawner {
        kind: RespawnerKind::Nodegroup,
        name: "workers".to_owned(),
        account: "222222222222".to_owned(),
        region: "us-west-2".to_owned(),
        max: Some(1),
        ended: false,
    }];
    told.lineage = links(&[("arn:aws:iam::111111111111:role/a", "arn:aws:iam::222222222222:role/b")]);
    let page = page(told);
    assert!(page.contains("40 asked for by 10 calls in 4 regions of 2 accounts"));
    assert!(page.contains("nodegroup workers in us-west-2 of 222222222222:\n"));
    assert!(page.contains("role/a (111111111111)") && page.contains("role/b (222222222222)"));
    let rows: Vec<&str> = section(&page, "launched").iter().map(|row| row.trim()).collect();
    assert_eq!((rows[1], rows[4]), ("account 111111111111", "account 222222222222"));
}

#[test]
fn the_largest_launches_are_told_and_the_rest_is_added_up() {
    let mut places: Vec<_> =
        (0..50).map(|number| place("us-east-1", &format!("t3.n{number}"), [1, 1, 0, 0])).collect();
    places.push(place("zz-last-1", "p5.48xlarge", [7, 0, 0, 7]));
    let mut told = samples::gpu_fleet();
    told.launches = samples::launches(51, places);
    let page = page(told);
    let rows: Vec<Vec<&str>> =
        section(&page, "launched").iter().map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["zz-last-1", "p5.48xlarge", "7", "·", "·", "·", "7"]);
    assert_eq!(rows[21], ["…", "31", "more", "31", "31", "·", "31", "·"]);
    assert_eq!(rows[22], ["all", "57", "50", "·", "50", "7"]);
}

#[test]
fn a_sum_that_its_signals_do_not_explain_says_so() {
    let mut told = samples::misuse();
    told.score.sum += Decibans::new(-3);
    let page = page(told);
    let row = page.lines().find(|line| line.contains("not itemised")).expect("the gap has a row");
    assert!(row.contains("-3.0"), "{row}");
}

#[test]
fn what_was_asked_for_and_did_not_run_has_a_word() {
    let outcomes = [
        (Outcome::Ended, "· ended ·"),
        (Outcome::Refused, "· refused ·"),
        (Outcome::DryRun, "· dry runs only ·"),
        (Outcome::Mixed, "· no machine seen yet ·"),
    ];
    for (outcome, words) in outcomes {
        let mut told = samples::refused_only();
        (told.title, told.outcome) = ("Short".to_owned(), outcome);
        let page = page(told);
        assert!(page.contains(words), "{words} is not in {page}");
    }
    let mut told = samples::misuse();
    told.kind = Kind::CredentialMisuse;
    assert!(page(told).contains("· no launch ·"));
}

#[test]
fn our_own_drawing_has_a_like_in_ascii() {
    let findings = [samples::gpu_fleet(), samples::respawners(), samples::six_thousand()];
    let style = Style { ascii: true, ..Style::plain(100) };
    let page = text::findings(&findings, &samples::summary(&findings), &style);
    // What has no like becomes a question mark; questions have their own.
    let told = text::findings(&findings, &samples::summary(&findings), &Style::plain(100));
    assert_eq!(page.matches('?').count(), told.matches('?').count(), "{page}");
}

#[test]
fn a_narrow_terminal_and_a_wide_one_get_pages_that_can_be_read() {
    let findings = [samples::gpu_fleet()];
    let told = |columns| text::findings(&findings, &samples::summary(&findings), &Style::plain(columns));
    assert_eq!(told(0), told(72));
    assert_eq!(told(500), told(160));
}

#[test]
fn findings_are_counted_by_what_becomes_of_them() {
    let mut below = samples::misuse();
    below.certainty = 49;
    let mut suppressed_below = samples::suppressed();
    suppressed_below.certainty = 3;
    let findings = [samples::gpu_fleet(), samples::suppressed(), below, suppressed_below];
    let expected = FindingCounts { raised: 1, suppressed: 1, below_threshold: 2, min_certainty: 50 };
    assert_eq!(FindingCounts::of(&findings, 50), expected);
    assert_eq!(FindingCounts::of(&findings, 0).below_threshold, 0);
}

#[test]
fn totals_that_do_not_add_up_are_named() {
    let mut summary = samples::summary(&[]);
    assert_eq!(summary.contradictions(), Vec::<String>::new());
    summary.objects.skipped -= 1;
    summary.records.rejected += 2;
    assert_eq!(
        summary.contradictions(),
        [
            "1234 objects were found, but 1233 accounted for",
            "482113 records were read, but 482115 accounted for"
        ]
    );
    assert!(Summary::default().contradictions().is_empty());
}

#[test]
fn an_empty_result_names_what_is_suppressed() {
    let findings = [samples::suppressed()];
    let page = text::findings(&findings, &samples::summary(&findings), &Style::plain(140));
    assert!(page.contains(
        "No finding of certainty 50 or more, besides 1 suppressed, in 482,113 records of 2 accounts"
    ));
}
