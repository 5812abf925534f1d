//go:build linux

// Bench measures what a sync costs, against what the same work costs otherwise,
// on one machine in one go:
//
//	go run ./bench                                  all of it, about eight minutes
//	go run ./bench -rows 100000 -runs 1             a quick look
//	go run ./bench -python venv/bin/python          with bench/sdk_tap.py
//	go run ./bench -python venv/bin/python -airbyte ../manifest.yaml -hub ../tap-reprise-hub -hub-python venv-hub/bin/python
//	                                                and with what exists, two minutes more
//
// It builds the tap, starts a server with a made-up account in a process of
// its own, and runs the tap and its rivals one after the other against it. CPU
// is what the operating system counted for the process under test, user and
// system; the server's is not in it. It is compared while all have one core and
// take turns; place.go says why. With server and reader on another core the syncs
// are measured a second time, for the wall time. Pinning needs taskset. The tap is
// compiled as it is released, by its profile; plain and discard have none.
// Rivals are:
//
//   - discard: reads the same pages and throws them away, the least that any
//     tap must do;
//   - plain: a tap as one would write it with encoding/json, which does what
//     ours has to do with each row: two columns are not loaded, two times are
//     rewritten, what this page or the one before had is left out, and the
//     latest time is the bookmark;
//   - sdk_tap.py: the same on Meltano's singer-sdk;
//   - Airbyte's own source: -airbyte is manifest.yaml of github.com/airbytehq/airbyte,
//     airbyte-integrations/connectors/source-reprise, at 95661bdef23e. It is
//     declarative and run by airbyte-cdk 7.30.0, as in the image that its
//     metadata.yaml names at 06ea7dbcc2fe, version 0.0.4;
//   - the Meltano Hub's tap: -hub is a checkout of github.com/Ella6882/tap-reprise
//     at d960cfb03fdc. It wants singer-sdk 0.41, thus an interpreter of its own.
//
// The interpreters have bench/requirements.txt and bench/requirements-hub.txt.
// Nothing of the two connectors is in this repository. They read 300,000 rows, as
// starting Python would count with fewer.
//
// The transform alone is measured by the benchmarks of package rows, which are
// run as they are. What is compared takes turns, but for the three Python
// programs, which run once; a ratio is the median of those of the turns, as what
// slows one down meets both sides of it. The table shows the gate beside each
// figure. A missed gate of CPU or allocations ends the run with exit code 1; wall
// times and memory are printed and not gated, as neighbours on the machine change
// them.
package main
