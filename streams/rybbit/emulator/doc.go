// Package emulator is a strict local stand-in for Rybbit's stats API, over an
// account that lives in memory.
//
//	Account ── edits with arrival times ──► events, profiles, sites
//	                                          │
//	request ─► Fault ─► limits ─► route ─► key and site
//	                                │         │
//	                                └─► window ─► what had arrived ─► rows ─► text to numbers
//	                                                                   │
//	response ◄──────────────────────────────────────────── page ◄──────┘
//
// One invariant holds the rest up: an answer shows exactly what had arrived at
// the server's clock when the request came, whatever is added meanwhile.
//
// There is one file per endpoint, named after it. Each opens with what the
// endpoint does (*Behaviour*) and where that is known from (*Source*):
//
//	page       the vendor's page of the sessions API
//	recorded   exchanges with real servers, in testdata/recorded
//	run        seen on those servers, not recorded
//	code       read in the vendor's public source
//	assumed    the emulator's own reading, because nothing says
//
// Two generations of the API are known, see [Generation]. What else differs
// between servers is a [Dialect]. A filter or a statement that the emulator
// does not model is refused, so that no test passes on an answer that nobody
// has seen.
//
// The clock stands still unless it is moved.
package emulator
