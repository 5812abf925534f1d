package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

const pipesPath = "/v0/pipes/"

// newControl serves s and, beside it, the paths under /_/. stop ends the
// program.
func newControl(s *emulator.Server, stop func()) http.Handler {
	g := &gate{}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, pipesPath) && !g.pass(r.Context(), pagePipe(r)) {
			panic(http.ErrAbortHandler)
		}
		s.ServeHTTP(w, r)
	})
	mux.Handle("/_/", http.NotFoundHandler())
	mux.HandleFunc("GET /_/truth/{pipe}", func(w http.ResponseWriter, r *http.Request) { writeTruth(w, r, s) })
	mux.HandleFunc("GET /_/clock", func(w http.ResponseWriter, _ *http.Request) { writeClock(w, s) })
	mux.HandleFunc("POST /_/clock", func(w http.ResponseWriter, r *http.Request) {
		if err := moveClock(s, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		writeClock(w, s)
	})
	mux.HandleFunc("POST /_/stop", func(w http.ResponseWriter, _ *http.Request) {
		write(w, map[string]any{})
		stop()
	})
	handleGate(mux, g)
	return mux
}

// pagePipe is the pipe that r wants a page of, or "" if it wants no more than
// two rows: such a request asks what columns or whether rows there are.
func pagePipe(r *http.Request) string {
	if n, err := strconv.Atoi(r.FormValue("limit")); err == nil && n <= 2 {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, pipesPath), ".json")
}

// handleGate adds the paths that hold data requests.
func handleGate(mux *http.ServeMux, g *gate) {
	mux.HandleFunc("GET /_/requests", func(w http.ResponseWriter, _ *http.Request) {
		write(w, map[string]any{"count": g.count()})
	})
	mux.HandleFunc("POST /_/hold", func(w http.ResponseWriter, r *http.Request) {
		after, err := strconv.Atoi(r.FormValue("after"))
		if err != nil || after < 0 {
			http.Error(w, fmt.Sprintf("after=%q: a number of requests is wanted", r.FormValue("after")), http.StatusBadRequest)
			return
		}
		g.hold(r.FormValue("pipe"), after)
		write(w, map[string]any{"pipe": r.FormValue("pipe"), "after": after})
	})
	mux.HandleFunc("GET /_/held", func(w http.ResponseWriter, r *http.Request) {
		if !g.waitHeld(r.Context()) {
			http.Error(w, "nothing is to be held", http.StatusConflict)
			return
		}
		write(w, map[string]any{"held": true})
	})
	mux.HandleFunc("POST /_/release", func(w http.ResponseWriter, _ *http.Request) {
		g.release()
		write(w, map[string]any{})
	})
}

// moveClock does what ?advance=DURATION or ?set=TIME asks.
func moveClock(s *emulator.Server, r *http.Request) error {
	if by := r.FormValue("advance"); by != "" {
		d, err := time.ParseDuration(by)
		if err != nil {
			return fmt.Errorf("advance=%q: a duration such as 24h is wanted", by)
		}
		s.Advance(d)
		return nil
	}
	to := r.FormValue("set")
	t, err := time.Parse(time.RFC3339Nano, to)
	if err != nil {
		return fmt.Errorf("set=%q: a time such as 2026-11-20T10:00:00Z is wanted, or advance", to)
	}
	s.SetNow(t)
	return nil
}

func writeClock(w http.ResponseWriter, s *emulator.Server) {
	write(w, map[string]any{"now": s.Now().Format(time.RFC3339Nano)})
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the client has gone
}
