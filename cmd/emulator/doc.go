// Emulator serves a made-up account of one of the APIs on a loopback port, for
// trying a program and its loaders without a key. It prints one JSON line with
// its URL, the key it accepts and its clock, and ends when its standard input
// closes, when its parent goes, or when told to.
//
//	$ go run ./cmd/emulator
//	{"url":"http://127.0.0.1:41873","token_url":"http://127.0.0.1:41873/api/warehouse/token","key":"rprswh_demo",…}
//
// -api chooses the API: reprise, rybbit (its current servers) or rybbit-legacy;
// reprise is the default. It lies under the paths of its vendor's page. Beside
// it, under /_/, lies what a test needs and an API does not offer, such as the
// truth about what an endpoint holds, the clock, and a way to hold requests: see
// [tap-reprise/internal/localapi.Control]. For Reprise:
//
//	GET  /_/truth/PIPE?…         the rows the pipe holds now for these parameters, exactly
//	GET  /_/clock                the server's clock
//	POST /_/clock?advance=24h    moves it; ?set=2026-11-20T10:00:00Z sets it
//	GET  /_/requests             how many data requests came so far
//	POST /_/hold?pipe=P&after=N  answers N more requests for pages of a pipe, then holds the next ones
//	GET  /_/held                 returns as soon as a request is held
//	POST /_/release              lets held requests go on
//	POST /_/stop                 ends the program
package main
