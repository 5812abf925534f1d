//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An account is a stream of rows in even steps of time, made when they are
// asked for.
type account struct {
	from  time.Time
	rows  int
	crowd bool // all rows lie in the first second
	bases []base
}

// A base is a row as ClickHouse prints it, in three pieces between which its
// id and its two times belong.
type base struct{ beforeID, beforeCreated, beforeSession, behind string }

const (
	step     = 5 * time.Second // between two rows
	manyBase = 1000
	seconds  = "2006-01-02 15:04:05"
)

// columns are those of the account's one stream, with the types of its meta.
var columns = [][2]string{
	{"activity_id", "String"}, {"activity_type", "LowCardinality(String)"}, {"create_at", "DateTime64(3)"}, {"session_id", "String"},
	{"session_created_at", "DateTime"}, {"visitor_name", "Nullable(String)"}, {"visitor_email", "Nullable(String)"}, {"link_id", "String"},
	{"link_title", "String"}, {"link_url", "String"}, {"published_replay_id", "String"}, {"published_replay_title", "String"},
	{"distinct_user", "String"}, {"client_seq", "UInt64"}, {"score", "Float64"}, {"tags", "Array(String)"},
}

// The account's clock, and the columns that no tap is to load.
const clock = "session_created_at"

var leftOut = []string{"visitor_name", "visitor_email"}

// newAccount returns an account whose rows begin at from.
func newAccount(from time.Time, rows int) *account {
	a := &account{from: from, rows: rows}
	r := rand.New(rand.NewPCG(1, 2))
	for range manyBase {
		a.bases = append(a.bases, newBase(r))
	}
	return a
}

var words = strings.Fields("Product overview for the enterprise team with live data café 日本語 onboarding and pricing")

func newBase(r *rand.Rand) base {
	id := func() string {
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.Uint32()>>16, r.Uint32()>>20, r.Uint32()>>20, r.Uint64()>>16)
	}
	title := func(n int) string {
		var t []string
		for range n {
			t = append(t, words[r.IntN(len(words))])
		}
		return strings.Join(t, " ")
	}
	const split = "\x00"
	values := []string{
		split, []string{"snapshot view", "guide step", "guide button click", "url view"}[r.IntN(4)], split, id(), split,
		title(2), strings.ToLower(words[r.IntN(5)]) + "@example.com", id(), title(9), `https:\/\/app.getreprise.com\/launch\/` + id()[:13] + `\/`,
		id(), title(10), id(), strconv.FormatUint(1<<61+r.Uint64()>>3, 10), strconv.FormatFloat(r.Float64(), 'f', -1, 64),
		fmt.Sprintf(`["%s","%s"]`, words[r.IntN(5)], words[r.IntN(5)]),
	}
	var row strings.Builder
	for i, v := range values {
		quote := `"`
		if slices.Contains([]string{"client_seq", "score", "tags"}, columns[i][0]) {
			quote = ""
		}
		fmt.Fprintf(&row, "%s\n\t\t\t\"%s\": %s%s%s", strings.Repeat(",", min(i, 1)), columns[i][0], quote, v, quote)
	}
	p := strings.Split("\t\t{"+row.String()+"\n\t\t}", split)
	return base{p[0], p[1], p[2], p[3]}
}

// between returns the numbers of the first row at or after start and of the
// first at or after end.
func (a *account) between(start, end time.Time) (first, behind int) {
	at := func(t time.Time) int {
		if a.crowd && t.After(a.from) {
			return a.rows
		}
		return min(max(int((t.Sub(a.from)+step-1)/step), 0), a.rows)
	}
	return at(start), max(at(start), at(end))
}

// append writes rows as one answer in FORMAT JSON; matching is how many the
// query had without its limit.
func (a *account) append(dst []byte, first, n, matching int) []byte {
	dst = append(dst, "{\n\t\"meta\":\n\t["...)
	for i, c := range columns {
		dst = fmt.Appendf(dst, "%s\n\t\t{\n\t\t\t\"name\": %q,\n\t\t\t\"type\": %q\n\t\t}", strings.Repeat(",", min(i, 1)), c[0], c[1])
	}
	dst = append(dst, "\n\t],\n\n\t\"data\":\n\t[\n"...)
	for i := range n {
		if i > 0 {
			dst = append(dst, ",\n"...)
		}
		dst = a.appendRow(dst, first+i)
	}
	return fmt.Appendf(dst, "\n\t],\n\n\t\"rows\": %d,\n\n\t\"rows_before_limit_at_least\": %d,\n\n\t\"statistics\":\n\t{\n\t\t\"elapsed\": 0.001,\n\t\t\"rows_read\": %d,\n\t\t\"bytes_read\": %d\n\t}\n}\n", n, matching, n, len(dst))
}

// appendRow takes little time, as the server shares a core with who reads what
// the tap writes, and the tap would wait for both.
func (a *account) appendRow(dst []byte, n int) []byte {
	b := &a.bases[n%len(a.bases)]
	dst = append(dst, b.beforeID...)
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[n>>shift&15])
	}
	dst = append(append(dst, "-7d1c-4b6e-a5f0-9c3e5d7b1a02"...), b.beforeCreated...)
	start := len(dst)
	if at := a.from; a.crowd {
		dst = at.AppendFormat(dst, seconds)
	} else {
		dst = at.Add(time.Duration(n)*step).AppendFormat(dst, seconds)
	}
	at := dst[start:]
	dst = append(dst, '.', byte('0'+n%10), byte('0'+n/10%10), byte('0'+n/100%10))
	return append(append(append(dst, b.beforeSession...), at...), b.behind...)
}
