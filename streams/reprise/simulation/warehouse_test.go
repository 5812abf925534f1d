package simulation

import (
	"bytes"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// A warehouse holds the rows of each stream by key, the latest wins: a hash of
// the values of each.
type warehouse struct {
	rows map[string]map[string]uint64

	written  map[string]int // records
	repeated map[string]int // of them, those that changed nothing
}

func newWarehouse() *warehouse {
	w := &warehouse{rows: map[string]map[string]uint64{}, written: map[string]int{}, repeated: map[string]int{}}
	for stream := range harness.Keys {
		w.rows[stream] = map[string]uint64{}
	}
	return w
}

// put merges a row.
func (w *warehouse) put(stream, key string, hash uint64) {
	w.written[stream]++
	if old, ok := w.rows[stream][key]; ok && old == hash {
		w.repeated[stream]++
	}
	w.rows[stream][key] = hash
}

// load merges what a run wrote, as far as its lines are whole, and returns the
// value of the last STATE, or nil.
func (w *warehouse) load(out []byte) (state []byte, err error) {
	for len(out) > 0 {
		end := bytes.IndexByte(out, '\n')
		if end < 0 {
			break
		}
		var value []byte
		if value, err = w.line(out[:end]); err != nil {
			return nil, err
		}
		if value != nil {
			state = value
		}
		out = out[end+1:]
	}
	return state, nil
}

// line takes one message; it returns the value of a STATE.
func (w *warehouse) line(line []byte) (state []byte, err error) {
	m, err := taptest.ParseMessage(string(line))
	if err == nil && m.Type == "RECORD" {
		var key string
		var hash uint64
		key, hash, err = readRecord(string(m.Record), harness.Keys[m.Stream])
		w.put(m.Stream, key, hash)
	}
	return m.Value, err
}

// readRecord reads the key's values and an order-free hash of all values.
func readRecord(record string, names []string) (key string, hash uint64, err error) {
	parts := make([]string, len(names))
	err = taptest.Members(record, func(name, literal string) error {
		hash += hashOf(name, literal)
		if i := slices.Index(names, name); i >= 0 {
			parts[i] = unquoted(literal)
		}
		return nil
	})
	return strings.Join(parts, " "), hash, err
}

// hashOf is the hash of one value.
func hashOf(name, literal string) uint64 {
	return xxh3.HashString(name + "=" + literal)
}

// unquoted is a key's value; keys hold no escapes.
func unquoted(literal string) string { return strings.Trim(literal, `"`) }
