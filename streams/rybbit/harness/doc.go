// Package harness is what taptest has to know of Rybbit: a command on an emulator of
// either generation in the same process, and what the account holds.
//
//	Run{Server, Config, State}.Do ──► taptest.Command ──► Output
//	                                                        │
//	emulator.Account ──► Truth ──► Warehouse ◄── Compare ───┘
//
// Truth is worked out from the account's events alone, by code of its own: it shares
// nothing with the row path that it judges. Only tests import this package.
// Everything works inside a testing/synctest bubble: no socket, and waits cost
// nothing.
package harness
