//! Facts, dossiers, lineage, cases, rules and score.
