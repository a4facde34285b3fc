//! What to do first, in the right order.
//!
//! Credentials before machines: a thief who still has a key starts again faster than anybody
//! terminates. Respawners before machines, for the same reason. Evidence before either is gone.
//! Commands are proposals to be read before they are run; nothing here changes an account.

use std::collections::BTreeMap;

use crate::finding::{Action, Finding, Kind, Outcome, Role};
use crate::timeline::short;

/// Machines named in one command.
///
/// Fewer, and a responder pastes all night; more, and the shell refuses the line.
const IDS_PER_COMMAND: usize = 50;

/// Commands of one action that are written out.
///
/// Fewer, and regions are forgotten; more, and the page is nothing but commands.
const COMMANDS_MAX: usize = 24;

/// Machines of a finding, by region.
pub type Machines = BTreeMap<String, Vec<String>>;

/// Returns what to do about a finding, in order.
#[must_use]
pub fn actions(finding: &Finding, machines: &Machines) -> Vec<Action> {
    if finding.kind == Kind::MiningTraffic {
        return clean_machines(machines);
    }
    let mut actions = vec![cut_credentials(finding)];
    if finding.kind == Kind::MiningLaunch {
        actions.extend(stop_respawners(finding));
        actions.extend(stop_machines(finding, machines));
    }
    actions.extend(spare_doors(finding));
    actions.push(Action {
        what: "find out how the credential got out, and close that".to_owned(),
        why: "whoever had it once gets the next one the same way".to_owned(),
        commands: Vec::new(),
    });
    actions
}

/// What to do about machines that were there before: they are somebody's, and are not to be terminated unseen.
fn clean_machines(machines: &Machines) -> Vec<Action> {
    let each = |command: &dyn Fn(&str, &str) -> String| {
        let all = machines.iter().flat_map(|(region, ids)| ids.iter().map(move |id| (region, id)));
        limited(all.map(|(region, id)| command(&quoted(region), &quoted(id))).collect())
    };
    vec![
        Action {
            what: "cut the machine off: a security group without rules".to_owned(),
            why: "it stops the mining and whoever is on it, and keeps memory and disk as they are".to_owned(),
            commands: each(&|region, id| {
                format!(
                    "aws ec2 modify-instance-attribute --region {region} --instance-id {id} --groups SG-WITHOUT-RULES"
                )
            }),
        },
        Action {
            what: "keep evidence: a snapshot of its disks, its console output".to_owned(),
            why: "how they came in is on the disk".to_owned(),
            commands: each(&|region, id| {
                format!("aws ec2 create-snapshots --region {region} --instance-specification InstanceId={id}")
            }),
        },
        Action {
            what: "revoke the sessions of its role, and look at what the role did since".to_owned(),
            why: "whoever is on a machine can fetch its credentials, and launch with them elsewhere"
                .to_owned(),
            commands: Vec::new(),
        },
        Action {
            what: "build it anew from what you trust, and close the way they came in".to_owned(),
            why: "a machine that was somebody else's is never clean again".to_owned(),
            commands: Vec::new(),
        },
    ]
}

fn cut_credentials(finding: &Finding) -> Action {
    let mut commands = Vec::new();
    for principal in finding.principals.iter().filter(|principal| principal.role != Role::Service) {
        let name = quoted(short(&principal.arn));
        if principal.arn.contains(":role/") && !principal.arn.contains("/aws-service-role/") {
            commands.push(format!(
                "aws iam put-role-policy --role-name {name} --policy-name revoke-older-sessions --policy-document '{}'",
                revoke(finding),
            ));
        } else if principal.arn.contains(":user/") {
            for key in principal.access_keys.iter().filter(|key| key.starts_with("AKIA")) {
                commands.push(format!(
                    "aws iam update-access-key --user-name {name} --access-key-id {} --status Inactive",
                    quoted(key)
                ));
            }
            commands.push(format!("aws iam put-user-policy --user-name {name} --policy-name deny-all --policy-document '{DENY_ALL}'"));
        }
    }
    let root = finding.principals.iter().any(|principal| principal.arn.ends_with(":root"));
    let what = if root {
        "sign in as root, change its password, delete its access keys, and cut every identity below"
    } else {
        "cut the sessions and keys of every identity below"
    };
    Action {
        what: what.to_owned(),
        why: "a thief with a live credential starts again faster than anybody terminates; the instance itself gets a new session".to_owned(),
        commands: limited(commands),
    }
}

const DENY_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;

fn revoke(finding: &Finding) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{}"}}}}}}]}}"#,
        finding.last_seen.plus(3_600),
    )
}

fn stop_respawners(finding: &Finding) -> Option<Action> {
    use event::event::RespawnerKind as Kind;
    let alive: Vec<_> = finding.launches.respawners.iter().filter(|respawner| !respawner.ended).collect();
    let commands = alive
        .iter()
        .map(|respawner| {
            let (name, region) = (quoted(&respawner.name), quoted(&respawner.region));
            match respawner.kind {
                Kind::Asg => format!("aws autoscaling update-auto-scaling-group --region {region} --auto-scaling-group-name {name} --min-size 0 --max-size 0 --desired-capacity 0"),
                Kind::Fleet => format!("aws ec2 delete-fleets --region {region} --fleet-ids {name} --terminate-instances"),
                Kind::SpotFleet => format!("aws ec2 cancel-spot-fleet-requests --region {region} --spot-fleet-request-ids {name} --terminate-instances"),
                Kind::SpotRequest => format!("aws ec2 cancel-spot-instance-requests --region {region} --spot-instance-request-ids {name}"),
                Kind::EcsService => format!("aws ecs update-service --region {region} --cluster CLUSTER --service {name} --desired-count 0"),
                Kind::BatchEnvironment => format!("aws batch update-compute-environment --region {region} --compute-environment {name} --state DISABLED"),
                Kind::EmrCluster => format!("aws emr terminate-clusters --region {region} --cluster-ids {name}"),
                Kind::Nodegroup => format!("aws eks delete-nodegroup --region {region} --cluster-name CLUSTER --nodegroup-name {name}"),
                Kind::Stack => format!("aws cloudformation delete-stack --region {region} --stack-name {name}"),
                Kind::Endpoint => format!("aws sagemaker delete-endpoint --region {region} --endpoint-name {name}"),
                Kind::EksCluster | Kind::CapacityProvider | Kind::ServiceFleet => {
                    format!("# set {name} ({region}) to zero in its service's console")
                }
            }
        })
        .collect();
    (!alive.is_empty()).then(|| Action {
        what: format!(
            "set {} to zero before touching a machine",
            if alive.len() == 1 {
                "the respawner".to_owned()
            } else {
                format!("the {} respawners", alive.len())
            }
        ),
        why: "each starts a new machine for every one that is terminated".to_owned(),
        commands: limited(commands),
    })
}

fn stop_machines(finding: &Finding, machines: &Machines) -> Vec<Action> {
    let Some((region, one)) =
        machines.iter().find_map(|(region, ids)| ids.first().map(|id| (quoted(region), quoted(id))))
    else {
        return Vec::new();
    };
    if finding.outcome != Outcome::Running {
        return Vec::new();
    }
    let mut actions = vec![Action {
        what: "keep evidence of one machine of each kind: its user data, console output and a snapshot of its disk".to_owned(),
        why: "the trail hides user data, and termination destroys the disk".to_owned(),
        commands: vec![
            format!("aws ec2 describe-instance-attribute --region {region} --instance-id {one} --attribute userData"),
            format!("aws ec2 get-console-output --region {region} --instance-id {one}"),
        ],
    }];
    if finding.signals.iter().any(|signal| signal.rule == "termination-protection") {
        actions.push(Action {
            what: "lift termination protection, machine by machine".to_owned(),
            why: "every terminate call fails until it is lifted".to_owned(),
            commands: vec![format!("aws ec2 modify-instance-attribute --region {region} --instance-id {one} --no-disable-api-termination")],
        });
    }
    let commands = machines
        .iter()
        .flat_map(|(region, ids)| ids.chunks(IDS_PER_COMMAND).map(move |ids| terminate(region, ids)));
    actions.push(Action {
        what: format!("terminate the {} machines, region by region", finding.launches.instances.len()),
        why: format!("they cost ${:.2} an hour", finding.cost.per_hour),
        commands: limited(commands.collect()),
    });
    actions
}

fn terminate(region: &str, ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| quoted(id)).collect();
    format!("aws ec2 terminate-instances --region {} --instance-ids {}", quoted(region), ids.join(" "))
}

fn spare_doors(finding: &Finding) -> Option<Action> {
    let doors: Vec<&str> = finding
        .signals
        .iter()
        .filter(|signal| {
            matches!(
                signal.rule,
                "minted-credentials"
                    | "public-function-url"
                    | "trail-tampering"
                    | "region-enabled"
                    | "quota-climb"
            )
        })
        .map(|signal| signal.sentence.as_str())
        .collect();
    (!doors.is_empty()).then(|| Action {
        what: format!("undo what was left behind: {}", doors.join("; ")),
        why: "spare keys and open doors outlive the credential that made them".to_owned(),
        commands: Vec::new(),
    })
}

fn limited(mut commands: Vec<String>) -> Vec<String> {
    let more = commands.len().saturating_sub(COMMANDS_MAX);
    if more > 0 {
        commands.truncate(COMMANDS_MAX);
        commands.push(format!("# … and {more} more; all names are in the JSON form of this finding"));
    }
    commands
}

/// Quotes a word for a shell when it has anything in it that a shell or a terminal would act on.
fn quoted(word: &str) -> String {
    let plain =
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@=+,".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn an_attackers_name_is_one_word_to_the_shell() {
        assert_eq!(quoted("web-frontend"), "web-frontend");
        assert_eq!(quoted("x'; rm -rf / #"), r"'x'\''; rm -rf / #'");
    }
}
