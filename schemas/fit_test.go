package schemas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFamilies(t *testing.T) {
	for family, names := range map[Family][]string{
		Unknown:   {"Novelty", "", "DateTime('Mars/Olympus')"},
		Integers:  {"Int8", "UInt64", "Nullable(UInt32)", "IntervalDay", "SimpleAggregateFunction(sum, UInt64)"},
		Wides:     {"Int128", "Nullable(UInt256)"},
		Floats:    {"Float32", "Nullable(Float64)", "BFloat16"},
		Decimals:  {"Decimal(9, 2)", "Nullable(Decimal(9, 2))"},
		Booleans:  {"Bool", "Nullable(Bool)"},
		Texts:     {"String", "FixedString(16)", "LowCardinality(Nullable(String))", "Enum8('a' = 1)", "SimpleAggregateFunction(anyLast, Nullable(String))"},
		Tokens:    {"UUID", "Nullable(UUID)", "IPv4", "IPv6", "Time", "Time64(3)"},
		Dates:     {"Date", "Nullable(Date32)", "LowCardinality(Date)"},
		Moments:   {"DateTime", "DateTime64(3, 'UTC')", "Nullable(DateTime)"},
		Nothings:  {"Nothing", "Nullable(Nothing)"},
		Objects:   {"JSON", "Map(String, UInt8)", "Tuple(a Int8, b String)"},
		Arrays:    {"Array(String)", "Nested(a Int8)", "Tuple(Int8, Int8)", "Point", "Array(Array(UInt64))"},
		Anythings: {"Variant(String, UInt8)", "Dynamic", "Tuple(String, Int8)", "AggregateFunction(sum, UInt64)", "Geometry"},
	} {
		for _, name := range names {
			require.Equal(t, family, FamilyOf(name), name)
		}
	}
}

// TestOwnFormFits: what discovery makes of a type always carries it exactly, and
// text carries everything.
func TestOwnFormFits(t *testing.T) {
	for _, p := range corpus(t) {
		typ, _ := FromMeta(p.Type)
		require.Equal(t, Exact, FamilyOf(p.Type).Fit(typ.Form()), p.Type)
		require.Equal(t, Exact, FamilyOf(p.Type).Fit(String), p.Type)
		require.Equal(t, Never, FamilyOf(p.Type).Fit("null"), p.Type)
	}
}
