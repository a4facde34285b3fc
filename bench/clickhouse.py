"""A baseline of every record by principal, and the launches among them, in ClickHouse (chDB).

One pass: counts, errors, first and last time, distinct addresses, agents, regions and actions.
"""

import sys

import chdb

LAUNCHES = (
    "RunInstances",
    "CreateFleet",
    "RequestSpotFleet",
    "CreateAutoScalingGroup",
    "RunTask",
    "CreateNotebookInstance",
)

# Only these members are parsed; the rest of each record is skipped.
RECORD = """Tuple(
    eventTime String, eventSource String, eventName String, awsRegion String, sourceIPAddress String,
    userAgent String, errorCode String, eventID String, recipientAccountId String,
    userIdentity Tuple(type String, arn String, principalId String, accessKeyId String, invokedBy String))"""

QUERY = f"""
WITH principals AS (
    SELECT
        splitByChar(':', record.userIdentity.principalId)[1] AS principal,
        count() AS records,
        countIf(record.errorCode != '') AS refused,
        min(record.eventTime) AS first_seen,
        max(record.eventTime) AS last_seen,
        uniqExact(record.sourceIPAddress) AS addresses,
        uniqExact(record.userAgent) AS agents,
        uniqExact(record.awsRegion) AS regions,
        uniqExact(record.eventSource, record.eventName) AS actions,
        countIf(record.eventName IN {LAUNCHES}) AS launches
    FROM file('{sys.argv[1]}/**/*.json.gz', JSONEachRow, 'Records Array({RECORD})')
    ARRAY JOIN Records AS record
    GROUP BY principal
)
SELECT count(), sum(records), sum(refused), sum(addresses + agents + regions + actions), sum(launches)
FROM principals
SETTINGS
    max_threads = 2,
    max_parsing_threads = 2,
    input_format_parallel_parsing = 0,
    input_format_null_as_default = 1,
    input_format_skip_unknown_fields = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1,
    input_format_json_defaults_for_missing_elements_in_named_tuple = 1
"""

print(str(chdb.query(QUERY, "CSV")).strip().rsplit(",", 1)[-1])
