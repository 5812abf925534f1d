package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends, in closes, the parent goes or /_/stop is asked.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	port := flags.Int("port", 0, "loopback port; 0 takes a free one")
	ticks := flags.Bool("ticks", false, "let the clock run instead of standing still until it is moved")
	account := accountFlags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("argument %q: none is taken", flags.Arg(0))
	}
	server, start, err := account()
	if err != nil {
		return err
	}
	server.Ticks = *ticks

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	server.APIURL = "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go watch(ctx, in, stop)
	return serve(ctx, listener, newControl(server, stop), func() error { return announce(out, server, start) })
}

// serve answers on l until ctx ends; ready is called once, when it listens.
func serve(ctx context.Context, l net.Listener, h http.Handler, ready func() error) error {
	web := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	if err := ready(); err != nil {
		return errors.Join(err, web.Close())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// The answer to /_/stop still leaves; requests that are held do not matter.
	grace, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if web.Shutdown(grace) != nil {
		return web.Close()
	}
	return nil
}

// announce prints where the server is, what it accepts and from when to when
// the account's days go, as one line.
func announce(w io.Writer, s *emulator.Server, start time.Time) error {
	return json.NewEncoder(w).Encode(map[string]string{
		"url":       s.APIURL,
		"token_url": s.APIURL + emulator.TokenPath,
		"key":       s.Key,
		"start":     start.Format(time.RFC3339),
		"now":       s.Now().Format(time.RFC3339Nano),
	})
}
