package ledger

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	steps = flag.Int("steps", 45_000, "how many steps TestProperty takes: requests, arrivals, changes, runs")
	first = flag.Uint64("first", 1, "the seed TestProperty begins with")
	least = flag.Duration("shrink", 10*time.Second, "how long a history that fails is shrunk")
	seed  = flag.Uint64("seed", 0, "play this history of TestProperty only")
)

// TestProperty plays random histories until they add up to -steps. Every run that ends
// well must keep the promise of doc.go. A failure names the seed and the shortest
// history found that still fails.
func TestProperty(t *testing.T) {
	if *seed != 0 {
		fail(t, newHistory(*seed))
		return
	}
	done, s, seen := 0, *first, census{}
	for ; done < *steps; s++ {
		h := newHistory(s)
		trial := newTrial(h)
		if err := trial.play(h); err != nil {
			fail(t, h)
		}
		done += trial.w.steps
		seen.add(trial.w.seen)
	}
	t.Logf("%d histories, %d steps\n%v", s-*first, done, seen)
	if *steps >= 1_000_000 {
		require.Empty(t, seen.missing(), "never happened")
	}
}

// fail fails if h does, and names the least of it that still fails.
func fail(t *testing.T, h history) {
	t.Helper()
	trial := newTrial(h)
	err := trial.play(h)
	if err == nil {
		return
	}
	h.deeds = h.deeds[:trial.done+1]
	h = shrink(h, time.Now().Add(*least))
	t.Fatalf("go test ./internal/ledger -run Property -seed %d\n%v\nshrunk:\n%v%v", h.seed, err, h, newTrial(h).play(h))
}

// shrink leaves out deeds while the rest still fails: first half of them at a time,
// then fewer.
func shrink(h history, until time.Time) history {
	for size := len(h.deeds) / 2; size > 0; {
		smaller := false
		for at := 0; at+size <= len(h.deeds) && time.Now().Before(until); {
			try := history{seed: h.seed, deeds: append(append([]deed{}, h.deeds[:at]...), h.deeds[at+size:]...)}
			if newTrial(try).play(try) != nil {
				h, smaller = try, true
			} else {
				at += size
			}
		}
		if !smaller {
			size /= 2
		}
	}
	return h
}
