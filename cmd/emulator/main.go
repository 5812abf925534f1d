package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tap-reprise/internal/localapi"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
}

// grace is how long the answer to /_/stop may take to leave; requests that are
// held do not matter.
const grace = time.Second

// run serves until ctx ends, in closes, the parent goes or /_/stop is asked.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	api, err := fakes[o.api](o)
	if err != nil {
		return err
	}
	listener, err := listen(o)
	if err != nil {
		return err
	}
	defer listener.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go watch(ctx, in, stop)

	server := api.control.Server
	server.Ticks = o.ticks
	about := map[string]string{"url": listener.URL, "now": server.Now().Format(time.RFC3339Nano)}
	maps.Copy(about, api.announce(listener.URL))
	api.control.Stop = stop
	listener.Serve(api.control.Handler())
	if err := json.NewEncoder(out).Encode(about); err != nil {
		return err
	}
	return listener.Wait(ctx, grace)
}

// listen opens the port, with a certificate of its own if that is wanted.
func listen(o options) (*localapi.Listener, error) {
	if o.tls == "" {
		return localapi.Listen(o.port, nil)
	}
	certificate, err := localapi.NewCertificate()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(o.tls, certificate.PEM, 0o600); err != nil {
		return nil, err
	}
	return localapi.Listen(o.port, certificate)
}
