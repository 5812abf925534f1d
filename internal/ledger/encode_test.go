package ledger

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/v<version>.ledger anew")

// sample has every kind of unit.
func sample() *ledger {
	return &ledger{
		from: begin, to: begin + 6*Hour + 17*Second, filter: fingerprint("a"), lookback: 30 * Day,
		bounds: Bounds{Start: Inclusive, End: Exclusive},
		units: []unit{
			{from: begin + Hour, kind: unread},
			{from: begin + 2*Hour, kind: closed},
			{from: begin + 3*Hour, rows: 12, first: 1, sum: 0xfedcba987654, read: begin/Hour + 700},
			{from: begin + 4*Hour, read: begin/Hour + 690},
			{from: begin + 5*Hour + 7*Second, rows: 200_000, first: 300, sum: 1, read: begin/Hour + 800, stray: true},
		},
	}
}

func TestEveryLedgerEverKeptIsRead(t *testing.T) {
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join("testdata", "v1.ledger"), []byte(sample().encode()+"\n"), 0o600))
	}
	kept, err := filepath.Glob("testdata/*.ledger")
	require.NoError(t, err)
	require.NotEmpty(t, kept)
	for _, path := range kept {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		l, err := decode(strings.TrimSpace(string(text)))
		require.NoError(t, err, path)
		require.Equal(t, sample(), l, path)
	}
}

func TestEncodingIsOneStringThatNeedsNoQuoting(t *testing.T) {
	s := sample().encode()
	require.Regexp(t, regexp.MustCompile(`^1\.[A-Za-z0-9_-]+$`), s)
	quoted, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `"`+s+`"`, string(quoted))
}

func TestLedgerBefore1970(t *testing.T) {
	l := &ledger{from: -5 * Day, to: -4 * Day, lookback: Day, units: []unit{{from: -4*Day - Hour, rows: 1, sum: 1, read: -90}}}
	got, err := decode(l.encode())
	require.NoError(t, err)
	require.Equal(t, l, got)
}

// TestLargestAccount fills a ledger with the longest numbers there can be.
func TestLargestAccount(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	l := &ledger{from: begin, to: begin}
	for range 720 {
		l.units = append(l.units, unit{
			from: l.to, rows: 3_000_000 + rng.IntN(1e9), first: 20_000, sum: rng.Uint64() & sumBits,
			read: begin/Hour + rng.Int64N(9000),
		})
		l.to += (3600 + rng.Int64N(3600)) * Second
	}
	rows := l.rows(0, len(l.units))
	s := l.encode()
	require.LessOrEqual(t, len(s), MaxEncoded)
	require.Len(t, l.units, 720, "encoding changes nothing")
	got, err := decode(s)
	require.NoError(t, err)
	require.Equal(t, rows, got.rows(0, len(got.units)))
	require.Greater(t, len(got.units), 400)
}

func TestDecode(t *testing.T) {
	s := sample().encode()
	body := s[2:]
	raw, err := base64.RawURLEncoding.DecodeString(body)
	require.NoError(t, err)
	sealed := func(b []byte) string {
		sum := crc32.ChecksumIEEE(b)
		return "1." + base64.RawURLEncoding.EncodeToString(append(b, byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24)))
	}
	bare := raw[:len(raw)-4]
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"a newer version":              {"2." + body, errNewer},
		"a much newer version":         {"17.whatever it may hold", errNewer},
		"no version":                   {body, errDamaged},
		"version 0":                    {"0." + body, errDamaged},
		"a negative version":           {"-1." + body, errDamaged},
		"nothing":                      {"", errDamaged},
		"a version alone":              {"1.", errDamaged},
		"its end cut off":              {s[:len(s)-1], errDamaged},
		"two of them":                  {s + body, errDamaged},
		"padding":                      {s + "=", errDamaged},
		"the other alphabet":           {"1." + strings.NewReplacer("-", "+", "_", "/").Replace("-_"+body), errDamaged},
		"too few units, sealed":        {sealed(append([]byte{}, bare[:len(bare)-3]...)), errDamaged},
		"something after it, sealed":   {sealed(append(append([]byte{}, bare...), 0)), errDamaged},
		"nothing but a seal":           {sealed(nil), errDamaged},
		"more units than bytes":        {sealed([]byte{0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0xff, 0xff, 0xff, 0x7f, 0}), errDamaged},
		"an edge that nobody knows of": {sealed([]byte{0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x33, 0, 0}), errDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode(c.text)
			require.ErrorIs(t, err, c.want)
		})
	}
	for i := range len(s) * 7 {
		b := []byte(s)
		b[i/7] ^= 1 << (i % 7)
		_, err := decode(string(b))
		require.Error(t, err, "bit %d of %q", i%7, s)
	}
}

// FuzzDecode checks that decode never panics, and that what it reads is sound.
func FuzzDecode(f *testing.F) {
	for _, l := range []*ledger{sample(), {}} {
		b := l.append(nil)
		f.Add(b[:len(b)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		sum := crc32.ChecksumIEEE(b)
		l, err := decode("1." + base64.RawURLEncoding.EncodeToString(append(b, byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))))
		if err != nil {
			return
		}
		for i := range l.units {
			require.Positive(t, l.span(i).Width())
		}
		require.GreaterOrEqual(t, l.floor(), l.from)
		if len(l.units) < 700 {
			again, err := decode(l.encode())
			require.NoError(t, err)
			require.Equal(t, l, again)
		}
	})
}
