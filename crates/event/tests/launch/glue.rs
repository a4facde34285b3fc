//! Stories of `glue.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn workers_are_counted_by_type_or_by_capacity() {
    call(
        "glue CreateDevEndpoint",
        json!({"endpointName": "pit", "roleArn": "arn:r", "workerType": "G.2X", "numberOfWorkers": 50}),
    )
    .answered(json!({"endpointName": "pit"}))
    .means("Managed: 50 × glue G.2X; got pit; profile arn:r");
    call("glue CreateSession", json!({"id": "s", "role": "arn:r", "maxCapacity": 20.0}))
        .answered(json!({"session": {}}))
        .means("Managed: 20 × glue G.1X; got s; profile arn:r");
    call("glue StopSession", json!({"id": "s"})).means("Terminated s");
    call("glue DeleteDevEndpoint", json!({"endpointName": "pit"})).means("Terminated pit");
}

#[test]
fn a_job_is_a_template_and_a_run_may_override_it() {
    call(
        "glue CreateJob",
        json!({"name": "dig", "role": "arn:r", "workerType": "G.8X", "numberOfWorkers": 100}),
    )
    .answered(json!({"name": "dig"}))
    .means("template GlueJob dig: glue G.8X; profile arn:r; 100 at once");
    call(
        "glue UpdateJob",
        json!({"jobName": "dig", "jobUpdate": {"workerType": "Z.2X", "numberOfWorkers": 2}}),
    )
    .means("template GlueJob dig: glue Z.2X; 2 at once");
    call("glue StartJobRun", json!({"jobName": "dig"}))
        .answered(json!({"jobRunId": "jr_1"}))
        .means("Managed: 1 × ?; got jr_1; from GlueJob dig");
    call("glue StartJobRun", json!({"jobName": "dig", "workerType": "G.8X", "numberOfWorkers": 200}))
        .answered(json!({"jobRunId": "jr_1"}))
        .means("Managed: 200 × glue G.8X; got jr_1; from GlueJob dig");
    call("glue BatchStopJobRun", json!({"jobName": "dig", "jobRunIds": ["jr_1"]})).means("Terminated jr_1");
}
