// Package taptest is what the tests of every source share. Only tests import
// it.
//
// [Run] is the contract that every tap.Source must pass. A source's own test
// calls it; what fails is named by the sentence that it breaks.
//
// The rest runs a whole program in the test's own process and judges what came
// out as a loader would:
//
//	Command.Do ──► the hub and the source ──► Output (stdout, stderr, code)
//	                                             │
//	the fake's own rows ─► Warehouse ◄─ Compare ─┴─ Warehouse.Load
//
// The hub's own tests need no API: [Memory] is a source in memory, and [New] makes a
// program that reads it. Either way the test gives cli.Main, which this package may
// not import: the tests of the packages below it use it, too.
//
// A source's harness adds two things: a Command on its fake API, and the
// Warehouse of what the fake really holds. Nothing here shares code with the
// row path that it judges.
package taptest
