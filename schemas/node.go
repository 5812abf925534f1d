package schemas

import "strings"

// A Node is a parsed type name: a name and, in parentheses, its arguments.
// The function of an aggregate type, quantiles(0.5, 0.9), is a Node too.
type Node struct {
	Name string

	// Args is nil for a name without parentheses and empty for "()".
	Args []Arg
}

// An Arg is one argument of a type. Which of its fields are set depends on
// Kind.
type Arg struct {
	Kind ArgKind

	// Name is the decoded name of a member, a setting, a path or a value of
	// an enum. The parts of a compound path are joined by dots.
	Name string

	// Type is the type of a TypeArg or a MemberArg, else nil.
	Type *Node

	// Value is the content of a quoted literal, decoded, or the text of any
	// other literal as it was written.
	Value string
}

// An ArgKind is the form of an argument.
type ArgKind uint8

// The forms of an argument, each with an example.
const (
	TypeArg       ArgKind = iota // Array(UInt64)
	MemberArg                    // Tuple(`a b` UInt64)
	LiteralArg                   // FixedString(16), [1, 2]
	StringArg                    // DateTime('UTC')
	EnumArg                      // Enum8('a' = -1)
	SettingArg                   // Dynamic(max_types=3)
	SkipArg                      // JSON(SKIP a.b)
	SkipRegexpArg                // JSON(SKIP REGEXP '^a')
)

// String returns the type's name in ClickHouse's own spelling. Parse makes an equal
// Node of it. Names that are no plain words are back-quoted.
func (n Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n Node) write(b *strings.Builder) {
	b.WriteString(n.Name)
	if n.Args == nil {
		return
	}
	b.WriteByte('(')
	for i, a := range n.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		a.write(b)
	}
	b.WriteByte(')')
}

func (a Arg) write(b *strings.Builder) {
	switch a.Kind {
	case TypeArg:
		a.Type.write(b)
	case MemberArg:
		writeName(b, a.Name)
		b.WriteByte(' ')
		a.Type.write(b)
	case LiteralArg:
		b.WriteString(a.Value)
	case StringArg:
		writeQuoted(b, '\'', a.Value)
	case EnumArg:
		writeQuoted(b, '\'', a.Name)
		b.WriteString(" = ")
		b.WriteString(a.Value)
	case SettingArg:
		writeName(b, a.Name)
		b.WriteByte('=')
		b.WriteString(a.Value)
	case SkipArg:
		b.WriteString("SKIP ")
		writeName(b, a.Name)
	case SkipRegexpArg:
		b.WriteString("SKIP REGEXP ")
		writeQuoted(b, '\'', a.Value)
	}
}
