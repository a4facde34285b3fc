//! Sources of audit records: files, standard input; batching; totals.
