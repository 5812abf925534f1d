// Package emulator is a strict local stand-in for the Reprise Data API: the
// token endpoint and the five pipes, over an account that lives in memory.
//
//	Account ── edits with arrival times ──► state (append-only, snapshot per request)
//	                                          │
//	request ─► Fault ─► route ─► token        │
//	                      └────► pipe ─► view at (Now − replica lag) ─► rows
//	                                                                     │
//	response ◄─ cut, stall, gzip ◄─ cache ◄─ layout (FORMAT JSON) ◄──────┘
//
// One invariant holds the rest up: an answer shows exactly what had arrived at
// the server's clock when the request came, whatever is added meanwhile.
//
// There is one file per endpoint, named after it. Each opens with what the
// endpoint does and which section of the vendor's page says so. Where the page
// is silent the file says what was assumed; a [Dialect] holds the other
// readings. The emulator is stricter than the original in three places, so
// that a client's mistakes show: an unknown parameter, a parameter given twice
// and a token in the URL are refused.
//
// The clock stands still unless it is moved with [Server.Advance] or
// [Server.SetNow], or [Server.Ticks] is set.
package emulator
