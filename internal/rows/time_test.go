package rows

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTimesDoNotDependOnTheOnesBefore: what was read of an hour is used for the next
// time in that hour, and for no other text.
func TestTimesDoNotDependOnTheOnesBefore(t *testing.T) {
	nul := strings.Repeat(`\u0000`, 14)
	texts := []string{
		"2026-03-29 01:00:00", "2026-03-29 01:59:59.123456789", "2026-03-29T01:30:00", "2026-03-29 02:30:00.5", "2026-03-29",
		"2026-03-29 01:00:00.987", "2026-03-29 01:00:59.001", "2026-03-29 01:00:00.98", "2026-03-29 01:00:00.9870", "2026-03-29 01:00:00.987Z",
		"2026-03-29 01:00:00+02:00", "2026-03-29T01:00:00Z", "2026-10-25 02:30:00", "2024-02-29 01:00:00", "1969-12-31 23:59:59.5",
	}
	times := len(texts)
	texts = append(texts, "2026-03-29 01:60:00", "2026-03-29 01:00:61", "2026-03-29 01:0a:00", "2026-03-29 01:30-00", "2026-03-29 01:30:0",
		"2026-03-29 01:30:00.:87", "2026-03-29 01:30:00.9:7", "2026-03-29 01:30:00.98:", "2026-03-29 01:30:00.", "2026-03-29 01:30:00:", "2026-03-29 01:30:00x987",
		"2026-02-29 01:00:00", "2026-02-29 01:00:01", "2026-02-29T01:00:01", "2026-03-29 24:00:00", "0000-03-29 01:00:00",
		nul+"00:00", nul+"00:01", nul[:48]+"29 01:00:00", "2026-03-29 01:\u0660")
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, where := range []*time.Location{nil, berlin} {
		plan := func([]Meta) (*Plan, error) {
			return &Plan{Rules: []Rule{{Name: "at", Kind: Time, Clock: true, Location: where}, {Name: "too", Kind: Time}}}, nil
		}
		read := func(rows ...string) []Row {
			p := &Page{}
			require.NoError(t, (&Decoder{Plan: plan}).Decode(strings.NewReader(`{"meta":[],"data":[`+strings.Join(rows, ",")+`]}`), p))
			return p.Rows
		}
		for i, text := range texts {
			require.Equal(t, i < times, read(fmt.Sprintf(`{"at":"%s"}`, text))[0].HasAt, text)
		}
		var all []string
		r := rand.New(rand.NewPCG(1, 2))
		for range 3000 / share {
			all = append(all, fmt.Sprintf(`{"at":"%s","too":"%s"}`, texts[r.IntN(len(texts))], texts[r.IntN(len(texts))]))
		}
		// Rows read alone are never transcribed.
		for i, row := range read(all...) {
			require.Equal(t, read(all[i])[0], row, all[i])
		}
		requireSameBy(t, plan, []byte(`{"meta":[],"data":[`+strings.Join(all, ",")+`]}`))
	}
}
