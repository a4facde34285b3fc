//! Code and commands put into the hands of another identity, and functions opened to the world.
//!
//! Whoever writes a function's code acts as its role; whoever sends a command to an
//! instance acts as its profile.
//!
//! Blind spots: code that arrives by a pipeline, an image or a bucket leaves no such call.

use crate::event::{Detail, HandOver};
use crate::launch::call::{Call, kept, last_part};
use crate::launch::{Row, detail};

pub(super) const ROWS: &[Row] = &[
    detail("lambda", "CreateFunction", function),
    detail("lambda", "UpdateFunctionCode", function),
    detail("lambda", "UpdateFunctionConfiguration", function),
    detail("lambda", "CreateFunctionUrlConfig", public_url),
    detail("lambda", "UpdateFunctionUrlConfig", public_url),
    detail("lambda", "AddPermission", public_permission),
    detail("ssm", "SendCommand", |call| instances(call, &["instanceIds"])),
    detail("ssm", "StartSession", |call| instances(call, &["target"])),
    detail("ssm", "ResumeSession", |call| instances(call, &["target"])),
    detail("ec2-instance-connect", "SendSSHPublicKey", |call| instances(call, &["instanceId"])),
    detail("ec2-instance-connect", "SendSerialConsoleSSHPublicKey", |call| instances(call, &["instanceId"])),
    detail("ecs", "ExecuteCommand", |call| instances(call, &["task"])),
];

/// The bare name of the function that a call is about: the request may have a name, an arn or a part of one.
fn function_name(call: &Call<'_>) -> String {
    let name = call.request.get("functionName").text().or_else(|| call.response.get("functionName").text());
    let name = name.or_else(|| super::resource_in(call.message())).unwrap_or_default();
    let name =
        name.rsplit_once(":function:").map_or(name, |(_, rest)| rest.split(':').next().unwrap_or(rest));
    kept(name)
}

fn function(call: &Call<'_>) -> Option<Detail> {
    let role = call.request.get("role").owned().or_else(|| call.response.get("role").owned());
    Some(Detail::HandOver(HandOver::Function { name: function_name(call), role }))
}

fn public_url(call: &Call<'_>) -> Option<Detail> {
    (call.request.get("authType").text() == Some("NONE"))
        .then(|| Detail::PublicUrl { function: function_name(call) })
}

fn public_permission(call: &Call<'_>) -> Option<Detail> {
    (call.request.get("principal").text() == Some("*"))
        .then(|| Detail::PublicUrl { function: function_name(call) })
}

fn instances(call: &Call<'_>, names: &[&str]) -> Option<Detail> {
    let named = names.iter().flat_map(|name| call.request.get(name).texts());
    let ids = named.map(|id| kept(last_part(id))).collect();
    Some(Detail::HandOver(HandOver::Instances { ids }))
}
