//! What an instance type that no table knows is likely to be.
