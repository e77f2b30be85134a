#!/bin/sh
# Run the spec files that no other worker has taken, each in a process of its own; spec/support/parallel.lua
# starts the workers.
#
#   worker.sh BINARY DIRECTORY
#
# DIRECTORY/files has a path in each line. Who makes the directory DIRECTORY/N first takes line N; what the specs
# print stands in N/output. On standard output a line for each file: N, the exit status, milliseconds.
set -eu
binary=$1
directory=$2

# In the background, so that a signal ends the specs too: while they wait for a command they would not see Ctrl-C.
child=
trap '[ -z "$child" ] || kill "$child" 2>/dev/null || :; exit 130' INT TERM HUP

export TMPDIR="$directory"
number=0
while read -r file; do
    number=$((number + 1))
    mkdir "$directory/$number" 2>/dev/null || continue
    began=$(date +%s%N)
    status=0
    "$binary" lua spec/run.lua "$file" >"$directory/$number/output" 2>&1 </dev/null &
    child=$!
    wait "$child" || status=$?
    child=
    echo "$number $status $((($(date +%s%N) - began) / 1000000))"
done <"$directory/files"
