//! An instance credential is used off its instance, over days; nothing is launched.

use detect::Finding;
use detect::finding::{Cause, Kind, Moment, NetworkKind, Role};
use event::Attribution;

use super::{
    action, at, causes, finding, judged, moment, of_instance, origin, principal, signal, urgent, words,
};

/// An instance credential off its instance; no launch.
pub(crate) fn misuse() -> Finding {
    let mut told = finding(
        "Instance credential of i-0aa used off its instance",
        "The credential of i-0aa11bb22cc33dd44 (role batch-worker) was used from 203.0.113.50; no compute was asked for yet.",
    );
    told.kind = Kind::CredentialMisuse;
    told.last_seen = at("2026-03-16T11:20:00Z");
    let keys = ["ASIA2EXAMPLEBATCH001", "ASIA2EXAMPLEBATCH002"];
    let role = principal("role/batch-worker", Role::Actor, &keys);
    told.principals = vec![of_instance(role, "i-0aa11bb22cc33dd44", Attribution::SessionName)];
    told.origins = vec![origin("203.0.113.50", "", NetworkKind::Tor)];
    told.root_cause = causes(&[(Cause::CompromisedInstanceToken, 93), (Cause::OverPermissiveRole, 7)]);
    told.attack.v18 = words(&["T1552.005"]);
    told.attack.v19 = words(&["T1552.005"]);
    told.history_days = 1;
    told.timeline = vec![
        moment("02:59:58", 1, "batch-worker, eu-west-1: ListBuckets from 203.0.113.50", 1),
        moment("2026-03-15T23:10:00Z", 2, "batch-worker, eu-west-1: GetObject was denied", 240),
        Moment {
            event: "content:9f86d081884c7d65".to_owned(),
            ..moment("2026-03-16T11:20:00Z", 3, "batch-worker, eu-west-1: ListUsers was denied", 3)
        },
    ];
    told.actions = vec![action(
        "Cut the sessions of role batch-worker.",
        "",
        &["aws iam list-attached-role-policies --role-name batch-worker"],
    )];
    let signals = vec![
        signal(
            "used-off-instance provenance 240 02:59:58",
            "203.0.113.50 is none of its addresses; 1 day of history",
            1..4,
        ),
        signal("foreign-network provenance 100 02:59:58", "203.0.113.50 is a Tor exit", 1..2),
    ];
    urgent(judged(told, signals), 58, 12)
}
