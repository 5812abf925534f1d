package emulator

import (
	"slices"
	"strings"
)

// condition reads OR, the weakest operator.
func (p *parser) condition() *expr {
	e := p.both()
	for p.take("OR") {
		e = &expr{kind: "or", args: []*expr{e, p.both()}}
	}
	return e
}

func (p *parser) both() *expr {
	e := p.negated()
	for p.take("AND") {
		e = &expr{kind: "and", args: []*expr{e, p.negated()}}
	}
	return e
}

func (p *parser) negated() *expr {
	if p.take("NOT") {
		return &expr{kind: "not", args: []*expr{p.negated()}}
	}
	return p.comparison()
}

var comparisons = []string{"=", "!=", "<>", "<", "<=", ">", ">="}

func (p *parser) comparison() *expr {
	e := p.value()
	switch {
	case slices.Contains(comparisons, p.peek()):
		return &expr{kind: p.next(), args: []*expr{e, p.value()}}
	case p.take("IN"):
		return &expr{kind: "in", args: []*expr{e, p.tuple()}}
	case p.take("NOT", "IN"):
		return &expr{kind: "not", args: []*expr{{kind: "in", args: []*expr{e, p.tuple()}}}}
	}
	return e
}

func (p *parser) tuple() *expr {
	p.want("(")
	e := &expr{kind: "tuple", args: list(p, (*parser).condition)}
	p.want(")")
	return e
}

// value reads a literal, a column, a call or what stands in parentheses.
func (p *parser) value() *expr {
	switch token := p.peek(); {
	case token == "(":
		if e := p.tuple(); len(e.args) > 1 {
			return e
		} else {
			return e.args[0]
		}
	case strings.HasPrefix(token, "'"):
		return &expr{kind: "text", name: unquote(p.next())}
	case token == "-":
		p.next()
		return &expr{kind: "number", name: "-" + p.next()}
	case token != "" && token[0] >= '0' && token[0] <= '9':
		return &expr{kind: "number", name: p.next()}
	case token == "" || !isName(token):
		panic(parseError("a value is wanted, not " + token))
	}
	return p.named()
}

func isName(token string) bool {
	return strings.ContainsAny(token[:1], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
}

// named reads a column, a value of a map or a call.
func (p *parser) named() *expr {
	name := p.next()
	if lower := strings.ToLower(name); slices.Contains([]string{"count", "min", "max"}, lower) && p.peek() == "(" {
		name = lower // the others are known in one spelling alone
	}
	switch {
	case p.take("["):
		e := &expr{kind: "value of", name: name, args: []*expr{p.value()}}
		p.want("]")
		return e
	case !p.take("("):
		return &expr{kind: "column", name: name}
	case p.take(")"):
		return &expr{kind: "call", name: name}
	case p.take("*", ")"):
		return &expr{kind: "call", name: name}
	case p.take("DISTINCT"):
		name = "uniqExact" // count(DISTINCT x)
	}
	e := &expr{kind: "call", name: name, args: list(p, (*parser).condition)}
	p.want(")")
	return e
}

// unquote is the text of a literal.
func unquote(literal string) string {
	inner := literal[1 : len(literal)-1]
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`, `''`, `'`, `\n`, "\n", `\t`, "\t", `\0`, "\x00").Replace(inner)
}
