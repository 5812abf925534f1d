// Package streams reads the streams of any system that is described by tables.
//
//	Source.Read ── Table: which endpoint, key, clock, parameters, walk
//	    │
//	    ├─ ledgered.go   rows with a clock, as internal/ledger says
//	    ├─ windows.go    figures of windows of the calendar
//	    ├─ feed.go       a change feed, by arrival
//	    ├─ whole.go      everything, in every run
//	    ├─ children.go   what belongs to each new or changed row of another stream
//	    └─ parts.go      any of these for each part of an account
//	         │
//	         ▼
//	    internal/stretch reads spans in answers that are proved whole
//
//	Source.Streams ── columns.go, plan.go, treat.go: what becomes of each column
//	Source.Verify  ── verify.go, verifywindows.go
//
// The invariant: a row leaves only when its answer has proved whole, and a bookmark
// only behind every row that it covers. Now is what the server says, never this
// machine's clock.
package streams
