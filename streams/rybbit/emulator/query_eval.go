package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A scope is what a statement's expressions see: one event, or the events of a
// group.
type scope struct {
	aliases map[string]*expr
	events  []seen
	grouped []*expr // GROUP BY; nil if there is no aggregation
	inside  bool    // an aggregate function, which may see one event alone
	own     string  // the alias that is being evaluated: inside, it is the column
	depth   int     // of aliases
}

// An evalError ends the evaluation.
type evalError string

// run evaluates s over all events.
func (s *statement) run(scoped []seen) (rows []object, err error) {
	defer func() {
		if wrong, ok := recover().(evalError); ok {
			rows, err = nil, fmt.Errorf("run statement: %s", string(wrong))
		}
	}()
	aliases := map[string]*expr{}
	if s.all {
		for _, name := range columnNames {
			s.columns = append(s.columns, column{name, &expr{kind: "column", name: name}})
		}
	}
	for _, c := range s.columns {
		aliases[c.name] = c.is
	}
	var kept []seen
	for _, e := range scoped {
		one := scope{aliases: aliases, events: []seen{e}}
		if s.where == nil || one.truth(s.where) {
			kept = append(kept, e)
		}
	}
	scopes := s.scopes(kept, aliases)
	if s.having != nil {
		scopes = slices.DeleteFunc(scopes, func(c scope) bool { return !c.truth(s.having) })
	}
	s.sort(scopes)
	scopes = scopes[min(s.offset, len(scopes)):]
	if s.limit >= 0 {
		scopes = scopes[:min(s.limit, len(scopes))]
	}
	rows = []object{}
	for _, c := range scopes {
		row := object{}
		for _, column := range s.columns {
			c.own = column.name
			row = row.with(column.name, shown(c.eval(column.is)))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// scopes are one for each row of the result.
func (s *statement) scopes(kept []seen, aliases map[string]*expr) []scope {
	aggregates := len(s.group) > 0 || slices.ContainsFunc(s.columns, func(c column) bool { return c.is.aggregates() })
	if !aggregates {
		var list []scope
		for _, e := range kept {
			list = append(list, scope{aliases: aliases, events: []seen{e}})
		}
		return list
	}
	if len(s.group) == 0 {
		return []scope{{aliases: aliases, events: kept, grouped: []*expr{}}}
	}
	var list []scope
	for _, events := range groups(kept, func(e seen) string {
		one, key := scope{aliases: aliases, events: []seen{e}}, ""
		for _, by := range s.group {
			key += fmt.Sprintf("%q,", fmt.Sprint(one.eval(by)))
		}
		return key
	}) {
		list = append(list, scope{aliases: aliases, events: events, grouped: s.group})
	}
	return list
}

func (s *statement) sort(scopes []scope) {
	slices.SortStableFunc(scopes, func(x, y scope) int {
		for _, key := range s.order {
			by := compareValues(x.eval(key.by), y.eval(key.by))
			if key.desc {
				by = -by
			}
			if by != 0 {
				return by
			}
		}
		return 0
	})
}

// A second is a DateTime.
type second int64

// shown is a value as the answer has it.
func shown(v any) any {
	switch v := v.(type) {
	case second:
		return clickTime(int64(v))
	case bool:
		if v {
			return 1
		}
		return 0
	case []any:
		list := []any{}
		for _, inner := range v {
			list = append(list, shown(inner))
		}
		return list
	}
	return v
}

// compareValues compares as ClickHouse does: a text with a time is a time.
func compareValues(x, y any) int {
	switch x := x.(type) {
	case []any:
		list, ok := y.([]any)
		if !ok || len(list) != len(x) {
			panic(evalError("tuples of two lengths"))
		}
		for i := range x {
			if by := compareValues(x[i], list[i]); by != 0 {
				return by
			}
		}
		return 0
	case string:
		switch y := y.(type) {
		case string:
			return strings.Compare(x, y)
		case second:
			return cmp.Compare(readSecond(x), y)
		}
	case second:
		switch y := y.(type) {
		case second:
			return cmp.Compare(x, y)
		case string:
			return cmp.Compare(x, readSecond(y))
		}
	}
	a, ok1 := number(x)
	b, ok2 := number(y)
	if !ok1 || !ok2 {
		panic(evalError("values of two types"))
	}
	return cmp.Compare(a, b)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
