//! Synthetic organisations, attacks and ordinary life, with their truth.
