package rows

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

// naive decodes answers with encoding/json, and with nothing that Decode uses. It is
// the meaning of a Plan, written down for the second time.
type naive struct {
	page    *Page
	plan    *Plan
	typeKey string // of a column in meta
}

// naiveDecode is Decode, for a body with one plan.
func naiveDecode(ask func([]Meta) (*Plan, error), body []byte) (*Page, error) {
	n := newNaive(body)
	return n.page, envelopeError(n.envelope(body, ask), body)
}

func newNaive(body []byte) naive {
	return naive{page: &Page{Count: -1, Before: -1, Bytes: int64(len(body))}, typeKey: "type"}
}

// envelopeError is what Decode says of an error of encoding/json.
func envelopeError(err error, body []byte) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		err = &EnvelopeError{Truncated, err.Error(), int64(len(body))}
	case errors.As(err, &syntax):
		err = &EnvelopeError{Syntax, syntax.Error(), syntax.Offset}
	}
	return err
}

func wrong(text string) error { return &EnvelopeError{Syntax, text, 0} }

// envelope walks the members of the answer.
func (n *naive) envelope(body []byte, ask func([]Meta) (*Plan, error)) error {
	var data, meta json.RawMessage
	var count *string
	seenMeta := false
	if err := json.Unmarshal(body, new(json.RawMessage)); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if t, err := dec.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return wrong("not an object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if depth(value) > 512+2 || (key != "data" && depth(value) > 512) {
			return wrong("too deep")
		}
		switch null := string(value) == "null"; {
		case (key == "exception" || key == "error") && !null:
			return &EnvelopeError{Exception, string(text(value)), dec.InputOffset()}
		case key == "data" && (data != nil || null), key == "meta" && seenMeta:
			return wrong("twice, or no data")
		case key == "data":
			data = value
		case key == "meta" && null:
			seenMeta = true
		case key == "meta":
			meta, seenMeta = value, true
		case key == "rows" && !null:
			t := string(text(value))
			count = &t
		case key == "rows_before_limit_at_least":
			if v, err := strconv.ParseInt(string(text(value)), 10, 64); err == nil && v >= 0 {
				n.page.Before = v
			}
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	if rest := bytes.Trim(body[dec.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return wrong("something follows")
	}
	if !utf8.Valid(body) {
		return wrong("invalid UTF-8")
	}
	if data == nil {
		return wrong("no data")
	}
	return n.finish(data, meta, count, ask)
}

// finish decodes the rows once the whole answer is known.
func (n *naive) finish(data, meta json.RawMessage, count *string, ask func([]Meta) (*Plan, error)) error {
	if meta != nil {
		var columns []map[string]json.RawMessage
		if err := json.Unmarshal(meta, &columns); err != nil {
			return wrong("meta")
		}
		n.page.Meta = []Meta{}
		for _, c := range columns {
			for _, k := range []string{"name", n.typeKey} {
				if len(c[k]) == 0 || c[k][0] != '"' {
					return wrong("meta")
				}
			}
			n.page.Meta = append(n.page.Meta, Meta{string(text(c["name"])), string(text(c[n.typeKey]))})
		}
	}
	var err error
	if n.plan, err = ask(n.page.Meta); err != nil {
		return err
	}
	var all []json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return wrong("data is no array")
	}
	for i, raw := range all {
		if raw[0] != '{' || depth(raw) > 512+1 {
			return wrong("row is no object")
		}
		if err := n.row(i, raw); err != nil {
			return err
		}
	}
	if count == nil {
		return nil
	}
	n.page.Count, err = strconv.Atoi(*count)
	if err != nil || n.page.Count < 0 {
		return wrong("rows is no integer")
	}
	if n.page.Count != len(all) {
		return &EnvelopeError{CountMismatch, fmt.Sprintf("rows says %d, but there are %d", n.page.Count, len(all)), 0}
	}
	return nil
}

// row writes one row of the answer.
func (n *naive) row(i int, raw json.RawMessage) error {
	values := map[string]json.RawMessage{}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.Token()
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if n.plan.index(key.(string)) < 0 {
			if n.page.Unknown == nil {
				n.page.Unknown = map[string]int{}
			}
			n.page.Unknown[key.(string)]++
		}
		values[key.(string)] = value
	}
	row := Row{}
	written, standIns := map[string][]byte{}, map[string]bool{}
	changes := map[string]Edit{}
	for _, c := range n.plan.Rules {
		value := values[c.Name]
		if value == nil {
			value = json.RawMessage("null")
		}
		if c.Clock {
			if _, at, ok := naiveMoment(text(value), c.Location); ok && value[0] == '"' {
				row.At, row.HasAt = at, true
			}
		}
		if c.Drop {
			continue
		}
		out, change := c.write(value)
		if c.Key && (string(out) == "null" || string(out) == `""` || string(value) == `""`) {
			standIns[c.Name], out, change = true, []byte("null"), &Edit{}
		}
		if c.Needed && string(out) == "null" && !standIns[c.Name] {
			change = &Edit{Nulled: true, Misfit: true}
		}
		if change != nil {
			changes[c.Name] = Edit{i, c.Name, change.Nulled, change.Misfit}
		}
		written[c.Name] = out
	}
	row.JSON = n.join(written, values)
	row.Sum = n.sum(row.JSON)
	if len(standIns) > 0 {
		for name := range standIns {
			written[name] = fmt.Appendf(nil, `"~%016x"`, row.Sum)
		}
		row.JSON = n.join(written, values)
		row.Sum = n.sum(row.JSON)
	}
	for _, c := range n.plan.Rules {
		if change, ok := changes[c.Name]; ok {
			n.page.Edits = append(n.page.Edits, change)
		}
	}
	n.page.Rows = append(n.page.Rows, row)
	return nil
}

func (n *naive) join(written map[string][]byte, values map[string]json.RawMessage) []byte {
	var members []string
	for _, c := range n.plan.Rules {
		if !c.Drop {
			members = append(members, string(quote([]byte(c.Name)))+":"+string(written[c.Name]))
		}
	}
	for _, d := range n.plan.Derived {
		v := values[d.From]
		null := v == nil || string(v) == "null"
		var t []byte
		if !null {
			t = text(v)
		}
		members = append(members, string(quote([]byte(d.Name)))+":"+string(d.Value(nil, t, null)))
	}
	if len(n.plan.Constant) > 0 {
		members = append(members, string(n.plan.Constant))
	}
	return []byte("{" + strings.Join(members, ",") + "}")
}

// sum hashes a written row with the numbers of Float columns rounded.
func (n *naive) sum(row []byte) uint64 {
	floats := map[string]bool{}
	for _, c := range n.plan.Rules {
		if c.Float && !c.Drop {
			floats[c.Name] = true
		}
	}
	if len(floats) == 0 {
		return xxh3.Hash(row)
	}
	var out []byte
	dec := json.NewDecoder(bytes.NewReader(row))
	dec.Token()
	rest := 0
	for dec.More() {
		key, _ := dec.Token()
		start := int(dec.InputOffset()) + 1
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			panic(err)
		}
		if !floats[key.(string)] {
			continue
		}
		out = binary.LittleEndian.AppendUint64(out, xxh3.Hash(row[rest:start]))
		out = append(out, numbers.ReplaceAllFunc(value, func(m []byte) []byte {
			if m[0] == '"' {
				return m
			}
			return round12(m)
		})...)
		rest = int(dec.InputOffset())
	}
	return xxh3.Hash(binary.LittleEndian.AppendUint64(out, xxh3.Hash(row[rest:])))
}

var numbers = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*`)

// round12 rounds a number to 12 significant digits, half away from zero.
func round12(number []byte) []byte {
	mantissa, power, _ := strings.Cut(strings.ToLower(string(number)), "e")
	exponent, _ := strconv.Atoi(power)
	exponent = max(min(exponent, 1e9), -1e9)
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	n, _ := new(big.Int).SetString(whole+fraction, 10)
	if n.Sign() == 0 {
		return []byte("0")
	}
	for len(n.String()) < 13 {
		n.Mul(n, big.NewInt(10))
		exponent--
	}
	drop := len(n.String()) - 12
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(drop)), nil)
	n.Add(n, new(big.Int).Div(unit, big.NewInt(2))).Div(n, unit)
	digits := n.String()
	out := digits[:1] + "." + digits[1:12] + "e" + strconv.Itoa(exponent-len(fraction)+drop+len(digits)-1)
	if number[0] == '-' {
		out = "-" + out
	}
	return []byte(out)
}
