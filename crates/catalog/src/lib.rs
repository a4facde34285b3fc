//! Instance types, prices, regions and quotas: tables and look-ups.
