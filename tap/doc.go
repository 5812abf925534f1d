// Package tap is the hub of the connector: everything between a command line
// and a Source.
//
// One sync:
//
//	config ─┐                 ┌─► Source.Streams ─► what can be read
//	catalog ─┼─► Main ─► plan ─┤
//	state ──┘                 └─► Source.Read ─► pages, one stream after the other
//	                                               │ rows, bookmark
//	                                               ▼
//	                                             Sink ─► outlet ─► stdout
//	                                                     SCHEMA, RECORD…, STATE
//
// The invariant: a STATE line is written only after every row that it covers.
// Whoever resumes from any STATE line that was received whole gets every row
// that is not on the lines before it; rows may repeat, none is missed. So rows
// and STATE share one buffer, which is cut at line ends only, and a bookmark
// enters it behind the rows of its page. After a failure or a signal the last
// valid STATE is repeated behind the last RECORD.
//
// Main parses the arguments into a command and supervises it: signals, the
// time left to flush, the exit code. A command of the Singer protocol loads
// config, catalog and state, opens the Source, and hands both a plan and a
// Sink to the loop in sync.go. Airbyte's protocol (airbyte*.go) is another
// command with another Sink; the loop does not know which one it feeds.
//
// Only a Sink writes to stdout during a sync. Everything a person reads goes
// to stderr; to Airbyte, which shows stderr as errors, it goes as LOG and TRACE
// messages of the same output.
package tap
