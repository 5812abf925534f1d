package airbyte

import (
	"context"
	"errors"
	"strings"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// spec prints the specification.
func (c *Command) spec() error {
	return c.say(appendMessage(nil, message{Type: "SPEC", Spec: c.app.Spec}))
}

// check prints one CONNECTION_STATUS. What the user can mend is FAILED, with
// what to do, and no failure of the command: that is how its text reaches the
// user. Anything else is an error.
func (c *Command) check(ctx context.Context) error {
	source, err := c.open(tap.Env{Metrics: program.NewMetrics(c.log), Waiting: func(time.Time) {}, Brief: true})
	if err == nil {
		err = source.Check(ctx)
	}
	status := &connectionStatus{Status: "SUCCEEDED"}
	if err != nil {
		if failureType(err) != "config_error" || ctx.Err() != nil {
			return err
		}
		var texts []string
		for _, e := range program.Flatten(err) {
			texts = append(texts, c.failure(e))
		}
		status = &connectionStatus{Status: "FAILED", Message: strings.Join(texts, ". ")}
	}
	return c.say(appendMessage(nil, message{Type: "CONNECTION_STATUS", Status: status}))
}

// discover prints the catalog of the account. It takes no stand-in for what the
// API says: a platform would drop the columns that are missing in it.
func (c *Command) discover(ctx context.Context) error {
	source, err := c.open(tap.Env{Metrics: program.NewMetrics(c.log), Waiting: func(time.Time) {}, Brief: true})
	if err != nil {
		return err
	}
	streams, err := source.Streams(ctx, nil)
	if err := errors.Join(err, tap.Unasked(streams)); err != nil {
		return err
	}
	return c.say(appendMessage(nil, message{Type: "CATALOG", Catalog: catalogOf(streams)}))
}
