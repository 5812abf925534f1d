package rows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNullsSayWhy: a null says whether the value had another form than the
// column's, or is one that no loader could take.
func TestNullsSayWhy(t *testing.T) {
	const misfit, limit, written = "misfit", "limit", ""
	for kind, values := range map[string]map[string]string{
		"Integer": {
			`30`: written, `"30"`: written, `30.0`: written, `3e1`: written, `"30.00"`: written, `true`: written, `"nan"`: written,
			`18446744073709551615`: limit, `"-9223372036854775809"`: limit, `1e30`: limit,
			`30.25`: misfit, `3.5e0`: misfit, `""`: misfit, `"true"`: misfit, `"x"`: misfit, `[1]`: misfit, `{}`: misfit, `"2026-01-01"`: misfit,
		},
		"Number": {
			`30.25`: written, `"30.25"`: written, `true`: written, `false`: written, `"inf"`: written,
			`""`: misfit, `"x"`: misfit, `[1]`: misfit,
		},
		"Boolean": {`1`: written, `"0"`: written, `false`: written, `2`: misfit, `"yes"`: misfit, `""`: misfit, `1.0`: misfit},
		"Time": {
			`"2026-01-02 03:04:05"`: written, `"2026-01-02T03:04:05+02:00"`: written, `"2026-01-02"`: written,
			`"2026-02-30 00:00:00"`: limit, `"0000-00-00 00:00:00"`: limit, `"2026-01-02 25:00:00"`: limit, `"9999-12-31 23:59:59-01:00"`: limit, `"2026-13-01"`: limit,
			`""`: misfit, `"x"`: misfit, `1767323045`: misfit, `"1767323045"`: misfit, `"2026-01-02 03:04"`: misfit, `"02.01.2026"`: misfit, `true`: misfit,
		},
		"JSON":           {`[1]`: written, `{}`: written, `"[1]"`: misfit, `1`: misfit},
		"Text":           {`"x"`: written, `1.50`: written, `true`: written, `[1]`: written},
		"Integer Needed": {`1`: written, `null`: misfit, `18446744073709551615`: misfit, `"nan"`: misfit},
	} {
		for value, want := range values {
			p := decode(t, `{"meta":[{"name":"id","type":"Text Key"},{"name":"v","type":"`+kind+`"}],"data":[{"id":"a","v":`+value+`}]}`)
			got := written
			if len(p.Edits) > 0 {
				require.True(t, p.Edits[0].Nulled)
				if got = limit; p.Edits[0].Misfit {
					got = misfit
				}
			}
			require.Equal(t, want, got, "%s of %s", kind, value)
			require.Equal(t, want != written || value == `"nan"` || value == `"inf"`, strings.HasSuffix(string(p.Rows[0].JSON), `"v":null}`), "%s of %s: %s", kind, value, p.Rows[0].JSON)
		}
	}
}

// TestExactNumbers: a number of another spelling, or of another type, is carried
// if it is the same number.
func TestExactNumbers(t *testing.T) {
	for kind, values := range map[string]map[string]string{
		"Integer": {`30.0`: `30`, `3e1`: `30`, `-0.0`: `0`, `"12.50e1"`: `125`, `true`: `1`, `false`: `0`, `9223372036854775807.0`: `9223372036854775807`, `1e18`: `1000000000000000000`},
		"Number":  {`true`: `1`, `false`: `0`, `30`: `30`, `"1.50"`: `1.50`},
		"Text":    {`30.50`: `"30.50"`, `18446744073709551615`: `"18446744073709551615"`, `true`: `"true"`},
		"Boolean": {`1`: `true`, `0`: `false`},
	} {
		for value, want := range values {
			p := decode(t, `{"meta":[{"name":"v","type":"`+kind+`"}],"data":[{"v":`+value+`}]}`)
			require.Equal(t, `{"v":`+want+`}`, string(p.Rows[0].JSON), "%s of %s", kind, value)
			require.Empty(t, p.Edits)
		}
	}
}

// TestMissingNeeded counts a needed column that a row does not have.
func TestMissingNeeded(t *testing.T) {
	p := decode(t, `{"meta":[{"name":"id","type":"Text"},{"name":"v","type":"Time Needed"}],"data":[{"id":"a","v":"2026-01-01"},{"id":"b"},{"id":"c","v":null}]}`)
	require.Equal(t, []Edit{{1, "v", true, true}, {2, "v", true, true}}, p.Edits)
}
