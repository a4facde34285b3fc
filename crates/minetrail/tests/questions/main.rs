//! The verbs that answer questions, as a responder meets them.

mod actor;
mod digests;
mod gaps;
mod receipt;
mod schema;
mod search;
mod shell;
mod timeline;
mod world;
