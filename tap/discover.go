package tap

import (
	"context"
	"errors"
	"time"

	"tap-reprise/internal/program"
)

// runDiscover prints the catalog of the account. Platforms keep it until the
// config changes, so with a config it tells the truth or fails: a guess, made
// while the API was out of reach, would last. Without any config, for a
// newcomer who has no key yet, it prints the built-in one.
func (c *singerCommand) runDiscover(ctx context.Context) error {
	if len(c.config) == 0 && !c.demo {
		c.log.Warn("printing the built-in catalog: without a config no account can be asked for its own")
		return c.print(c.app.Catalog)
	}
	source, err := c.open(Env{Log: c.log, Metrics: program.NewMetrics(c.log), Waiting: func(time.Time) {}, Brief: true})
	if err != nil {
		return err
	}
	streams, err := source.Streams(ctx, nil)
	if err := errors.Join(err, unasked(streams)); err != nil {
		return err
	}
	return c.print(renderCatalog(streams))
}
