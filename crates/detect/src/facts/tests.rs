//! Laws of the facts, against a slow judge.
