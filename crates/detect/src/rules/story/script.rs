//! The language of stories: one line, one call.
//!
//! ```text
//! history 18 days: deploy at 3.12.4.9 with Terraform          ordinary work, once on each of 18 days
//! history 9 days: deploy launches m5.large x2 lives 40m       the same launch once a day, ended after 40 minutes
//! 10:00 mallory us-east-1 RunInstances p4d.24xlarge x3 at 203.0.113.9 !Client.VcpuLimitExceeded
//! 10:01 web/i-0abc12345678 eu-west-1 RunInstances g5.48xlarge x4 v1
//! +1d 10:02 mallory CreateAccessKey bob
//! approved 100: train p4d.* us-east-1                         the owner's word: train may ask for 100 USD an hour of p4d
//! => +8 since 10:01: asked for compute in 3 regions
//! ```
//!
//! **When.** `10:00` or `10:00:30` is on the story's day; `-3d 10:00` is three days before, `+1d 10:00` the next day.
//! `history N days:` is on the N days up to the day before yesterday, so that all of it is before every window of the
//! story's day.
//!
//! **Who.** `mallory` is a user with a key, `root` the root user, `web/i-0abc12345678` an instance's credential,
//! `admin/s1` a role session, `another-account` a caller of whom only the account is told,
//! `autoscaling.amazonaws.com` a service with its service-linked role; `@444455556666` behind any of them is its
//! account. A session uses the key that `AssumeRole admin/s1` issues, and a user the one that `CreateAccessKey bob`
//! makes; `using KEY` says otherwise. `mfa`, `console`, `v1`, `v2` (`ec2RoleDelivery`), `lambda` and `oidc` say more
//! about the credential, `via SERVICE` that a service called on its behalf.
//!
//! **Where.** A region (else us-east-1), `in ACCOUNT` for another account's log, `at ADDRESS`, `with AGENT` (in quotes
//! if it has spaces), `through vpce-…`.
//!
//! **Beside the logs.** `known own 203.0.113.0/24 office Berlin`, `known asn 203.0.113.0/24 3320 Deutsche Telekom AG`,
//! `known tor 203.0.113.9`, `known hosting 203.0.113.0/24`, `known aws 203.0.113.0/24 eu-west-1`: told in `known.rs`.
//!
//! **What.** The call's name (`SERVICE:NAME` where two services have it; `launches` is `RunInstances`; nothing at all
//! is ordinary work) and its words, `x3` or `x1-20` for how many. `!CODE` is why it failed. `=> i-a i-b` names what it
//! made; `i-a` with `x3` is i-a-1 to i-a-3. `{…} {…}` are request and response of a call that has no words here.
//! Which words a call has is told by `record.rs`, which writes it; lines of side logs by `beside.rs`. `#` begins a comment.

use std::collections::BTreeMap;

use super::beside::{self, Beside};
use super::known::Known;
use super::record;

/// The day on which stories are told.
const DAY: i64 = 20_532; // 2026-03-20

/// When a day's history happens: in the morning.
const MORNING: i64 = 9 * 3_600;

/// The account in which stories are told.
const ACCOUNT: &str = "111122223333";

/// A story: the records that it tells of, and what is expected.
pub(crate) struct Story {
    /// The records, in the order in which they are told.
    pub(crate) records: Vec<serde_json::Value>,
    /// Rows and messages of side logs.
    pub(crate) beside: Vec<Beside>,
    /// What is known of addresses.
    pub(crate) known: Known,
    /// What stands behind `=>` on a line of its own.
    pub(crate) expected: Option<String>,
    /// What the owner approved, as it would stand in the configuration.
    pub(crate) approved: Vec<serde_json::Value>,
}

/// One line, taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// Its place in the story; ids are made from it.
    pub(crate) number: usize,
    /// Seconds since the epoch.
    pub(crate) time: i64,
    /// `mallory`, `web/i-0abc12345678`, `autoscaling.amazonaws.com`.
    pub(crate) actor: String,
    /// The actor's account.
    pub(crate) account: String,
    /// The account in whose log it stands.
    pub(crate) recipient: String,
    /// The region.
    pub(crate) region: String,
    /// `ec2`.
    pub(crate) source: String,
    /// `RunInstances`.
    pub(crate) name: String,
    /// Words that belong to the call, in order.
    pub(crate) words: Vec<String>,
    /// `at`, `with`, `through`, `using`, `via`, `image`, `on`, `max`, `lives`, `group`, `shared`, `as`, `replacing`, `got` …
    pub(crate) said: BTreeMap<&'static str, String>,
    /// `x3` is 3 to 3.
    pub(crate) count: Option<(u64, u64)>,
    /// Why it failed: the code.
    pub(crate) failure: Option<String>,
    /// What it made, by name.
    pub(crate) made: Vec<String>,
    /// Request and response, literally.
    pub(crate) literal: Vec<serde_json::Value>,
}

/// Words that are followed by what they say.
const KEYWORDS: &[&str] = &[
    "at",
    "with",
    "through",
    "using",
    "via",
    "image",
    "on",
    "max",
    "lives",
    "group",
    "shared",
    "as",
    "replacing",
    "got",
];

/// Words that say all by themselves.
const FLAGS: &[&str] =
    &["v1", "v2", "mfa", "console", "lambda", "oidc", "protected", "userdata", "omitted", "spot", "address"];

impl Line {
    /// What a keyword says.
    pub(crate) fn says(&self, keyword: &str) -> Option<&str> {
        self.said.get(keyword).map(String::as_str)
    }

    /// Whether a flag stands in the line.
    pub(crate) fn is(&self, flag: &str) -> bool {
        self.said.contains_key(flag)
    }

    /// The word at a place; empty if there is none.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// How many are asked for at most.
    pub(crate) fn most(&self) -> u64 {
        self.count.map_or(1, |(_, most)| most)
    }

    fn read(number: usize, time: i64, tokens: &[String]) -> Self {
        let (actor, account) = match tokens[0].rsplit_once('@') {
            Some((actor, account)) if is_account(account) => (actor.to_owned(), account.to_owned()),
            _ => (tokens[0].clone(), ACCOUNT.to_owned()),
        };
        let region = "us-east-1".to_owned();
        let mut line =
            Self { number, time, actor, recipient: account.clone(), account, region, ..Self::default() };
        let mut rest = tokens[1..].iter();
        while let Some(token) = rest.next() {
            line.take(token, &mut rest);
        }
        if line.name.is_empty() {
            // Something that changes something and that nobody has an eye on.
            (line.source, line.name) = ("ec2".to_owned(), "CreateTags".to_owned());
        }
        line
    }

    fn take<'t>(&mut self, token: &str, rest: &mut impl Iterator<Item = &'t String>) {
        if let Some(keyword) = KEYWORDS.iter().find(|keyword| **keyword == token) {
            let what = rest.next().unwrap_or_else(|| panic!("line {}: {token} what?", self.number));
            self.said.insert(keyword, what.clone());
        } else if let Some(flag) = FLAGS.iter().find(|flag| **flag == token) {
            self.said.insert(flag, String::new());
        } else if token == "=>" {
            self.made = rest.cloned().collect();
        } else if is_account(token) {
            token.clone_into(&mut self.recipient);
        } else if catalog::region(token).is_some() {
            token.clone_into(&mut self.region);
        } else if let Some(code) = token.strip_prefix('!') {
            self.failure = Some(code.to_owned());
        } else if token.starts_with('{') {
            self.literal.push(
                serde_json::from_str(token).unwrap_or_else(|error| panic!("line {}: {error}", self.number)),
            );
        } else if let Some(count) = count(token) {
            self.count = Some(count);
        } else if token == "in" {
            // Only for the ear.
        } else if self.name.is_empty() {
            (self.source, self.name) = call(token, self.number);
        } else {
            self.words.push(token.to_owned());
        }
    }
}

impl Story {
    /// Reads a story. Panics where it cannot be understood, and says in which line.
    pub(crate) fn read(text: &str) -> Self {
        let mut story = Self {
            records: Vec::new(),
            beside: Vec::new(),
            known: Known::default(),
            expected: None,
            approved: Vec::new(),
        };
        for (number, text) in text.lines().enumerate() {
            let text = text.split(" #").next().unwrap_or_default().trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if let Some(expected) = text.strip_prefix("=>") {
                story.expected = Some(expected.trim().to_owned());
                continue;
            }
            if let Some(known) = text.strip_prefix("known ") {
                story.known.take(known);
                continue;
            }
            if let Some(approved) = text.strip_prefix("approved ") {
                story.approved.push(approval(number, approved));
                continue;
            }
            let words = tokens(text);
            if !text.starts_with("history ") {
                let (time, used) = moment(number, &words);
                if let Some(rows) = beside::write(time, &words[used..]) {
                    story.beside.extend(rows);
                    continue;
                }
            }
            for line in lines(number, text) {
                story.records.extend(record::write(&line));
            }
        }
        story
    }
}

/// The calls that one line of text tells of: one, or one a day.
fn lines(number: usize, text: &str) -> Vec<Line> {
    let (days, text) = match text.strip_prefix("history ") {
        Some(rest) => {
            let (days, what) =
                rest.split_once(':').unwrap_or_else(|| panic!("line {number}: history N days: …"));
            let days: i64 = days.split(' ').next().and_then(|days| days.parse().ok()).unwrap_or(0);
            assert!(days > 0, "line {number}: history of how many days?");
            (days, what)
        }
        None => (0, text),
    };
    let tokens = tokens(text);
    if days == 0 {
        let (time, used) = moment(number, &tokens);
        return vec![Line::read(number, time, &tokens[used..])];
    }
    // The last of them is the day before yesterday.
    (2..days + 2).rev().map(|before| Line::read(number, (DAY - before) * 86_400 + MORNING, &tokens)).collect()
}

/// Reads `[±Nd] HH:MM[:SS]`; returns the time and how many words it took.
fn moment(number: usize, tokens: &[String]) -> (i64, usize) {
    let day =
        tokens.first().and_then(|token| token.strip_suffix('d')).and_then(|token| token.parse::<i64>().ok());
    let used = usize::from(day.is_some());
    let clock: Option<Vec<i64>> = tokens
        .get(used)
        .map(|token| token.split(':').map(|part| part.parse().ok()).collect())
        .unwrap_or_default();
    match clock.as_deref() {
        Some([hours, minutes]) => {
            ((DAY + day.unwrap_or(0)) * 86_400 + hours * 3_600 + minutes * 60, used + 1)
        }
        Some([hours, minutes, seconds]) => {
            ((DAY + day.unwrap_or(0)) * 86_400 + hours * 3_600 + minutes * 60 + seconds, used + 1)
        }
        _ => panic!("line {number}: a line begins with a time such as 10:00 or -3d 10:00"),
    }
}

/// Reads `100: train p4d.* us-east-1`: how much, who, and which types and regions.
fn approval(number: usize, text: &str) -> serde_json::Value {
    let (usd, rest) =
        text.split_once(':').unwrap_or_else(|| panic!("line {number}: approved USD: WHO TYPE REGION"));
    let mut words = rest.split_whitespace();
    let who = words.next().unwrap_or_default();
    let (types, regions): (Vec<&str>, Vec<&str>) = words.partition(|word| word.contains('.'));
    serde_json::json!({
        "name": who,
        "reason": "the owner said so",
        "expires": "2026-12-31T00:00:00Z",
        "principals": [format!("arn:aws:iam::{ACCOUNT}:user/{who}"), format!("arn:aws:iam::{ACCOUNT}:role/{who}")],
        "regions": regions,
        "types": types,
        "usd_per_hour_max": usd.trim().parse::<f64>().unwrap_or_else(|_| panic!("line {number}: how many USD an hour?")),
    })
}

/// Splits a line into words; quotes and braces hold together what they enclose.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for letter in text.chars() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            '"' if depth == 0 => {
                quoted = !quoted;
                continue;
            }
            ' ' if depth == 0 && !quoted => {
                tokens.push(String::new());
                continue;
            }
            _ => {}
        }
        tokens.last_mut().expect("there is always a last word").push(letter);
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

fn is_account(token: &str) -> bool {
    token.len() == 12 && token.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads `x3` and `x1-20`.
fn count(token: &str) -> Option<(u64, u64)> {
    let number = token.strip_prefix('x')?;
    match number.split_once('-') {
        Some((least, most)) => Some((least.parse().ok()?, most.parse().ok()?)),
        None => number.parse().ok().map(|count| (count, count)),
    }
}

/// The service and the name of a call.
fn call(token: &str, number: usize) -> (String, String) {
    if token == "launches" {
        return ("ec2".to_owned(), "RunInstances".to_owned());
    }
    if let Some((source, name)) = token.split_once(':') {
        return (source.to_owned(), name.to_owned());
    }
    let sources: Vec<&str> =
        event::notable::rows().filter(|row| row.name == token).map(|row| row.source).collect();
    let usual = sources.iter().find(|source| ["ec2", "iam", "autoscaling"].contains(source));
    match (usual, sources.as_slice()) {
        (Some(source), _) | (None, [source]) => ((*source).to_owned(), token.to_owned()),
        (None, []) => panic!("line {number}: {token} is no notable call; write SERVICE:{token}"),
        (None, _) => {
            panic!("line {number}: {token} is a call of {}; write SERVICE:{token}", sources.join(" and "))
        }
    }
}
