//! The rows of `glue.amazonaws.com`: jobs, sessions and development endpoints, in workers.

use super::call::{Call, Node};
use super::managed::{ended, name, names, runs, started_names};
use super::{Row, end, launch, template, unit};
use crate::event::{Ask, EndKind, Launch, Template, TemplateRef};

pub(super) const ROWS: &[Row] = &[
    launch("glue", "CreateDevEndpoint", |call| now(call, &["endpointName"])),
    launch("glue", "CreateSession", |call| now(call, &["id"])),
    template("glue", "CreateJob", |call| job(call.request, name(call.request, &["name"]))),
    template("glue", "UpdateJob", |call| {
        job(call.request.get("jobUpdate"), name(call.request, &["jobName"]))
    }),
    launch("glue", "StartJobRun", start_job_run),
    end("glue", "DeleteDevEndpoint", |call| ended(call, EndKind::Terminated, &["endpointName"])),
    end("glue", "StopSession", |call| ended(call, EndKind::Terminated, &["id"])),
    end("glue", "BatchStopJobRun", |call| ended(call, EndKind::Terminated, &["jobRunIds"])),
];

/// What a job has where it names neither workers nor capacity.
const DEFAULT_WORKERS: u64 = 10;

/// Workers of a type, or data processing units, each as strong as a `G.1X` worker.
fn workers(node: Node<'_>) -> Option<Ask> {
    let count = node.get("numberOfWorkers").number();
    if let Some(kind) = node.get("workerType").text() {
        let unit = unit::named(&format!("glue {kind}"), catalog::glue_worker(kind));
        return Some(unit::ask(Some(unit), count.unwrap_or(DEFAULT_WORKERS)));
    }
    let units = node.first_of(&["maxCapacity", "allocatedCapacity", "numberOfNodes"]).number().or(count)?;
    let unit = unit::named("glue G.1X", catalog::glue_worker("G.1X"));
    Some(unit::ask(Some(unit), units.max(1)))
}

fn now(call: &Call<'_>, named: &[&str]) -> Launch {
    Launch {
        got: started_names(call, &names(call.request, named)),
        profile: call.request.first_of(&["roleArn", "role"]).owned(),
        ..runs(workers(call.request).into_iter().collect())
    }
}

fn job(node: Node<'_>, named: Option<String>) -> Template {
    let ask = workers(node);
    Template {
        refs: named.map(TemplateRef::GlueJob).into_iter().collect(),
        count: ask.as_ref().map_or(1, |ask| ask.max),
        units: ask.and_then(|ask| ask.unit).into_iter().collect(),
        profile: node.get("role").owned(),
        ..Template::default()
    }
}

fn start_job_run(call: &Call<'_>) -> Launch {
    Launch {
        got: started_names(call, &names(call.response, &["jobRunId"])),
        template: name(call.request, &["jobName"]).map(TemplateRef::GlueJob),
        ..runs(workers(call.request).into_iter().collect())
    }
}
