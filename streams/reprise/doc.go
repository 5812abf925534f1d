// Package reprise reads the Reprise Data API.
//
//	Source.Read ── tables.go: which pipe, key, clock, parameters
//	    │
//	    ├─ ledgered.go   pipes with a session clock, as internal/ledger says
//	    ├─ windows.go    windows of the calendar
//	    └─ feed.go       the change feed
//	         │
//	         ▼
//	    readahead.go     stretches side by side, given out in order
//	    stretch.go       one stretch: one page, one query, proved whole
//	    crowd.go         what no page can hold and time cannot divide
//	         │
//	         ▼
//	    page.go          one answer: request, decode, again if broken
//	    connection.go    this API's part of internal/api: token, hints, errors
//
// The invariant: a row leaves only when its page has proved whole, and a
// bookmark only behind every row that it covers. Nothing depends on create_at,
// which is the viewer's clock, nor on the clock of this machine.
package reprise
