package airbyte

import (
	"context"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// NewSink is the sink of a first run.
func NewSink(ctx context.Context, out *program.Outlet) tap.Sink { return newSink(ctx, out, nil) }

// Heartbeat is about the longest time without a STATE.
const Heartbeat = heartbeat
