package program

import (
	"os"
	"syscall"
)

const setPipeSize = 1031 // F_SETPIPE_SZ in linux/fcntl.h

// widen lets a pipe hold more than its usual 64 KB, if f is one: each time that
// it is full costs a switch to the loader and back. Where the system refuses,
// the pipe stays as it is.
func widen(f *os.File) {
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, widePipe)
	})
}
