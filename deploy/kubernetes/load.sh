#!/bin/sh
# Loads once: tap-reprise | target-postgres, both configured by the environment.
# Usage: load.sh STATE [options of the tap]
#
# STATE is the file to go on from. A state takes its place as soon as the loader
# hands it back, which is when its rows are in the warehouse: a load that is
# killed goes on from there. Ends as the tap does, or else as the loader does.
set -u
state=$1
shift
[ ! -s "$state" ] || set -- "$@" --state "$state"

pipes=$(mktemp -d) || exit 1
trap 'rm -rf "$pipes"' EXIT
mkfifo "$pipes/rows" "$pipes/states"

# Whole lines only: a loader that is killed may leave half of one.
keep() {
	while IFS= read -r line; do
		printf '%s\n' "$line" >"$state.new" && mv "$state.new" "$state" || exit 1
	done
}

tap-reprise --config ENV "$@" >"$pipes/rows" &
tap=$!
target-postgres --config ENV <"$pipes/rows" >"$pipes/states" &
target=$!
keep <"$pipes/states" &
keeper=$!

# The tap alone is told to end. It writes its last state, and the loader loads
# what it was given.
trap 'kill -TERM "$tap"' TERM INT

# A signal interrupts a wait, so it is waited again until the process is gone.
ended() {
	wait "$1"
	code=$?
	while kill -0 "$1" 2>/dev/null; do
		wait "$1"
		code=$?
	done
	return "$code"
}

ended "$tap"
read=$?
ended "$target"
loaded=$?
ended "$keeper"
kept=$?
[ "$read" = 0 ] || exit "$read"
[ "$loaded" = 0 ] || exit "$loaded"
exit "$kept"
