//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A cost is what a process took.
type cost struct {
	cpu, wall time.Duration
	rss       int64 // most bytes of memory
	records   int   // RECORD messages on its stdout, those that begin with their type
}

// measure runs a program to its end and counts the records it writes.
func (b *bench) measure(env []string, name string, args ...string) (cost, error) {
	cmd := pinned(b.place.test, name, args...)
	cmd.Env = append(os.Environ(), env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return cost{}, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, err
	}
	records, readErr := countRecords(out)
	if err := errors.Join(readErr, cmd.Wait()); err != nil {
		return cost{}, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, tail(said.String()))
	}
	use := cmd.ProcessState
	return cost{
		cpu: use.UserTime() + use.SystemTime(), wall: time.Since(began), records: records,
		rss: use.SysUsage().(*syscall.Rusage).Maxrss << 10,
	}, nil
}

// countRecords reads to the end. It takes little time, as whoever is measured
// has to wait for it.
func countRecords(r io.Reader) (n int, err error) {
	mark := []byte("\n" + `{"type":"RECORD"`)
	buffer := make([]byte, 1<<20)
	for kept := copy(buffer, mark[:1]); ; { // what may be the begin of a mark
		k, err := r.Read(buffer[kept:])
		text := buffer[:kept+k]
		n += bytes.Count(text, mark)
		kept = copy(buffer, text[max(0, len(text)-len(mark)+1):])
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// tail is the end of what a program said.
func tail(s string) string { return s[max(0, len(s)-500):] }

// A served account runs in a process of its own.
type served struct {
	url, from, cert string
	rows            int
	stop            func() error
}

// requests is how many requests for rows there were since it was asked last.
func (s *served) requests() (n int, err error) {
	res, err := http.Get(s.url + countPath)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = fmt.Fscan(res.Body, &n)
	return n, err
}

// start serves rows, with args for the server.
func (b *bench) start(rows int, args ...string) (*served, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	days := time.Duration(rows)*step + 48*time.Hour
	s := &served{rows: rows, from: time.Now().UTC().Truncate(24 * time.Hour).Add(-days.Truncate(24 * time.Hour)).Format(seconds)}
	cmd := pinned(b.place.other, self, append([]string{"serve", "-rows", strconv.Itoa(rows), "-from", s.from}, args...)...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	s.url = strings.TrimSpace(line)
	s.stop = func() error { return errors.Join(in.Close(), cmd.Wait()) }
	if err != nil {
		return nil, errors.Join(fmt.Errorf("server: %w", err), s.stop())
	}
	return s, nil
}
