//! Capacity that is reserved or bought: it costs whether it runs or not.

use crate::event::{Ask, End, EndKind, Launch, Makes};
use crate::launch::call::Call;
use crate::launch::{Row, end, launch, unit};

pub(crate) const ROWS: &[Row] = &[
    launch("ec2", "CreateCapacityReservation", create_capacity_reservation),
    launch("ec2", "ModifyCapacityReservation", create_capacity_reservation),
    launch("ec2", "CreateCapacityReservationFleet", create_capacity_reservation_fleet),
    launch("ec2", "ModifyCapacityReservationFleet", create_capacity_reservation_fleet),
    launch("ec2", "PurchaseCapacityBlock", purchase_capacity_block),
    launch("ec2", "PurchaseCapacityBlockExtension", purchase_capacity_block),
    launch("ec2", "AllocateHosts", allocate_hosts),
    launch("ec2", "PurchaseHostReservation", purchased),
    launch("ec2", "PurchaseReservedInstancesOffering", purchased),
    launch("ec2", "PurchaseScheduledInstances", purchased),
    launch("savingsplans", "CreateSavingsPlan", create_savings_plan),
    end("ec2", "CancelCapacityReservation", |call| cancelled(call, "capacityReservationId")),
    end("ec2", "ReleaseHosts", |call| cancelled(call, "hostId")),
];

fn reserves(asks: Vec<Ask>) -> Launch {
    Launch { makes: Makes::Reserves, asks, ..Launch::default() }
}

fn create_capacity_reservation(call: &Call<'_>) -> Launch {
    let made = call.response.get("capacityReservation");
    let name = call.request.get("instanceType").text().or_else(|| made.get("instanceType").text());
    let count = call.request.first_of(&["instanceCount", "totalInstanceCount"]).number().unwrap_or(1);
    reserves(vec![unit::ask(name.map(unit::ec2), count)])
}

fn create_capacity_reservation_fleet(call: &Call<'_>) -> Launch {
    let total = call.request.get("totalTargetCapacity").number().unwrap_or(1);
    let list = call.request.first_of(&["instanceTypeSpecifications", "instanceTypeSpecification"]).list();
    let choices = list.into_iter().filter_map(|item| {
        let unit = item.get("instanceType").text().map(unit::ec2)?;
        Some(unit::Choice { unit, weight: item.get("weight").number() })
    });
    let (ask, weighted) = super::fleet::spread(choices.collect(), total, unit::Measure::Machines);
    Launch { weighted, ..reserves(vec![ask]) }
}

fn purchase_capacity_block(call: &Call<'_>) -> Launch {
    let made = call.response.first_of(&["capacityReservation", "capacityBlockExtensionSet"]);
    let block = made.list().first().copied().unwrap_or(made);
    let name = block.get("instanceType").text().map(unit::ec2);
    let count = block.first_of(&["totalInstanceCount", "instanceCount"]).number().unwrap_or(1);
    reserves(vec![unit::ask(name, count)])
}

fn allocate_hosts(call: &Call<'_>) -> Launch {
    let request = call.request;
    // A host for a whole family is named by the family; the largest of it fills one host.
    let family = || {
        request.get("instanceFamily").text().and_then(|family| {
            let found = catalog::most_powerful_match(&format!("{family}.*"))?;
            Some(unit::named(family, found.power))
        })
    };
    let unit = request.get("instanceType").text().map(unit::ec2).or_else(family);
    reserves(vec![unit::ask(unit, request.get("quantity").number().unwrap_or(1))])
}

/// What an offering holds is named by its id alone; the catalogue does not know offerings.
fn purchased(call: &Call<'_>) -> Launch {
    let single = call.request.first_of(&["instanceCount", "quantity"]).number();
    let many = call.request.first_of(&["purchaseRequest", "purchaseRequests"]).list();
    let sum = many.iter().filter_map(|item| item.get("instanceCount").number()).fold(0, u64::saturating_add);
    reserves(vec![unit::ask(None, single.unwrap_or(sum).max(1))])
}

/// A savings plan promises money by the hour, in the end for machines.
fn create_savings_plan(call: &Call<'_>) -> Launch {
    let commitment = call.request.get("commitment").text().and_then(|text| text.parse::<f64>().ok());
    let unit = commitment.filter(|usd| usd.is_finite() && *usd > 0.0).map(|usd| {
        // Money is kept in millionths; a cast stops at the largest integer.
        let micro_usd_per_hour = (usd * 1_000_000.0) as u64;
        let power = catalog::Power { micro_usd_per_hour, ..catalog::Power::default() };
        unit::named("savings plan", power)
    });
    reserves(vec![unit::ask(unit, 1)])
}

fn cancelled(call: &Call<'_>, name: &str) -> End {
    let ids = super::fleet::id_list(call.request, &[name]);
    End { kind: EndKind::Terminated, ids, respawner: None, size: None }
}
