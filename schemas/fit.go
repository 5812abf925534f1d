package schemas

// A Family is a group of types whose values are printed alike.
type Family uint8

// The families, each with the types in it.
const (
	Unknown   Family = iota // a name that FromMeta does not know
	Integers                // Int8 to UInt64, intervals
	Wides                   // Int128 to UInt256
	Floats                  // Float32, Float64, BFloat16
	Decimals                // Decimal
	Booleans                // Bool
	Texts                   // String, FixedString, Enum
	Tokens                  // UUID, IPv4, IPv6, Time: text that is neither a number nor a moment
	Dates                   // Date, Date32
	Moments                 // DateTime, DateTime64
	Nothings                // Nothing: null is the only value
	Objects                 // JSON, Map, named Tuple
	Arrays                  // Array, Nested, Tuple of one type
	Anythings               // Variant, Dynamic, other tuples, unfinished aggregates
	families
)

// A Form is what a schema wants of a value: a base type of JSON Schema, or
// DateTime for a string in the format date-time.
type Form string

// The forms.
const (
	String   Form = "string"
	DateTime Form = "date-time"
	Integer  Form = "integer"
	Number   Form = "number"
	Boolean  Form = "boolean"
	Object   Form = "object"
	Array    Form = "array"
)

// Forms lists all forms, in the order of the columns of the table of fits.
var Forms = [...]Form{String, DateTime, Integer, Number, Boolean, Object, Array}

// A Fit says whether a column of one family can be carried in one form.
type Fit uint8

const (
	Never Fit = iota // not even where a value happens to look right
	Each             // each value is carried exactly, or not at all
	Exact            // every value is carried, whatever it is
)

// fits is the table of what can become what. A value is carried if the loaded value
// stands for it and for no other: 30.0 is the integer 30, true is 1, a number is
// its text, an array its JSON text, a date its first moment in UTC. An epoch is no
// moment: it does not say whether it counts seconds or milliseconds.
var fits = [families][len(Forms)]Fit{
	//          string date-time integer number boolean object array
	Unknown:   {Exact, Never, Each, Each, Each, Never, Never},
	Integers:  {Exact, Never, Exact, Exact, Each, Never, Never},
	Wides:     {Exact, Never, Each, Exact, Each, Never, Never},
	Floats:    {Exact, Never, Each, Exact, Never, Never, Never},
	Decimals:  {Exact, Never, Each, Exact, Never, Never, Never},
	Booleans:  {Exact, Never, Exact, Exact, Exact, Never, Never},
	Texts:     {Exact, Each, Each, Each, Each, Never, Never},
	Tokens:    {Exact, Never, Never, Never, Never, Never, Never},
	Dates:     {Exact, Exact, Never, Never, Never, Never, Never},
	Moments:   {Exact, Exact, Never, Never, Never, Never, Never},
	Nothings:  {Exact, Exact, Exact, Exact, Exact, Exact, Exact},
	Objects:   {Exact, Never, Never, Never, Never, Exact, Never},
	Arrays:    {Exact, Never, Never, Never, Never, Never, Exact},
	Anythings: {Exact, Each, Each, Each, Each, Never, Never},
}

// Fit says whether columns of this family can be carried in a form. For what is no
// Form it is Never.
func (f Family) Fit(as Form) Fit {
	for i, form := range Forms {
		if form == as {
			return fits[f][i]
		}
	}
	return Never
}

// FamilyOf returns the family of the type of that name in an answer's meta.
func FamilyOf(name string) Family {
	t, known := FromMeta(name)
	switch {
	case !known:
		return Unknown
	case t.AsText:
		return Anythings
	case t.Wide:
		return Wides
	case t.JSON == "integer":
		return Integers
	case t.JSON == "number" && t.Float:
		return Floats
	case t.JSON == "number":
		return Decimals
	case t.JSON == "boolean":
		return Booleans
	case t.JSON == "object":
		return Objects
	case t.JSON == "array":
		return Arrays
	case t.Format == "date-time":
		return Moments
	}
	n, _ := Parse(name)
	return textFamily(n)
}

// textFamily is the family of a type whose values are strings.
func textFamily(n Node) Family {
	at := map[string]int{"Nullable": 0, "LowCardinality": 0, "SimpleAggregateFunction": 1}
	if i, wraps := at[n.Name]; wraps {
		return textFamily(*n.Args[i].Type)
	}
	switch n.Name {
	case "Date", "Date32":
		return Dates
	case "UUID", "IPv4", "IPv6", "Time", "Time64":
		return Tokens
	case "Nothing":
		return Nothings
	}
	return Texts
}

// Form is the form that a column of type t has if nobody asks for another.
func (t Type) Form() Form {
	if t.Format == "date-time" {
		return DateTime
	}
	return Form(t.JSON)
}
