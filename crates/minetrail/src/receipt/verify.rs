//! A receipt against a copy: the same contents, the same findings?

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use detect::Finding;
use detect::facts::Span;
use event::Time;
use report::text::visible;

use super::objects::Objects;
use super::{Receipt, Verdict, VerifyArgs, config_hash};
use crate::exit::{FAILED, Failure, USAGE};
use crate::reading::files;
use crate::references::{FileNoted, References};
use crate::scan::{self, How};
use crate::{config, reading};

/// Differences named, of each kind.
const NAMED_MAX: usize = 20;

/// Returns what was found, and whether the receipt holds.
pub(super) fn verify(args: &VerifyArgs, receipt: &Receipt) -> Result<(String, bool), Failure> {
    let input = reading::find(&args.paths)?;
    let objects = Objects::hash(&input);
    let (mut text, mut agrees) = (String::new(), true);
    let mut say = |holds: bool, what: &str| {
        agrees &= holds;
        writeln!(text, "{}  {}", if holds { "ok    " } else { "DIFFERS" }, visible(what))
            .expect("a string takes all text");
    };
    let same = objects.root() == receipt.objects.merkle_root;
    say(same, &contents(receipt, &objects, same));
    if !same {
        differences(&args.receipt, receipt, &objects).iter().for_each(|line| say(false, line));
    }
    let config = config_hash(args.config.as_deref()).map_err(|error| Failure::new(USAGE, error))?;
    if config != receipt.asked.config_sha256 {
        say(false, "the configuration is not the one that the receipt was made with (--config)");
    }
    let references = References::read(&args.references)?;
    of_references(receipt, &references, args).iter().for_each(|line| say(false, line));
    let verdict = judge(args, receipt, references, &input)?;
    let same_verdict = verdict == receipt.verdict;
    say(same_verdict, &judged(&verdict, &receipt.verdict));
    let program = concat!("minetrail ", env!("CARGO_PKG_VERSION"));
    if !same_verdict && receipt.program != program {
        say(
            false,
            &format!("the receipt is of {}, this is {program}: rules may have changed", receipt.program),
        );
    }
    if receipt.partial {
        say(false, "the receipt is of a scan that was interrupted");
    }
    Ok((text, agrees))
}

fn judged(now: &Verdict, then: &Verdict) -> String {
    // As many findings as before may still say other things: with other lists, or by other rules.
    if now != then && now.sentence == then.sentence {
        return format!("{}, as the receipt says, but not the same in every word", now.sentence);
    }
    format!("{}, as the receipt says {}", now.sentence, then.sentence)
}

fn contents(receipt: &Receipt, objects: &Objects, same: bool) -> String {
    if same {
        return format!(
            "{}, {} bytes: the contents that the receipt is of",
            files(objects.count()),
            objects.bytes()
        );
    }
    format!(
        "{}, {} bytes, where the receipt is of {}, {} bytes",
        files(objects.count()),
        objects.bytes(),
        files(receipt.objects.count),
        receipt.objects.bytes
    )
}

/// What the list beside the receipt has and the copy has not, and the reverse.
fn differences(path: &Path, receipt: &Receipt, objects: &Objects) -> Vec<String> {
    let list = path.with_file_name(&receipt.objects.list);
    let Ok(listed) = std::fs::read_to_string(&list) else {
        return vec![format!("without {} it cannot be said which files differ", list.display())];
    };
    let mut surplus: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for line in listed.lines() {
        let mut parts = line.splitn(3, ' ');
        let (hash, bytes) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let name = parts.next().unwrap_or_default().to_owned();
        surplus.entry(format!("{hash} {bytes}")).or_insert((0, name)).0 += 1;
    }
    for object in &objects.0 {
        let name = object.path.display().to_string();
        surplus.entry(object.content()).or_insert((0, name)).0 -= 1;
    }
    let named = |wanted: fn(i64) -> bool, what: &str| {
        let mut all: Vec<String> = surplus
            .values()
            .filter(|(surplus, _)| wanted(*surplus))
            .map(|(_, name)| format!("{what} {name}"))
            .collect();
        let more = all.len().saturating_sub(NAMED_MAX);
        all.truncate(NAMED_MAX);
        all.extend((more > 0).then(|| format!("… and {more} more")));
        all
    };
    [named(|surplus| surplus > 0, "missing or changed:"), named(|surplus| surplus < 0, "not in the receipt:")]
        .concat()
}

/// What is not known beside the logs as it was when the receipt was made.
fn of_references(receipt: &Receipt, references: &References, args: &VerifyArgs) -> Vec<String> {
    let (then, now) = (&receipt.asked.references, references.noted());
    let missing = then.iter().filter(|file| !now.contains(file)).map(|file| {
        let FileNoted { option, sha256 } = file;
        format!("the receipt was made with {option} and a file of SHA-256 {sha256}, which is not given")
    });
    let surplus = now.iter().filter(|file| !then.contains(file));
    let surplus =
        surplus.map(|file| format!("{} names a file that the receipt was not made with", file.option));
    let format = match (&receipt.asked.flow_format, &args.references.flow_format) {
        (then, now) if then == now => None,
        (Some(then), _) => Some(format!("the receipt was made with --flow-format {then:?}")),
        (None, _) => Some("the receipt was made without --flow-format".to_owned()),
    };
    missing.chain(surplus).chain(format).collect()
}

/// Judges the copy as the receipt says.
fn judge(
    args: &VerifyArgs,
    receipt: &Receipt,
    references: References,
    input: &ingest::Input,
) -> Result<Verdict, Failure> {
    let time = |text: &Option<String>| text.as_deref().and_then(Time::parse);
    let span = Span { since: time(&receipt.asked.since), until: time(&receipt.asked.until) };
    let config = config::read(args.config.as_deref())?;
    let (facts, totals) = scan::read(&args.paths, &How { span, references, ..How::default() }, input)?;
    if totals.stopped_early {
        return Err(Failure::new(FAILED, anyhow::anyhow!("interrupted before everything was read")));
    }
    let min = receipt.asked.min_certainty;
    let told: Vec<Finding> = respond::judge(&facts, &config.approved, min)
        .into_iter()
        .filter(|finding| finding.certainty >= min)
        .collect();
    Ok(Verdict::of(&told, min))
}
