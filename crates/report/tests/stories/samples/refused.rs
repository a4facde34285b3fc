//! A minted key asks for GPU machines and is refused throughout, in logs that begin with it.

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::{Action, Attack, Cause, Launches, Moment, NetworkKind, Outcome, Role, SignalTold};

use super::{
    action, at, causes, finding, judged, launches, link, moment, origin, place, principal, signal, urgent,
    words,
};

/// Everything that was asked for was refused; nothing was known of the account before.
pub(crate) fn refused_only() -> Finding {
    let mut told = finding(
        "Access key of user backup asks for GPU machines and is refused",
        "AKIA2EXAMPLEBACKUP01 asked for 20 x p2.xlarge in us-east-1 and was refused by quota each time; nothing runs.",
    );
    told.outcome = Outcome::Refused;
    (told.last_seen, told.fired_at) = (at("03:09:20"), at("03:00:40"));
    told.principals = vec![
        principal("user/backup", Role::Actor, &["AKIA2EXAMPLEBACKUP01"]),
        principal("user/ci", Role::Origin, &["AKIA2EXAMPLECI000001"]),
    ];
    told.origins = vec![
        origin("182.1.229.252", "EXAMPLE-MOBILE", NetworkKind::Residential),
        origin("203.0.113.9", "", NetworkKind::Unknown),
    ];
    told.launches = Launches {
        vcpus_requested: 80.0,
        accelerators_requested: 20,
        refusals: BTreeMap::from([
            ("VcpuLimitExceeded".to_owned(), 9),
            ("PendingVerification".to_owned(), 1),
        ]),
        ..launches(10, vec![place("us-east-1", "p2.xlarge", [20, 0, 0, 20])])
    };
    told.cost.asked_per_hour = 18.0;
    told.root_cause = causes(&[(Cause::CompromisedAccessKey, 91), (Cause::OverPermissiveRole, 9)]);
    told.attack = Attack {
        v18: words(&["T1078.004", "T1136.003", "T1496.001"]),
        v19: words(&["T1078.004", "T1136.003"]),
    };
    told.caveats = words(&[
        "The logs begin with the attack: nothing is known of what was usual here.",
        "us-west-1 has no records: what happened there was not visible.",
    ]);
    told.lineage = vec![
        link("02:59:58", 1, "user/ci", "CreateUser", "user/backup"),
        link("03:00:02", 2, "user/ci", "CreateAccessKey", "user/backup"),
    ];
    told.timeline = story();
    told.actions = actions();
    urgent(judged(told, signals()), 66, 38)
}

fn story() -> Vec<Moment> {
    vec![
        moment("02:59:58", 1, "ci, us-east-1: CreateUser backup", 1),
        moment("03:00:02", 2, "ci, us-east-1: CreateAccessKey for backup", 1),
        moment(
            "03:00:40",
            3,
            "backup, us-east-1: RunInstances of 2 x p2.xlarge: refused, VcpuLimitExceeded",
            9,
        ),
        moment(
            "03:09:20",
            13,
            "backup, us-east-1: RunInstances of 2 x p2.xlarge: refused, PendingVerification",
            1,
        ),
    ]
}

fn actions() -> Vec<Action> {
    vec![action(
        "Deactivate both keys.",
        "The next try may succeed: a quota can be raised, another region asked.",
        &[
            "aws iam update-access-key --user-name backup --access-key-id AKIA2EXAMPLEBACKUP01 --status Inactive",
            "aws iam update-access-key --user-name ci --access-key-id AKIA2EXAMPLECI000001 --status Inactive",
        ],
    )]
}

fn signals() -> Vec<SignalTold> {
    vec![
        signal(
            "refused-launches intent 120 03:00:40",
            "10 launches refused within 9 minutes, 9 of them by quota",
            3..13,
        ),
        signal(
            "minted-credentials entrenchment 100 03:00:02",
            "the key was made 38 seconds before its first launch",
            1..3,
        ),
        signal("foreign-network provenance 80 02:59:58", "calls come from a mobile network", 1..2),
        signal(
            "first-launch-ever intent 5 03:00:40",
            "never launched before, but there is no history to know by",
            3..4,
        ),
    ]
}
