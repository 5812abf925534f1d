package reprise_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/harness"
)

// stacks is an output that notes the calls under each page that a Sink writes,
// from the Sink down to the goroutine's first.
type stacks struct{ calls [][]string }

func (s *stacks) Write(b []byte) (int, error) {
	pcs := make([]uintptr, 100)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var names []string
	for frame, more := frames.Next(); more; frame, more = frames.Next() {
		names = append(names, frame.Function)
	}
	sink := slices.IndexFunc(names, func(name string) bool { return strings.HasSuffix(strings.ToLower(name), "sink).write") })
	if sink >= 0 {
		s.calls = append(s.calls, names[sink:])
	}
	return len(b), nil
}

// TestPageComesToTheSinkInFewCalls holds the way of a page to what a person can
// follow: the hub asks a walker, which reads and yields.
func TestPageComesToTheSinkInFewCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &stacks{}
		require.Equal(t, 0, harness.Run{Demo: true, Out: out}.Do(t).Code)
		longest := slices.MaxFunc(out.calls, func(a, b []string) int { return len(a) - len(b) })
		require.LessOrEqual(t, len(longest), 20, "%s", strings.Join(longest, "\n"))
		require.Contains(t, strings.Join(longest, "\n"), ").Ahead", "the way of a stream that the ledger keeps")
		t.Logf("%d frames:\n%s", len(longest), strings.Join(longest, "\n"))
	})
}
