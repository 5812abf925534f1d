//go:build !linux

package rows

import "time"

var began = time.Now()

// cpuTime stands in with the time on the wall.
func cpuTime() time.Duration { return time.Since(began) }
