//! What a call means to whoever has to clean up: what it opened, took, made or covered, and how that is undone.
//!
//! The table is about calls that matter after a break-in, not about all there are. Names are as
//! the trail writes them.
//!
//! Blind spots: data that was read without data events in the trail (objects of S3, items of
//! DynamoDB) leaves no call; a call that is not in the table is in the timeline only.

use event::event::Makes;
use event::{Detail, Event};
use serde::Serialize;

/// What was touched, in the order in which it is told: what lets somebody come back is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Touch {
    /// Logs and detectors weakened.
    Cover,
    /// Users, keys, passwords, roles, permissions, trust.
    Identity,
    /// Code, schedules and groups that act or launch again by themselves.
    Respawner,
    /// Ways in: rules, key pairs, commands on machines, shared networks.
    Door,
    /// Data read, copied, shared or destroyed.
    Data,
    /// Machines and other compute.
    Compute,
    /// Other uses that cost or harm: models, mail, quotas, regions.
    Abuse,
}

impl Touch {
    /// All of them, in order.
    pub const ALL: [Self; 7] =
        [Self::Cover, Self::Identity, Self::Respawner, Self::Door, Self::Data, Self::Compute, Self::Abuse];

    /// A title for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Cover => "logs and detectors weakened",
            Self::Identity => "identities and permissions",
            Self::Respawner => "what acts or launches again by itself",
            Self::Door => "ways in",
            Self::Data => "data",
            Self::Compute => "machines",
            Self::Abuse => "other uses",
        }
    }
}

/// A call of the table, of which the first row counts: service, name (a `*` at its end stands for the rest), what it touches, how it is undone.
type Row = (&'static str, &'static str, Touch, &'static str);

use Touch::{Abuse, Compute, Cover, Data, Door, Identity, Respawner};

const TABLE: &[Row] = &[
    ("cloudtrail", "StopLogging", Cover, "aws cloudtrail start-logging, and check the trail's settings"),
    ("cloudtrail", "DeleteTrail", Cover, "make the trail again"),
    ("cloudtrail", "UpdateTrail", Cover, "compare the trail with what it was"),
    ("cloudtrail", "Put*Selectors", Cover, "record management events of reads and writes again"),
    ("guardduty", "CreateFilter", Cover, "delete the filter: it hides findings"),
    ("guardduty", "*IPSet", Cover, "remove addresses that are not yours from the trusted list"),
    ("guardduty", "DeleteDetector", Cover, "enable GuardDuty again in this region"),
    ("guardduty", "UpdateDetector", Cover, "enable what was switched off"),
    ("s3", "DeleteBucketLifecycle", Cover, "set the lifecycle again"),
    ("s3", "PutBucketLifecycle*", Cover, "check that no log bucket expires early"),
    ("logs", "DeleteLogGroup", Cover, "make the log group again; what was in it is gone"),
    ("logs", "DeleteLogStream", Cover, "what was in it is gone"),
    ("logs", "PutRetentionPolicy", Cover, "set the retention again"),
    ("ec2", "DeleteFlowLogs", Cover, "make the flow log again"),
    ("iam", "CreateUser", Identity, "delete the user with its keys, password and policies"),
    ("iam", "CreateAccessKey", Identity, "delete the key"),
    ("iam", "UpdateAccessKey", Identity, "check whether the key should be active"),
    ("iam", "CreateLoginProfile", Identity, "delete the password (login profile)"),
    ("iam", "UpdateLoginProfile", Identity, "set a new password; its owner is locked out"),
    ("iam", "ChangePassword", Identity, "set a new password"),
    ("iam", "CreateServiceSpecificCredential", Identity, "delete the credential"),
    ("iam", "UploadSSHPublicKey", Identity, "delete the key"),
    ("iam", "UploadSigningCertificate", Identity, "delete the certificate"),
    ("iam", "CreateVirtualMFADevice", Identity, "remove a device that is not its owner's"),
    ("iam", "EnableMFADevice", Identity, "remove a device that is not its owner's"),
    ("iam", "DeactivateMFADevice", Identity, "enable the second factor again"),
    ("iam", "DeleteVirtualMFADevice", Identity, "enable the second factor again"),
    ("iam", "CreateRole", Identity, "delete the role"),
    ("iam", "UpdateAssumeRolePolicy", Identity, "restore who may assume the role"),
    ("iam", "Attach*Policy", Identity, "detach the policy"),
    ("iam", "Put*Policy", Identity, "delete the inline policy"),
    ("iam", "AddUserToGroup", Identity, "remove the user from the group"),
    ("iam", "CreatePolicy", Identity, "delete the policy"),
    ("iam", "CreatePolicyVersion", Identity, "set the version before as default, then delete this one"),
    ("iam", "SetDefaultPolicyVersion", Identity, "set the version before as default"),
    ("iam", "Delete*PermissionsBoundary", Identity, "set the boundary again"),
    ("iam", "CreateInstanceProfile", Identity, "delete the instance profile"),
    ("iam", "AddRoleToInstanceProfile", Identity, "restore the role of the instance profile"),
    ("iam", "CreateSAMLProvider", Identity, "delete the provider: whoever holds it can sign in"),
    ("iam", "UpdateSAMLProvider", Identity, "restore the provider's metadata"),
    ("iam", "CreateOpenIDConnectProvider", Identity, "delete the provider: whoever holds it can sign in"),
    ("iam", "UpdateOpenIDConnectProvider*", Identity, "restore the provider"),
    (
        "rolesanywhere",
        "Create*",
        Identity,
        "delete the trust anchor or profile: its certificates issue credentials",
    ),
    ("sso", "CreateAccountAssignment", Identity, "delete the assignment"),
    ("sso", "CreatePermissionSet", Identity, "delete the permission set"),
    ("sso-directory", "CreateUser", Identity, "delete the user"),
    ("identitystore", "CreateUser", Identity, "delete the user"),
    ("identitystore", "CreateGroupMembership", Identity, "delete the membership"),
    ("organizations", "CreateAccount", Identity, "close the account"),
    ("organizations", "InviteAccountToOrganization", Identity, "remove the account"),
    ("organizations", "LeaveOrganization", Identity, "invite the account again: its guardrails are gone"),
    ("organizations", "DetachPolicy", Identity, "attach the policy again"),
    ("eks", "CreateAccessEntry", Identity, "delete the entry"),
    ("eks", "AssociateAccessPolicy", Identity, "disassociate the policy"),
    ("sts", "AssumeRole*", Identity, "revoke the role's older sessions"),
    ("sts", "GetFederationToken", Identity, "disable the user's keys: the session outlives a deletion"),
    ("sts", "GetSessionToken", Identity, "disable the user's keys: the session outlives a deletion"),
    ("lambda", "CreateFunctionUrlConfig*", Door, "delete the function's address"),
    ("lambda", "CreateFunction*", Respawner, "delete the function after a copy of its code"),
    ("lambda", "UpdateFunctionCode*", Respawner, "restore the function's code"),
    ("lambda", "UpdateFunctionConfiguration*", Respawner, "restore layers, environment and role"),
    ("lambda", "CreateEventSourceMapping*", Respawner, "delete the mapping"),
    ("lambda", "PublishLayerVersion*", Respawner, "delete the layer's version"),
    ("lambda", "AddPermission*", Door, "remove the permission"),
    ("lambda", "UpdateFunctionUrlConfig*", Door, "require authentication again"),
    ("events", "PutRule", Respawner, "delete the rule"),
    ("events", "PutTargets", Respawner, "remove the targets"),
    ("scheduler", "CreateSchedule", Respawner, "delete the schedule"),
    ("states", "CreateStateMachine", Respawner, "delete the state machine"),
    ("ssm", "CreateAssociation*", Respawner, "delete the association: it runs on machines again and again"),
    ("ssm", "CreateDocument", Respawner, "delete the document"),
    ("autoscaling", "Create*", Respawner, "delete the group before its machines"),
    ("autoscaling", "UpdateAutoScalingGroup", Respawner, "restore the group's size and template"),
    ("autoscaling", "SetDesiredCapacity", Respawner, "restore the group's size"),
    ("ec2", "CreateFleet", Respawner, "delete the fleet and its machines"),
    ("ec2", "RequestSpot*", Respawner, "cancel the request and end its machines"),
    ("ec2", "CreateLaunchTemplate*", Respawner, "delete the template or its version"),
    ("ecs", "CreateService", Respawner, "delete the service"),
    ("ecs", "UpdateService", Respawner, "restore the service's size and task"),
    ("ecs", "RegisterTaskDefinition", Respawner, "deregister the task definition"),
    ("batch", "Create*", Respawner, "disable and delete it"),
    ("cloudformation", "CreateStack*", Respawner, "delete the stack"),
    ("cloudformation", "UpdateStack*", Respawner, "restore the stack's template"),
    ("codebuild", "CreateProject", Respawner, "delete the project"),
    ("amplify", "CreateApp", Respawner, "delete the app"),
    ("glue", "CreateJob", Respawner, "delete the job"),
    ("glue", "CreateDevEndpoint", Respawner, "delete the endpoint"),
    ("sagemaker", "CreateNotebookInstance*", Respawner, "delete the notebook and its lifecycle"),
    ("eks", "CreateNodegroup", Respawner, "delete the node group"),
    ("ec2", "AuthorizeSecurityGroup*", Door, "revoke the rule"),
    ("ec2", "CreateSecurityGroup", Door, "delete the group"),
    ("ec2", "CreateKeyPair", Door, "delete the key pair"),
    ("ec2", "ImportKeyPair", Door, "delete the key pair"),
    ("ec2", "ModifyInstanceAttribute", Door, "check user data, groups and protection of the machine"),
    ("ec2", "ModifyInstanceMetadataOptions", Door, "require IMDSv2 again"),
    ("ec2", "AssociateIamInstanceProfile", Door, "restore the machine's profile"),
    ("ec2", "ReplaceIamInstanceProfileAssociation", Door, "restore the machine's profile"),
    ("ec2", "CreateVpcPeeringConnection", Door, "delete the peering"),
    ("ec2", "AcceptVpcPeeringConnection", Door, "delete the peering"),
    ("ec2", "CreateClientVpn*", Door, "delete the endpoint"),
    ("ec2", "GetPasswordData", Door, "set a new administrator's password on the machine"),
    ("ssm", "SendCommand", Door, "treat the machines as broken into"),
    ("ssm", "StartSession", Door, "treat the machine as broken into"),
    ("ssm", "ResumeSession", Door, "treat the machine as broken into"),
    ("ec2-instance-connect", "Send*", Door, "treat the machine as broken into"),
    ("ecs", "ExecuteCommand", Door, "treat the task as broken into"),
    ("s3", "GetObject", Data, "treat the content as known to them"),
    ("s3", "SelectObjectContent", Data, "treat the content as known to them"),
    ("s3", "CopyObject", Data, "find the copy's owner"),
    ("s3", "PutBucketPolicy", Data, "restore the bucket's policy"),
    ("s3", "PutBucketAcl", Data, "restore the bucket's access list"),
    ("s3", "PutObjectAcl", Data, "restore the object's access list"),
    ("s3", "Delete*PublicAccessBlock", Data, "block public access again"),
    ("s3", "Put*PublicAccessBlock", Data, "check that public access is blocked"),
    ("s3", "PutBucketReplication", Data, "delete the replication: copies go on"),
    ("s3", "PutBucketVersioning", Data, "enable versioning again"),
    ("s3", "DeleteBucket", Data, "restore from a copy"),
    ("s3", "DeleteObject*", Data, "restore earlier versions"),
    ("ec2", "ModifySnapshotAttribute", Data, "stop sharing the snapshot; treat its content as known to them"),
    ("ec2", "ModifyImageAttribute", Data, "stop sharing the image; treat its content as known to them"),
    ("ec2", "CreateSnapshot*", Data, "delete the snapshot; see whether it was shared or attached"),
    ("ec2", "CopySnapshot", Data, "delete the copy"),
    ("ec2", "CreateStoreImageTask", Data, "delete the image's file"),
    ("ec2", "CreateInstanceExportTask", Data, "delete the export"),
    ("ec2", "DeleteSnapshot", Data, "restore from the recycle bin"),
    ("ec2", "DeleteVolume", Data, "restore from a snapshot"),
    ("ebs", "GetSnapshotBlock", Data, "treat the content as known to them"),
    (
        "rds",
        "ModifyDB*SnapshotAttribute",
        Data,
        "stop sharing the snapshot; treat its content as known to them",
    ),
    ("rds", "CreateDB*Snapshot", Data, "delete the snapshot; see whether it was shared"),
    ("rds", "CopyDB*Snapshot", Data, "delete the copy"),
    ("rds", "StartExportTask", Data, "delete the export"),
    ("rds", "RestoreDB*", Data, "delete the restored database"),
    ("rds", "ModifyDBInstance", Data, "set a new password; check that it is not public"),
    ("rds", "ModifyDBCluster", Data, "set a new password"),
    ("rds", "DeleteDB*", Data, "restore from a snapshot"),
    ("dynamodb", "Scan", Data, "treat the content as known to them"),
    ("dynamodb", "ExportTableToPointInTime", Data, "delete the export"),
    ("secretsmanager", "GetSecretValue", Data, "rotate the secret"),
    ("secretsmanager", "BatchGetSecretValue", Data, "rotate the secrets"),
    ("secretsmanager", "PutResourcePolicy", Data, "restore the secret's policy"),
    ("ssm", "GetParameter*", Data, "rotate what is secret in it"),
    ("kms", "PutKeyPolicy", Data, "restore the key's policy"),
    ("kms", "CreateGrant", Data, "revoke the grant"),
    ("kms", "ScheduleKeyDeletion", Data, "cancel the deletion now: afterwards all that it encrypts is lost"),
    ("kms", "DisableKey", Data, "enable the key again"),
    ("ecr", "GetDownloadUrlForLayer", Data, "treat the image, and secrets in it, as known to them"),
    ("ecr", "SetRepositoryPolicy", Data, "restore the repository's policy"),
    ("ecr", "PutImage", Respawner, "compare the image with its source: machines may pull it"),
    ("codecommit", "GitPull", Data, "treat the source, and secrets in it, as known to them"),
    ("bedrock", "Invoke*", Abuse, "check what models cost, and which were enabled"),
    ("bedrock", "Converse*", Abuse, "check what models cost, and which were enabled"),
    ("bedrock", "PutFoundationModelEntitlement", Abuse, "withdraw access to the model"),
    ("bedrock", "DeleteModelInvocationLoggingConfiguration", Cover, "log invocations again"),
    ("ses", "Send*", Abuse, "tell whoever got mail from you"),
    ("ses", "VerifyEmailIdentity", Abuse, "delete the identity"),
    ("ses", "CreateEmailIdentity", Abuse, "delete the identity"),
    ("sns", "Publish", Abuse, "check where messages went"),
    ("servicequotas", "RequestServiceQuotaIncrease", Abuse, "withdraw the request, or lower the quota again"),
    ("support", "CreateCase", Abuse, "answer the case: it may raise a quota"),
    ("account", "EnableRegion", Abuse, "disable the region"),
    ("route53", "ChangeResourceRecordSets", Abuse, "restore the records"),
    ("route53domains", "*", Abuse, "check that the domain is yours"),
];

/// What `service`'s call `name` touches and how it is undone: by what it did, else by its name.
#[must_use]
pub(super) fn touch(service: &str, name: &str, event: Option<&Event>) -> Option<(Touch, &'static str)> {
    let named = TABLE.iter().find(|(of, pattern, ..)| *of == service && matches(pattern, name));
    named.map(|(_, _, touch, undo)| (*touch, *undo)).or_else(|| by_detail(event?))
}

fn by_detail(event: &Event) -> Option<(Touch, &'static str)> {
    match &event.detail {
        Detail::Launch(launch) => match launch.makes {
            Makes::Respawner | Makes::Enlarges => Some((Respawner, "delete it before its machines")),
            _ => Some((Compute, "end the machines once what started them is cut off")),
        },
        Detail::Tamper => Some((Cover, "switch it on again, and compare with what it was")),
        Detail::Mint(_) | Detail::Issue(_) => Some((Identity, "take it back")),
        Detail::Template(_) => Some((Respawner, "delete the template")),
        Detail::Protect(protect) if protect.on => Some((Compute, "take the protection off")),
        Detail::PublicUrl { .. } => Some((Door, "require authentication again")),
        Detail::HandOver(_) => Some((Door, "treat it as broken into")),
        Detail::Quota(_) => Some((Abuse, "lower the quota again")),
        Detail::EnableRegion { .. } => Some((Abuse, "disable the region")),
        _ => None,
    }
}

/// Whether `name` is as `pattern` says, which has at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => {
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_stars_are_seen_through() {
        assert_eq!(touch("iam", "AttachUserPolicy", None).map(|(touch, _)| touch), Some(Identity));
        assert_eq!(touch("lambda", "CreateFunction20150331", None).map(|(touch, _)| touch), Some(Respawner));
        let url = touch("lambda", "CreateFunctionUrlConfig20211031", None);
        assert_eq!(url.map(|(touch, _)| touch), Some(Door));
        assert_eq!(touch("ec2", "DescribeInstances", None), None);
        assert_eq!(touch("sts", "GetCallerIdentity", None), None);
        assert_eq!(touch("s3", "RunInstances", None), None);
    }

    #[test]
    fn no_two_rows_say_the_same_call() {
        for (at, (service, name, ..)) in TABLE.iter().enumerate() {
            let again = TABLE[..at].iter().find(|(of, pattern, ..)| of == service && matches(pattern, name));
            assert_eq!(again, None, "{service}:{name} is covered by an earlier row");
        }
    }
}
