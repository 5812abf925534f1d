// Package reprise reads the Reprise Data API.
//
//	Source.Read ── tables.go: which pipe, key, clock, parameters
//	    │
//	    ├─ sessions.go   pipes with a session clock
//	    ├─ metrics.go    windows of the calendar
//	    └─ feed.go       the change feed
//	         │
//	         ▼
//	    flight.go        stretches side by side, given out in order
//	    stretch.go       one stretch: one page, one query, proved whole
//	    second.go        a single second that is larger than a page
//	         │
//	         ▼
//	    page.go          one answer: request, decode, again if broken
//	    client.go  token.go  retry.go  gate.go  clock.go
//
// The invariant: a row leaves only when its page has proved whole, and a
// bookmark only behind every row it covers. No decision rests on create_at,
// the viewer's clock, nor on the clock of this machine.
package reprise
