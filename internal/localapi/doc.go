// Package localapi is what every fake API needs: a clock, a log of requests,
// limits, faults on the wire, a client in the same process, a listener and
// control paths. A fake embeds [Server] and says no more than what its API
// answers.
//
//	request ─► log ─► Fault ─► limits ─► Server.API ─► Answer
//	                    │                                │
//	client ◄─ gzip ◄─ cut, drip, stall, wrong length ◄───┘
//
// A request reaches the server by [Server.Client], without a socket and inside
// a testing/synctest bubble, or by [Listen], on a loopback port. Both look the
// same to the client, broken answers too.
//
// The clock stands still until it is moved, so an account can live through
// weeks in a test. Everything that depends on time (Date headers, limits, the
// cache) goes by that clock; pauses on the wire go by the process's.
//
// Nothing here knows a vendor. What a vendor does is a table, a function or an
// [Answer] in the fake's own package.
package localapi
