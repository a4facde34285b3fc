//! The rows of Lambda and App Runner that hold compute ready.
//!
//! Blind spots: a function that is merely invoked very often costs as much; its
//! invocations are data events, which few trails have.

use super::call::{Call, kept};
use super::managed::{deleted, ended, enlarges, name, respawns, restarts, runs};
use super::{Row, end, launch, unit};
use crate::event::{EndKind, Launch, RespawnerKind, TemplateRef, Unit};
use crate::launch::unit::{Choice, Measure};

pub(super) const ROWS: &[Row] = &[
    launch("lambda", "PutProvisionedConcurrencyConfig", put_provisioned_concurrency),
    end("lambda", "DeleteProvisionedConcurrencyConfig", |call| {
        ended(call, EndKind::Terminated, &["functionName"])
    }),
    launch("lambda", "CreateCapacityProvider", |call| {
        provider(call, respawns(Vec::new(), RespawnerKind::CapacityProvider, provider_name(call)))
    }),
    launch("lambda", "UpdateCapacityProvider", |call| {
        provider(call, enlarges(Vec::new(), RespawnerKind::CapacityProvider, provider_name(call)))
    }),
    end("lambda", "DeleteCapacityProvider", |call| {
        deleted(call, RespawnerKind::CapacityProvider, &["capacityProviderName"])
    }),
    launch("apprunner", "CreateService", |call| {
        service(call, respawns(Vec::new(), RespawnerKind::ServiceFleet, name(call.request, &["serviceName"])))
    }),
    launch("apprunner", "UpdateService", |call| {
        service(call, enlarges(Vec::new(), RespawnerKind::ServiceFleet, service_name(call)))
    }),
    launch("apprunner", "ResumeService", |call| restarts(call, service_name(call).into_iter().collect())),
    end("apprunner", "PauseService", |call| ended_service(call, EndKind::Stopped)),
    end("apprunner", "DeleteService", |call| ended_service(call, EndKind::RespawnerDeleted)),
];

/// A function whose memory is not told has one vCPU at this many MiB.
const ONE_VCPU_MIB: u64 = 1_769;

fn put_provisioned_concurrency(call: &Call<'_>) -> Launch {
    let unit = Unit { inferred: true, ..unit::named("lambda 1 vCPU", catalog::lambda(ONE_VCPU_MIB)) };
    let count = call.request.get("provisionedConcurrentExecutions").number().unwrap_or(1);
    Launch {
        template: name(call.request, &["functionName"]).map(TemplateRef::Machine),
        ..runs(vec![unit::ask(Some(unit), count)])
    }
}

fn provider_name(call: &Call<'_>) -> Option<String> {
    name(call.request, &["capacityProviderName"])
}

/// A provider launches nothing until functions want it; what it may grow to is what counts.
fn provider(call: &Call<'_>, launch: Launch) -> Launch {
    let requirements = call.request.get("instanceRequirements");
    let allowed = requirements.get("allowedInstanceTypes").exists();
    let unit = allowed.then(|| unit::requirements(requirements)).flatten().unwrap_or_else(unit::vcpu);
    let choice = Choice { unit, weight: None };
    let most = call.request.at("capacityProviderScalingConfig.maxVCpuCount").number();
    Launch {
        ceiling: most.map(|most| choice.count(most, Measure::Vcpus)),
        asks: vec![unit::ask(Some(choice.unit), 0)],
        ..launch
    }
}

fn service(call: &Call<'_>, launch: Launch) -> Launch {
    let instance = call.request.get("instanceConfiguration");
    // One vCPU and two gigabytes are App Runner's own default.
    let cpu = instance.get("cpu").text().unwrap_or("1024");
    let memory = instance.get("memory").text().unwrap_or("2048");
    let unit = unit::named(&format!("apprunner {cpu} / {memory}"), catalog::apprunner(cpu, memory));
    Launch {
        asks: vec![unit::ask(Some(unit), 1)],
        image: call.request.at("sourceConfiguration.imageRepository.imageIdentifier").owned(),
        profile: instance.get("instanceRoleArn").owned(),
        ..launch
    }
}

/// `name` of `arn:…:service/name/id`.
fn service_name(call: &Call<'_>) -> Option<String> {
    let arn = call.request.get("serviceArn").text()?;
    let (_, path) = arn.split_once(":service/")?;
    Some(kept(path.split('/').next().unwrap_or(path)))
}

fn ended_service(call: &Call<'_>, kind: EndKind) -> crate::event::End {
    let names: Vec<String> = service_name(call).into_iter().collect();
    let respawner = super::managed::respawner(RespawnerKind::ServiceFleet, names.first().cloned());
    crate::event::End { respawner, ids: names, ..ended(call, kind, &[]) }
}
