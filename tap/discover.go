package tap

import (
	"context"
	"errors"
	"net"
	"time"
)

// runDiscover prints the catalog of the account, or the built-in one if there
// is no usable config or no way to the API: Meltano discovers before each run,
// and a newcomer before there is a key. An answer that refuses is an error.
func (c *singerCommand) runDiscover(ctx context.Context) error {
	source, err := c.open(Env{Log: c.log, Metrics: newMetrics(c.log), Waiting: func(time.Time) {}, Brief: true})
	if err != nil {
		c.log.Warn("printing the built-in catalog for want of a usable config: " + err.Error())
		return c.print(c.app.Catalog)
	}
	streams, err := source.Streams(ctx, nil)
	if offline(err) {
		c.log.Warn("printing the built-in catalog since the API cannot be reached: " + err.Error())
		return c.print(c.app.Catalog)
	}
	if err := errors.Join(err, unasked(streams)); err != nil {
		return err
	}
	return c.print(renderCatalog(streams))
}

// offline reports whether err is that no connection could be made at all.
func offline(err error) bool {
	var dial *net.OpError
	var name *net.DNSError
	return errors.As(err, &name) || errors.As(err, &dial) && dial.Op == "dial"
}
