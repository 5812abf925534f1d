package api

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// A Pace is a limit of an API on the requests of a class: Burst of them at once,
// and one more in each Every. For an API that counts over a window that slides,
// Within makes one.
type Pace struct {
	Class string // of the calls that it holds for; "": of all
	Every time.Duration
	Burst int // at least 1
}

// Within is the Pace that never lets more than requests pass in any window of
// that length: burst of them at once, the rest evenly. burst is less than
// requests. A large one is good for short runs; a small one wastes less of a
// long one.
func Within(class string, requests int, window time.Duration, burst int) Pace {
	return Pace{class, window / time.Duration(max(1, requests-burst)), burst}
}

// longPace: a wait for the pace that is longer is worth a line.
const longPace = 10 * time.Second

// A pacer holds requests to all paces of their class.
type pacer struct {
	client *Client
	paces  []paced
	next   http.RoundTripper
}

type paced struct {
	class string
	*rate.Limiter
}

func newPacer(c *Client, next http.RoundTripper) http.RoundTripper {
	p := &pacer{client: c, next: next}
	for _, pace := range c.config.Paces {
		p.paces = append(p.paces, paced{pace.Class, rate.NewLimiter(rate.Every(pace.Every), max(1, pace.Burst))})
	}
	return p
}

// RoundTrip waits for the pace. A refusal for the rate empties what is left of
// each limit: the API counts more than this process sent.
func (p *pacer) RoundTrip(req *http.Request) (*http.Response, error) {
	a := answerOf(req)
	if err := p.wait(req.Context(), a); err != nil {
		return nil, err
	}
	res, err := p.next.RoundTrip(req)
	if err == nil && res.StatusCode == http.StatusTooManyRequests {
		now := time.Now()
		for _, l := range p.of(a.call) {
			l.ReserveN(now, int(max(0, l.TokensAt(now))))
		}
	}
	return res, err
}

// of are the limits that hold for a call.
func (p *pacer) of(call *Call) (list []paced) {
	for _, l := range p.paces {
		if l.class == "" || l.class == call.Class {
			list = append(list, l)
		}
	}
	return list
}

// wait takes one place under each limit, and waits for the last of them.
func (p *pacer) wait(ctx context.Context, a *Answer) error {
	now, longest, taken := time.Now(), time.Duration(0), []*rate.Reservation(nil)
	for _, l := range p.of(a.call) {
		r := l.ReserveN(now, 1)
		taken = append(taken, r)
		longest = max(longest, r.DelayFrom(now))
	}
	if longest <= 0 {
		return nil
	}
	if longest >= longPace {
		c := p.client.config
		c.Log.Info("waits, so as not to ask more often than the API allows", "wait", longest.Round(time.Second).String(), "endpoint", a.call.Endpoint)
		c.Metrics.Pause(longest, true)
		if c.Waiting != nil && p.client.clock.Looked() {
			c.Waiting(p.client.clock.Now().Add(longest))
		}
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		for _, r := range taken {
			r.Cancel()
		}
		return ctx.Err()
	}
}
