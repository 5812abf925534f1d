package localapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// A Listener serves a handler on a loopback port.
type Listener struct {
	URL string // http or https, without a slash at its end

	net  net.Listener
	web  *http.Server
	done chan error
}

// Listen opens a port of 127.0.0.1, a free one for 0. Clients may connect at
// once; they are answered from [Listener.Serve] on, so that a fake can say
// URL in its answers. A certificate makes it https; nil is http.
func Listen(port int, c *Certificate) (*Listener, error) {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	url := "http://" + l.Addr().String()
	if c != nil {
		url = "https://" + l.Addr().String()
		l = c.Over(l)
	}
	return &Listener{URL: url, net: l, done: make(chan error, 1)}, nil
}

// Serve answers with h from now on, on goroutines of its own, until Close or
// End. Call it once.
func (l *Listener) Serve(h http.Handler) {
	l.web = &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go func() {
		err := l.web.Serve(l.net)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		} else {
			l.net.Close()
		}
		l.done <- err
		close(l.done)
	}()
}

// Close closes the port and every connection at once, and returns when nothing
// is served any more. It may be called more than once.
func (l *Listener) Close() {
	if l.web == nil {
		l.net.Close()
		return
	}
	l.web.Close()
	<-l.done
}

// Wait serves until ctx ends, then lets answers that are under way out for at
// most grace and closes the port. An error says that serving ended by itself.
func (l *Listener) Wait(ctx context.Context, grace time.Duration) error {
	select {
	case err := <-l.done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if l.web.Shutdown(last) != nil {
		return l.web.Close()
	}
	return nil
}
