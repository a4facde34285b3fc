//! The launch table: every AWS call that starts, enlarges, restarts, resizes, reserves or ends compute.
//!
//! One call is one [`Row`]: the service, the event's name, and a function that reads what
//! was asked for and obtained. The rows stand in one file per service family.
//!
//! # To add an API
//!
//! 1. Find the family's file (or make one, and name its `ROWS` in `TABLES`).
//! 2. Add a row: `launch("ecs", "RunTask", run_task)`. Use `template` for a call that
//!    only stores what later launches will start, `end` for one that ends compute.
//! 3. Write the function: `fn run_task(call: &Call<'_>) -> Launch`. Walk the request and
//!    the response with [`call::Node`], which knows every spelling of AWS; make machines
//!    with [`mod@unit`]. Leave a machine that a template names as `unit: None` and say which
//!    template. The rest (failures without parameters, who stands behind a service's
//!    call) is done for all rows alike by `complete`.
//! 4. Write one test in `tests/launch/FAMILY.rs` from a record of true shape. A test fails
//!    as long as a row has none.
//!
//! That is all: a row is what makes a name notable ([`crate::notable`]).
//!
//! Blind spots: what a template, task definition or stack contains is known only if its
//! making was seen; CloudTrail hides user data and the parameters of Systems Manager.

pub mod call;
pub mod unit;

mod autoscaling;
mod batch;
mod behind;
mod builds;
mod desktops;
mod ec2;
mod ecs;
mod eks;
mod emr;
mod functions;
mod glue;
mod lightsail;
mod managed;
mod niche;
mod refused;
mod sagemaker;
mod stacks;

use call::Call;

use crate::event::{Ask, Detail, End, Launch, Look, Template};
use crate::notable::Lane;

/// The rows of all families.
pub(crate) const TABLES: &[&[Row]] = &[
    autoscaling::ROWS,
    batch::ROWS,
    builds::ROWS,
    desktops::ROWS,
    ec2::fleet::ROWS,
    ec2::instances::ROWS,
    ec2::reserve::ROWS,
    ec2::spot::ROWS,
    ec2::template::ROWS,
    ecs::ROWS,
    eks::ROWS,
    emr::ROWS,
    functions::ROWS,
    glue::ROWS,
    lightsail::ROWS,
    niche::ROWS,
    sagemaker::ROWS,
    stacks::ROWS,
];

/// One call that minetrail understands.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The service without its domain, `ec2`.
    pub source: &'static str,
    /// The event's name without a version, `RunInstances`.
    pub name: &'static str,
    read: Read,
}

/// How a row reads its record.
#[derive(Clone, Copy, Debug)]
enum Read {
    /// It asks for compute.
    Launch(fn(&Call<'_>) -> Launch),
    /// It stores what later launches will start.
    Template(fn(&Call<'_>) -> Template),
    /// It ends compute.
    End(fn(&Call<'_>) -> End),
    /// It is one thing or another, or nothing worth keeping.
    Detail(fn(&Call<'_>) -> Option<Detail>),
    /// As `Detail`, and may come by the million.
    FrequentDetail(fn(&Call<'_>) -> Option<Detail>),
    /// It looks around.
    Look(Look),
}

impl Row {
    /// How much of such a record is read.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self.read {
            Read::Look(_) | Read::FrequentDetail(_) => Lane::Look,
            Read::Launch(_) | Read::Template(_) | Read::End(_) | Read::Detail(_) => Lane::Whole,
        }
    }

    /// The kind of look-up, where the row is one whatever its parameters say.
    pub(crate) fn look(&self) -> Option<Look> {
        match self.read {
            Read::Look(look) => Some(look),
            _ => None,
        }
    }

    /// Reads the call. `None` means that this one says nothing worth keeping.
    pub(crate) fn read(&self, call: &Call<'_>) -> Option<Detail> {
        Some(match self.read {
            Read::Launch(read) => Detail::Launch(Box::new(complete(call, read(call)))),
            Read::Template(read) => Detail::Template(Box::new(read(call))),
            Read::End(read) => Detail::End(read(call)),
            Read::Look(look) => Detail::Look(look),
            Read::Detail(read) | Read::FrequentDetail(read) => match read(call)? {
                Detail::Launch(launch) => Detail::Launch(Box::new(complete(call, *launch))),
                detail => detail,
            },
        })
    }
}

/// A row for a call that asks for compute.
pub(crate) const fn launch(source: &'static str, name: &'static str, read: fn(&Call<'_>) -> Launch) -> Row {
    Row { source, name, read: Read::Launch(read) }
}

/// A row for a call that stores what later launches will start.
pub(crate) const fn template(
    source: &'static str,
    name: &'static str,
    read: fn(&Call<'_>) -> Template,
) -> Row {
    Row { source, name, read: Read::Template(read) }
}

/// A row for a call that ends compute.
pub(crate) const fn end(source: &'static str, name: &'static str, read: fn(&Call<'_>) -> End) -> Row {
    Row { source, name, read: Read::End(read) }
}

/// A row for a call whose parameters decide what it is, or whether it is kept.
pub(crate) const fn detail(
    source: &'static str,
    name: &'static str,
    read: fn(&Call<'_>) -> Option<Detail>,
) -> Row {
    Row { source, name, read: Read::Detail(read) }
}

/// As [`detail`], for a look-up that may come by the million.
pub(crate) const fn frequent(
    source: &'static str,
    name: &'static str,
    read: fn(&Call<'_>) -> Option<Detail>,
) -> Row {
    Row { source, name, read: Read::FrequentDetail(read) }
}

/// A row for a look-up.
pub(crate) const fn look(source: &'static str, name: &'static str, look: Look) -> Row {
    Row { source, name, read: Read::Look(look) }
}

/// All rows of the launch table.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// Returns the row for an `eventSource` and `eventName`, with or without domain and version.
#[must_use]
pub fn row(source: &[u8], name: &[u8]) -> Option<&'static Row> {
    crate::notable::find(source, name)
}

pub(crate) use refused::hidden_failure;

/// Adds to a launch what is read alike from every call.
fn complete(call: &Call<'_>, mut launch: Launch) -> Launch {
    launch.response_omitted = call.response_omitted();
    launch.dry_run = ["dryRun", "DryRun"].iter().any(|name| call.request.get(name).flag() == Some(true));
    if launch.asks.is_empty() {
        launch.asks.push(Ask { unit: None, min: 1, max: 1 });
    }
    if launch.template.is_none() {
        refused::fill_unit(call, &mut launch);
    }
    if launch.made_by.is_none() {
        launch.made_by = behind::made_by(call);
    }
    launch
}
