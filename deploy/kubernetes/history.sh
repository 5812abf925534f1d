#!/bin/sh
# Loads one of SLICES slices of the history, JOB_COMPLETION_INDEX saying which.
# The history goes from HISTORY_START, inclusive, to HISTORY_END, exclusive.
set -eu
here=$(dirname "$0")
first=$(date -u -d "$HISTORY_START" +%s)
days=$((($(date -u -d "$HISTORY_END" +%s) - first) / 86400))

# begin prints where a slice begins, which is where the one before it ends. It
# is a midnight: a row of replay_metrics is computed from a whole day.
begin() {
	date -u -d "@$((first + days * $1 / SLICES * 86400))" +%Y-%m-%dT%H:%M:%SZ
}

TAP_REPRISE_START_DATE=$(begin "$JOB_COMPLETION_INDEX")
TAP_REPRISE_END_DATE=$(begin $((JOB_COMPLETION_INDEX + 1)))
export TAP_REPRISE_START_DATE TAP_REPRISE_END_DATE
if [ "$TAP_REPRISE_START_DATE" = "$TAP_REPRISE_END_DATE" ]; then
	echo "slice $JOB_COMPLETION_INDEX of $SLICES is empty: the history has $days days" >&2
	exit 0
fi
echo "slice $JOB_COMPLETION_INDEX of $SLICES: $TAP_REPRISE_START_DATE to $TAP_REPRISE_END_DATE" >&2

# A new pod starts its slice over, so its state need not outlive it.
exec sh "$here/load.sh" "${TMPDIR:-/tmp}/state.json" --catalog "$here/history.json"
