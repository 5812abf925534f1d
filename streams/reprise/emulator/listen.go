package emulator

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

// Listen serves s on a free port of the loopback and makes token answers point
// there. The url has no slash at its end; the token endpoint is url +
// [TokenPath]. Call stop once, to close the port and every connection.
func (s *Server) Listen() (url string, stop func(), err error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen on 127.0.0.1: %w", err)
	}
	s.APIURL = "http://" + l.Addr().String()
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			l.Close()
		}
	}()
	return s.APIURL, func() {
		srv.Close()
		<-done
	}, nil
}
