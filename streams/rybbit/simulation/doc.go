// Package simulation runs tap-rybbit for 30 days of server time on a local account, and
// holds it to its promise after every run that exits 0. It is tests alone.
//
// What the promise covers: a session that ended within the last three days has its
// present values after every run, so do its events, sites and users; one that ended
// within lookback_days has values that are at most a day and a run old. What the API
// cannot show is left out: rows that were deleted; changes of rows that ended
// longer ago than the look-back; and on legacy servers a late click, copy or form that
// moves no session's end, because the list of sessions there does not count it.
package simulation
