package program

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// coerce turns v into the type that set asks for, where that is plainly what was
// meant: Meltano and the environment send values as text. What cannot be turned
// stays, for check to name.
func coerce(v any, set *setting) any {
	switch set.Type {
	case "integer":
		return toInteger(v)
	case "boolean":
		return toBoolean(v)
	case "array":
		return toList(v, set)
	case "string":
		switch t := v.(type) {
		case json.Number:
			return t.String()
		case string:
			return strings.TrimSpace(t)
		}
	}
	return v
}

// toInteger takes 1000, "1000", 1000.0 and 1e3, all as 1000.
func toInteger(v any) any {
	text := ""
	switch t := v.(type) {
	case json.Number:
		text = t.String()
	case string:
		text = strings.TrimSpace(t)
	default:
		return v
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return json.Number(strconv.FormatInt(n, 10))
	}
	const exact = 1 << 53 // beyond it two integers may be one float
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < exact {
		return json.Number(strconv.FormatInt(int64(f), 10))
	}
	return v
}

func toBoolean(v any) any {
	text := ""
	switch t := v.(type) {
	case json.Number:
		text = t.String()
	case string:
		text = strings.ToLower(strings.TrimSpace(t))
	}
	switch text {
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	return v
}

// toList takes a list, a list as JSON text, or names parted by commas.
func toList(v any, set *setting) any {
	if text, ok := v.(string); ok {
		v = splitList(text)
	}
	list, ok := v.([]any)
	if !ok || set.Items == nil {
		return v
	}
	out := make([]any, 0, len(list))
	for _, item := range list {
		if item = coerce(item, set.Items); item != "" {
			out = append(out, item)
		}
	}
	return out
}

func splitList(text string) any {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") {
		var list []any
		if json.Valid([]byte(text)) && configReader.UnmarshalFromString(text, &list) == nil {
			return list
		}
		return text
	}
	list := []any{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
