//go:build linux

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"

	"tap-reprise/internal/localapi"
)

// A server answers for an account.
type server struct {
	account *account
	url     string
	think   time.Duration // before each answer with rows
	zipped  bool          // answers are gzip where the client takes it
	buffers sync.Pool
	asked   atomic.Int64 // requests for rows since the last look at countPath
}

const (
	pipes  = "/v0/pipes/"
	stream = "replay_session_activity"
	key    = "rprswh_bench"

	countPath = "/requests"
)

// serve is the process with the server in it. It prints its address and ends
// when its stdin does.
func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	rows := flags.Int("rows", 1_000_000, "rows of the account")
	from := flags.String("from", "", "time of the first row")
	crowd := flags.Bool("crowd", false, "all rows lie in one second")
	think := flags.Duration("think", 0, "time before an answer with rows")
	zipped := flags.Bool("gzip", false, "answer in gzip")
	certificate := flags.String("tls", "", "write a certificate to this file and use TLS")
	if err := flags.Parse(args); err != nil {
		return err
	}
	start, err := time.Parse(seconds, *from)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &server{account: newAccount(start, *rows), url: "http://" + l.Addr().String(), think: *think, zipped: *zipped}
	s.account.crowd = *crowd
	s.buffers.New = func() any { return new([]byte) }
	if *certificate != "" {
		own, err := localapi.NewCertificate()
		if err != nil {
			return err
		}
		if err := os.WriteFile(*certificate, own.PEM, 0o600); err != nil {
			return err
		}
		l = own.Over(l)
		s.url = strings.Replace(s.url, "http", "https", 1)
	}
	fmt.Println(s.url)
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}()
	return http.Serve(l, s)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == countPath {
		fmt.Fprint(w, s.asked.Swap(0))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if !strings.HasPrefix(r.URL.Path, pipes) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"token": "bench", "token_type": "jwt", "expires_at": time.Now().Add(48 * time.Hour).Unix(), "api_url": s.url + pipes + stream + ".json",
		})
		return
	}
	s.asked.Add(1)
	buffer := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buffer)
	var rows int
	*buffer, rows = s.answer((*buffer)[:0], r.URL)
	if rows > 0 {
		time.Sleep(s.think)
	}
	if s.zipped && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		_, _ = z.Write(*buffer)
		_ = z.Close()
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(*buffer)))
	_, _ = w.Write(*buffer)
}

// answer appends the answer to u and tells how many rows are in it.
func (s *server) answer(dst []byte, u *url.URL) ([]byte, int) {
	q := u.Query()
	at := func(name string, otherwise time.Time) time.Time {
		for _, layout := range []string{seconds, "2006-01-02 15:04:05.000"} {
			if t, err := time.Parse(layout, q.Get(name)); err == nil {
				return t
			}
		}
		return otherwise
	}
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil {
			return n
		}
		return otherwise
	}
	first, behind := s.account.between(at("start_timestamp", s.account.from), at("end_timestamp", time.Now()))
	if u.Path != pipes+stream+".json" {
		first, behind = 0, 0
	}
	offset := min(number("offset", 0), behind-first)
	// Without a limit all rows come: "there is no per-request row cap".
	rows := min(number("limit", behind-first), behind-first-offset)
	return s.account.append(dst, first+offset, rows, behind-first), rows
}
