//! Bytes to records to events: skim, decode, formats, limits.
//!
//! Every record is skimmed; only notable ones are decoded whole into an [`Event`].
//! Nothing here reads a file, a clock or the environment.

pub mod actor;
pub mod decode;
mod envelope;
pub mod event;
pub mod failure;
pub mod launch;
pub mod limits;
pub mod notable;
pub mod side;
pub mod skim;
pub mod time;

pub use actor::{Actor, Address, Attribution, Delivery, IdentityKind, IssuedToInstance, Workload};
pub use decode::{DecodeError, decode};
pub use event::{Detail, Event};
pub use failure::{Failure, FailureKind};
pub use notable::{Lane, lane};
pub use time::Time;
