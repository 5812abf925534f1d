// Package harness is what taptest has to know of Reprise: a command on an
// emulator in the same process, and what the account holds.
//
//	Run{Server, Config, State}.Do ──► taptest.Command ──► Output
//	                                                        │
//	emulator.Server ──► Truth ──► Warehouse ◄── Compare ────┘
//
// Truth is worked out from the emulator's rows alone, by code of its own: it
// shares nothing with the row path that it judges. Only tests import this
// package. Everything works inside a testing/synctest bubble: no socket, and
// waits cost nothing.
package harness
