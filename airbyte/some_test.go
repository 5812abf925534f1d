//go:build !full || race

package airbyte

import (
	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
)

// How much the tests of this package try, so that each kind is met: -tags full
// tries more.
const (
	seeds    = 3  // of runs with faults that are killed
	resumes  = 2  // from states of one run
	somePage = 20 // rows, so that someAccount has dozens of pages
)

// someAccount is the account that is read whole: a small one.
func someAccount() *emulator.Server { return subject.SmallAccount() }
