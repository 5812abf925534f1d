package rows

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// write converts one value to what the column wants.
func (c *Rule) write(raw json.RawMessage) ([]byte, *Edit) {
	if string(raw) == "null" {
		return []byte("null"), nil
	}
	if c.Rewrite != nil {
		return c.Rewrite(nil, text(raw)), nil
	}
	null, nulled, misfit := []byte("null"), &Edit{Nulled: true}, &Edit{Nulled: true, Misfit: true}
	isString, t := raw[0] == '"', string(text(raw))
	isNumber := strings.ContainsAny(t[:min(1, len(t))], "-0123456789") && json.Valid([]byte(t)) && strings.TrimSpace(t) == t
	isNested := raw[0] == '[' || raw[0] == '{'
	switch c.Kind {
	case Time:
		if out, _, ok := naiveMoment([]byte(t), c.Location); ok && isString {
			return quote(out), nil
		}
		if isString && impossible(t) {
			return null, nulled
		}
	case Integer, Number:
		if bit := map[string]string{"true": "1", "false": "0"}[string(raw)]; bit != "" {
			return []byte(bit), nil
		}
		if isNumber && c.Kind == Integer {
			return naiveInteger(t)
		}
		if isNumber {
			return []byte(t), nil
		}
		if isString && denormal.MatchString(t) {
			return null, nil
		}
	case Boolean:
		if t == "1" || t == "true" {
			return []byte("true"), nil
		}
		if t == "0" || t == "false" {
			return []byte("false"), nil
		}
	case Text, Keep, JSON:
		if c.Kind == JSON && !isNested {
			break
		}
		var compact bytes.Buffer
		json.Compact(&compact, raw)
		out, repaired := repairAll(compact.Bytes())
		if c.Kind == Text && !isString {
			out = quote(out)
		}
		if repaired {
			return out, &Edit{}
		}
		return out, nil
	}
	return null, misfit
}

// impossible reports whether a text that is no moment is spelt as one.
func impossible(text string) bool {
	m := timeShape.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	zone := strings.ReplaceAll(m[4], ":", "")
	return len(zone) < 3 || zone[1:3] < "24" && (len(zone) == 3 || zone[3:] < "60")
}

// naiveInteger is the integer that a number stands for.
func naiveInteger(number string) ([]byte, *Edit) {
	if _, err := strconv.ParseInt(number, 10, 64); err == nil {
		return []byte(number), nil
	}
	mantissa, power, _ := strings.Cut(strings.ToLower(number), "e")
	exponent, _ := strconv.Atoi(power)
	if exponent > 100000 || exponent < -100000 {
		number = mantissa + "e" + power[:1] + "100000" // which is as good
		if power[0] != '-' {
			number = mantissa + "e100000"
		}
	}
	n, ok := new(big.Rat).SetString(number)
	switch {
	case !ok:
		panic("no number: " + number)
	case !n.IsInt():
		return []byte("null"), &Edit{Nulled: true, Misfit: true}
	case !n.Num().IsInt64():
		return []byte("null"), &Edit{Nulled: true}
	}
	return []byte(n.Num().String()), nil
}

var denormal = regexp.MustCompile(`^(?i)[+-]?(nan|inf|infinity)$`)

// text is the decoded string or the compact JSON of a value.
func text(raw json.RawMessage) []byte {
	var s string
	if len(raw) > 0 && raw[0] == '"' {
		if err := json.Unmarshal(raw, &s); err != nil {
			panic(err)
		}
		return []byte(s)
	}
	var compact bytes.Buffer
	json.Compact(&compact, raw)
	return compact.Bytes()
}

var (
	extents     = regexp.MustCompile(`(?i)\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u[0-9a-f]{4}|\\.`)
	surrogate   = regexp.MustCompile(`(?i)^\\ud[89a-f][0-9a-f]{2}$`)
	nulsAtEnd   = regexp.MustCompile(`(\\u0000)+"$`)
	stringToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// repairAll repairs the strings of a compact value.
func repairAll(value []byte) ([]byte, bool) {
	out := stringToken.ReplaceAllFunc(value, func(s []byte) []byte {
		var tail int
		if loc := nulsAtEnd.FindIndex(s); loc != nil {
			// An escaped backslash may stand before the first u0000.
			for s[loc[0]-1] == '\\' && backslashes(s[:loc[0]])%2 == 1 {
				loc[0] += 6
			}
			tail = len(s) - 1 - loc[0]
		}
		s = append(append([]byte{}, s[:len(s)-1-tail]...), '"')
		return extents.ReplaceAllFunc(s, func(e []byte) []byte {
			if string(e) == `\u0000` || surrogate.Match(e) {
				return []byte("\uFFFD")
			}
			return e
		})
	})
	return out, !bytes.Equal(out, value)
}

func backslashes(s []byte) (n int) {
	for n < len(s) && s[len(s)-1-n] == '\\' {
		n++
	}
	return n
}

// quote makes a JSON string of text, escaping only what must be.
func quote(text []byte) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(string(text)); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// depth is how deep arrays and objects nest in valid JSON.
func depth(raw json.RawMessage) (deepest int) {
	level := 0
	for _, c := range stringToken.ReplaceAll(raw, nil) {
		switch c {
		case '[', '{':
			level++
			deepest = max(deepest, level)
		case ']', '}':
			level--
		}
	}
	return deepest
}

var timeShape = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d)?)?)?$`)

// naiveMoment reads a time and writes it in UTC.
func naiveMoment(text []byte, loc *time.Location) (out []byte, at int64, ok bool) {
	m := timeShape.FindSubmatch(text)
	if m == nil {
		return nil, 0, false
	}
	if loc == nil {
		loc = time.UTC
	}
	clock, zone := "00:00:00", strings.ReplaceAll(string(m[4]), ":", "")
	if len(m[2]) > 0 {
		clock = string(m[2])
	}
	if len(zone) == 3 {
		zone += "00"
	}
	layout := "2006-01-02 15:04:05"
	t, err := time.ParseInLocation(layout, string(m[1])+" "+clock, loc)
	for _, earlier := range []time.Duration{30 * time.Minute, time.Hour} { // the clock may have shown it before
		if first := t.Add(-earlier); first.In(t.Location()).Format(layout) == t.Format(layout) {
			t = first
		}
	}
	if zone != "" && zone != "Z" {
		t, err = time.Parse(layout+"-0700", string(m[1])+" "+clock+zone)
	} else if zone == "Z" {
		t, err = time.Parse(layout, string(m[1])+" "+clock)
	}
	t = t.UTC()
	if err != nil || len(zone) > 1 && (zone[1:3] > "23" || zone[3:] > "59") || m[1][0] == '0' && string(m[1][:4]) == "0000" || t.Year() < 1 || t.Year() > 9999 {
		return nil, 0, false
	}
	fraction := string(m[3])
	for len(fraction) < 6 {
		fraction += "0"
	}
	micros, _ := strconv.Atoi(fraction[:6])
	return []byte(t.Format("2006-01-02T15:04:05.") + fraction + "Z"), t.Unix()*1e6 + int64(micros), true
}
