// Package subject is what the acceptance tests are about: the programs of
// release/programs, as processes of their own; and the one at the root of the
// module, tap-reprise, inside of the test, too.
//
//	Main ──► builds each program once, puts it on PATH, goes to the root
//	exec.Command("tap-reprise", …)     the real process, over loopback sockets
//	Run(t, server, …)                  the same command line in this process,
//	                                   without a socket
//	SmallAccount ─► Listen ─► Account  an emulator, and a config for it
//
// Only tests import it. Those of acceptance/ take a program as README.md shows
// it, those of airbyte/ as the platform runs it.
package subject
