package emulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever is asked is answered with a page, or a refusal that says why.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{
		all, all + "&limit=1&offset=2", all + "&limit=99999999999999999999", "start_timestamp=2026-01-01+00:00:00&end_timestamp=2025-01-01+00:00:00",
		all + "&group_by=published_replay_link&link_ids=a%7Cb", all + "&activity_type=,&since_created_at=2026-01-01+00:00:00.5", "a;b=%zz&token=x", "limit=0",
	} {
		f.Add(uint8(0), query)
		f.Add(uint8(2), query)
	}
	s := sampleServer()
	s.Truth("replay_change_feed", nil)
	token, _ := s.mint()
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		p := pipes[int(which)%len(pipes)]
		r := httptest.NewRequest(http.MethodGet, pipesPath+p.name+".json", nil)
		r.URL.RawQuery = query
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		require.Contains(t, []int{200, 400, 403}, w.Code)
		var body struct {
			Error string
			Data  []json.RawMessage
			Rows  int
		}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
		require.Equal(t, w.Code != http.StatusOK, body.Error != "")
		require.Len(t, body.Data, body.Rows)
	})
}
