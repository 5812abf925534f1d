//go:build full && !race

package airbyte

import "tap-reprise/streams/reprise/emulator"

// How much the tests of this package try: all that there is.
const (
	seeds    = 12  // of runs with faults that are killed
	resumes  = 5   // from states of one run
	somePage = 200 // rows, so that someAccount has dozens of pages
)

// someAccount is the account that is read whole: the demo's.
func someAccount() *emulator.Server { return emulator.Demo(false) }
