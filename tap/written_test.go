package tap

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// TestWrittenRowsAreNeededNoMore: a sink tells how far it has come, to the end,
// and what it told of may become anything at once.
func TestWrittenRowsAreNeededNoMore(t *testing.T) {
	const rows = 3000
	s := twoStreams()[0]
	for name, open := range map[string]func(w *bytes.Buffer) (Sink, func() error){
		"singer": func(w *bytes.Buffer) (Sink, func() error) {
			k := newSingerSink(t.Context(), w, &state{})
			return k, k.close
		},
		"airbyte": func(w *bytes.Buffer) (Sink, func() error) {
			out := program.NewOutlet(w)
			out.Start(nil)
			return newAirbyteSink(t.Context(), out, nil), out.Close
		},
	} {
		t.Run(name, func(t *testing.T) {
			var w bytes.Buffer
			sink, end := open(&w)
			var page Page
			for i := range rows {
				page.Rows = append(page.Rows, fmt.Appendf(nil, `{"id":"%04d","title":"%s"}`, i, strings.Repeat("t", 300)))
			}
			told, times := 0, 0
			page.Written = func(n int) {
				for ; told < n; told++ {
					clear(page.Rows[told])
				}
				times++
			}
			require.NoError(t, sink.Start(s))
			require.NoError(t, sink.Write(s, page))
			require.NoError(t, sink.End(s, nil))
			require.NoError(t, end())
			require.Equal(t, rows, told)
			require.Greater(t, times, 2)
			require.NotContains(t, w.String(), "\x00")
			require.Equal(t, rows, strings.Count(w.String(), strings.Repeat("t", 300)))
		})
	}
}
