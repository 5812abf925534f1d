//go:build !linux

package rows

import "time"

var began = time.Now()

// cpuTime is the time on the wall, for want of a better measure.
func cpuTime() time.Duration { return time.Since(began) }
