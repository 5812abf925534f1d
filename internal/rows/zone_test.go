package rows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRepeatedHours reads what the wall clocks of several zones show in a year. A text
// stands for the first moment at which it is shown, and Twice says that there is
// another one.
func TestRepeatedHours(t *testing.T) {
	const quarter = 15 * time.Minute
	for name, repeated := range map[string]int{"Europe/Berlin": 4, "America/New_York": 4, "Australia/Lord_Howe": 2, "Australia/Sydney": 4, "Asia/Kathmandu": 0} {
		where, err := time.LoadLocation(name)
		require.NoError(t, err)
		shown := map[string][]time.Time{}
		var texts []string
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(quarter) {
			text := at.In(where).Format(time.DateTime)
			if len(shown[text]) == 0 {
				texts = append(texts, text)
			}
			shown[text] = append(shown[text], at)
		}
		var data strings.Builder
		for i, text := range texts {
			fmt.Fprintf(&data, `%s{"at":"%s"},{"at":null}`, separator(i), text)
		}
		d := &Decoder{Plan: func([]Meta) (*Plan, error) {
			return &Plan{Rules: []Rule{{Name: "at", Kind: Time, Clock: true, Location: where}}}, nil
		}}
		p := &Page{}
		require.NoError(t, d.Decode(strings.NewReader(`{"meta":[],"data":[`+data.String()+`]}`), p))
		twice := 0
		for i, text := range texts {
			got, want := p.Rows[2*i], shown[text]
			row := want[0].Format(`{"at":"2006-01-02T15:04:05.000000Z"}`)
			if got.At != want[0].UnixMicro() || got.Twice != (len(want) == 2) || string(got.JSON) != row || p.Rows[2*i+1].Twice {
				t.Fatalf("%s in %s: %s, At %d, Twice %t, should be %s, %d, %t", text, name, got.JSON, got.At, got.Twice, row, want[0].UnixMicro(), len(want) == 2)
			}
			if got.Twice {
				twice++
			}
		}
		require.Equal(t, repeated, twice, name)
	}
}
