#!/bin/sh
# How often one launch's name stands in the text, wherever it stands.
rg --search-zip --threads 2 --no-ignore --no-filename --only-matching --fixed-strings \
  '"eventName":"RunInstances"' "$1" | wc -l
