package simulation

import (
	"os"
	"runtime/debug"
	"testing"
)

// A simulation makes much garbage and holds little: a third of its time would
// be spent on collecting it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
