//! Whose an address is: elastic addresses, NAT gateways, endpoints.
//!
//! A credential used from its own instance's address is at home. These calls, and the
//! launches themselves, tell which addresses those are.
//!
//! Blind spots: an automatic public address is assigned after the launch and appears in no record.

use std::net::IpAddr;

use crate::event::{Detail, Reach};
use crate::launch::call::{Call, Node};
use crate::launch::{Row, detail};

pub(super) const ROWS: &[Row] = &[
    detail("ec2", "AllocateAddress", allocate_address),
    detail("ec2", "AssociateAddress", associate_address),
    detail("ec2", "AttachNetworkInterface", attach_network_interface),
    detail("ec2", "CreateNatGateway", create_nat_gateway),
    detail("ec2", "CreateVpcEndpoint", create_vpc_endpoint),
];

/// What was refused tells nothing about addresses.
fn succeeded<'a, 'b>(call: &'b Call<'a>) -> Option<&'b Call<'a>> {
    call.failure.is_none().then_some(call)
}

fn address(node: Node<'_>) -> Option<IpAddr> {
    node.text()?.parse().ok()
}

fn allocate_address(call: &Call<'_>) -> Option<Detail> {
    let response = succeeded(call)?.response;
    Some(Detail::Reach(Reach::Allocation {
        allocation: response.get("allocationId").owned()?,
        address: address(response.get("publicIp"))?,
    }))
}

fn associate_address(call: &Call<'_>) -> Option<Detail> {
    let request = succeeded(call)?.request;
    Some(Detail::Reach(Reach::Instance {
        instance: request.get("instanceId").owned()?,
        address: address(request.get("publicIp")),
        allocation: request.get("allocationId").owned(),
    }))
}

fn attach_network_interface(call: &Call<'_>) -> Option<Detail> {
    let instance = succeeded(call)?.request.get("instanceId").owned()?;
    Some(Detail::Reach(Reach::Instance { instance, address: None, allocation: None }))
}

fn create_nat_gateway(call: &Call<'_>) -> Option<Detail> {
    let gateway = succeeded(call)?.response.get("natGateway");
    let addresses = gateway.get("natGatewayAddressSet").list();
    let first = addresses.first().copied().unwrap_or(Node::new(None));
    let allocation = first.get("allocationId").owned();
    Some(Detail::Reach(Reach::Nat {
        vpc: gateway.get("vpcId").owned(),
        address: address(first.get("publicIp")),
        allocation: allocation.or_else(|| call.request.get("allocationId").owned()),
    }))
}

fn create_vpc_endpoint(call: &Call<'_>) -> Option<Detail> {
    let endpoint = succeeded(call)?.response.get("vpcEndpoint");
    let vpc = endpoint.get("vpcId").owned().or_else(|| call.request.get("vpcId").owned());
    Some(Detail::Reach(Reach::Endpoint { endpoint: endpoint.get("vpcEndpointId").owned()?, vpc }))
}
