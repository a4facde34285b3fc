//! Auto Scaling groups with a ceiling of 999, and an ECS service without one.

use detect::Finding;
use detect::finding::{Cause, Cost, Launches, Link, NetworkKind, Outcome, Respawner, Role, SignalTold};
use event::event::RespawnerKind;

use super::{
    ACCOUNT, at, capped, causes, finding, judged, launches, link, origin, place, principal, signal, urgent,
    words,
};

/// The role as which the service launches.
const SERVICE_ROLE: &str = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

/// Two Auto Scaling groups and an ECS service, few machines yet, a ceiling of 999 each.
pub(crate) fn respawners() -> Finding {
    let mut told = finding(
        "User deploy-bot makes groups that may grow to 999 machines each",
        "deploy-bot made 2 Auto Scaling groups and an ECS service within 4 minutes; 40 machines run, 1,998 may follow.",
    );
    told.outcome = Outcome::Running;
    (told.last_seen, told.fired_at) = (at("03:04:10"), at("03:02:00"));
    let keys: Vec<String> = (0..6).map(|number| format!("AKIA2EXAMPLEBOT0000{number}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    told.principals =
        vec![principal("user/deploy-bot", Role::Origin, &keys), principal(SERVICE_ROLE, Role::Service, &[])];
    told.origins = vec![origin("198.51.100.77", "EXAMPLE-VPN", NetworkKind::Vpn)];
    told.launches = fleets();
    told.cost = Cost {
        per_hour: 81.6,
        so_far: 14.28,
        next_24h: 1_958.4,
        ceiling_per_hour: 4_075.92,
        asked_per_hour: 81.6,
        as_of: Some(at("03:12:40")),
        ..told.cost
    };
    told.root_cause = causes(&[(Cause::CompromisedAccessKey, 88), (Cause::AuthorisedAutomation, 12)]);
    told.attack.v18 = words(&["T1496.001", "T1578.002"]);
    told.history_days = 61;
    told.lineage = lineage();
    urgent(judged(told, signals()), 88, 84)
}

fn fleets() -> Launches {
    let respawner = |kind, name: &str, max, ended| Respawner {
        kind,
        name: name.to_owned(),
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        max,
        ended,
    };
    Launches {
        vcpus_requested: 1_920.0,
        vcpus_started: 1_920.0,
        respawners: vec![
            respawner(RespawnerKind::Asg, "SPOT-us-east-1-1", Some(999), false),
            respawner(RespawnerKind::Asg, "SPOT-us-east-1-2", Some(999), false),
            respawner(RespawnerKind::EcsService, "service-aGx1Yz", None, false),
            respawner(RespawnerKind::Asg, "trial", Some(1), true),
        ],
        ..launches(
            4,
            vec![
                place("us-east-1", "c5.12xlarge", [40, 40, 0, 0]),
                place("us-east-1", "fargate 16 vCPU / 32 GB", [10, 10, 10, 0]),
            ],
        )
    }
}

fn lineage() -> Vec<Link> {
    vec![
        link("02:59:58", 1, "user/deploy-bot", "CreateRole", "role/sugo-role"),
        link("03:01:10", 2, "user/deploy-bot", "AssumeRole", "role/sugo-role"),
        link("03:01:12", 3, "user/deploy-bot", "AssumeRole", "role/sugo-role"),
        link("03:02:00", 4, "role/sugo-role", "CreateAutoScalingGroup", "asg SPOT-us-east-1-1"),
        link("03:02:20", 5, "role/sugo-role", "CreateAutoScalingGroup", "asg SPOT-us-east-1-2"),
        link("03:02:40", 6, "asg SPOT-us-east-1-1", "RunInstances", "40 machines"),
        link("03:04:10", 7, "user/deploy-bot", "CreateService", "ecs-service service-aGx1Yz"),
    ]
}

fn signals() -> Vec<SignalTold> {
    vec![
        signal(
            "respawner-ceiling power 120 03:02:00",
            "what was made may grow to 1,998 machines, $4,076 an hour",
            4..6,
        ),
        signal(
            "foreign-network provenance 80 02:59:58",
            "198.51.100.77 belongs to a commercial VPN; 61 days without one",
            1..8,
        ),
        signal("respawner-made entrenchment 60 03:02:00", "2 groups that replace what is ended", 4..6),
        capped(
            signal("minted-credentials entrenchment 80 02:59:58", "a role was made minutes before", 1..2),
            40,
        ),
        signal(
            "known-profile exculpation -30 02:59:58",
            "deploy-bot launched c5 in us-east-1 on 20 of 61 days",
            20..40,
        ),
    ]
}
