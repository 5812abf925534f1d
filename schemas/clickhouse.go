package schemas

import "time"

// A Type says what the values of a column are, as JSON, once the row path has put
// them right: what belongs into a schema, and what it takes to keep to it.
type Type struct {
	// JSON is the one base type: string, integer, number, boolean, object or
	// array.
	JSON string

	// Format is "date-time" for the moments of a column, else "". Dates, and
	// moments inside arrays and objects, are strings that leave as they came.
	Format string

	// Items describes the elements of an array. It is nil where nothing can be
	// promised to a loader: for elements that are arrays, since ragged ones fit no
	// array column; for elements whose form depends on the server's settings; and
	// for elements of an unknown type.
	Items *Type

	// Fields are the members of a named tuple, in order, without those that
	// nothing can be promised about. Other objects have none.
	Fields []Field

	// Nullable columns may hold null. So may floats, whatever their type says: NaN
	// and the infinities are printed as null.
	Nullable bool

	// Location is the time zone that the column's texts are in, nil for the
	// server's own.
	Location *time.Location

	// Float says that binary floats are somewhere in the value. The same average
	// may come with other last digits when it is read again.
	Float bool

	// Wide integers have more than 64 bits and go into a string of digits.
	Wide bool

	// AsText columns hold values of any form. The value's JSON text goes into a
	// string. What is a string already stays as it is.
	AsText bool
}

// A Field is one member of an object.
type Field struct {
	Name string
	Type Type
}

// FromMeta returns the Type of a column whose type has the given name in the meta of
// an answer. It reports false if it does not know the type, or the time zone in it.
// The column is AsText then, and the caller should say so once. Any text may be
// given: FromMeta never fails.
//
// The forms are those of ClickHouse's FORMAT JSON (ClickHouse documentation,
// "Data types" and "JSON"), as version 26.9 prints them.
func FromMeta(name string) (Type, bool) {
	n, err := Parse(name)
	if err != nil {
		return text(), false
	}
	v, ok := resolve(n)
	if !ok {
		return text(), false
	}
	return v.Type, true
}

// text is the type of columns of which nothing is known.
func text() Type { return Type{JSON: "string", Nullable: true, AsText: true} }

// A value is a Type, and whether values inside others keep to it.
type value struct {
	Type

	// loose values are printed one way or another, by settings of the server or
	// by the row. A column of them is put right on its way. Inside arrays and
	// objects they leave as they came.
	loose bool
}

// By default integers of 64 bits and more are quoted up to ClickHouse 25.7, and bare
// from 25.8 on. Decimals are quoted by another setting.
var (
	small   = value{Type: Type{JSON: "integer"}}
	long    = value{Type: Type{JSON: "integer"}, loose: true}
	wide    = value{Type: Type{JSON: "string", Wide: true}, loose: true}
	float   = value{Type: Type{JSON: "number", Nullable: true, Float: true}}
	decimal = value{Type: Type{JSON: "number"}, loose: true}
	str     = value{Type: Type{JSON: "string"}}
	object  = value{Type: Type{JSON: "object"}}
	mixed   = value{Type: Type{JSON: "string", Nullable: true, AsText: true}, loose: true}
)

// scalars lists the types whose arguments do not matter.
var scalars = map[string]value{
	"Int8": small, "Int16": small, "Int32": small,
	"UInt8": small, "UInt16": small, "UInt32": small,
	"Int64": long, "UInt64": long,
	"Int128": wide, "Int256": wide, "UInt128": wide, "UInt256": wide,

	// Int64 underneath.
	"IntervalNanosecond": long, "IntervalMicrosecond": long, "IntervalMillisecond": long,
	"IntervalSecond": long, "IntervalMinute": long, "IntervalHour": long, "IntervalDay": long,
	"IntervalWeek": long, "IntervalMonth": long, "IntervalQuarter": long, "IntervalYear": long,

	"Float32": float, "Float64": float, "BFloat16": float,

	// The meta has Decimal(P, S) for all of them. The others are spellings in a
	// table's definition.
	"Decimal": decimal, "Decimal32": decimal, "Decimal64": decimal, "Decimal128": decimal, "Decimal256": decimal,

	"Bool": {Type: Type{JSON: "boolean"}},

	"String": str, "FixedString": str, "UUID": str, "IPv4": str, "IPv6": str,
	"Enum": str, "Enum8": str, "Enum16": str,
	"Date": str, "Date32": str, "Time": str, "Time64": str,

	// Null is the only value there is.
	"Nothing": {Type: Type{JSON: "string", Nullable: true}},

	"JSON": object, "Object": object,

	// Any value at all, and nothing says which. A Geometry is a Variant of the
	// shapes below.
	"Variant": mixed, "Dynamic": mixed,
	"Geometry": {Type: Type{JSON: "string", Nullable: true, AsText: true, Float: true}, loose: true},

	// The bytes of an unfinished aggregate, as far as they are UTF-8. They are of
	// no use, but no reason to stop.
	"AggregateFunction": {Type: Type{JSON: "string", AsText: true}, loose: true},
}

// aliases lists the types that are other names for compound ones.
var aliases = map[string]string{
	"Point":           "Tuple(Float64, Float64)",
	"Ring":            "Array(Point)",
	"LineString":      "Array(Point)",
	"MultiLineString": "Array(LineString)",
	"Polygon":         "Array(Ring)",
	"MultiPolygon":    "Array(Polygon)",
}
