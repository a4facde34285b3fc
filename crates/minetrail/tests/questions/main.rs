//! The verbs that answer questions, as a responder meets them.

mod actor;
mod digests;
mod doctor;
mod gaps;
mod networks;
mod receipt;
mod schema;
mod search;
mod shell;
mod timeline;
mod world;

#[path = "../../../ingest/tests/reference/mmdb.rs"]
mod mmdb;
