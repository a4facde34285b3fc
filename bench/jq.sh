#!/bin/sh
# The launches with time, caller, region, address and error; two jq at a time.
find "$1" -name '*.json.gz' -print0 | xargs -0 -P 2 -n 10 sh -c 'zcat "$@" | jq -c "
  .Records[]
  | select(.eventName | IN(\"RunInstances\", \"CreateFleet\", \"RequestSpotFleet\",
                           \"CreateAutoScalingGroup\", \"RunTask\", \"CreateNotebookInstance\"))
  | [.eventTime, .userIdentity.arn, .eventName, .awsRegion, .sourceIPAddress, .errorCode]"' sh | wc -l
