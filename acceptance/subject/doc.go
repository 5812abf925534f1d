// Package subject is the program that the acceptance tests are about: what lies
// at the root of the module, as a process of its own or inside of the test.
//
//	Main ──► builds the program once, puts it on PATH, goes to the root
//	exec.Command("tap-reprise", …)     the real process, over loopback sockets
//	Run(t, server, …)                  the same command line in this process,
//	                                   without a socket
//	SmallAccount ─► Listen ─► Account  an emulator, and a config for it
//
// Only tests import it. Those of acceptance/ take the program as README.md shows
// it, those of airbyte/ as the platform runs it.
package subject
