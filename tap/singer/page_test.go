package singer

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestCancelWithinAPage blocks the output in the middle of a page of many
// megabytes, cancels, and opens it again: no further row leaves, STATE does.
func TestCancelWithinAPage(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &cancelling{cancel: cancel, at: 3}
	k := newSink(ctx, w, newState())
	s := taptest.TwoStreams()[0]
	p := tap.Page{Bookmark: tap.Bookmark(`{"n":1}`)}
	for i := range 40000 {
		p.Rows = append(p.Rows, taptest.Row(s, i))
	}
	require.NoError(t, k.Start(s))
	require.ErrorIs(t, k.Write(s, p), context.Canceled)
	require.NoError(t, k.End(s, nil))
	require.NoError(t, k.close())
	require.LessOrEqual(t, w.out.Len(), 8*taptest.FirstWrite)
	require.True(t, strings.HasSuffix(w.out.String(), "}\n"+`{"type":"STATE","value":{"bookmarks":{}}}`+"\n"))
}

// A cancelling writer cancels at its at-th write.
type cancelling struct {
	out    bytes.Buffer
	at     int
	cancel func()
}

func (w *cancelling) Write(b []byte) (int, error) {
	if w.at--; w.at == 0 {
		w.cancel()
	}
	return w.out.Write(b)
}

// TestWritesFitIntoAnEmptiedPipe: rows of some KB leave in writes that nearly
// fill a wide pipe, none of which has to wait for its loader.
func TestWritesFitIntoAnEmptiedPipe(t *testing.T) {
	w := &taptest.Watch{Began: time.Now()}
	s := taptest.TwoStreams()[0]
	p := tap.Page{}
	for range 4000 {
		p.Rows = append(p.Rows, fmt.Appendf(nil, `{"id":"%s"}`, strings.Repeat("t", 3000)))
	}
	k := newSink(t.Context(), w, newState())
	require.NoError(t, k.Start(s))
	require.NoError(t, k.Write(s, p))
	require.NoError(t, k.close())
	most := 0
	for _, each := range w.Writes {
		most = max(most, len(each.Text))
	}
	require.LessOrEqual(t, most, taptest.PipeHolds)
	require.Greater(t, most, taptest.PipeHolds*9/10)
}

func TestWrittenRowsAreNeededNoMore(t *testing.T) {
	taptest.RowsAreNeededNoMore(t, func(w *bytes.Buffer) (tap.Sink, func() error) {
		k := newSink(t.Context(), w, newState())
		return k, k.close
	})
}
