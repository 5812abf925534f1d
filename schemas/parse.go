package schemas

import (
	"fmt"
	"strings"
)

// maxDepth is how deep types may nest. Nobody made a type that nests deeper:
// ClickHouse itself refuses far less.
const maxDepth = 100

var errDepth = fmt.Errorf("nested deeper than %d", maxDepth)

// Parse reads a type name as ClickHouse writes it in the meta of an answer. It checks
// the form alone: neither a well-formed name of an unknown type nor a known type
// with arguments that make no sense is an error. It takes time in proportion to the
// name's length.
func Parse(name string) (Node, error) {
	p := parser{text: name}
	n, err := p.node()
	if err == nil && p.peek() != 0 {
		err = p.fault("text after the type")
	}
	if err != nil {
		return Node{}, fmt.Errorf("type name %.200q: %w", name, err)
	}
	return n, nil
}

// A parser reads a type name from left to right. It never goes back by more than one
// name.
type parser struct {
	text  string
	at    int // next byte
	depth int
}

// peek skips blanks and returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
		case 0:
			// A real NUL byte must not pass for the end.
			return 0xff
		default:
			return c
		}
	}
	return 0
}

// take skips c if it is the next byte that is no blank.
func (p *parser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.at++
	return true
}

func (p *parser) fault(what string) error {
	return fmt.Errorf("%s at byte %d", what, p.at)
}

// word reads a plain word, "" if none is next.
func (p *parser) word() string {
	if !wordStart(p.peek()) {
		return ""
	}
	start := p.at
	for p.at < len(p.text) && wordByte(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

// node reads a type.
func (p *parser) node() (Node, error) {
	if p.depth++; p.depth > maxDepth {
		return Node{}, errDepth
	}
	defer func() { p.depth-- }()
	n := Node{Name: p.word()}
	if n.Name == "" {
		return Node{}, p.fault("no type")
	}
	if !p.take('(') {
		return n, nil
	}
	n.Args = []Arg{}
	if p.take(')') {
		return n, nil
	}
	for {
		a, err := p.arg(n.Name)
		if err != nil {
			return Node{}, err
		}
		n.Args = append(n.Args, a)
		if p.take(')') {
			return n, nil
		}
		if !p.take(',') {
			return Node{}, p.fault("neither comma nor parenthesis")
		}
	}
}

// arg reads one argument of the type called parent.
func (p *parser) arg(parent string) (Arg, error) {
	switch c := p.peek(); {
	case c == '\'':
		return p.stringOrEnum()
	case c == '`' || wordStart(c):
		return p.typeOrNamed(parent)
	case c == '[' || c == '(':
		value, err := p.list()
		return Arg{Kind: LiteralArg, Value: value}, err
	case digit(c) || c == '-' || c == '+' || c == '.':
		value, err := p.number()
		return Arg{Kind: LiteralArg, Value: value}, err
	}
	return Arg{}, p.fault("no argument")
}

// stringOrEnum reads 'text' or 'name' = 1.
func (p *parser) stringOrEnum() (Arg, error) {
	text, err := p.quoted()
	if err != nil || !p.take('=') {
		return Arg{Kind: StringArg, Value: text}, err
	}
	code, err := p.number()
	return Arg{Kind: EnumArg, Name: text, Value: code}, err
}

// typeOrNamed reads what may begin with a name: Type, name Type, name=1,
// SKIP path, SKIP REGEXP 'pattern'.
func (p *parser) typeOrNamed(parent string) (Arg, error) {
	start := p.at
	skip := parent == "JSON" && strings.EqualFold(p.word(), "skip")
	if c := p.peek(); skip && (c == '`' || wordStart(c)) {
		return p.skip()
	}
	p.at = start
	name, err := p.path()
	if err != nil {
		return Arg{}, err
	}
	if p.take('=') {
		value, err := p.number()
		return Arg{Kind: SettingArg, Name: name, Value: value}, err
	}
	a := Arg{Kind: MemberArg, Name: name}
	if !wordStart(p.peek()) {
		p.at = start
		a = Arg{Kind: TypeArg}
	}
	n, err := p.node()
	a.Type = &n
	return a, err
}

// skip reads what follows SKIP in the arguments of JSON.
func (p *parser) skip() (Arg, error) {
	start := p.at
	if strings.EqualFold(p.word(), "regexp") && p.peek() == '\'' {
		pattern, err := p.quoted()
		return Arg{Kind: SkipRegexpArg, Value: pattern}, err
	}
	p.at = start
	name, err := p.path()
	return Arg{Kind: SkipArg, Name: name}, err
}

// path reads a name of one or more parts with dots between, each a plain word
// or in back quotes.
func (p *parser) path() (string, error) {
	var parts []string
	for {
		part := ""
		if p.peek() == '`' {
			var err error
			if part, err = p.quoted(); err != nil {
				return "", err
			}
		} else if part = p.word(); part == "" {
			return "", p.fault("no name")
		}
		parts = append(parts, part)
		if !p.take('.') {
			return strings.Join(parts, "."), nil
		}
	}
}
