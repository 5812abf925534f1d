package schemas

// resolve finds out what the values of a type are. It reports false for an unknown
// type, and for arguments that do not fit the type.
func resolve(n Node) (value, bool) {
	if v, ok := scalars[n.Name]; ok {
		return v, true
	}
	switch n.Name {
	case "DateTime", "DateTime64":
		return moment(n)
	case "Nullable":
		v, ok := resolveArg(n, 0)
		v.Nullable = true
		return v, ok
	case "LowCardinality":
		return resolveArg(n, 0)
	case "SimpleAggregateFunction":
		return resolveArg(n, 1)
	case "Array", "QBit":
		return array(n)
	case "Map":
		return mapping(n)
	case "Tuple":
		return tuple(n)
	case "Nested":
		v, ok := members(n)
		if !ok {
			return value{}, false
		}
		return arrayOf(v), true
	}
	if alias, ok := aliases[n.Name]; ok {
		n, err := Parse(alias)
		v, ok := resolve(n)
		return v, ok && err == nil
	}
	return value{}, false
}

// resolveArg resolves argument i of n, which must be a type.
func resolveArg(n Node, i int) (value, bool) {
	if i >= len(n.Args) || n.Args[i].Kind != TypeArg {
		return value{}, false
	}
	return resolve(*n.Args[i].Type)
}

// moment resolves DateTime and DateTime64, whose last argument may be a time zone. An
// unknown zone makes the type unknown: without the zone the text could be any
// moment of a day.
func moment(n Node) (value, bool) {
	v := value{Type: Type{JSON: "string", Format: "date-time"}}
	if len(n.Args) == 0 || n.Args[len(n.Args)-1].Kind != StringArg {
		return v, true
	}
	var ok bool
	v.Location, ok = zone(n.Args[len(n.Args)-1].Value)
	return v, ok
}

// array resolves Array(T) and QBit(T, N).
func array(n Node) (value, bool) {
	if len(n.Args) == 0 || n.Args[0].Kind != TypeArg {
		return value{}, false
	}
	v, ok := resolve(*n.Args[0].Type)
	if !ok {
		return value{Type: Type{JSON: "array"}}, true
	}
	return arrayOf(v), true
}

// arrayOf is the type of arrays whose elements are v.
func arrayOf(v value) value {
	a := value{Type: Type{JSON: "array", Float: v.Float}}
	if !v.loose && v.JSON != "array" {
		item := v.inside()
		a.Items = &item
	}
	return a
}

// inside is the type of v as an element or a member. There, moments leave as they
// came.
func (v value) inside() Type {
	v.Format, v.Location = "", nil
	return v.Type
}

// mapping resolves Map(K, V): an object with the keys of each row.
func mapping(n Node) (value, bool) {
	if len(n.Args) != 2 || n.Args[1].Kind != TypeArg {
		return value{}, false
	}
	v, _ := resolve(*n.Args[1].Type)
	return value{Type: Type{JSON: "object", Float: v.Float}}, true
}

// tuple resolves tuples. They are objects if the members have names. Else they are
// arrays if all members are scalars of one base type, and the text of an array if
// not.
func tuple(n Node) (value, bool) {
	if len(n.Args) > 0 && n.Args[0].Kind == MemberArg {
		return members(n)
	}
	first, same := value{}, true
	all := value{}
	for i, a := range n.Args {
		if a.Kind != TypeArg {
			return value{}, false
		}
		v, ok := resolve(*a.Type)
		if i == 0 {
			first = v
		}
		same = same && ok && v.scalar() && v.JSON == first.JSON
		all = all.or(v)
	}
	switch {
	case !same:
		return value{Type: Type{JSON: "string", AsText: true, Float: all.Float}, loose: true}, true
	case len(n.Args) == 0:
		return value{Type: Type{JSON: "array"}}, true
	}
	all.JSON = first.JSON
	return arrayOf(all), true
}

// or has every mark that v or w has.
func (v value) or(w value) value {
	v.Nullable, v.Float, v.Wide = v.Nullable || w.Nullable, v.Float || w.Float, v.Wide || w.Wide
	v.loose = v.loose || w.loose
	return v
}

// scalar reports whether v is one value of one form.
func (v value) scalar() bool { return !v.AsText && v.JSON != "array" && v.JSON != "object" }

// members resolves the members of a named tuple or of Nested.
func members(n Node) (value, bool) {
	o := object
	for _, a := range n.Args {
		if a.Kind != MemberArg {
			return value{}, false
		}
		v, ok := resolve(*a.Type)
		o.Float = o.Float || v.Float
		if ok && !v.loose {
			o.Fields = append(o.Fields, Field{Name: a.Name, Type: v.inside()})
		}
	}
	return o, true
}
