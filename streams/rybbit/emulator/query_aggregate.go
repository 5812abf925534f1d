package emulator

import "slices"

// aggregate functions and how many arguments each takes.
var aggregateArguments = map[string]int{
	"count": 0, "countIf": 1, "uniqExact": 1, "min": 1, "max": 1, "any": 1, "argMin": 2, "argMax": 2,
}

// aggregates reports whether x holds an aggregate function.
func (x *expr) aggregates() bool {
	_, is := aggregateArguments[x.name]
	return x.kind == "call" && is || slices.ContainsFunc(x.args, (*expr).aggregates)
}

// call is the value of a function.
func (c scope) call(x *expr) any {
	switch x.name {
	case "toDateTime":
		if len(x.args) == 1 || len(x.args) == 2 {
			return c.toDateTime(x)
		}
	case "toUnixTimestamp":
		if s, ok := c.eval(x.args[0]).(second); ok && len(x.args) == 1 {
			return int64(s)
		}
	}
	wanted, known := aggregateArguments[x.name]
	if !known || c.grouped == nil || c.inside || len(x.args) != wanted {
		panic(evalError("no function " + x.name + " here"))
	}
	return c.aggregate(x)
}

// aggregate is the value of an aggregate function over the scope's events. Of
// none it is the empty value of ClickHouse, as far as min and max go.
func (c scope) aggregate(x *expr) any {
	values := func(i int) []any {
		var list []any
		for _, e := range c.events {
			one := scope{aliases: c.aliases, events: []seen{e}, grouped: c.grouped, inside: true, own: c.own, depth: c.depth}
			list = append(list, one.eval(x.args[i]))
		}
		return list
	}
	switch x.name {
	case "count":
		return len(c.events)
	case "countIf":
		return len(slices.DeleteFunc(values(0), func(v any) bool { return v != true }))
	case "uniqExact":
		list := values(0)
		slices.SortFunc(list, compareValues)
		return len(slices.CompactFunc(list, func(x, y any) bool { return compareValues(x, y) == 0 }))
	}
	list := values(0)
	if len(list) == 0 {
		return second(0)
	}
	switch x.name {
	case "min":
		return slices.MinFunc(list, compareValues)
	case "max":
		return slices.MaxFunc(list, compareValues)
	case "any":
		return list[0]
	}
	by, best := values(1), 0
	for i := range by {
		if order := compareValues(by[i], by[best]); x.name == "argMin" && order < 0 || x.name == "argMax" && order > 0 {
			best = i
		}
	}
	return list[best]
}
