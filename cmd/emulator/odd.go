package main

import "tap-reprise/streams/reprise/emulator"

// oddColumns are columns that every row of every pipe gets: one for each kind
// of value that loaders round, change or fail at.
var oddColumns = []emulator.Column{
	{Name: "odd_int_above_double", Type: "UInt64", JSON: "9007199254740993"},
	{Name: "odd_int_max", Type: "Int64", JSON: "9223372036854775807"},
	{Name: "odd_int_min", Type: "Nullable(Int64)", JSON: "-9223372036854775808"},
	{Name: "odd_int_too_large", Type: "UInt64", JSON: "18446744073709551615"},
	{Name: "odd_int_wide", Type: "Int128", JSON: `"170141183460469231731687303715884105727"`},
	{Name: "odd_decimal", Type: "Decimal(38, 9)", JSON: "12345678901234567.123456789"},
	{Name: "odd_float", Type: "Float64", JSON: "33.333333333333336"},
	{Name: "odd_float_small", Type: "Float64", JSON: "5e-324"},
	{Name: "odd_bool", Type: "Bool", JSON: "true"},
	{Name: "odd_time", Type: "DateTime64(6)", JSON: `"2026-02-28 23:59:59.999999"`},
	{Name: "odd_time_zoned", Type: "DateTime64(3, 'America/New_York')", JSON: `"2026-03-08 03:00:00.001"`},
	{Name: "odd_time_impossible", Type: "Nullable(DateTime)", JSON: `"0000-00-00 00:00:00"`},
	{Name: "odd_time_null", Type: "Nullable(DateTime)", JSON: "null"},
	{Name: "odd_text_empty", Type: "String", JSON: `""`},
	{Name: "odd_text_blank", Type: "String", JSON: `"  "`},
	{Name: "odd_text_null", Type: "LowCardinality(Nullable(String))", JSON: "null"},
	{Name: "odd_text_says_null", Type: "String", JSON: `"NULL"`},
	{Name: "odd_text_copy_null", Type: "String", JSON: `"\\N"`},
	{Name: "odd_text_quotes", Type: "String", JSON: `"'single' \"double\" back\\slash a,b;c"`},
	{Name: "odd_text_lines", Type: "String", JSON: `"tab\tline\nreturn\r\n separator"`},
	{Name: "odd_text_unicode", Type: "String", JSON: `"☃ 😀 東京 é \u00e9 \uD83D\uDE00"`},
	{Name: "odd_text_nul", Type: "String", JSON: `"a\u0000b"`},
	{Name: "odd_text_padded", Type: "FixedString(4)", JSON: `"ab\u0000\u0000"`},
	{Name: "odd_text_surrogate", Type: "String", JSON: `"a\ud800b"`},
	{Name: "odd_array", Type: "Array(Nullable(String))", JSON: `["x","",null,"\"q\" \\ ,{}"]`},
	{Name: "odd_array_empty", Type: "Array(String)", JSON: "[]"},
	{Name: "odd_map", Type: "Map(String, Int64)", JSON: `{"a":1,"b c":9007199254740993}`},
	{Name: "odd_unknown_type", Type: "Novelty(String)", JSON: `{"a":[1,"x",null]}`},
	{Name: "odd_tuple", Type: "Tuple(name String, parts Array(Float64))", JSON: `{"name":"n","parts":[1.5,0.1]}`},
}
