//! Faithful records of the calls that matter: one function per API, in the casing of that API.
//!
//! Launch-class functions return [`Launched`](crate::truth::Launched), which an attack adds to its
//! incident. Whether a call works is told by a [`Verdict`](refusal::Verdict).

pub(crate) mod ec2;
pub(crate) mod fleet;
pub(crate) mod groups;
pub(crate) mod iam;
pub(crate) mod managed;
pub(crate) mod prepare;
pub(crate) mod refusal;
pub(crate) mod sign_in;
pub(crate) mod sts;
