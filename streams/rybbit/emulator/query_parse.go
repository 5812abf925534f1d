package emulator

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A statement is SELECT … FROM scoped_events with what may follow.
type statement struct {
	all     bool // SELECT *
	columns []column
	where   *expr
	group   []*expr
	having  *expr
	order   []sortKey
	limit   int // -1 for none
	offset  int
}

type column struct {
	name string
	is   *expr
}

type sortKey struct {
	by   *expr
	desc bool
}

// An expr is a part of a statement: a column ("name"), a literal ("text",
// "number"), a call ("name(") or an operator, with what it is applied to.
type expr struct {
	kind string
	name string
	args []*expr
}

var tokens = regexp.MustCompile(`\s*(?:('(?:[^'\\]|\\.|'')*')|([0-9]+(?:\.[0-9]+)?)|([a-zA-Z_][a-zA-Z0-9_.]*)|(<=|>=|!=|<>|[-=<>(),*\[\]]))`)

// A parser reads a statement from its tokens, in which "" is the end.
type parser struct{ left []string }

// parseStatement reads what the evaluator models; anything else is an error.
func parseStatement(text string) (s *statement, err error) {
	text = strings.TrimSpace(comments.ReplaceAllString(strings.TrimRight(strings.TrimSpace(text), ";"), " "))
	p := &parser{}
	for text != "" {
		token := tokens.FindString(text)
		if token == "" || !strings.HasPrefix(text, token) {
			return nil, fmt.Errorf("parse %q: nothing that is known begins here", text)
		}
		p.left = append(p.left, strings.TrimSpace(token))
		text = strings.TrimSpace(text[len(token):])
	}
	defer func() {
		if wrong, ok := recover().(parseError); ok {
			s, err = nil, fmt.Errorf("parse statement: %s", string(wrong))
		}
	}()
	return p.statement(), nil
}

// A parseError ends the parsing.
type parseError string

func (p *parser) peek() string {
	if len(p.left) == 0 {
		return ""
	}
	return p.left[0]
}

func (p *parser) next() string {
	token := p.peek()
	if token != "" {
		p.left = p.left[1:]
	}
	return token
}

// take drops the next tokens if they are these words.
func (p *parser) take(words ...string) bool {
	for i, word := range words {
		if i >= len(p.left) || !strings.EqualFold(p.left[i], word) {
			return false
		}
	}
	p.left = p.left[len(words):]
	return true
}

func (p *parser) want(words ...string) {
	if !p.take(words...) {
		panic(parseError(fmt.Sprintf("%q, not %q", strings.Join(words, " "), p.peek())))
	}
}

func (p *parser) statement() *statement {
	s := &statement{limit: -1}
	p.want("SELECT")
	if s.all = p.take("*"); !s.all {
		s.columns = list(p, (*parser).column)
	}
	p.want("FROM", "scoped_events")
	if p.take("WHERE") {
		s.where = p.condition()
	}
	if p.take("GROUP", "BY") {
		s.group = list(p, (*parser).value)
	}
	if p.take("HAVING") {
		s.having = p.condition()
	}
	if p.take("ORDER", "BY") {
		s.order = list(p, (*parser).sortKey)
	}
	if p.take("LIMIT") {
		s.limit = p.whole()
		if p.take(",") {
			s.offset, s.limit = s.limit, p.whole()
		}
	}
	if p.take("OFFSET") {
		s.offset = p.whole()
	}
	if p.peek() != "" {
		panic(parseError("nothing is known that begins with " + p.peek()))
	}
	return s
}

// list reads one or more, between commas.
func list[T any](p *parser, read func(*parser) T) []T {
	items := []T{read(p)}
	for p.take(",") {
		items = append(items, read(p))
	}
	return items
}

func (p *parser) column() column {
	from := p.left
	e := p.value()
	name := strings.Join(from[:len(from)-len(p.left)], "")
	if p.take("AS") {
		name = p.next()
	}
	return column{name, e}
}

func (p *parser) sortKey() sortKey {
	k := sortKey{by: p.value()}
	k.desc = p.take("DESC")
	if !k.desc {
		p.take("ASC")
	}
	return k
}

func (p *parser) whole() int {
	n, err := strconv.Atoi(p.next())
	if err != nil {
		panic(parseError("a whole number is wanted"))
	}
	return n
}
