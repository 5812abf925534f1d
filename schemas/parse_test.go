package schemas

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func typeArg(name string, args ...Arg) Arg {
	return Arg{Kind: TypeArg, Type: &Node{Name: name, Args: args}}
}

func member(name, typ string) Arg {
	return Arg{Kind: MemberArg, Name: name, Type: &Node{Name: typ}}
}

func literal(text string) Arg { return Arg{Kind: LiteralArg, Value: text} }

func TestParse(t *testing.T) {
	tests := map[string]struct {
		name string
		want Node
	}{
		"a plain name has no arguments": {"UInt64", Node{Name: "UInt64"}},
		"empty parentheses are kept":    {"Tuple()", Node{Name: "Tuple", Args: []Arg{}}},
		"blanks do not matter": {" Array (\n\tString ) ",
			Node{Name: "Array", Args: []Arg{typeArg("String")}}},
		"types nest": {"Array(LowCardinality(Nullable(String)))",
			Node{Name: "Array", Args: []Arg{typeArg("LowCardinality", typeArg("Nullable", typeArg("String")))}}},
		"numbers and texts": {"DateTime64(3, 'Asia/Kolkata')",
			Node{Name: "DateTime64", Args: []Arg{literal("3"), {Kind: StringArg, Value: "Asia/Kolkata"}}}},
		"names of an enum hold quotes, commas and parentheses": {`Enum8('it\'s' = -1, 'a,b' = 2, ') = 3' = 4, 'x''y'=5)`,
			Node{Name: "Enum8", Args: []Arg{
				{Kind: EnumArg, Name: "it's", Value: "-1"}, {Kind: EnumArg, Name: "a,b", Value: "2"},
				{Kind: EnumArg, Name: ") = 3", Value: "4"}, {Kind: EnumArg, Name: "x'y", Value: "5"}}}},
		"names of an enum hold escapes": {`Enum8('\t\\n\x41\d\xzz' = 1, '' = 0)`,
			Node{Name: "Enum8", Args: []Arg{
				{Kind: EnumArg, Name: "\t\\nA\\d\\xzz", Value: "1"}, {Kind: EnumArg, Name: "", Value: "0"}}}},
		"members of a tuple": {"Tuple(a Int8, `b c` Int8, `d\\`e` Int8, `f``g` Int8, Int8 Int8)",
			Node{Name: "Tuple", Args: []Arg{member("a", "Int8"), member("b c", "Int8"),
				member("d`e", "Int8"), member("f`g", "Int8"), member("Int8", "Int8")}}},
		"a member may be called skip": {"Tuple(SKIP String)",
			Node{Name: "Tuple", Args: []Arg{member("SKIP", "String")}}},
		"settings": {"Dynamic(max_types=3)",
			Node{Name: "Dynamic", Args: []Arg{{Kind: SettingArg, Name: "max_types", Value: "3"}}}},
		"hints of JSON": {"JSON(max_dynamic_paths=1, a.b Int8, `c.d` Int8, `SKIP` Int8, SKIP `e f`.g, SKIP REGEXP '^h\\'', SKIP regexp)",
			Node{Name: "JSON", Args: []Arg{
				{Kind: SettingArg, Name: "max_dynamic_paths", Value: "1"},
				member("a.b", "Int8"), member("c.d", "Int8"), member("SKIP", "Int8"),
				{Kind: SkipArg, Name: "e f.g"}, {Kind: SkipRegexpArg, Value: "^h'"}, {Kind: SkipArg, Name: "regexp"}}}},
		"functions with parameters": {"AggregateFunction(1, quantiles(0.5, -1e-5), Array(String))",
			Node{Name: "AggregateFunction", Args: []Arg{literal("1"),
				typeArg("quantiles", literal("0.5"), literal("-1e-5")), typeArg("Array", typeArg("String"))}}},
		"lists are taken as they are": {"f([1, ('])', `(`)], (1, [2]))",
			Node{Name: "f", Args: []Arg{literal("[1, ('])', `(`)]"), literal("(1, [2])")}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tt.name)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			again, err := Parse(got.String())
			require.NoError(t, err, got.String())
			require.Equal(t, got, again, got.String())
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct{ name, want string }{
		"nothing":                  {"", `type name "": no type at byte 0`},
		"an open parenthesis":      {"Array(String", `type name "Array(String": neither comma nor parenthesis at byte 12`},
		"an open parenthesis only": {"Array(", `type name "Array(": no argument at byte 6`},
		"an open quote":            {"Enum8('a = 1)", `type name "Enum8('a = 1)": a quote that is not closed at byte 6`},
		"an open list":             {"f([1, (2)", `type name "f([1, (2)": a list that is not closed at byte 2`},
		"a backslash at the end":   {`f('a\`, `type name "f('a\\": a quote that is not closed at byte 2`},
		"text after the type":      {"UInt64)", `type name "UInt64)": text after the type at byte 6`},
		"two words":                {"DOUBLE PRECISION", `type name "DOUBLE PRECISION": text after the type at byte 7`},
		"a comma too many":         {"Tuple(a Int8,)", `type name "Tuple(a Int8,)": no argument at byte 13`},
		"no comma":                 {"Decimal(9 2)", `type name "Decimal(9 2)": neither comma nor parenthesis at byte 10`},
		"an enum without a code":   {"Enum8('a' = )", `type name "Enum8('a' = )": no number at byte 12`},
		"a setting in words":       {"Dynamic(max_types=a1)", `type name "Dynamic(max_types=a1)": no number at byte 18`},
		"a sign alone":             {"f(-)", `type name "f(-)": no number at byte 2`},
		"a path with no end":       {"JSON(a. Int8.)", `type name "JSON(a. Int8.)": no name at byte 13`},
		"a NUL byte":               {"UInt64\x00", `type name "UInt64\x00": text after the type at byte 6`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(tt.name)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestParseStopsAtADepth(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("Array(", n) + "Int8" + strings.Repeat(")", n) }
	_, err := Parse(nested(maxDepth - 1))
	require.NoError(t, err)
	_, err = Parse("Tuple(Int8" + strings.Repeat(", Array(Int8)", maxDepth) + ")")
	require.NoError(t, err, "width is not depth")
	_, err = Parse(nested(1_000_000))
	require.ErrorIs(t, err, errDepth)
	require.Less(t, len(err.Error()), 300, "the name is cut short")

	got, known := FromMeta(nested(maxDepth))
	require.False(t, known)
	require.Equal(t, text(), got)
}

// A broken name with many levels must not be read again on each of them.
func TestParseTakesLinearTime(t *testing.T) {
	name := strings.Repeat("Tuple(Tuple(a Tuple(`b` ", 30) + "," + strings.Repeat("Int8, ", 200_000)
	_, err := Parse(name)
	require.Error(t, err)
}
