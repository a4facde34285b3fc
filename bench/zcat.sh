#!/bin/sh
# Nothing but unpacking, by the tool that every machine has; two at a time.
find "$1" -name '*.json.gz' -print0 | xargs -0 -P 2 -n 10 zcat | wc -c
