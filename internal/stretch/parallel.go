package stretch

import (
	"context"
	"iter"
)

// Parallel calls do for each of the n items, several at a time, and yields the
// results in the order of the items. The first is done alone: what it shows of the
// endpoint may spare the others a request. An error ends the sequence, and so does the
// end of ctx. What is still under way then is called off and waited for.
func Parallel[T any](ctx context.Context, n, side int, do func(ctx context.Context, item int) (T, error)) iter.Seq2[T, error] {
	type result struct {
		value T
		err   error
	}
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var open []chan result
		defer func() {
			cancel()
			for _, c := range open {
				<-c
			}
		}()
		next := 0
		launch := func(side int) {
			for ; next < n && len(open) < side; next++ {
				c, item := make(chan result, 1), next
				open = append(open, c)
				go func() {
					v, err := do(ctx, item)
					c <- result{v, err}
				}()
			}
		}
		for launch(1); len(open) > 0; {
			got := <-open[0]
			open = open[1:]
			if got.err == nil {
				got.err = ctx.Err()
			}
			if got.err == nil {
				launch(side)
			}
			if !yield(got.value, got.err) || got.err != nil {
				return
			}
		}
	}
}
