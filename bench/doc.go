//go:build linux

// Bench measures what a sync costs, against what the same work costs otherwise,
// on one machine in one go:
//
//	go run ./bench                                  all of it, about five minutes
//	go run ./bench -rows 100000 -runs 1             a quick look
//	go run ./bench -python venv/bin/python          with bench/sdk_tap.py
//
// It builds the tap, starts a server with a made-up account in a process of
// its own, and runs the tap and its rivals one after the other against it,
// pinned to one core, while server and reader have the other one. CPU is what
// the operating system counted for the process under test, user and system;
// the server's is not in it. Rivals are:
//
//   - discard: reads the same pages and throws them away, the least that any
//     tap must do;
//   - plain: a tap as one would write it with encoding/json;
//   - sdk_tap.py: the same on Meltano's singer-sdk.
//
// The transform alone is measured by the benchmarks of package rows, which are
// run as they are. The table shows the gate beside each figure. A missed gate of
// CPU or allocations ends the run with exit code 1; wall times and memory are
// printed and not gated, as neighbours on the machine change them.
package main
