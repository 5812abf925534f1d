package taptest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
)

// RowsAreNeededNoMore holds a sink to Page.Written: it says how far it has come, to
// the end, and what lies behind may become anything at once. open makes the
// sink, and what ends it.
func RowsAreNeededNoMore(t *testing.T, open func(w *bytes.Buffer) (tap.Sink, func() error)) {
	const rows = 3000
	var w bytes.Buffer
	sink, end := open(&w)
	s := TwoStreams()[0]
	var page tap.Page
	for i := range rows {
		page.Rows = append(page.Rows, fmt.Appendf(nil, `{"id":"%04d","title":"%s"}`, i, strings.Repeat("t", 300)))
	}
	done, times := 0, 0
	page.Written = func(n int) {
		for ; done < n; done++ {
			clear(page.Rows[done])
		}
		times++
	}
	require.NoError(t, sink.Start(s))
	require.NoError(t, sink.Write(s, page))
	require.NoError(t, sink.End(s, nil))
	require.NoError(t, end())
	require.Equal(t, rows, done)
	require.Greater(t, times, 2)
	require.NotContains(t, w.String(), "\x00")
	require.Equal(t, rows, strings.Count(w.String(), strings.Repeat("t", 300)))
}
