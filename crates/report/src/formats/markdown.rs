//! Markdown for tickets, wikis and pull requests.
//!
//! Whoever renders it may make links of bare names, ping whoever follows an `@`, and take `#7`
//! for an issue, also where these are escaped. Only code is left alone by all of them: a word
//! with anything but letters, digits and plain punctuation in it is written as code. So every
//! name, address and arn is code, and our own sentences stay sentences.
//!
//! Blind spots: long lists are cut as on the terminal; `--format json` has all of them.

use std::fmt::Write;

use detect::Finding;
use detect::finding::{Moment, Origin, Question, QuestionState, SignalTold};

use super::shown::{visible, visible_cut};
use super::{Context, PRODUCT, brief};
use crate::numbers::{count, counted, dollars, measure};
use crate::order::by_urgency;
use crate::words::{network_kind, word};

/// The longest sentence, in UTF-16 units.
const SENTENCE_UNITS_MAX: usize = 480;
/// The longest command. Longer, and a list of machines is the whole page.
const COMMAND_UNITS_MAX: usize = 3_000;
/// How many entries of a list are told: as many as a reader of a ticket will look at.
const ENTRIES_MAX: usize = 20;

/// Returns a page: one section for each finding.
#[must_use]
pub fn markdown(findings: &[Finding], context: &Context<'_>) -> String {
    let mut page = format!(
        "# {PRODUCT}: {}\n\nTold at {} by {PRODUCT} {}.\n",
        counted(findings.len() as u64, "finding"),
        code(&context.now.to_string()),
        code(context.version)
    );
    for finding in by_urgency(findings) {
        section(&mut page, finding);
    }
    page
}

fn section(page: &mut String, finding: &Finding) {
    let severity = word(&finding.severity).to_uppercase();
    add(page, &format!("\n## {severity} {}: {}\n", finding.urgency, prose(&finding.title)));
    add(page, &prose(&finding.summary));
    if let Some(suppressed) = &finding.suppressed {
        add(page, &format!("\nSuppressed by {}: {}", prose(&suppressed.by), prose(&suppressed.reason)));
    }
    add(page, "");
    facts(page, finding);
    add(page, "\n### Why\n");
    let signals = finding.signals.iter().map(reason).collect();
    list(page, "", signals);
    verify(page, finding);
    steps(page, finding);
    if !finding.timeline.is_empty() {
        add(page, "\n### How it went\n");
        list(page, "", finding.timeline.iter().map(moment).collect());
    }
    if !finding.caveats.is_empty() {
        add(page, "\n### What was not visible\n");
        list(page, "", finding.caveats.iter().map(|caveat| prose(caveat)).collect());
    }
    let id = code(&visible_cut(&finding.id, SENTENCE_UNITS_MAX));
    add(page, &format!("\nFinding {id}, revision {}.", finding.revision));
}

fn add(page: &mut String, line: &str) {
    writeln!(page, "{line}").expect("a string takes all text");
}

fn facts(page: &mut String, finding: &Finding) {
    let (launches, cost) = (&finding.launches, &finding.cost);
    let (certainty, threat, outcome) = (finding.certainty, finding.threat, word(&finding.outcome));
    add(page, &format!("- **Certainty** {certainty}, **threat** {threat}, outcome {}", code(&outcome)));
    let machines = [
        ("started", launches.started),
        ("refused", launches.refused),
        ("ended", launches.ended),
        ("in dry runs", launches.dry_run),
    ];
    let machines = machines.map(|(what, number)| format!("{} {what}", count(number))).join(", ");
    let power = format!(
        "{} vCPUs, {}",
        measure(launches.vcpus_started),
        counted(launches.accelerators_started, "accelerator")
    );
    add(page, &format!("- **Machines** {machines}; {power}"));
    let dollars = [cost.per_hour, cost.so_far, cost.next_24h].map(dollars);
    add(
        page,
        &format!(
            "- **Cost** {} an hour, {} so far, {} in the next 24 hours",
            dollars[0], dollars[1], dollars[2]
        ),
    );
    let (first, last) = (code(&finding.first_seen.to_string()), code(&finding.last_seen.to_string()));
    add(page, &format!("- **When** {first} to {last}"));
    let types: Vec<String> =
        launches.types.iter().map(|(unit, number)| format!("{} x {}", count(*number), named(unit))).collect();
    let hands = brief::hands(finding).into_iter().map(|principal| named(&principal.arn)).collect();
    let causes = finding
        .root_cause
        .iter()
        .map(|share| format!("{} {:.0}%", code(&word(&share.cause)), share.share * 100.0));
    for (label, entries) in [
        ("Types", types),
        ("Accounts", launches.accounts.iter().map(|name| named(name)).collect()),
        ("Regions", launches.regions.iter().map(|name| named(name)).collect()),
        ("Who", hands),
        ("Access keys", brief::access_keys(finding).into_iter().map(named).collect()),
        ("From", finding.origins.iter().map(from).collect()),
        ("Instances", launches.instances.iter().map(|id| named(id)).collect()),
        ("Respawners", launches.respawners.iter().map(|respawner| named(&respawner.name)).collect()),
        ("Likely causes", causes.collect()),
        ("ATT&CK", finding.attack.v19.iter().map(|id| named(id)).collect()),
    ] {
        if !entries.is_empty() {
            add(page, &format!("- **{label}** {}", on_one_line(&entries)));
        }
    }
}

/// An address, and what is known of it.
fn from(origin: &Origin) -> String {
    let kind = network_kind(origin);
    let network = (!origin.network.is_empty()).then(|| named(&origin.network));
    let system = origin.autonomous_system.as_ref().map(|system| format!("AS{}", system.number));
    let known: Vec<String> = kind.into_iter().chain(network).chain(system).collect();
    let address = named(&origin.address);
    if known.is_empty() { address } else { format!("{address} ({})", known.join(", ")) }
}

fn on_one_line(entries: &[String]) -> String {
    let told = entries.iter().take(ENTRIES_MAX).cloned().collect::<Vec<_>>().join(", ");
    match entries.len().checked_sub(ENTRIES_MAX) {
        None | Some(0) => told,
        Some(more) => format!("{told}, … and {} more", count(more as u64)),
    }
}

fn list(page: &mut String, indent: &str, entries: Vec<String>) {
    for entry in entries.iter().take(ENTRIES_MAX) {
        add(page, &format!("{indent}- {entry}"));
    }
    if let Some(more) = entries.len().checked_sub(ENTRIES_MAX).filter(|more| *more > 0) {
        add(page, &format!("{indent}- … and {} more", count(more as u64)));
    }
}

fn reason(signal: &SignalTold) -> String {
    let since = code(&signal.since.to_string());
    format!("{} dB {} since {since}: {}", signal.decibans, code(signal.rule), prose(&signal.sentence))
}

fn moment(moment: &Moment) -> String {
    let times = if moment.count > 1 { format!(" ({} times)", count(moment.count)) } else { String::new() };
    format!("{} {}{times}", code(&moment.time.to_string()), prose(&moment.what))
}

fn verify(page: &mut String, finding: &Finding) {
    if finding.verify.is_empty() {
        return;
    }
    add(page, "\n### Verify\n");
    let step = |question: &Question| {
        let mark = if question.state == QuestionState::Answered { "answered" } else { "open" };
        format!("{} ({mark}) {}", prose(&question.question), prose(&question.answer))
    };
    list(page, "", finding.verify.iter().map(step).collect());
}

fn steps(page: &mut String, finding: &Finding) {
    if finding.actions.is_empty() {
        return;
    }
    add(page, "\n### Do first\n\nRead a command before you run it.\n");
    for (place, action) in finding.actions.iter().take(ENTRIES_MAX).enumerate() {
        add(page, &format!("{}. {} {}", place + 1, prose(&action.what), prose(&action.why)));
        list(page, "   ", action.commands.iter().map(|command| shell(command)).collect());
    }
    if let Some(more) = finding.actions.len().checked_sub(ENTRIES_MAX).filter(|more| *more > 0) {
        add(page, &format!("\n… and {} more", counted(more as u64, "step")));
    }
}

/// Returns a command as code. One that cannot be shown as it is, is not shown: what is on the page would not be what it says.
fn shell(command: &str) -> String {
    let is_shown = visible(command) == command && command.encode_utf16().count() <= COMMAND_UNITS_MAX;
    if is_shown {
        code(command)
    } else {
        "(a command that cannot be shown here: see `--format json`)".to_owned()
    }
}

/// Returns a name as code.
fn named(raw: &str) -> String {
    code(&visible_cut(raw, SENTENCE_UNITS_MAX))
}

/// Returns a sentence; each word that a renderer might act on is code, without the marks around it.
fn prose(raw: &str) -> String {
    let shown = visible_cut(raw, SENTENCE_UNITS_MAX);
    let words = shown.split(' ').filter(|word| !word.is_empty());
    words.map(in_prose).collect::<Vec<_>>().join(" ")
}

fn in_prose(word: &str) -> String {
    let opened = word.trim_start_matches('(');
    let bare = opened.trim_end_matches(['.', ',', ';', ':', ')', '?', '!']);
    let (before, after) = (&word[..word.len() - opened.len()], &opened[bare.len()..]);
    // A number with a dot after it begins a list where it begins a line.
    let begins_a_list =
        !after.is_empty() && !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    if bare.is_empty() || (is_plain(bare) && !begins_a_list) {
        return word.to_owned();
    }
    format!("{before}{}{after}", code(bare))
}

/// Whether no renderer makes anything but text of `word`: letters, digits, and hyphens within.
fn is_plain(word: &str) -> bool {
    let is_word = word.chars().enumerate().all(|(place, character)| {
        character.is_alphanumeric() || matches!(character, '%' | '\'') || (character == '-' && place > 0)
    });
    is_word || is_amount(word)
}

/// Whether `word` is a number as we write them: `4,608`, `$390.95`.
fn is_amount(word: &str) -> bool {
    let digits = word.strip_prefix('$').unwrap_or(word);
    let is_mark = |character| matches!(character, '.' | ',');
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.matches('.').count() <= 1
        && digits.contains(is_mark)
        && digits.chars().all(|character| character.is_ascii_digit() || is_mark(character))
}

/// Returns `text` as code, whatever backticks are in it. Hidden characters are shown by their number.
fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return "(blank)".to_owned();
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A blank inside keeps a backtick at the edge apart from the fence, and is taken off again.
    let edge = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{edge}{text}{edge}{fence}")
}
