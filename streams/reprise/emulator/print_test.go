package emulator

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTextAsClickHousePrintsIt(t *testing.T) {
	for text, want := range map[string]string{
		"":                    `""`,
		"a/b":                 `"a/b"`,
		"\"\\":                `"\"\\"`,
		"\b\f\n\r\t":          `"\b\f\n\r\t"`,
		"\x00\x1f\x7f":        `"\u0000\u001F` + "\x7f" + `"`,
		"a\xffb\xe2\x80":      `"a` + "\uFFFD" + `b` + "\uFFFD\uFFFD" + `"`,
		"\u2028x\u2029\u202a": `"\u2028x\u2029` + "\u202a" + `"`,
		"日本 🚀 </script>":      `"日本 🚀 </script>"`,
	} {
		got := string(printer{d: &Dialect{}}.text(nil, text))
		require.Equal(t, want, got)
		require.True(t, json.Valid([]byte(got)))
	}
	require.Equal(t, `"a\/b"`, string(printer{d: &Dialect{EscapeSlash: true}}.text(nil, "a/b")))
}

func TestFloatsAsClickHousePrintsThem(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 2: "2", -1.5: "-1.5", 31.234166666666667: "31.234166666666667", 1e-6: "0.000001", 1e-7: "1e-7",
		1e20: "100000000000000000000", 1e21: "1e21", 5e-324: "5e-324", math.Inf(1): "null", math.NaN(): "null",
	} {
		require.Equal(t, want, string(printer{}.float(nil, f)))
	}
}

func TestTimesAsClickHousePrintsThem(t *testing.T) {
	moment := time.Date(2026, 7, 1, 2, 3, 4, 56_000_000, time.UTC).UnixMilli()
	utc := printer{&Dialect{}, time.UTC}
	require.Equal(t, `"2026-07-01 02:03:04.056"`, string(utc.milli(nil, moment)))
	require.Equal(t, `"2026-07-01 02:03:04"`, string(utc.second(nil, moment)))
	require.Equal(t, `"2026-07-01"`, string(utc.day(nil, moment)))
	require.Equal(t, `"1969-12-31 23:59:59.999"`, string(utc.milli(nil, -1)))
	require.Equal(t, "null", string(utc.nullableMilli(nil, never)))
	york := printer{&Dialect{Zone: "America/New_York"}, zone("America/New_York")}
	require.Equal(t, `"2026-06-30 22:03:04"`, string(york.second(nil, moment)))
	require.Equal(t, "Nullable(DateTime64(3, 'America/New_York'))", york.typeName("Nullable(DateTime64(3))"))
	require.Equal(t, "DateTime('America/New_York')", york.typeName("DateTime"))
	require.Equal(t, "DateTime", printer{&Dialect{SecondClock: true}, time.UTC}.typeName(clockType))
}

func TestIntegersMayBeQuoted(t *testing.T) {
	require.Equal(t, "18446744073709551615", string(printer{d: &Dialect{}}.big(nil, math.MaxUint64)))
	require.Equal(t, `"18446744073709551615"`, string(printer{d: &Dialect{QuoteInt64: true}}.big(nil, math.MaxUint64)))
}
