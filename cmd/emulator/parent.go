package main

import (
	"context"
	"io"
	"os"
	"time"
)

const parentCheck = 500 * time.Millisecond

// watch calls stop when in closes or the parent process goes, so that a
// starter that was killed leaves nothing behind.
func watch(ctx context.Context, in io.Reader, stop func()) {
	go func() {
		io.Copy(io.Discard, in) //nolint:errcheck // however it ends, it ends
		stop()
	}()
	parent := os.Getppid()
	tick := time.NewTicker(parentCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if os.Getppid() != parent {
				stop()
				return
			}
		}
	}
}
