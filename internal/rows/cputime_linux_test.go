package rows

import (
	"syscall"
	"time"
)

// cpuTime is the CPU time of this process. Neighbours on the machine change it less than
// the time on the wall.
func cpuTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		panic(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
