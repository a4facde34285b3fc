//! A stolen instance token starts a GPU fleet; and its variations: approved, and beyond all measure.

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::{
    Action, Attack, AutonomousSystem, Cause, Cost, CostPoint, Launches, Moment, NetworkKind, Origin, Outcome,
    Question, Respawner, Role, SignalTold, Suppressed,
};
use event::Attribution;
use event::event::RespawnerKind;

use super::{
    ACCOUNT, action, answered, at, capped, causes, finding, id, judged, launches, link, moment, of_instance,
    open, origin, place, principal, signal, urgent, words,
};

/// A stolen instance token starts a GPU fleet in three regions; a fourth refuses.
pub(crate) fn gpu_fleet() -> Finding {
    let mut told = finding(
        "Stolen instance token starts a GPU fleet",
        "The credential of i-0c1f9a4e5b6d70812 (role web-frontend, account 441212345678) was used from 185.0.2.7, \
         never seen for it in 18 days. 24 x g5.48xlarge run in 3 regions since 03:01:50Z; 16 more were refused by quota.",
    );
    told.outcome = Outcome::Running;
    (told.last_seen, told.fired_at) = (at("03:03:50"), at("03:01:50"));
    let role = principal("role/web-frontend", Role::Origin, &["ASIA2EXAMPLE7QK4ZT5P"]);
    told.principals = vec![of_instance(role, "i-0c1f9a4e5b6d70812", Attribution::Ec2RoleDelivery)];
    told.origins = vec![Origin {
        autonomous_system: Some(AutonomousSystem { number: 64496, name: "EXAMPLE-HOSTING".to_owned() }),
        ..origin("185.0.2.7", "EXAMPLE-HOSTING", NetworkKind::Hosting)
    }];
    told.launches = gpu_launches();
    told.cost = Cost {
        per_hour: 390.95,
        so_far: 61.2,
        next_24h: 9_382.8,
        ceiling_per_hour: 390.95,
        asked_per_hour: 651.58,
        as_of: Some(at("03:12:40")),
        curve: vec![
            CostPoint { time: at("03:01:50"), so_far: 0.0, per_hour: 65.16 },
            CostPoint { time: at("03:02:30"), so_far: 0.72, per_hour: 390.95 },
            CostPoint { time: at("03:12:40"), so_far: 61.2, per_hour: 390.95 },
        ],
        assumptions: words(&["On-demand prices of us-east-1 stand for all regions."]),
        ..told.cost
    };
    told.root_cause = causes(&[
        (Cause::CompromisedInstanceToken, 97),
        (Cause::OverPermissiveRole, 2),
        (Cause::AuthorisedAutomation, 1),
    ]);
    told.attack = Attack {
        v18: words(&["T1078.004", "T1496.001", "T1552.005", "T1578.002"]),
        v19: words(&["T1078.004", "T1496.001", "T1552.005", "T1578.002"]),
    };
    told.history_days = 18;
    told.caveats = words(&["User data of the machines is hidden in the trail: what they run is not known."]);
    told.lineage = vec![link("02:59:58", 1, "role/web-frontend", "instance metadata", "i-0c1f9a4e5b6d70812")];
    told.timeline = gpu_story();
    told.verify = gpu_verify();
    told.actions = gpu_actions();
    urgent(judged(told, gpu_signals()), 94, 91)
}

fn gpu_launches() -> Launches {
    let places = vec![
        place("eu-central-1", "g5.48xlarge", [10, 8, 0, 2]),
        place("us-east-1", "g5.48xlarge", [10, 8, 0, 2]),
        place("us-east-2", "g5.48xlarge", [10, 0, 0, 10]),
        place("us-west-2", "g5.48xlarge", [10, 8, 0, 2]),
    ];
    Launches {
        dry_run: 1,
        vcpus_requested: 7_680.0,
        vcpus_started: 4_608.0,
        accelerators_requested: 320,
        accelerators_started: 192,
        instances: (0..24).map(|number| format!("i-0{:016x}", 0x5eed_0000_u64 + number)).collect(),
        refusals: BTreeMap::from([("VcpuLimitExceeded".to_owned(), 4)]),
        ..launches(10, places)
    }
}

fn gpu_signals() -> Vec<SignalTold> {
    vec![
        signal(
            "used-off-instance provenance 180 02:59:58",
            "185.0.2.7 is none of its addresses; 412 calls in 18 days came from 3.12.4.9",
            1..8,
        ),
        signal("accelerator-launch power 90 03:01:50", "192 GPUs running", 10..13),
        signal("region-spread intent 80 03:02:31", "4 regions within 2 minutes", 10..14),
        signal(
            "permission-probe intent 50 03:01:30",
            "a dry run of RunInstances would have succeeded, 20 seconds before",
            9..10,
        ),
        capped(signal("big-launch power 60 03:01:50", "4,608 vCPUs started in 2 minutes", 10..13), 10),
        signal("human-with-mfa exculpation 0 02:59:58", "nothing: no person is behind this credential", 0..0),
        signal(
            "known-profile exculpation -10 02:59:58",
            "the role has launched t3.small in us-east-1 on 2 days",
            30..32,
        ),
    ]
}

fn gpu_story() -> Vec<Moment> {
    vec![
        moment(
            "02:59:58",
            1,
            "web-frontend, us-east-1: GetCallerIdentity from 185.0.2.7, its first call from there",
            1,
        ),
        moment("03:00:10", 2, "web-frontend, us-east-1: DescribeRegions", 1),
        moment("03:00:12", 3, "web-frontend, 4 regions: DescribeInstanceTypeOfferings", 12),
        moment("03:01:30", 9, "web-frontend, us-east-1: RunInstances as a dry run: would have succeeded", 1),
        moment("03:01:50", 10, "web-frontend, us-east-1: RunInstances of 8 x g5.48xlarge: 8 started", 1),
        moment("03:02:05", 11, "web-frontend, us-west-2: RunInstances of 8 x g5.48xlarge: 8 started", 1),
        moment("03:02:31", 12, "web-frontend, eu-central-1: RunInstances of 8 x g5.48xlarge: 8 started", 1),
        moment(
            "03:03:50",
            14,
            "web-frontend, us-east-2: RunInstances of 10 x g5.48xlarge: refused, VcpuLimitExceeded",
            4,
        ),
    ]
}

fn gpu_actions() -> Vec<Action> {
    vec![
        action(
            "Cut the sessions of role web-frontend.",
            "The stolen token works until it expires, wherever it is; the web server gets a new one by itself.",
            &["aws iam put-role-policy --role-name web-frontend --policy-name minetrail-cut-sessions \
               --policy-document '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\
               \"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-14T03:15:00Z\"}}}]}'"],
        ),
        action(
            "End the 24 machines, in 3 regions.",
            "They cost $390.95 an hour.",
            &[
                "aws ec2 terminate-instances --region us-east-1 --instance-ids i-0000000005eed0000 i-0000000005eed0001 \
                 i-0000000005eed0002 i-0000000005eed0003 i-0000000005eed0004 i-0000000005eed0005 i-0000000005eed0006 i-0000000005eed0007",
                "aws ec2 terminate-instances --region us-west-2 --instance-ids i-0000000005eed0008 i-0000000005eed0009",
            ],
        ),
        action(
            "Take the web server apart: its metadata was read from outside.",
            "A request forgery is the usual way in.",
            &[],
        ),
    ]
}

/// Above the threshold, and approved.
pub(crate) fn suppressed() -> Finding {
    let mut told = gpu_fleet();
    told.id = "0b7d2c1a-1111-5222-8333-944455556666".to_owned();
    told.title = "Role render-farm starts 64 GPU machines".to_owned();
    told.suppressed = Some(Suppressed {
        by: "render-farm".to_owned(),
        reason: "Nightly rendering, approved by Ana until 2026-06-30.".to_owned(),
    });
    urgent(told, 55, 60)
}

/// Six thousand micro machines by one call after another, over 17 regions, with a long story.
pub(crate) fn six_thousand() -> Finding {
    let mut told = gpu_fleet();
    told.title = "Access key of user ops starts 6,000 small machines in 17 regions".to_owned();
    told.summary = "Nothing of it is big; all of it together is.".to_owned();
    let places = (0..100).map(|number| {
        place(&format!("region-{:02}", number % 17), &format!("t{number}.micro"), [60, 60, 0, 0])
    });
    told.launches = Launches {
        vcpus_started: 12_000.0,
        instances: (0..6_000).map(|number| format!("i-{number:017x}")).collect(),
        respawners: (0..300)
            .map(|number| Respawner {
                kind: RespawnerKind::Asg,
                name: format!("group-{number}"),
                account: ACCOUNT.to_owned(),
                region: "us-east-1".to_owned(),
                max: Some(20),
                ended: false,
            })
            .collect(),
        refusals: (0..40).map(|number| (format!("Reason{number}"), number)).collect(),
        ..launches(6_000, places.collect())
    };
    told.origins =
        (0..250).map(|number| origin(&format!("198.51.100.{number}"), "", NetworkKind::Unknown)).collect();
    told.principals = vec![told.principals[0].clone(); 50];
    let seconds = |number: u32| at("02:59:58").plus(i64::from(number) * 3);
    told.timeline = (0..6_000)
        .map(|number| Moment {
            time: seconds(number),
            event: id(number),
            what: format!("ops, region-{}: RunInstances of 1 x t3.micro: 1 started", number % 17),
            count: 1,
        })
        .collect();
    told.fired_at = seconds(40);
    told.last_seen = seconds(5_999);
    told.lineage = (0..6_000)
        .map(|number| link("03:00:00", number, "user/ops", "AssumeRole", &format!("role/r{}", number % 60)))
        .collect();
    let all = told.launches.instances.join(" ");
    told.actions = vec![Action {
        what: "End the machines.".to_owned(),
        why: "They add up.".to_owned(),
        commands: vec![format!("aws ec2 terminate-instances --instance-ids {all}"); 25],
    }];
    told.caveats = vec!["A caveat.".to_owned(); 500];
    for signal in &mut told.signals {
        signal.events = (0..6_000).map(id).collect();
    }
    told
}

fn gpu_verify() -> Vec<Question> {
    vec![
        answered(
            "Was 203.0.113.66 ever seen for web-frontend?",
            "no: in 21 days of records before, it called from 10.0.3.7 only",
            3..4,
        ),
        answered(
            "Did web-frontend start g5 before?",
            "no: it started nothing at all in 21 days of records before",
            3..5,
        ),
        answered(
            "Are the machines still running?",
            "yes: 24 of 24 run at 2026-03-14T03:12:40Z, where the logs end",
            3..13,
        ),
        answered("Was a quota raised?", "not asked for", 0..0),
        open(
            "Did the owner of web-frontend ask for 24 × g5.48xlarge in 4 regions at 2026-03-14T03:01:50Z?",
            "ask by another way than the account itself, and somebody who can know",
        ),
        open("How did the credential get out?", "look at what i-0abc12345678 serves to the world"),
    ]
}
