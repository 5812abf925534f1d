//go:build linux

package main

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
)

// A place is the cores that processes run on.
type place struct {
	name  string
	test  string // the process under test
	other string // server and reader
}

// together is one core for all. They take turns, so that nothing runs beside the
// process under test: two virtual cores may be the threads of one, which need
// more CPU for the same work while both are busy, and waking up another virtual
// core is a call of the hypervisor. CPU is compared here.
func together() place {
	last := strconv.Itoa(runtime.NumCPU() - 1)
	return place{"one core", last, last}
}

// apart leaves a core to the process under test, if there is more than one. Wall
// time is compared here.
func apart() place {
	p := together()
	p.name = "server apart"
	if n := runtime.NumCPU(); n > 1 {
		p.other = "0-" + strconv.Itoa(n-2)
	}
	return p
}

// shared reports whether all have the same core.
func (p place) shared() bool { return p.test == p.other }

// pinned returns a command that stays on the given cores.
func pinned(on, name string, args ...string) *exec.Cmd {
	return exec.Command("taskset", append([]string{"-c", on, name}, args...)...)
}

// move takes this process, which reads what the one under test writes, to a
// place, and all that is started from now on.
func (b *bench) move(to place) error {
	b.place = to
	return command("taskset", "-a", "-p", "-c", to.other, strconv.Itoa(os.Getpid()))
}
