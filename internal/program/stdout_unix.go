//go:build unix

package program

import (
	"io"
	"os"
	"syscall"
)

// GoesNowhere reports whether w is a stdout that the parent had closed. Go's
// runtime opens /dev/null for reading and writing in its place; a shell's
// >/dev/null is for writing alone. A parent that opens it for both looks like one
// that has closed it.
func GoesNowhere(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	var out, null syscall.Stat_t
	if syscall.Fstat(int(f.Fd()), &out) != nil || syscall.Stat(os.DevNull, &null) != nil || out.Rdev != null.Rdev || out.Mode != null.Mode {
		return false
	}
	flags, _, failed := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_GETFL, 0)
	return failed == 0 && flags&syscall.O_ACCMODE == syscall.O_RDWR
}
