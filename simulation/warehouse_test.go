package simulation

import (
	"bytes"
	"fmt"
	"strings"

	jsoniter "github.com/json-iterator/go"
	"github.com/zeebo/xxh3"
)

// keys identify the rows of a stream.
var keys = map[string][]string{
	activity:  {"activity_id"},
	summaries: {"session_id"},
	lives:     {"session_id"},
	metrics:   {"entity_type", "entity_id", "period", "period_start"},
	feed:      {"entity_type", "entity_id"},
}

// A warehouse holds the rows of each stream by key, the latest wins: a hash of
// the values of each.
type warehouse struct {
	rows map[string]map[string]uint64

	written  map[string]int // records
	repeated map[string]int // of them, those that changed nothing
}

func newWarehouse() *warehouse {
	w := &warehouse{rows: map[string]map[string]uint64{}, written: map[string]int{}, repeated: map[string]int{}}
	for stream := range keys {
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
	it := jsoniter.ConfigDefault.BorrowIterator(line)
	defer jsoniter.ConfigDefault.ReturnIterator(it)
	var kind, stream string
	it.ReadObjectCB(func(it *jsoniter.Iterator, name string) bool {
		switch name {
		case "type":
			kind = it.ReadString()
		case "stream":
			stream = it.ReadString()
		case "value":
			state = bytes.Clone(it.SkipAndReturnBytes())
		case "record":
			key, hash := readRecord(it, keys[stream])
			w.put(stream, key, hash)
		default:
			it.Skip()
		}
		return true
	})
	if it.Error != nil || kind == "" {
		return nil, fmt.Errorf("line %.200q: %w", line, it.Error)
	}
	return state, nil
}

// readRecord reads the key's literals and an order-free hash of all values.
func readRecord(it *jsoniter.Iterator, names []string) (key string, hash uint64) {
	parts := make([]string, len(names))
	it.ReadObjectCB(func(it *jsoniter.Iterator, name string) bool {
		literal := it.SkipAndReturnBytes()
		hash += hashOf(name, string(literal))
		for i, k := range names {
			if k == name {
				parts[i] = unquoted(string(literal))
			}
		}
		return true
	})
	return strings.Join(parts, " "), hash
}

// hashOf is the hash of one value.
func hashOf(name, literal string) uint64 {
	return xxh3.HashString(name + "=" + literal)
}

// unquoted is a key's value; keys hold no escapes.
func unquoted(literal string) string { return strings.Trim(literal, `"`) }
