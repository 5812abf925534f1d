// Package harness runs the whole hub in a test, against an emulator in the
// same process, and compares what came out with what the account holds.
//
//	Run{Server, Config, State}.Do ──► tap.Main ──► Output (stdout, stderr, code)
//	                                                  │
//	emulator.Server ──► Truth ──► Warehouse ◄─Compare─┴─ Warehouse.Load
//
// Truth is worked out from the emulator's rows alone, by code of its own: it
// shares nothing with the row path that it judges. Only tests import this
// package. Everything works inside a testing/synctest bubble: no socket, and
// waits cost nothing.
package harness
