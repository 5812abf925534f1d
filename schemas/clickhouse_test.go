package schemas

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFromMeta(t *testing.T) {
	integer, number := Type{JSON: "integer"}, Type{JSON: "number", Nullable: true, Float: true}
	str, boolean, object := Type{JSON: "string"}, Type{JSON: "boolean"}, Type{JSON: "object"}
	array, moment := Type{JSON: "array"}, Type{JSON: "string", Format: "date-time"}
	wide, anything := Type{JSON: "string", Wide: true}, text()
	null := func(t Type) Type { t.Nullable = true; return t }
	of := func(t Type) Type { return Type{JSON: "array", Items: &t, Float: t.Float} }
	with := func(fields ...Field) Type { return Type{JSON: "object", Fields: fields} }
	in := func(zone string) Type {
		location, err := time.LoadLocation(zone)
		require.NoError(t, err)
		return Type{JSON: "string", Format: "date-time", Location: location}
	}
	floats := func(t Type) Type { t.Float = true; return t }

	tests := map[string]struct {
		names []string
		want  Type
	}{
		"integers up to 64 bits are integers": {[]string{"Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"}, integer},
		"wider ones are strings of digits":    {[]string{"Int128", "Int256", "UInt128", "UInt256"}, wide},
		"floats may be null":                  {[]string{"Float32", "Float64", "BFloat16", "Nullable(Float64)"}, number},
		"decimals are numbers, never rounded": {[]string{"Decimal(9, 2)", "Decimal(76, 76)", "Decimal32(2)", "Decimal64(2)", "Decimal128(2)", "Decimal256(2)"}, Type{JSON: "number"}},
		"intervals are integers":              {[]string{"IntervalNanosecond", "IntervalMicrosecond", "IntervalMillisecond", "IntervalSecond", "IntervalMinute", "IntervalHour", "IntervalDay", "IntervalWeek", "IntervalMonth", "IntervalQuarter", "IntervalYear"}, integer},
		"booleans":                            {[]string{"Bool"}, boolean},
		"texts":                               {[]string{"String", "FixedString(16)", "UUID", "IPv4", "IPv6", "LowCardinality(String)", `Enum8('it\'s, (x)' = -1)`, "Enum16('a' = 1, 'b' = 300)"}, str},
		"dates and times are plain strings":   {[]string{"Date", "Date32", "Time", "Time64(3)"}, str},
		"moments":                             {[]string{"DateTime", "DateTime64(3)", "DateTime64(9)", "DateTime('')", "LowCardinality(DateTime)"}, moment},
		"moments in a zone":                   {[]string{"DateTime('Europe/Berlin')", "DateTime64(3, 'Europe/Berlin')"}, in("Europe/Berlin")},
		"moments in UTC":                      {[]string{"DateTime('UTC')", "DateTime64(6, 'UTC')", "SimpleAggregateFunction(max, DateTime('UTC'))"}, in("UTC")},
		"Nullable":                            {[]string{"Nullable(String)", "LowCardinality(Nullable(String))", "SimpleAggregateFunction(anyLast, Nullable(String))", "Nothing", "Nullable(Nothing)"}, null(str)},
		"a Nullable moment in a zone":         {[]string{"Nullable(DateTime64(3, 'Asia/Kolkata'))"}, null(in("Asia/Kolkata"))},
		"SimpleAggregateFunction is its type": {[]string{"SimpleAggregateFunction(sum, UInt64)", "SimpleAggregateFunction(quantile(0.5), UInt64)"}, integer},

		"arrays of a scalar":         {[]string{"Array(String)", "Array(LowCardinality(String))", "Array(Enum8('a' = 1))", "Array(UUID)", "Tuple(String, String)", "Tuple(String, UUID)", "SimpleAggregateFunction(groupUniqArrayArray(10), Array(String))"}, of(str)},
		"arrays of a nullable":       {[]string{"Array(Nullable(String))", "Array(LowCardinality(Nullable(String)))", "Tuple(String, Nullable(String))", "Array(Nothing)", "Array(Nullable(Nothing))"}, of(null(str))},
		"arrays of small integers":   {[]string{"Array(Int32)", "Tuple(Int8, UInt32)"}, of(integer)},
		"arrays of floats":           {[]string{"Array(Float64)", "Tuple(Float64, Float32)", "Point", "QBit(Float32, 8)"}, of(number)},
		"arrays of booleans":         {[]string{"Array(Bool)"}, of(boolean)},
		"moments inside leave as is": {[]string{"Array(DateTime64(3, 'Europe/Berlin'))", "Array(Date)"}, of(str)},

		"items that may come quoted are not described": {[]string{"Array(Int64)", "Array(UInt64)", "Array(Nullable(UInt64))", "Array(UInt256)", "Array(Decimal(9, 2))", "Array(IntervalDay)", "Tuple(UInt64, UInt64)", "Tuple(Int8, Int64)", "Tuple()"}, array},
		"nor are items that are arrays":                {[]string{"Array(Array(String))", "Array(Tuple(String, String))", "Array(Tuple(String, Int8))", "Array(Nested(a Int8))"}, array},
		"nor are items of any form":                    {[]string{"Array(Variant(String, UInt64))", "Array(Dynamic)", "Array(AggregateFunction(sum, UInt64))", "Array(Novelty(3))"}, array},
		"shapes":                                       {[]string{"Ring", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "Array(Point)", "Array(Array(Float64))"}, floats(array)},

		"maps are objects":         {[]string{"Map(String, UInt64)", "Map(Enum8('a)' = 1), Array(String))", "Map(String, Novelty)"}, object},
		"maps of floats":           {[]string{"Map(String, Float64)", "Map(String, Map(String, Array(Float32)))"}, floats(object)},
		"JSON is an object":        {[]string{"JSON", "JSON(max_dynamic_paths=10, `a.b` UInt32, SKIP c, SKIP REGEXP '^d')", "Object('json')"}, object},
		"members of a tuple":       {[]string{"Tuple(a Int8, `b c` Nullable(String))"}, with(Field{"a", integer}, Field{"b c", null(str)})},
		"members that nest":        {[]string{"Tuple(t Tuple(d DateTime('UTC'), l Array(Bool)))"}, with(Field{"t", with(Field{"d", str}, Field{"l", of(boolean)})})},
		"members with floats":      {[]string{"Tuple(f Float64)"}, floats(with(Field{"f", number}))},
		"members left undescribed": {[]string{"Tuple(a Int64, b Decimal(9, 2), c Variant(String, Int8), d Novelty, e Tuple(String, Int8))"}, object},
		"Nested is an array of objects": {[]string{"Nested(a Int8, b Int64)", "Array(Tuple(a Int8, b Int64))"},
			of(with(Field{"a", integer}))},
		"arrays of maps":           {[]string{"Array(Map(String, String))", "Array(JSON)"}, of(object)},
		"arrays of nullable tuple": {[]string{"Array(Nullable(Tuple(a Int8)))"}, of(null(with(Field{"a", integer})))},

		"values of any form are text":    {[]string{"Variant(String, UInt64)", "Dynamic", "Dynamic(max_types=3)"}, anything},
		"any shape is text":              {[]string{"Geometry"}, floats(anything)},
		"mixed tuples are text":          {[]string{"Tuple(String, UInt8)", "Tuple(Array(String), Array(String))", "Tuple(Map(String, String), JSON)", "Tuple(String, Novelty)", "Tuple(Variant(String), Variant(String))"}, Type{JSON: "string", AsText: true}},
		"mixed tuples with floats":       {[]string{"Tuple(String, Float64)"}, floats(Type{JSON: "string", AsText: true})},
		"a Nullable mixed tuple":         {[]string{"Nullable(Tuple(Int8, String))"}, anything},
		"unfinished aggregates are text": {[]string{"AggregateFunction(sum, UInt64)", "AggregateFunction(quantiles(0.5, 0.9), Float64)", "AggregateFunction(1, sumMap, Array(UInt8), Array(UInt64))"}, Type{JSON: "string", AsText: true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, n := range tt.names {
				got, known := FromMeta(n)
				require.True(t, known, n)
				require.Equal(t, tt.want, got, n)
			}
		})
	}
}

func TestFromMetaTakesUnknownTypesAsText(t *testing.T) {
	tests := map[string][]string{
		"names that are none":      {"", " ", "(", "Array(String", "Enum8('a", "UInt64\x00", "\xff", "'String'", "3"},
		"types to come":            {"Novelty", "Novelty(String)", "Nullable(Novelty)", "LowCardinality(Novelty(3))", "SimpleAggregateFunction(sum, Novelty)", "uint64"},
		"arguments that do not do": {"Nullable", "Nullable()", "Nullable(3)", "Array", "Array()", "Array('a')", "Map(String)", "Map(String, 3)", "LowCardinality", "SimpleAggregateFunction(sum)", "Tuple(a Int8, String)", "Tuple(String, a Int8)", "Tuple(String, 3)", "Nested(Int8)", "Nested(a Int8, Int8)"},
		"zones that are none":      {"DateTime('Mars/Olympus')", "DateTime64(3, 'Local')", "DateTime('../UTC')", "Nullable(DateTime('x'))", "DateTime('Fixed/UTC')", "DateTime('Fixed/UTC+5')", "DateTime('Fixed/UTC+05:30:00 ')"},
	}
	for name, names := range tests {
		t.Run(name, func(t *testing.T) {
			for _, n := range names {
				got, known := FromMeta(n)
				require.False(t, known, n)
				require.Equal(t, Type{JSON: "string", Nullable: true, AsText: true}, got, n)
			}
		})
	}
}

func TestFromMetaReadsFixedOffsets(t *testing.T) {
	tests := map[string]struct {
		name    string
		seconds int
	}{
		"east of Greenwich": {"DateTime('Fixed/UTC+05:30:00')", 19800},
		"west of Greenwich": {"DateTime64(3, 'Fixed/UTC-09:30:15')", -34215},
		"no offset":         {"DateTime('Fixed/UTC+00:00:00')", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, known := FromMeta(tt.name)
			require.True(t, known)
			_, seconds := time.Unix(0, 0).In(got.Location).Zone()
			require.Equal(t, tt.seconds, seconds)
		})
	}
}
