// Package tap is the hub of every connector: what stands between a source and the
// protocol in which its rows leave.
//
//	config ──► Connector.Open ──► Source.Streams ─► what can be read
//	catalog ─┐                                        │
//	state ───┴─► Choices, Bookmarks ───► Plan ◄───────┘
//	                                       │ tasks
//	                                       ▼
//	                      Source.Read ─► Sync ─► Sink ─► stdout
//	                      pages: rows, bookmark    SCHEMA, RECORD…, STATE
//
// The invariant: a STATE line is written only after every row that it covers.
// Whoever resumes from any STATE line that was received whole gets every row
// that is not on the lines before it; rows may repeat, none is missed. So rows
// and STATE share one buffer, which is cut at line ends only, and a bookmark
// enters it behind the rows of its page. After a failure or a signal the last
// valid STATE is repeated behind the last RECORD.
//
// The package knows no protocol. tap/singer and tap/airbyte read catalogs and
// states of theirs into Choices and Bookmarks, and each has its Sink; the loop in
// sync.go does not know which one it feeds. tap/cli parses the arguments into a
// command of one of them, which internal/program supervises.
//
// Only a Sink writes to stdout during a sync. Everything a person reads goes
// to stderr; to Airbyte, which shows stderr as errors, it goes as LOG and TRACE
// messages of the same output.
package tap
