package localapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// A Control is what a test can ask of a fake API beside what the API offers.
// Its paths lie under /_/ and answer JSON:
//
//	GET  /_/truth/NAME?…         what Truth says of an endpoint
//	GET  /_/clock                {"now": the server's clock}
//	POST /_/clock?advance=24h    moves it; ?set=2026-11-20T10:00:00Z sets it
//	GET  /_/requests             {"count": how many requests for data came so far}
//	POST /_/hold?NOUN=P&after=N  answers N more requests for pages of P, then holds the next ones
//	GET  /_/held                 returns as soon as a request is held; 409 if none is to be
//	POST /_/release              lets held requests go on
//	POST /_/stop                 calls Stop
//
// What cannot be done is a 400 with the reason in plain text.
type Control struct {
	Server *Server

	// Truth is what an endpoint holds now for a query, as JSON. The query may
	// be one that the API refuses: then it says so in an error.
	Truth func(name string, query url.Values) (any, error)

	// Noun is what the vendor calls an endpoint, such as "pipe".
	Noun string

	// Page is the name of the endpoint that a request wants a page of, "" for
	// a request that is never held. Nil: every request for data is one.
	Page func(r *http.Request) string

	// Stop ends the program, after the answer.
	Stop func()
}

// Handler serves c.Server and the paths under /_/. Call it once.
func (c Control) Handler() http.Handler {
	g := &gate{}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if name := c.Server.nameOf(r.URL.Path); name != "" {
			if c.Page != nil {
				name = c.Page(r)
			}
			if !g.pass(r.Context(), name) {
				panic(http.ErrAbortHandler)
			}
		}
		c.Server.ServeHTTP(w, r)
	})
	mux.Handle("/_/", http.NotFoundHandler())
	mux.HandleFunc("GET /_/truth/{name}", func(w http.ResponseWriter, r *http.Request) {
		respond(w)(c.Truth(r.PathValue("name"), r.URL.Query()))
	})
	mux.HandleFunc("GET /_/clock", func(w http.ResponseWriter, _ *http.Request) { respond(w)(c.clock(), nil) })
	mux.HandleFunc("POST /_/clock", func(w http.ResponseWriter, r *http.Request) {
		err := c.moveClock(r)
		respond(w)(c.clock(), err)
	})
	mux.HandleFunc("POST /_/stop", func(w http.ResponseWriter, _ *http.Request) {
		respond(w)(map[string]any{}, nil)
		c.Stop()
	})
	c.handleGate(mux, g)
	return mux
}

// handleGate adds the paths that hold requests.
func (c Control) handleGate(mux *http.ServeMux, g *gate) {
	mux.HandleFunc("GET /_/requests", func(w http.ResponseWriter, _ *http.Request) {
		respond(w)(map[string]any{"count": g.count()}, nil)
	})
	mux.HandleFunc("POST /_/hold", func(w http.ResponseWriter, r *http.Request) {
		name := r.FormValue(c.Noun)
		after, err := strconv.Atoi(r.FormValue("after"))
		if err != nil || after < 0 {
			respond(w)(nil, fmt.Errorf("after=%q: a number of requests is wanted", r.FormValue("after")))
			return
		}
		g.hold(name, after)
		respond(w)(map[string]any{c.Noun: name, "after": after}, nil)
	})
	mux.HandleFunc("GET /_/held", func(w http.ResponseWriter, r *http.Request) {
		if !g.waitHeld(r.Context()) {
			http.Error(w, "nothing is to be held", http.StatusConflict)
			return
		}
		respond(w)(map[string]any{"held": true}, nil)
	})
	mux.HandleFunc("POST /_/release", func(w http.ResponseWriter, _ *http.Request) {
		g.release()
		respond(w)(map[string]any{}, nil)
	})
}

// moveClock does what ?advance=DURATION or ?set=TIME asks.
func (c Control) moveClock(r *http.Request) error {
	if by := r.FormValue("advance"); by != "" {
		d, err := time.ParseDuration(by)
		if err != nil {
			return fmt.Errorf("advance=%q: a duration such as 24h is wanted", by)
		}
		c.Server.Advance(d)
		return nil
	}
	to := r.FormValue("set")
	t, err := time.Parse(time.RFC3339Nano, to)
	if err != nil {
		return fmt.Errorf("set=%q: a time such as 2026-11-20T10:00:00Z is wanted, or advance", to)
	}
	c.Server.SetNow(t)
	return nil
}

func (c Control) clock() map[string]string {
	return map[string]string{"now": c.Server.Now().Format(time.RFC3339Nano)}
}

// respond answers with v as JSON, or 400 with an error.
func respond(w http.ResponseWriter) func(v any, err error) {
	return func(v any, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v) //nolint:errcheck // the client has gone
	}
}
