//! The card: what runs, what it costs, when, who, from where.

use detect::Finding;
use detect::finding::{Launches, Origin, Principal};
use event::{Attribution, Time};

use super::ink::Ink;
use super::layout::{GUTTER, Page, Span, dotted, faint, listed, plain, strong};
use super::{left_out, safe, tell_left_out};
use crate::numbers::{count, counted, dollars, measure, stretch};
use crate::words::{network_kind, word};

/// How many principals are told. A lineage longer than this is told by its ends elsewhere.
const PRINCIPALS_TOLD_MAX: usize = 8;
/// How many access keys of one principal. A role's sessions may be hundreds.
const KEYS_TOLD_MAX: usize = 4;
/// How many addresses. Attackers who change theirs with every call have no end of them.
const ORIGINS_TOLD_MAX: usize = 8;
/// How many assumptions behind the cost.
const ASSUMPTIONS_TOLD_MAX: usize = 6;

/// Writes the card.
pub(super) fn tell(page: &mut Page<'_>, finding: &Finding) {
    page.blank();
    page.labelled("machines", machines(&finding.launches));
    asked(page, &finding.launches);
    power(page, &finding.launches);
    cost(page, finding);
    page.labelled("when", when(finding));
    principals(page, &finding.principals);
    origins(page, &finding.origins);
}

/// Returns what became of the machines, by number.
fn machines(launches: &Launches) -> Vec<Span> {
    if launches.calls == 0 && launches.requested == 0 && launches.dry_run == 0 {
        return vec![plain("none: no compute was asked for")];
    }
    let running = launches.started.saturating_sub(launches.ended);
    let ink = if running > 0 { Ink::Against } else { Ink::Plain };
    let mut parts = vec![Span::new(format!("{} running", count(running)), ink).whole()];
    for (number, what) in
        [(launches.ended, "ended"), (launches.refused, "refused"), (launches.dry_run, "in dry runs")]
    {
        if number > 0 {
            parts.push(plain(format!("{} {what}", count(number))).whole());
        }
    }
    dotted(parts)
}

/// Writes how many were asked for, and how.
fn asked(page: &mut Page<'_>, launches: &Launches) {
    if launches.calls == 0 {
        return;
    }
    let calls = counted(launches.calls, "call");
    let regions = counted(launches.regions.len() as u64, "region");
    let accounts = match launches.accounts.len() as u64 {
        0 | 1 => String::new(),
        several => format!(" of {}", counted(several, "account")),
    };
    let asked = count(launches.requested);
    page.unlabelled(vec![plain(format!("{asked} asked for by {calls} in {regions}{accounts}"))]);
}

/// Writes how strong they are: obtained where anything was obtained, else asked for.
fn power(page: &mut Page<'_>, launches: &Launches) {
    let (accelerators, vcpus, done) = if launches.started > 0 {
        (launches.accelerators_started, launches.vcpus_started, "started")
    } else {
        (launches.accelerators_requested, launches.vcpus_requested, "asked for, none started")
    };
    let mut parts = Vec::new();
    if accelerators > 0 {
        parts.push(counted(accelerators, "accelerator"));
    }
    if vcpus > 0.0 {
        parts.push(format!("{} vCPUs", measure(vcpus)));
    }
    if !parts.is_empty() {
        page.unlabelled(vec![plain(format!("{} {done}", parts.join(" and ")))]);
    }
}

/// Writes what it costs, and on what that rests.
fn cost(page: &mut Page<'_>, finding: &Finding) {
    let cost = &finding.cost;
    let mut parts = Vec::new();
    if cost.per_hour > 0.0 {
        parts.push(Span::new(format!("{} an hour", dollars(cost.per_hour)), Ink::Against).whole());
    } else {
        parts.push(plain("nothing now, as far as the logs tell").whole());
    }
    if cost.so_far > 0.0 {
        parts.push(plain(format!("{} so far", dollars(cost.so_far))).whole());
    }
    if cost.next_24h > 0.0 {
        parts.push(strong(format!("{} in the next 24 hours", dollars(cost.next_24h))).whole());
    }
    page.labelled("cost", dotted(parts));
    if cost.ceiling_per_hour > cost.per_hour {
        let ceiling = dollars(cost.ceiling_per_hour);
        let what = format!("up to {ceiling} an hour once what launches by itself has grown to its ceiling");
        page.unlabelled(vec![Span::new(what, Ink::Notice)]);
    }
    if cost.asked_per_hour > cost.per_hour {
        let asked = dollars(cost.asked_per_hour);
        page.unlabelled(vec![plain(format!("{asked} an hour if all that was asked for were running"))]);
    }
    billed(page, finding);
    basis(page, finding);
}

/// Writes what bills say, and when something about cost could first have told.
fn billed(page: &mut Page<'_>, finding: &Finding) {
    let cost = &finding.cost;
    if let Some(billed) = &cost.billed {
        let list = billed.list_price.map_or(String::new(), |list| format!(" (list price {})", dollars(list)));
        let hours = counted(billed.machine_hours, "machine hour");
        let until = billed.until.map_or(String::new(), |until| format!(", up to {until}"));
        let what = format!("billed: {}{list} for {hours}{until}", dollars(billed.cost));
        page.unlabelled(vec![plain(what)]);
    }
    if let Some(alert) = &cost.first_alert {
        page.unlabelled(vec![Span::new(safe::sentence(&alert.says), Ink::Notice)]);
    }
}

/// Writes prices and assumptions, where there is a sum that rests on them.
fn basis(page: &mut Page<'_>, finding: &Finding) {
    let cost = &finding.cost;
    if cost.per_hour <= 0.0
        && cost.so_far <= 0.0
        && cost.ceiling_per_hour <= 0.0
        && cost.asked_per_hour <= 0.0
    {
        return;
    }
    let mut parts = Vec::new();
    if let Some(as_of) = cost.as_of {
        parts.push(faint(format!("counted until {as_of}")).whole());
    }
    if !cost.prices.is_empty() {
        parts.push(faint(format!("prices: {}", cost.prices)).whole());
    }
    if !parts.is_empty() {
        page.unlabelled(dotted(parts));
    }
    for assumption in cost.assumptions.iter().take(ASSUMPTIONS_TOLD_MAX) {
        page.unlabelled(vec![faint(safe::sentence(assumption))]);
    }
    tell_left_out(page, GUTTER, cost.assumptions.len(), ASSUMPTIONS_TOLD_MAX, "assumption");
}

/// Returns from when to when, and the launch at which it became a finding.
fn when(finding: &Finding) -> Vec<Span> {
    let Finding { first_seen, last_seen, fired_at, .. } = finding;
    let lasted = last_seen.since(*first_seen);
    let whole = if lasted > 0 {
        let until = moment(*last_seen, *first_seen);
        format!("{first_seen} to {until} ({})", stretch(lasted))
    } else {
        first_seen.to_string()
    };
    let what =
        if finding.score.sum < detect::case::THRESHOLD { "likeliest" } else { "crossed the threshold" };
    let fired = format!("{what} at {}", moment(*fired_at, *first_seen));
    dotted(vec![plain(whole).whole(), faint(fired).whole()])
}

/// Returns the time of day where `time` is on the day of `beside`, else day and time.
pub(super) fn moment(time: Time, beside: Time) -> String {
    let text = time.to_string();
    match text.split_once('T') {
        Some((_, clock)) if time.day() == beside.day() => clock.to_owned(),
        _ => text,
    }
}

fn principals(page: &mut Page<'_>, principals: &[Principal]) {
    for (place, principal) in principals.iter().take(PRINCIPALS_TOLD_MAX).enumerate() {
        let who = vec![
            plain(safe::name(&principal.arn)),
            plain(" "),
            faint(format!("({})", word(&principal.role))),
        ];
        page.labelled(if place == 0 { "who" } else { "" }, who);
        let detail = principal_detail(principal);
        if !detail.is_empty() {
            page.unlabelled(dotted(detail));
        }
    }
    tell_left_out(page, GUTTER, principals.len(), PRINCIPALS_TOLD_MAX, "principal");
}

/// Returns what is below a principal: its account, the instance it was issued to, its keys.
fn principal_detail(principal: &Principal) -> Vec<Span> {
    let mut detail = Vec::new();
    if !principal.account.is_empty() && !principal.arn.contains(&principal.account) {
        detail.push(plain(format!("account {}", safe::name(&principal.account))));
    }
    if let Some(instance) = &principal.instance_id {
        let known = match principal.attribution {
            Some(Attribution::SessionName) => {
                ", by its session name alone, which a caller may choose".to_owned()
            }
            Some(attribution) => format!(", known by {attribution}"),
            None => String::new(),
        };
        detail.push(plain(format!("instance {}{known}", safe::name(instance))).whole());
    }
    let keys = &principal.access_keys;
    if !keys.is_empty() {
        let named: Vec<String> = keys.iter().take(KEYS_TOLD_MAX).map(|key| safe::name(key)).collect();
        let more = left_out(keys.len(), KEYS_TOLD_MAX);
        let more = more.map_or(String::new(), |more| format!(" and {} more", count(more)));
        let label = if keys.len() == 1 { "key" } else { "keys" };
        detail.push(plain(format!("{label} {}{more}", named.join(", "))).whole());
    }
    detail
}

fn origins(page: &mut Page<'_>, origins: &[Origin]) {
    if origins.is_empty() {
        return;
    }
    let told: Vec<Span> =
        origins.iter().take(ORIGINS_TOLD_MAX).map(|origin| plain(origin_told(origin)).whole()).collect();
    page.labelled("from", listed(told));
    tell_left_out(page, GUTTER, origins.len(), ORIGINS_TOLD_MAX, "address");
}

/// Returns an address with what is known of its network: `185.0.2.7 (hosting, EXAMPLE-AS)`.
pub(super) fn origin_told(origin: &Origin) -> String {
    let address = safe::name(&origin.address);
    let kind = network_kind(origin);
    let network = (!origin.network.is_empty()).then(|| safe::name(&origin.network));
    let asn = origin.autonomous_system.as_ref().map(|system| format!("AS{}", system.number));
    let known: Vec<String> = kind.into_iter().chain(network).chain(asn).collect();
    if known.is_empty() { address } else { format!("{address} ({})", known.join(", ")) }
}
